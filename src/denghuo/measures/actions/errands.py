"""Count the errands of decided cases: read steps and audit rows, keep one row for each case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from denghuo.cases.public import CaseErrands, errands_of, service_item, touched_cases
from denghuo.measures.logic.errands import ApplicantMark, count_errands
from denghuo.measures.models import ErrandCount
from denghuo.platform.public import SYSTEM, AuditMark, audit_marks, record_audit

STEPS_AT_ONCE = 2_000
# Longer than any transaction: what is younger may still have older steps beside it.
_SETTLED = timedelta(hours=1)
_COUNTED = (
    "number", "item", "area", "subject", "decided_on", "trips", "forms", "fields", "sittings",
    "seconds", "old_trips", "old_forms", "old_minutes", "last_step", "counted_at",
)  # fmt: skip


def count_new_errands(*, now: datetime) -> int:
    """Count every decided case that moved since the last time; how many were counted.

    Killed at any point and run again, it goes on where it stopped and counts nothing twice: a
    chunk's rows stand or fall together, and a case has one row.
    """
    after = ErrandCount.objects.aggregate(last=Max("last_step"))["last"] or 0
    until, counted = now - _SETTLED, 0
    while True:
        last, cases = touched_cases(after=after, until=until, many=STEPS_AT_ONCE)
        if last == after:
            return counted
        found = [(one, day) for one in errands_of(cases) if (day := one.decided_on) is not None]
        if found:
            _keep(found, now=now)
        after, counted = last, counted + len(found)


@transaction.atomic
def _keep(found: list[tuple[CaseErrands, date]], *, now: datetime) -> None:
    marks = audit_marks(one.draft for one, _day in found if one.draft)
    ErrandCount.objects.bulk_create(
        [_row(one, day, marks.get(one.draft, []), now=now) for one, day in found],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=_COUNTED,
    )
    record_audit(
        actor=SYSTEM, action="measures.count_errands", detail={"cases": len(found)}, at=now
    )


def _row(
    one: CaseErrands, decided_on: date, marks: list[AuditMark], *, now: datetime
) -> ErrandCount:
    counted, old = count_errands(_marks(one, marks)), service_item(one.item).old_way
    return ErrandCount(
        case=one.case,
        number=one.number,
        item=one.item,
        area=one.area,
        subject=str(one.subject),
        decided_on=decided_on,
        trips=counted.trips,
        forms=counted.forms,
        fields=counted.fields,
        sittings=counted.sittings,
        seconds=counted.seconds,
        old_trips=old.trips,
        old_forms=old.forms,
        old_minutes=old.minutes,
        last_step=one.last_step,
        counted_at=now,
        created_at=now,
    )


def _marks(one: CaseErrands, marks: list[AuditMark]) -> Iterator[ApplicantMark]:
    """The steps of the applicant's side, and what was typed into the form."""
    for step in one.steps:
        yield ApplicantMark(step.at, step.by_staff)
    for mark in marks:
        if mark.actor != "system":
            field = str(mark.detail.get("field", ""))
            yield ApplicantMark(mark.at, mark.actor.startswith("staff:"), field)
