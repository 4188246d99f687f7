"""Reads: divisions and what became of them, maps, facilities near a point."""
