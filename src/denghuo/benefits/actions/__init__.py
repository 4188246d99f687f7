"""Writes of the benefits room."""
