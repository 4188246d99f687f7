"""What the clock itself does: acceptance by silence, reminders, dates reckoned again.

Every job here may run twice, or at night: a reminder is a row that can exist once per case,
kind and due date, and is written only while the office is open.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from denghuo.cases.actions.accepting import accept_by_silence
from denghuo.cases.actions.clocks import due_words, pauses_of, reckon_due
from denghuo.cases.actions.paying import make_payable
from denghuo.cases.actions.turns import finish, take, tell, write_step
from denghuo.cases.actions.walking import walk
from denghuo.cases.logic.clock import amber_from
from denghuo.cases.logic.states import State
from denghuo.cases.models import Case, PublicNotice, Rating, Reminder
from denghuo.cases.queries.calendar import OFFICE_HOURS, reckon_by
from denghuo.cases.queries.cases import subject_of
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import SYSTEM, is_open, send_message, work_calendar

BATCH = 500


def accept_what_was_left(*, now: datetime, limit: int = BATCH) -> int:
    """Submitted cases nobody asked anything about in five working days. Returns how many."""
    waiting = Case.objects.filter(state=State.SUBMITTED, due_kind="accept", due_on__lt=day_of(now))
    return walk(
        "accept_by_silence",
        waiting,
        lambda one: accept_by_silence(case_id=one, now=now),
        limit=limit,
        now=now,
    )


def pay_after_notice(*, now: datetime, limit: int = BATCH) -> int:
    """Cases whose notice ended without an open objection go on to payment by themselves.

    One that cannot (no fund, an objection) keeps its state, the desk reads why, and it is tried
    again after all the others.
    """
    ended = Case.objects.filter(
        state=State.PUBLIC_NOTICE, notice__last_on__lt=day_of(now), bulk_key__isnull=True
    )

    def pay(case_id: UUID) -> bool:
        make_payable(actor=SYSTEM, case_id=case_id, version=None, now=now)
        return True

    def say_why(case_id: UUID, refusal: RefusalError) -> None:
        code = refusal.code[:40]
        # Only where it still waits: somebody may have moved it since.
        stuck = Case.objects.filter(pk=case_id, state=State.PUBLIC_NOTICE)
        stuck.exclude(pay_problem=code).update(pay_problem=code)

    return walk("pay_after_notice", ended, pay, refused=say_why, limit=limit, now=now)


def remind(*, now: datetime) -> int:
    """Write the reminders that are due, while the office is open; returns how many were new."""
    if not is_open(now, work_calendar(), OFFICE_HOURS):
        return 0
    today = day_of(now)
    return (
        _remind_office(today, now) + _remind_applicants(today, now) + _remind_of_ratings(today, now)
    )


def _remind_office(today: date, now: datetime) -> int:
    late = Q(due_on__lt=today)
    near = Q(amber_on__lte=today)
    rows = Case.objects.filter(late | near, in_work=True, due_on__isnull=False)
    # Those already reminded of this date are left out by the database, so a job over a
    # hundred thousand open cases reads only what is new.
    told = Reminder.objects.values("case_id")
    amber = rows.exclude(late).exclude(pk__in=told.filter(kind="amber", due_on=F("case__due_on")))
    red = rows.filter(late).exclude(pk__in=told.filter(kind="red", due_on=F("case__due_on")))
    written = 0
    for kind, found in (("amber", amber), ("red", red)):
        for row in found.order_by("due_on", "pk")[:BATCH]:
            assert row.due_on is not None  # noqa: S101  the filter says so
            if not _write(row, kind, row.due_on, now):
                continue
            written += 1
            if kind == "red":
                _say_late(row, now)
    return written


def _remind_applicants(today: date, now: datetime) -> int:
    written = 0
    waiting = Case.objects.filter(state=State.INCOMPLETE, answer_by__isnull=False)
    told = Reminder.objects.values("case_id")
    for kind in ("answer_soon", "answer_late"):
        late = Q(answer_by__lt=today)
        # Whose day is over is never told that it comes soon, and must not stand in the way.
        rows = waiting.filter(late) if kind == "answer_late" else waiting.exclude(late)
        rows = rows.exclude(pk__in=told.filter(kind=kind, due_on=F("case__answer_by")))
        for row in rows.order_by("answer_by", "pk")[:BATCH]:
            assert row.answer_by is not None  # noqa: S101  the filter says so
            if kind == "answer_soon" and not (
                amber_from(row.answer_by, work_calendar()) <= today <= row.answer_by
            ):
                continue
            if _write(row, kind, row.answer_by, now):
                written += 1
                _ask_again(row, kind, now)
    return written


def _remind_of_ratings(today: date, now: datetime) -> int:
    written = 0
    told = Reminder.objects.filter(
        case=OuterRef("case"), kind="rating", due_on=OuterRef("follow_up_due_on")
    )
    waiting = Rating.objects.filter(
        ~Exists(told), answered_at__isnull=True, follow_up_due_on__isnull=False
    ).select_related("case")
    for rating in waiting.order_by("follow_up_due_on", "pk")[:BATCH]:
        due = rating.follow_up_due_on
        if due is not None and amber_from(due, work_calendar()) <= today:
            written += _write(rating.case, "rating", due, now)
    return written


def _write(row: Case, kind: str, due_on: date, now: datetime) -> bool:
    """True when it is new. Race: two runs at once; the unique constraint lets one row in."""
    made = Reminder(
        case=row,
        kind=kind,
        due_on=due_on,
        area=row.area,
        staff_id=row.owner_id,
        created_at=now,
    )
    with transaction.atomic():
        Reminder.objects.bulk_create([made], ignore_conflicts=True)
        return Reminder.objects.filter(pk=made.pk).exists()


def _say_late(row: Case, now: datetime) -> None:
    """The applicant is told openly that the office is late."""
    send_message(
        to=subject_of(row),
        kind="cases.late",
        title="您的事超期了，对不起",
        body=f"办件 {row.number} 应当在 {due_words(row)} 前办好，现在还没办完。"
        "已经提醒经办人和负责人，您也可以打电话催办。",
        key=f"cases.late:{row.pk}:{row.due_on}",
        link=f"/me/cases/{row.number}/",
        about=f"cases.Case:{row.pk}",
        now=now,
    )


def _ask_again(row: Case, kind: str, now: datetime) -> None:
    words = (
        f"请在 {row.answer_by:%Y-%m-%d} 前补齐，逾期可能批不下来。"
        if kind == "answer_soon"
        else "补材料的日期已经过了。还可以补，但会按现有材料先审。"
    )
    send_message(
        to=subject_of(row),
        kind=f"cases.{kind}",
        title="还有材料等您补",
        body=f"办件 {row.number}：{words}",
        key=f"cases.{kind}:{row.pk}:{row.answer_by}",
        link=f"/me/cases/{row.number}/",
        about=f"cases.Case:{row.pk}",
        now=now,
    )


def recompute_due_dates(*, year: int, now: datetime) -> int:
    """A year's days off were published: every date reckoned over it is reckoned again.

    Whoever's date moved is told. Running it again moves nothing.
    """
    touched = Case.objects.filter(
        Q(due_provisional=True) | Q(due_on__year=year) | Q(amber_on__year=year), in_work=True
    ).exclude(due_kind="")
    moved = 0
    for case_id in list(touched.values_list("pk", flat=True)):
        moved += _recompute(case_id, now)
    _recompute_notices(year)
    return moved


@transaction.atomic
def _recompute(case_id: UUID, now: datetime) -> bool:
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    row = turn.row
    before = (row.due_on, row.due_provisional)
    if row.due_kind == "appeal":
        return False  # civil days: no calendar moves them
    reckon_due(row, pauses_of(row), work_calendar())
    if (row.due_on, row.due_provisional) == before:
        return False
    write_step(turn, "recomputed", note=due_words(row))
    if row.due_on != before[0]:
        tell(
            turn,
            "due_moved",
            title="办理期限重新算过了",
            body=f"国务院公布了放假安排，期限改为 {due_words(row)}。",
        )
    finish(turn, "recompute_due", moved=row.due_on != before[0])
    return True


def _recompute_notices(year: int) -> None:
    """A notice that has not ended lasts its working days by the calendar in force."""
    for notice in PublicNotice.objects.filter(provisional=True, last_on__year=year):
        due = reckon_by(work_calendar())(notice.from_on, service_item(notice.item).notice.days, ())
        if due.day is not None:
            PublicNotice.objects.filter(pk=notice.pk).update(
                last_on=due.day, provisional=due.provisional
            )
