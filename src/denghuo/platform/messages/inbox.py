"""The inbox: what the person at hand has been told, and whether they have read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import Actor, NotAllowedError, acts_within
from denghuo.platform.audit import record_audit
from denghuo.platform.logic.sms import SIGNATURE, TEMPLATES
from denghuo.platform.models.messages import Delivery, Message

PAGE_LENGTH = 20
DEMO_BOX_LENGTH = 50


class NoSuchMessageError(RefusalError):
    """There is no such message, or it is somebody else's."""

    code = "platform.no_such_message"
    template = "没有这条消息，或者它不是给您的。"
    status = 404


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One message as its reader sees it."""

    id: UUID
    kind: str
    title: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of an inbox, newest first."""

    messages: tuple[InboxMessage, ...]
    page: int
    pages: int
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class DemoSms:
    """A short message that stayed in the house, for the demo's own page of them."""

    phone: str
    text: str
    at: datetime
    failure: str


def inbox_owner(actor: Actor) -> SubjectRef | None:
    """Whose inbox the actor reads: the firm they act for, else their own.

    Acting for a relative opens the relative's errands, not their letters. A firm's are open to
    whom the firm lets ``read``; others have none while they act for it.
    """
    firm = actor.acting_for
    if firm is not None and firm.kind == "firm":
        return firm if acts_within(actor, firm, "read") else None
    return actor.person


def unread_messages(actor: Actor) -> int:
    """How many wait to be read, for the shell."""
    owner = inbox_owner(actor)
    if owner is None:
        return 0
    return Message.objects.filter(to=str(owner), read_at__isnull=True).count()


def inbox_page(actor: Actor, *, page: int) -> InboxPage:
    """One page of the actor's inbox; a page beyond the end is the last."""
    owner = inbox_owner(actor)
    rows = Message.objects.filter(to=str(owner or "nobody"))
    total = rows.count()
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE_LENGTH
    found = rows.order_by("-created_at", "-id")[start : start + PAGE_LENGTH]
    return InboxPage(
        messages=tuple(_view(row) for row in found),
        page=page,
        pages=pages,
        total=total,
        unread=unread_messages(actor),
    )


@transaction.atomic
def read_message(*, actor: Actor, message_id: UUID, now: datetime) -> InboxMessage:
    """The message, marked as read the first time: the proof that the person was told.

    Raises ``NoSuchMessageError``, also for another party's message.
    """
    owner = inbox_owner(actor)
    row = Message.objects.filter(id=message_id, to=str(owner or "nobody")).first()
    if row is None or owner is None:
        raise NoSuchMessageError
    # The condition decides between two open tabs: one of them marks and records.
    marked = Message.objects.filter(id=row.id, read_at__isnull=True).update(read_at=now)
    if marked:
        row.read_at = now
        record_audit(
            actor=actor,
            action="platform.read_message",
            subject=owner,
            entity=f"platform.message:{row.id}",
            at=now,
        )
    return _view(row)


def demo_sms_box() -> tuple[DemoSms, ...]:
    """The newest short messages of the demo, which never leave the house.

    Raises ``NotAllowedError`` anywhere but in demo mode.
    """
    if not settings.DEMO:
        raise NotAllowedError
    rows = Delivery.objects.filter(channel="sms").order_by("-created_at", "-id")
    return tuple(
        DemoSms(
            phone=row.address or "",
            text=_demo_text(row),
            at=row.created_at,
            failure=row.failure,
        )
        for row in rows[:DEMO_BOX_LENGTH]
    )


def _demo_text(row: Delivery) -> str:
    if row.values is None:
        return SIGNATURE
    return TEMPLATES[row.template].fill(json.loads(row.values))


def _view(row: Message) -> InboxMessage:
    return InboxMessage(
        id=row.id,
        kind=row.kind,
        title=row.title,
        body=row.body,
        link=row.link,
        created_at=row.created_at,
        read_at=row.read_at,
    )
