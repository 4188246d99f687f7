"""Instants are kept in UTC; days are counted where the people live."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(instant: datetime) -> date:
    """The civil day on which an instant falls in Inner Mongolia.

    From midnight to eight in the morning it is not the day that UTC says: ``.date()`` of an
    instant is a trap, and the house test forbids it. Raises ``ValueError`` for a naive one.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant.astimezone(SHANGHAI).date()
