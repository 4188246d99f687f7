"""The change of a decision that waits for another signature, as the desk sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.cases.models import PendingDecision


@dataclass(frozen=True, slots=True)
class PendingView:
    """What would be decided, and since when it waits."""

    id: UUID
    kind: str
    kind_text: str
    result_text: str
    amount_fen: int
    note: str
    since: datetime


def pending_change(case_id: UUID) -> PendingView | None:
    """For readers who may see the case at the desk; None where nothing waits."""
    row = PendingDecision.objects.filter(case=case_id, state="open").first()
    if row is None:
        return None
    return PendingView(
        row.pk,
        row.kind,
        row.get_kind_display(),
        row.get_result_display(),
        row.amount_fen,
        row.note,
        row.created_at,
    )
