"""Recording facts about subjects, disputing them, answering disputes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, record_audit, send_message
from denghuo.policy.logic.answer_json import value_json
from denghuo.policy.logic.fact_values import FactValueError, read_value
from denghuo.policy.logic.registry import FactRegistry, FactSpec
from denghuo.policy.models import FactDispute, FactRecord
from denghuo.policy.queries.facts import current_rows

_SHANGHAI = ZoneInfo("Asia/Shanghai")
CHUNK_ROWS = 500
# A refused attempt means that another writer of the same fact has just finished, so this many
# may tell of one fact at the same instant.
_ATTEMPTS = 16


class FactNotFoundError(RefusalError):
    """No such fact of this subject."""

    code = "policy.fact_not_found"
    template = "没有找到这条信息，或者它不是您的。"
    status = 404


class DisputeOpenError(RefusalError):
    """The fact is being checked already."""

    code = "policy.dispute_open"
    template = "这条信息已经在核实了，结果会发到您的消息里。"
    status = 409


class DisputeAnsweredError(RefusalError):
    """Somebody has answered this dispute."""

    code = "policy.dispute_answered"
    template = "这条异议已经有人答复过了。"
    status = 409


class WordsNeededError(RefusalError):
    """A dispute and its answer say something."""

    code = "policy.words_needed"
    template = "请写一句说明。"


class CorrectionNeededError(RefusalError):
    """What is corrected needs the right value and the source that gives it."""

    code = "policy.correction_needed"
    template = "更正要写明正确的数、出处和日期。"


class SameValueError(RefusalError):
    """A correction that says the same corrects nothing."""

    code = "policy.same_value"
    template = "填的和原来的一样。如果原来的没有错，请选“核实无误”。"


class ObservedTooLateError(RefusalError):
    """A source cannot speak of a day that has not come."""

    code = "policy.observed_too_late"
    template = "“{label}”的日期 {day} 还没有到。"


@dataclass(frozen=True, slots=True)
class NewFact:
    """What a source says of a subject: ``raw`` is JSON or text as ``read_value`` reads it."""

    subject: SubjectRef
    name: str
    raw: object
    source: str
    observed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many rows were new words, and how many said what was known already."""

    written: int
    unchanged: int


def record_facts(
    *, actor: Actor, facts: Sequence[NewFact], registry: FactRegistry, now: datetime
) -> Recorded:
    """Write facts; a word that repeats the current one changes nothing (safe to send twice).

    All or nothing: raises ``FactValueError`` for an unknown name, another kind of subject or
    an unreadable value, and ``ObservedTooLateError`` for a day after ``now``.
    """
    prepared = [_prepared(fact, registry, now) for fact in facts]
    # One word per subject and fact and call: the last one given.
    latest = {(fact.subject.id, fact.name): (fact, value) for fact, value in prepared}
    written = 0
    with transaction.atomic():
        # In one order everywhere: two files with the same facts must not wait for each other.
        keys = sorted(latest)
        for start in range(0, len(keys), CHUNK_ROWS):
            chunk = [latest[key] for key in keys[start : start + CHUNK_ROWS]]
            written += _write_chunk(chunk, actor=actor, now=now)
        subjects = {fact.subject for fact, _ in latest.values()}
        record_audit(
            actor=actor,
            action="policy.record_facts",
            subject=next(iter(subjects)) if len(subjects) == 1 else None,
            detail={"written": written, "given": len(facts), "subjects": len(subjects)},
            at=now,
        )
    return Recorded(written=written, unchanged=len(facts) - written)


def _prepared(
    fact: NewFact, registry: FactRegistry, now: datetime
) -> tuple[NewFact, bool | int | str | None]:
    spec = registry.get(fact.name)
    if spec is None or spec.subject != fact.subject.kind:
        raise FactValueError(
            field=fact.name, label=fact.name, text="", allowed="没有登记过这个名字。"
        )
    if fact.observed_on is not None and fact.observed_on > now.astimezone(_SHANGHAI).date():
        raise ObservedTooLateError(label=spec.labels.zh, day=fact.observed_on)
    return fact, json_value(spec, fact.raw)


def json_value(spec: FactSpec, raw: object) -> bool | int | str | None:
    """The raw value in the registry's strict JSON form, so that a row reads back the same.

    A value outside the declared bounds is kept as it came: reading it again says why it is
    unusable. Raises ``FactValueError`` when it is not of the fact's kind.
    """
    reading = read_value(spec, raw)
    if reading.value is None:
        return None if raw is None or isinstance(raw, date) else str(raw)[:60] or None
    strict = value_json(spec, reading.value)
    return strict if isinstance(strict, bool | int) else str(strict)


