"""Sent codes as the pages need them: to whom, for what; never the digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from denghuo.people.logic.phone import Phone
from denghuo.people.models import PhoneCode

# How long a proven phone may take to say who it belongs to.
PROVEN_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class CodeView:
    """One code that was sent."""

    id: UUID
    phone: Phone
    purpose: str
    sent_at: datetime
    expires_at: datetime


def code_view(code_id: UUID, *, purpose: str) -> CodeView | None:
    """The code with an id, if it was for this purpose."""
    row = PhoneCode.objects.filter(pk=code_id, purpose=purpose).first()
    return _view(row) if row else None


def proven_phone(code_id: UUID, *, purpose: str, now: datetime) -> Phone | None:
    """The phone whose code was used, while that is fresh."""
    row = PhoneCode.objects.filter(
        pk=code_id, purpose=purpose, used_at__gt=now - PROVEN_FOR
    ).first()
    return Phone(row.phone) if row else None


def _view(row: PhoneCode) -> CodeView:
    return CodeView(
        id=row.pk,
        phone=Phone(row.phone),
        purpose=row.purpose,
        sent_at=row.created_at,
        expires_at=row.expires_at,
    )
