"""Writes of the measures room."""
