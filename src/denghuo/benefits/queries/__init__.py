"""Reads of the benefits room."""
