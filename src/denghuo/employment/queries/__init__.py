"""Reads: the dated texts of the room, the classification, and the region's place names."""
