"""Taking back what a source told, when the telling itself was the mistake.

Nothing is deleted: the mistaken record is superseded by what was held before it. A fact on which
somebody has spoken since then keeps that later word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.platform.public import Actor, record_audit
from denghuo.policy.models import FactDispute, FactRecord


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A record written by mistake, and the record it took the place of (None: there was none)."""

    record_id: UUID
    former_id: UUID | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """``restored`` say again what they said before; ``ended`` had said nothing before and say
    nothing now; ``kept`` had a newer word, or are being disputed, and stay as they are.

    ``again`` names, by the former record, the new one that says the same."""

    restored: int
    ended: int
    kept: int
    again: Mapping[UUID, UUID] = field(default_factory=dict)


def take_back_facts(
    *, actor: Actor, facts: Sequence[ToldFact], reason: str, now: datetime
) -> TakenBack:
    """Put the former values back; doing it twice changes nothing the second time.

    Race: a newer word comes at the same instant. The rows are locked first; a record superseded
    meanwhile is no longer current and is left alone.
    """
    formers = {fact.record_id: fact.former_id for fact in facts}
    with transaction.atomic():
        current = list(
            FactRecord.objects.select_for_update()
            .filter(id__in=list(formers), superseded_at__isnull=True)
            .order_by("subject_id", "name")
        )
        disputed = set(
            FactDispute.objects.filter(
                fact__in=[row.id for row in current], state="open"
            ).values_list("fact_id", flat=True)
        )
        ending = [row for row in current if row.id not in disputed]
        former_ids = [one for row in ending if (one := formers[row.id]) is not None]
        former_rows = FactRecord.objects.in_bulk(former_ids)
        # Two clocks differ: no record ends before it was known.
        now = max([now, *(row.known_at for row in ending)])
        FactRecord.objects.filter(id__in=[row.id for row in ending]).update(superseded_at=now)
        again = {
            former.id: _again(row, former, actor=actor, now=now)
            for row in ending
            if (former := former_rows.get(formers[row.id] or row.id)) is not None
        }
        FactRecord.objects.bulk_create(again.values())
        taken = TakenBack(
            restored=len(again),
            ended=len(ending) - len(again),
            kept=len(formers) - len(ending),
            again={former: row.id for former, row in again.items()},
        )
        record_audit(
            actor=actor,
            action="policy.take_back_facts",
            detail={"restored": taken.restored, "ended": taken.ended, "kept": taken.kept,
                    "reason": reason[:200]},
            at=now,
        )  # fmt: skip
    return taken


def _again(row: FactRecord, former: FactRecord, *, actor: Actor, now: datetime) -> FactRecord:
    """The former word, known anew; the subject is today's (persons may have been merged)."""
    return FactRecord(
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        name=row.name,
        value=former.value,
        source=former.source,
        observed_on=former.observed_on,
        known_at=now,
        recorded_by=actor.label,
    )
