"""Saying that something held about oneself is wrong, and answering."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import (
    PersonNotFoundError,
    RecordNotFoundError,
    answers_for,
    may_see_person,
)
from denghuo.people.models import CorrectionRequest
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import Actor, record_audit, send_message


class AnswerNeededError(RefusalError):
    """A correction is answered with words."""

    code = "people.answer_needed"
    template = "请写一句答复，让对方知道核对的结果。"


@transaction.atomic
def ask_correction(*, person_id: UUID, field: str, words: str, actor: Actor, now: datetime) -> UUID:
    """Say that something held about oneself is wrong. A second request finds the first."""
    row = person_row(person_id)
    if not may_see_person(actor, person_id=row.pk, residence=row.residence, scope="apply"):
        raise PersonNotFoundError
    request, made = CorrectionRequest.objects.get_or_create(
        person=row, field=field, state="open", defaults={"words": words, "created_at": now}
    )
    if made:
        record_audit(
            actor=actor,
            action="people.ask_correction",
            subject=SubjectRef("person", row.pk),
            entity=f"people.correction_request:{request.pk}",
            detail={"field": field},
            at=now,
        )
    return request.pk


@transaction.atomic
def answer_correction(
    *, request_id: UUID, corrected: bool, answer: str, actor: Actor, now: datetime
) -> None:
    """Answer a request with words; the person gets a message."""
    if not answer.strip():
        raise AnswerNeededError(field="answer")
    request = (
        CorrectionRequest.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=request_id, state="open")
        .first()
    )
    if request is None or not answers_for(actor, request.person.residence):
        raise RecordNotFoundError
    request.state = "corrected" if corrected else "kept"
    request.answer = answer.strip()[:300]
    request.answered_at = now
    request.answered_by_id = actor.staff_id
    request.save()
    ref = SubjectRef("person", request.person_id)
    record_audit(
        actor=actor,
        action="people.answer_correction",
        subject=ref,
        entity=f"people.correction_request:{request.pk}",
        detail={"state": request.state},
        at=now,
    )
    send_message(
        to=ref,
        kind="people.correction_answered",
        title="您提出的更正有了答复",
        body=request.answer,
        key=f"people.correction_answered:{request.pk}",
        actor=actor,
        now=now,
    )
