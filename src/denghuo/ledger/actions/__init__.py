"""Writes of the ledger room."""
