"""Writes of the cases room: one verb, one transaction, one audit row."""
