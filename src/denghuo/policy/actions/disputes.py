"""Disputing facts, and answering disputes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, record_audit, send_message
from denghuo.policy.actions.facts import NewFact, json_value, record_correction
from denghuo.policy.logic.registry import FactRegistry
from denghuo.policy.models import FactDispute, FactRecord
from denghuo.policy.queries.facts import current_rows


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
    record_correction(actor=actor, fact=fact, registry=registry, now=now)
    return current_rows([subject.id], [row.fact.name])[subject.id, row.fact.name]
