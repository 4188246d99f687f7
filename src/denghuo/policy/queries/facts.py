"""Facts held about a subject, as known at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from denghuo.kernel.subject import SubjectRef
from denghuo.policy.logic.fact_values import KnownFact, Reading, read_value
from denghuo.policy.logic.registry import FactRegistry
from denghuo.policy.models import FactDispute, FactRecord

# More than an area can answer in a week; a longer queue is worked off from its old end.
DISPUTES_MAX = 5_000


@dataclass(frozen=True, slots=True)
class HeldFact:
    """One record, as a page shows it: the value is as held (fen, day, code)."""

    id: UUID
    name: str
    known: KnownFact
    known_at: datetime
    superseded_at: datetime | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class DisputeView:
    """One dispute, for the subject's page and the officer's desk."""

    id: UUID
    fact_id: UUID
    subject: SubjectRef
    name: str
    claimed_value: str
    note: str
    state: str
    raised_at: datetime
    answer: str
    answered_at: datetime | None


def facts_of(
    subject: SubjectRef, *, registry: FactRegistry, known_on: datetime | None = None
) -> dict[str, HeldFact]:
    """The facts known about a subject at ``known_on`` (now, when None), by name.

    Facts whose name or kind the registry no longer knows are left out: a policy cannot read
    them, and their rows remain.
    """
    rows = list(_as_known(known_on).filter(subject_id=subject.id, subject_kind=subject.kind))
    disputed = set(
        FactDispute.objects.filter(fact__in=[row.id for row in rows], state="open").values_list(
            "fact_id", flat=True
        )
    )
    held: dict[str, HeldFact] = {}
    for row in rows:
        spec = registry.get(row.name)
        if spec is None or spec.subject != subject.kind:
            continue
        reading = read_value(spec, row.value)
        held[row.name] = _held(row, reading, disputed=row.id in disputed)
    return held


def _held(row: FactRecord, reading: Reading, *, disputed: bool) -> HeldFact:
    return HeldFact(
        id=row.id,
        name=row.name,
        known=KnownFact(reading.value, row.source, row.observed_on, reading.why),
        known_at=row.known_at,
        superseded_at=row.superseded_at,
        disputed=disputed,
    )


def known_facts_of(
    subject: SubjectRef, *, registry: FactRegistry, known_on: datetime | None = None
) -> dict[str, KnownFact]:
    """Only what an evaluator reads."""
    held = facts_of(subject, registry=registry, known_on=known_on)
    return {name: fact.known for name, fact in held.items()}


def history_of(subject: SubjectRef, name: str) -> list[tuple[datetime, str, date | None]]:
    """When each word on one fact was learnt, from whom, for which day; newest first."""
    rows = FactRecord.objects.filter(subject_id=subject.id, subject_kind=subject.kind, name=name)
    return list(rows.order_by("-known_at").values_list("known_at", "source", "observed_on"))


def disputes_of(subject: SubjectRef) -> list[DisputeView]:
    """This subject's disputes, newest first."""
    rows = FactDispute.objects.filter(subject_id=subject.id, subject_kind=subject.kind)
    return [_dispute(row) for row in rows.select_related("fact").order_by("-created_at")]


def open_disputes(*, limit: int = DISPUTES_MAX) -> list[DisputeView]:
    """Disputes that wait for an officer, oldest first.

    Of the whole region: the caller keeps those its reader answers for.
    """
    rows = FactDispute.objects.filter(state="open").select_related("fact").order_by("created_at")
    return [_dispute(row) for row in rows[:limit]]


def dispute_of(dispute_id: UUID) -> DisputeView | None:
    """One dispute, open or answered."""
    row = FactDispute.objects.filter(id=dispute_id).select_related("fact").first()
    return _dispute(row) if row else None


def disputed_fact(dispute: DisputeView, *, registry: FactRegistry) -> HeldFact | None:
    """The record a dispute is about, as it was when it was disputed; None where the registry
    no longer knows the fact."""
    row = FactRecord.objects.get(id=dispute.fact_id)
    spec = registry.get(row.name)
    if spec is None:
        return None
    return _held(row, read_value(spec, row.value), disputed=dispute.state == "open")


@dataclass(frozen=True, slots=True)
class CurrentFact:
    """The word that counts now, in the registry's strict form, of one fact of one subject."""

    record_id: UUID
    value: bool | int | str | None
    source: str
    observed_on: date | None


def current_facts(
    subjects: Iterable[UUID], names: Iterable[str]
) -> dict[tuple[UUID, str], CurrentFact]:
    """What is held of many subjects at once, for whoever compares it with a file."""
    return {
        key: CurrentFact(row.id, row.value, row.source, row.observed_on)
        for key, row in current_rows(subjects, names).items()
    }


def current_rows(
    subjects: Iterable[UUID], names: Iterable[str], *, lock: bool = False
) -> Mapping[tuple[UUID, str], FactRecord]:
    """The current row of each subject and fact, for the action that supersedes it.

    ``lock`` holds the rows until the transaction ends, taken by subject and then by name.
    """
    rows = FactRecord.objects.filter(
        subject_id__in=set(subjects), name__in=set(names), superseded_at__isnull=True
    )
    if lock:
        rows = rows.select_for_update().order_by("subject_id", "name")
    return {(row.subject_id, row.name): row for row in rows}


def _as_known(known_on: datetime | None) -> QuerySet[FactRecord]:
    if known_on is None:
        return FactRecord.objects.filter(superseded_at__isnull=True)
    return FactRecord.objects.filter(known_at__lte=known_on).filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_on)
    )


def _dispute(row: FactDispute) -> DisputeView:
    return DisputeView(
        id=row.id,
        fact_id=row.fact_id,
        subject=SubjectRef("person" if row.subject_kind == "person" else "firm", row.subject_id),
        name=row.fact.name,
        claimed_value=row.claimed_value,
        note=row.note,
        state=row.state,
        raised_at=row.created_at,
        answer=row.answer,
        answered_at=row.answered_at,
    )
