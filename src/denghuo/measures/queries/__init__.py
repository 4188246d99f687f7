"""Reads of the measures room."""
