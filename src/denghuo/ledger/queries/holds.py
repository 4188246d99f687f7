"""Holds as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.models import Hold


class HoldNotFoundError(RefusalError):
    """No such hold."""

    code = "ledger.hold_not_found"
    template = "没有找到这笔冻结。"
    status = 404


@dataclass(frozen=True, slots=True)
class HoldView:
    """One sum set aside. ``state`` is live, released, settled or expired; ``entry_key`` names
    the entry that spent it."""

    id: UUID
    key: str
    account: str
    amount_fen: int
    about: str
    memo: str
    state: str
    placed_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    entry_key: str | None


def hold_of(hold_id: UUID) -> HoldView:
    """Raises ``HoldNotFoundError``."""
    found = hold_views(Hold.objects.filter(pk=hold_id).select_related("account"))
    if not found:
        raise HoldNotFoundError
    return found[0]


def live_holds(code: str, *, most: int = 50) -> tuple[HoldView, ...]:
    """The oldest live holds of an account."""
    rows = Hold.objects.filter(account__code=code, state="live").select_related("account")
    return tuple(hold_views(rows.order_by("created_at", "pk")[:most]))


def hold_views(rows: Iterable[Hold]) -> list[HoldView]:
    """Views of rows read with their accounts."""
    return [
        HoldView(
            id=row.pk,
            key=row.key,
            account=row.account.code,
            amount_fen=row.amount_fen,
            about=row.about,
            memo=row.memo,
            state=row.state,
            placed_at=row.created_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            entry_key=row.entry_id,
        )
        for row in rows
    ]
