"""Test clients that sign in by key, as programs do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.test import Client
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import NewApiKey, make_staff_key, make_subject_key
from denghuo.platform.public import SYSTEM

BASE = "/api/v1"


def staff_key(
    staff_id: UUID, *, label: str = "夜间对账", days: int = 30, now: datetime | None = None
) -> NewApiKey:
    """A key of a member of staff."""
    return make_staff_key(
        staff_id=staff_id, label=label, days=days, actor=SYSTEM, now=now or timezone.now()
    )


def subject_key(
    subject: SubjectRef,
    *,
    scopes: Iterable[str] = ("read",),
    label: str = "财务软件",
    days: int = 30,
    now: datetime | None = None,
) -> NewApiKey:
    """A key of a person or firm."""
    return make_subject_key(
        subject=subject,
        scopes=scopes,
        label=label,
        days=days,
        actor=SYSTEM,
        now=now or timezone.now(),
    )


def program(key: NewApiKey | str) -> Client:
    """A client that sends the key with every request."""
    text = key if isinstance(key, str) else key.key
    return Client(headers={"Authorization": f"Bearer {text}"})
