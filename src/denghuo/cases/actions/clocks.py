"""The clock columns of a case and its pauses, kept in step with the pure clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import get_args
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import demand_chief
from denghuo.cases.actions.turns import Turn, finish, take, tell, write_step
from denghuo.cases.logic.clock import (
    AMBER_DAYS,
    Clock,
    DueKind,
    Pause,
    PauseNotAllowedError,
    PauseReason,
    amber_from,
    due_of,
    extended,
    run_on,
    stop,
)
from denghuo.cases.logic.states import HandNotAllowedError
from denghuo.cases.models import Case, ClockPause
from denghuo.cases.queries.calendar import reckon_by
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.clock import day_of
from denghuo.platform.public import Actor, WorkCalendar, work_calendar


def start_clock(row: Case, kind: DueKind, days: int, *, on: date) -> None:
    """A new limit begins; what stood before ends with it."""
    # A pause left open would count as standing still the next time the limit is reckoned.
    ClockPause.objects.filter(case_id=row.pk, until_on__isnull=True).update(until_on=on)
    row.due_kind, row.clock_started_on, row.clock_days = kind, on, days
    row.clock_extended = 0
    reckon_due(row, (), work_calendar())


def end_clock(row: Case) -> None:
    """Nothing is due any more."""
    row.due_kind, row.due_on, row.amber_on, row.due_provisional = "", None, None, False


def reckon_due(row: Case, pauses: Sequence[Pause], calendar: WorkCalendar) -> None:
    """Write when the running limit ends, by this calendar."""
    if not row.due_kind or row.clock_started_on is None:
        return
    clock = Clock(row.clock_started_on, row.clock_days, tuple(pauses))
    due = due_of(clock, reckon_by(calendar))
    row.due_on, row.due_provisional = due.day, due.provisional
    row.amber_on = amber_from(due.day, calendar, days=AMBER_DAYS) if due.day else None


def pauses_of(row: Case) -> list[Pause]:
    """The pauses of the running limit, in order."""
    rows = ClockPause.objects.filter(case=row).order_by("from_on", "created_at")
    if row.clock_started_on is not None:
        # Before acceptance another, shorter limit ran; its pauses ended with it.
        rows = rows.exclude(until_on__lte=row.clock_started_on)
    return [Pause(_why(one.why), one.from_on, one.until_on) for one in rows]


def stop_clock(turn: Turn, why: PauseReason) -> None:
    """The clock stands from today. Raises ``PauseNotAllowedError``."""
    row, today = turn.row, day_of(turn.now)
    if not row.due_kind or row.clock_started_on is None:
        return
    before = Clock(row.clock_started_on, row.clock_days, tuple(pauses_of(row)))
    after = stop(before, why, on=today, allowed=turn.item.pauses)
    if after != before:
        ClockPause.objects.create(case=row, why=why, from_on=today, created_at=turn.now)
    reckon_due(row, after.pauses, work_calendar())


def run_clock(turn: Turn) -> None:
    """The clock runs again from today."""
    row, today = turn.row, day_of(turn.now)
    ClockPause.objects.filter(case=row, until_on__isnull=True).update(until_on=today)
    if row.clock_started_on is not None:
        clock = Clock(row.clock_started_on, row.clock_days, tuple(pauses_of(row)))
        reckon_due(row, run_on(clock, on=today).pauses, work_calendar())


@transaction.atomic
def extend_limit(
    *, actor: Actor, case_id: UUID, version: int, note: str, now: datetime
) -> CaseView:
    """A head adds the item's extension, once, and the applicant is told why.

    Raises ``SupervisorNeededError``, ``AlreadyExtendedError``, ``NoExtensionError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_chief(actor, "延长办理期限")
    row = turn.row
    if row.clock_started_on is None or row.due_kind != "decide":
        return turn.view
    pauses = pauses_of(row)
    clock = extended(
        Clock(row.clock_started_on, row.clock_days, tuple(pauses)),
        by=turn.item.extension.days,
        already=row.clock_extended,
    )
    row.clock_extended, row.clock_days = turn.item.extension.days, clock.days
    reckon_due(row, pauses, work_calendar())
    write_step(turn, "extend", note=note)
    tell(turn, "extended", title="办理期限延长了", body=f"新的期限是 {due_words(row)}。{note}")
    return finish(turn, "extend_limit", days=turn.item.extension.days)


@transaction.atomic
def pause_clock(
    *, actor: Actor, case_id: UUID, version: int, why: PauseReason, note: str, now: datetime
) -> CaseView:
    """Outside the office (expert, bank), where the item's rule takes that time out.

    Raises ``PauseNotAllowedError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_officer(turn)
    if why == "correction":
        # Only asking the applicant stops the clock for that, so that they know of it.
        raise PauseNotAllowedError(why="补材料")
    stop_clock(turn, why)
    write_step(turn, "pause", note=note, reason_code=why)
    return finish(turn, "pause_clock", why=why)


@transaction.atomic
def resume_clock(*, actor: Actor, case_id: UUID, version: int, now: datetime) -> CaseView:
    """The answer from outside the office came."""
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_officer(turn)
    run_clock(turn)
    write_step(turn, "resume")
    return finish(turn, "resume_clock")


def demand_officer(turn: Turn) -> None:
    """Staff who work on the file. Raises ``HandNotAllowedError``."""
    if not turn.hands & {"officer", "supervisor"}:
        raise HandNotAllowedError(move="改期限", hands="经办人员")


def due_words(row: Case) -> str:
    """The last day in words for a message."""
    if row.due_on is None:
        return "收到您的答复以后再算"
    return f"{row.due_on:%Y-%m-%d}" + ("（暂定）" if row.due_provisional else "")


def _why(text: str) -> PauseReason:
    return next(known for known in get_args(PauseReason) if known == text)
