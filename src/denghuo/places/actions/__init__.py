"""Writes: filling the divisions from their sources; facilities, one by one and by list."""
