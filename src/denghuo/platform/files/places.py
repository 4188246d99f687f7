"""Where bytes lie, and whose turn it is to put or take them."""

from __future__ import annotations

from django.db import connection

_SIGNED_64 = 1 << 63


def place_of(sha256: str) -> str:
    """Under their own hash, in folders of a sensible size."""
    return f"{sha256[:2]}/{sha256}"


def take_bytes_turn(sha256: str) -> None:
    """Until the transaction ends, nobody else writes a row for these bytes or deletes them.

    On the embedded engine the transaction is the only writer already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            number = int(sha256[:16], 16) - _SIGNED_64
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
