"""Requests to reverse an entry, as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import EntryNotFoundError
from denghuo.ledger.models import ReversalRequest
from denghuo.ledger.queries.entries import entries_in_sight, entry_seen
from denghuo.platform.public import Actor


class ReversalRequestNotFoundError(RefusalError):
    """No such request, or not one this actor may see."""

    code = "ledger.reversal_request_not_found"
    template = "没有找到这份冲正申请。"
    status = 404


@dataclass(frozen=True, slots=True)
class ReversalRequestView:
    """Who asked for what, and how it was answered."""

    id: UUID
    entry_id: int
    reason: str
    state: str
    state_name: str
    asked_by: str
    asked_name: str
    asked_at: datetime
    decided_name: str
    decided_at: datetime | None
    answer: str


def reversal_request(actor: Actor, request_id: UUID) -> ReversalRequestView:
    """Raises ``ReversalRequestNotFoundError`` also where its entry is out of sight."""
    row = ReversalRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise ReversalRequestNotFoundError
    try:
        entry_seen(actor, row.entry_id)
    except EntryNotFoundError:
        raise ReversalRequestNotFoundError from None
    return _views([row])[0]


def requests_about(entry_id: int) -> tuple[ReversalRequestView, ...]:
    """All requests about an entry that the reader was shown, the latest first."""
    rows = ReversalRequest.objects.filter(entry=entry_id).order_by("-created_at")
    return tuple(_views(rows))


def open_requests(actor: Actor, *, most: int = 50) -> tuple[ReversalRequestView, ...]:
    """Requests in sight that wait for an answer, the oldest first."""
    rows = ReversalRequest.objects.filter(
        entries_in_sight(actor, entry="entry_id"), state="asked"
    ).order_by("created_at")
    return tuple(_views(rows[:most]))


def _views(rows: Iterable[ReversalRequest]) -> list[ReversalRequestView]:
    return [
        ReversalRequestView(
            id=row.pk,
            entry_id=row.entry_id,
            reason=row.reason,
            state=row.state,
            state_name=ReversalRequest.STATES[row.state],
            asked_by=row.asked_by,
            asked_name=row.asked_name,
            asked_at=row.created_at,
            decided_name=row.decided_name,
            decided_at=row.decided_at,
            answer=row.answer,
        )
        for row in rows
    ]