def _write_chunk(
    chunk: list[tuple[NewFact, bool | int | str | None]], *, actor: Actor, now: datetime
) -> int:
    """Supersede and insert.

    Race: two sources tell of one fact at once. SQLite's write lock puts them in order; on
    PostgreSQL both may find the same current row (or none), and the unique constraint
    ``one_current_fact`` stops the second, which then looks again and goes after the first.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _supersede_and_insert(chunk, actor=actor, now=now)
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _supersede_and_insert(
    chunk: list[tuple[NewFact, bool | int | str | None]], *, actor: Actor, now: datetime
) -> int:
    current = current_rows((fact.subject.id for fact, _ in chunk), (fact.name for fact, _ in chunk))
    fresh: list[FactRecord] = []
    stale: list[UUID] = []
    for fact, value in chunk:
        held = current.get((fact.subject.id, fact.name))
        if held is not None:
            same = (held.value, held.source, held.observed_on) == (
                value,
                fact.source,
                fact.observed_on,
            )
            if same:
                continue
            stale.append(held.id)
        fresh.append(
            FactRecord(
                subject_kind=fact.subject.kind,
                subject_id=fact.subject.id,
                name=fact.name,
                value=value,
                source=fact.source,
                observed_on=fact.observed_on,
                known_at=now,
                recorded_by=actor.label,
            )
        )
    FactRecord.objects.filter(id__in=stale, superseded_at__isnull=True).update(superseded_at=now)
    FactRecord.objects.bulk_create(fresh)
    return len(fresh)


def dispute_fact(
    *,
    actor: Actor,
    subject: SubjectRef,
    name: str,
    claimed_value: str,
    note: str,
    now: datetime,
) -> UUID:
    """Say that a fact is wrong. Raises ``FactNotFoundError``, ``DisputeOpenError``.

    The caller has checked that the actor acts for the subject. A disputed fact is shown as
    such wherever it is used, and cannot alone refuse a case.
    """
    if not note.strip() and not claimed_value.strip():
        raise WordsNeededError(field="note")
    with transaction.atomic():
        row = (
            FactRecord.objects.select_for_update()
            .filter(
                subject_id=subject.id,
                subject_kind=subject.kind,
                name=name,
                superseded_at__isnull=True,
            )
            .first()
        )
        if row is None:
            raise FactNotFoundError
        if FactDispute.objects.filter(fact=row, state="open").exists():
            raise DisputeOpenError
        dispute = FactDispute.objects.create(
            fact=row,
            subject_kind=subject.kind,
            subject_id=subject.id,
            claimed_value=claimed_value.strip()[:60],
            note=note.strip()[:500],
            raised_by=actor.label,
            created_at=now,
        )
        record_audit(
            actor=actor,
            action="policy.dispute_fact",
            subject=subject,
            entity=f"policy.FactDispute:{dispute.id}",
            detail={"fact": name},
            at=now,
        )
    return dispute.id


@dataclass(frozen=True, slots=True)
class Correction:
    """The right value as its source has it now: ``raw`` as ``read_value`` reads it."""

    raw: object
    source: str
    observed_on: date


def answer_dispute(
    *,
    actor: Actor,
    dispute_id: UUID,
    answer: str,
    corrected: bool = False,
    correction: Correction | None = None,
    registry: FactRegistry | None = None,
    link: str = "",
    now: datetime,
) -> SubjectRef:
    """Close a dispute with words, and with the corrected fact where it was wrong; tell the subject.

    ``corrected`` needs the ``correction`` (and the ``registry`` to read it by): the new record,
    the answer, the message and the audit row stand or fall together. The caller has checked that
    the actor answers for the subject. Returns the subject.

    Raises ``WordsNeededError``, ``CorrectionNeededError``, ``SameValueError``, the errors of
    ``record_facts``, ``FactNotFoundError``. Race: two officers answer at once; the row is locked
    and the second is refused with ``DisputeAnsweredError``.
    """
    if not answer.strip():
        raise WordsNeededError(field="answer")
    if corrected and (correction is None or registry is None or not correction.source.strip()):
        raise CorrectionNeededError(field="value")
    with transaction.atomic():
        row = (
            FactDispute.objects.select_for_update(of=("self",))
            .select_related("fact")
            .filter(id=dispute_id)
            .first()
        )
        if row is None:
            raise FactNotFoundError
        if row.state != "open":
            raise DisputeAnsweredError
        subject = SubjectRef("person" if row.subject_kind == "person" else "firm", row.subject_id)
        if corrected and correction is not None and registry is not None:
            row.correction = _corrected(row, subject, correction, registry, actor=actor, now=now)
        row.state = "corrected" if corrected else "upheld"
        row.answered_by, row.answered_at, row.answer = actor.label, now, answer.strip()[:500]
        row.save()
        record_audit(
            actor=actor,
            action="policy.answer_dispute",
            subject=subject,
            entity=f"policy.FactDispute:{row.id}",
            detail={"state": row.state, "fact": row.fact.name},
            at=now,
        )
        _tell(row, subject, link=link, actor=actor, now=now)
    return subject


def _tell(row: FactDispute, subject: SubjectRef, *, link: str, actor: Actor, now: datetime) -> None:
    send_message(
        to=subject,
        kind="policy.dispute_answered",
        title="您提的信息异议有结果了",
        body=f"{_STATE_WORDS[row.state]}{row.answer}",
        key=f"policy.dispute_answered:{row.id}",
        link=link,
        actor=actor,
        now=now,
    )


_STATE_WORDS = {
    "corrected": "您说得对，已经更正。",
    "upheld": "核对过了，原来的信息没有变。",
}


def _corrected(
    row: FactDispute,
    subject: SubjectRef,
    correction: Correction,
    registry: FactRegistry,
    *,
    actor: Actor,
    now: datetime,
) -> FactRecord:
    """The record that takes the disputed one's place.

    A newer word may have come since the dispute was raised; where that word already says the
    corrected value, from whatever source, it is the correction.
    """
    fact = NewFact(subject, row.fact.name, correction.raw, correction.source.strip(),
                   correction.observed_on)  # fmt: skip
    spec = registry.get(row.fact.name)
    if spec is not None and json_value(spec, correction.raw) == row.fact.value:
        raise SameValueError(field="value")
    record_facts(actor=actor, facts=[fact], registry=registry, now=now)
    return current_rows([subject.id], [row.fact.name])[subject.id, row.fact.name]
