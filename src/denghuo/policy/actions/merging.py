"""Facts and disputes follow when two records of one person become one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM, follow_merge, record_audit
from denghuo.policy.actions.facts import word_as_of
from denghuo.policy.logic.succession import OWN_WORDS
from denghuo.policy.models import FactDispute, FactRecord
from denghuo.policy.queries.library import registry


@transaction.atomic
def move_facts(*, survivor_id: UUID, duplicate_id: UUID, now: datetime) -> None:
    """What is currently known of the duplicate becomes known of the survivor.

    Tellings come in any order, each perhaps more than once: where the survivor has been merged on
    since, what is known goes to whoever it is in the end. Where both have a word on one fact, an
    office's stands before one's own, and of two the one observed later; the other is kept as
    superseded now: what was known on an earlier day reads as before. Disputes go along, an open
    one with the word it is about. Running it again moves nothing.

    Race: a source tells of the survivor meanwhile. The unique constraint ``one_current_fact``
    stops this job, which is then run again and finds the newer word.
    """
    if survivor_id == duplicate_id:
        return
    final_id = follow_merge(
        survivor=SubjectRef("person", survivor_id),
        duplicate=SubjectRef("person", duplicate_id),
        now=now,
    ).id
    held = {row.name: row for row in _current(final_id)}
    moved = clashed = 0
    for row in _current(duplicate_id):
        other = held.get(row.name)
        if other is None:
            row.subject_id = final_id
            row.save(update_fields=["subject_id"])
            moved += 1
            continue
        clashed += 1
        _supersede(row, now)
        if _weight(row, now) > _weight(other, now):
            _supersede(other, now)
            _take_over(row, final_id, now)
    disputes = FactDispute.objects.filter(subject_kind="person", subject_id=duplicate_id).update(
        subject_id=final_id
    )
    if moved or clashed or disputes:
        record_audit(
            actor=SYSTEM,
            action="policy.move_facts",
            subject=SubjectRef("person", final_id),
            detail={"moved": moved, "clashed": clashed, "disputes": disputes},
            at=now,
        )


def _current(person_id: UUID) -> list[FactRecord]:
    return list(
        FactRecord.objects.select_for_update()
        .filter(subject_kind="person", subject_id=person_id, superseded_at__isnull=True)
        .order_by("name")
    )


def _weight(row: FactRecord, now: datetime) -> tuple[bool, date, datetime]:
    """An office's usable word before one's own; then the day the source speaks of (none: before
    all others), then when we learnt it."""
    spec = registry().get(row.name)
    usable = (
        spec is not None and word_as_of(spec, row.value, row.source, row.observed_on, now).usable
    )
    is_office = row.source not in OWN_WORDS and usable
    return is_office, row.observed_on or date.min, row.known_at


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
