"""Facts and disputes follow when two records of one person become one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM, record_audit
from denghuo.policy.models import FactDispute, FactRecord


@transaction.atomic
def move_facts(*, survivor_id: UUID, duplicate_id: UUID, now: datetime) -> None:
    """What is currently known of the duplicate becomes known of the survivor.

    Where both have a word on one fact, the one observed later is current and the other is kept
    as superseded now: what was known on an earlier day reads as before. Disputes go along, an
    open one with the word it is about. Running it again moves nothing.

    Race: a source tells of the survivor meanwhile. The unique constraint ``one_current_fact``
    stops this job, which is then run again and finds the newer word.
    """
    held = {row.name: row for row in _current(survivor_id)}
    moved = clashed = 0
    for row in _current(duplicate_id):
        other = held.get(row.name)
        if other is None:
            row.subject_id = survivor_id
            row.save(update_fields=["subject_id"])
            moved += 1
            continue
        clashed += 1
        _supersede(row, now)
        if _freshness(row) > _freshness(other):
            _supersede(other, now)
            _take_over(row, survivor_id, now)
    disputes = FactDispute.objects.filter(subject_kind="person", subject_id=duplicate_id).update(
        subject_id=survivor_id
    )
    if moved or clashed or disputes:
        record_audit(
            actor=SYSTEM,
            action="policy.move_facts",
            subject=SubjectRef("person", survivor_id),
            detail={"moved": moved, "clashed": clashed, "disputes": disputes},
            at=now,
        )


def _current(person_id: UUID) -> list[FactRecord]:
    return list(
        FactRecord.objects.select_for_update()
        .filter(subject_kind="person", subject_id=person_id, superseded_at__isnull=True)
        .order_by("name")
    )


def _freshness(row: FactRecord) -> tuple[date, datetime]:
    """The day the source speaks of (none: before all others), then when we learnt it."""
    return row.observed_on or date.min, row.known_at


def _supersede(row: FactRecord, now: datetime) -> None:
    row.superseded_at = max(now, row.known_at)
    row.save(update_fields=["superseded_at"])


def _take_over(row: FactRecord, survivor_id: UUID, now: datetime) -> None:
    """The duplicate's word as the survivor's, from now on: the table never rewrites the past."""
    taken = FactRecord.objects.create(
        id=uuid4(),
        subject_kind=row.subject_kind,
        subject_id=survivor_id,
        name=row.name,
        value=row.value,
        source=row.source,
        observed_on=row.observed_on,
        known_at=max(now, row.known_at),
        recorded_by=row.recorded_by,
        created_at=now,
    )
    FactDispute.objects.filter(fact=row, state="open").update(fact=taken)
