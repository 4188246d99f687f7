"""Persons, households, firms, mandates, staff; signing in; who looked at whose data.

Promises that an identity number is stored sealed, found by keyed look-up, and shown masked;
that nobody acts for another without a mandate in force. Never knows what a person is
entitled to.
"""
