"""An entry is reversed by two persons: one asks and says why, another confirms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import keepers
from denghuo.ledger.actions.entries import reverse_entry
from denghuo.ledger.actions.refusals import (
    AlreadyReversedError,
    PaymentEntryError,
    ReversalOfReversalError,
)
from denghuo.ledger.logic.pay_states import PAYMENT_KINDS
from denghuo.ledger.models import ReversalRequest
from denghuo.ledger.queries.entries import EntryView, entry_seen
from denghuo.ledger.queries.reversals import (
    ReversalRequestNotFoundError,
    ReversalRequestView,
    reversal_request,
)
from denghuo.platform.public import Actor, demand, record_audit, take_audit_turn

REASON_LENGTH_MAX = 200


class ReasonMissingError(RefusalError):
    """The next reader needs to know why."""

    code = "ledger.reason_missing"
    template = "请写明原因，最多 200 个字。"


class ReversalAskedError(RefusalError):
    """Somebody asked already."""

    code = "ledger.reversal_asked"
    template = "这笔分录已经有人申请冲正，正在等复核。"
    status = 409


class SamePersonError(RefusalError):
    """Maker and checker are two persons."""

    code = "ledger.same_person"
    template = "申请是您提的，要由另一位基金财务人员复核。"
    status = 409


class ReversalDecidedError(RefusalError):
    """Answered before."""

    code = "ledger.reversal_decided"
    template = "这份申请已经处理过：{state}。"
    status = 409


def ask_reversal(*, actor: Actor, entry_id: int, reason: str, now: datetime) -> ReversalRequestView:
    """Ask that an entry in the actor's sight be reversed.

    Raises ``NotAllowedError`` but for treasurers, ``EntryNotFoundError``,
    ``AlreadyReversedError``, ``ReversalOfReversalError``, ``ReversalAskedError``,
    ``PaymentEntryError`` for an entry that a payment order posted.
    """
    demand(keepers, actor)
    entry = entry_seen(actor, entry_id)
    if entry.kind in PAYMENT_KINDS:
        raise PaymentEntryError(number=entry.id)
    if entry.reverses is not None:
        raise ReversalOfReversalError(number=entry.id)
    if entry.reversed_by is not None:
        raise AlreadyReversedError(number=entry.id, by=entry.reversed_by)
    row = ReversalRequest(
        entry_id=entry_id,
        reason=_read_reason(reason, field="reason"),
        asked_by=actor.label,
        asked_name=actor.name[:60],
        created_at=now,
    )
    try:
        with transaction.atomic():
            ReversalRequest.objects.bulk_create([row])
            _audit(actor, "ledger.ask_reversal", row.pk, now, entry=entry_id)
    except IntegrityError:
        # Two asked at once: the unique index let one through.
        raise ReversalAskedError from None
    return reversal_request(actor, row.pk)


@transaction.atomic
def confirm_reversal(*, actor: Actor, request_id: UUID, now: datetime) -> EntryView:
    """Reverse the entry, today. Raises ``SamePersonError`` for who asked,
    ``ReversalDecidedError``, and what ``reverse_entry`` raises."""
    row = _open_request(actor, request_id)
    if row.asked_by == actor.label:
        raise SamePersonError
    mirror = reverse_entry(
        actor=actor,
        entry_id=row.entry_id,
        key=f"reversal-request:{row.pk}",
        reason=row.reason,
        on=day_of(now),
        now=now,
    )
    _decide(actor, row, "confirmed", "", now)
    return mirror


@transaction.atomic
def decline_reversal(
    *, actor: Actor, request_id: UUID, answer: str, now: datetime
) -> ReversalRequestView:
    """Leave the entry as it is, and say why. Raises ``SamePersonError``,
    ``ReversalDecidedError``, ``ReasonMissingError``."""
    row = _open_request(actor, request_id)
    if row.asked_by == actor.label:
        raise SamePersonError
    _decide(actor, row, "declined", _read_reason(answer, field="answer"), now)
    return reversal_request(actor, request_id)


@transaction.atomic
def withdraw_reversal(*, actor: Actor, request_id: UUID, now: datetime) -> ReversalRequestView:
    """Take one's own request back; somebody else's is answered 404."""
    row = _open_request(actor, request_id)
    if row.asked_by != actor.label:
        raise ReversalRequestNotFoundError
    _decide(actor, row, "withdrawn", "", now)
    return reversal_request(actor, request_id)


def _open_request(actor: Actor, request_id: UUID) -> ReversalRequest:
    demand(keepers, actor)
    reversal_request(actor, request_id)  # answers 404 where it is not the actor's to see
    take_audit_turn()
    row = ReversalRequest.objects.select_for_update().get(pk=request_id)
    if row.state != "asked":
        raise ReversalDecidedError(state=ReversalRequest.STATES[row.state])
    return row


def _decide(actor: Actor, row: ReversalRequest, state: str, answer: str, now: datetime) -> None:
    ReversalRequest.objects.filter(pk=row.pk).update(
        state=state,
        decided_by=actor.label,
        decided_name=actor.name[:60],
        decided_at=now,
        answer=answer,
    )
    verb = {"confirmed": "confirm", "declined": "decline", "withdrawn": "withdraw"}[state]
    _audit(actor, f"ledger.{verb}_reversal", row.pk, now, entry=row.entry_id)


def _audit(actor: Actor, action: str, request_id: UUID, now: datetime, *, entry: int) -> None:
    record_audit(
        actor=actor,
        action=action,
        entity=f"ledger.Entry:{entry}",
        detail={"request": str(request_id)},
        at=now,
    )


def _read_reason(text: str, *, field: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= REASON_LENGTH_MAX or not words.isprintable():
        raise ReasonMissingError(field=field)
    return words
