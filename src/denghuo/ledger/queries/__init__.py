"""Reads of the ledger room."""
