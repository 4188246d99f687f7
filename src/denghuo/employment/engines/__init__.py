"""Files as they come, read into plain values."""
