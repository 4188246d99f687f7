"""Writes: what changed on a shelf."""
