"""The door of the measures room: what other floors may import."""

from __future__ import annotations

__all__: list[str] = []
