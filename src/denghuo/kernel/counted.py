"""Rows that a figure is counted from, and the figure: one shape for every room.

A figure and its rows come from one place, so that a number on a page is the rows behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LABEL_UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One thing that happened.

    ``key`` is ``room.Model:id``. ``subject`` is ``person:<uuid>``, ``firm:<uuid>`` or empty.
    ``area`` is a 12-digit code or empty where nobody wrote one down. ``met`` says whether the
    row kept what was promised (in time, reached); None where nothing was promised. ``label``
    is what a list may show: a case number, a masked name; never more.
    """

    key: str
    subject: str
    area: str
    day: date
    amount_fen: int | None = None
    met: bool | None = None
    label: str = LABEL_UNKNOWN


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows (person-times), distinct subjects (persons, firms), fen, rows that kept the promise."""

    rows: int = 0
    subjects: int = 0
    amount_fen: int = 0
    met: int = 0


NOTHING = Counted()


def count(rows: list[CountedRow]) -> Counted:
    """The figure of a list of rows: what every query's sums must equal."""
    return Counted(
        rows=len(rows),
        subjects=len({row.subject for row in rows if row.subject}),
        amount_fen=sum(row.amount_fen or 0 for row in rows),
        met=sum(1 for row in rows if row.met),
    )
