"""Reads: frozen views, the caller's scope already applied."""
