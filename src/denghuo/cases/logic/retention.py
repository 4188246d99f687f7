"""How long things are kept, and what is said before they go.

The papers of an application that was taken back are told of first and removed two weeks later;
its number and its steps stay, so that no number is missing. A decided case keeps its papers as
long as its item says, and its decision for good.
"""

from __future__ import annotations

from datetime import date, timedelta

from denghuo.kernel.period import add_months

NOTICE_DAYS = 14


def clear_withdrawn_on(withdrawn_on: date) -> date:
    """The day the papers of a withdrawn case are removed."""
    return withdrawn_on + timedelta(days=NOTICE_DAYS)


def clear_ended_on(ended_on: date, years: int) -> date:
    """The day after the last one on which a decided case keeps its papers."""
    return add_months(ended_on, 12 * years) + timedelta(days=1)
