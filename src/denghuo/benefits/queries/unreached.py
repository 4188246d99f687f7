"""Why money that was granted has not arrived: what a station does next depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from denghuo.cases.public import SeasonCase
from denghuo.kernel.clock import day_of
from denghuo.people.public import FirmView, without_phone

Why = Literal["closed_firm", "no_contact", "payment", "no_account"]


def why_unreached(
    cases: Sequence[SeasonCase], firms: dict[UUID, FirmView], *, now: datetime
) -> dict[UUID, Why]:
    """One reason for each case, the one that must be seen to first: a firm that is struck off
    has no account any more; whom nobody can call must be visited; then what the bank said; and
    whoever was merely not asked hard enough."""
    silent = without_phone([one.subject for one in cases], now=now)
    return {one.id: _why(one, firms, now, silent=one.subject in silent) for one in cases}


def _why(one: SeasonCase, firms: dict[UUID, FirmView], now: datetime, *, silent: bool) -> Why:
    firm = firms.get(one.subject.id)
    if firm is not None and firm.closed_on is not None and firm.closed_on <= day_of(now):
        return "closed_firm"
    if silent:
        return "no_contact"
    return "payment" if one.problem and one.has_account else "no_account"
