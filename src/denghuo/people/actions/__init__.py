"""Writes: one verb each, keyword-only, atomic, with an audit row inside."""
