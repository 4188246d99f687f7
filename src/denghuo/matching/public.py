"""The door of the matching room: what the rooms above may import."""

from __future__ import annotations
