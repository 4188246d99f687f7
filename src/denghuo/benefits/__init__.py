"""Refunds and subsidies that arrive without being asked for, and those that are asked for.

Owns files of facts from other offices, seasons from sweep to payment, claw-backs and the list of
those entitled but not reached. Promises that a season can be taken up again after a kill at any
point and never pays twice. Knows no other line of service.
"""
