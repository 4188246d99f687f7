"""Agreeing to a use of one's data, and taking the agreement back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.logic.consents import PURPOSES
from denghuo.people.models import Consent
from denghuo.platform.public import Actor, record_audit


class UnknownPurposeError(RefusalError):
    """Consent is asked for named uses only."""

    code = "people.unknown_purpose"
    template = "没有这一项授权。"
    status = 404


@transaction.atomic
def give_consent(*, person_id: UUID, purpose: str, actor: Actor, now: datetime) -> None:
    """Agree to one use; agreeing twice is agreeing once."""
    if purpose not in PURPOSES:
        raise UnknownPurposeError
    _consent, made = Consent.objects.get_or_create(
        person_id=person_id, purpose=purpose, withdrawn_at=None, defaults={"given_at": now}
    )
    if made:
        _audit_consent("people.give_consent", person_id, purpose, actor, now)


@transaction.atomic
def withdraw_consent(*, person_id: UUID, purpose: str, actor: Actor, now: datetime) -> None:
    """Take a consent back; what was done under it before stays lawful (PIPL art. 15)."""
    if purpose not in PURPOSES:
        raise UnknownPurposeError
    changed = Consent.objects.filter(
        person_id=person_id, purpose=purpose, withdrawn_at__isnull=True
    ).update(withdrawn_at=now)
    if changed:
        _audit_consent("people.withdraw_consent", person_id, purpose, actor, now)


def _audit_consent(action: str, person_id: UUID, purpose: str, actor: Actor, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=SubjectRef("person", person_id),
        detail={"purpose": purpose},
        at=now,
    )
