"""Reads: the shelves as they stand in this process, and the files they are kept in."""
