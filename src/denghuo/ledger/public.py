"""The door of the ledger room: what other floors may import."""

from __future__ import annotations

__all__: list[str] = []
