"""Set sums aside before they are spent; give them free, spend them, let them run out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.actions.entries import post
from denghuo.ledger.actions.refusals import (
    AccountClosedError,
    BelowFloorError,
    LedgerKeyReusedError,
    NoSuchAccountError,
)
from denghuo.ledger.logic.accounts import SIDES
from denghuo.ledger.logic.entries import AMOUNT_FEN_MAX, NewEntry, demand_words
from denghuo.ledger.models import Account, Balance, Hold
from denghuo.ledger.queries.entries import EntryView
from denghuo.ledger.queries.holds import HoldNotFoundError, HoldView, hold_of, hold_views
from denghuo.platform.public import Actor, record_audit, take_audit_turn

_HOLD = "hold"
_EXPIRE_CHUNK = 1000


class HoldAmountError(RefusalError):
    """A whole number of fen above zero, within bounds."""

    code = "ledger.hold_amount"
    template = "冻结的金额要大于零。"


class HoldEndedError(RefusalError):
    """The hold was released, spent or ran out."""

    code = "ledger.hold_ended"
    template = "这笔冻结已经结束（{state}），不能再动。"
    status = 409


class HoldExceededError(RefusalError):
    """The entry takes another sum from the account than the hold set aside."""

    code = "ledger.hold_exceeded"
    template = "这笔冻结是 {held} 元，分录从账户里支出 {asked} 元，超出了。"


class HoldsNotPlacedError(RefusalError):
    """One of many could not be placed; none was."""

    code = "ledger.holds_not_placed"
    template = "没有冻结：其中有一笔钱不够，或者编号用过。请一笔一笔来。"
    status = 409


def place_hold(
    *,
    actor: Actor,
    key: str,
    account: str,
    amount_fen: int,
    about: str,
    memo: str = "",
    expires_at: datetime | None = None,
    now: datetime,
) -> HoldView:
    """Set a sum aside; the same key with the same content gives the first hold back.

    Raises ``BelowFloorError`` when not so much is available, ``LedgerKeyReusedError``,
    ``NoSuchAccountError``, ``AccountClosedError``, ``HoldAmountError``.
    """
    demand_words(key=key, kind=_HOLD, about=about, memo=memo)
    if type(amount_fen) is not int or not 0 < amount_fen <= AMOUNT_FEN_MAX:
        raise HoldAmountError
    wanted = (account, amount_fen, about, memo, expires_at)
    found = _placed(key, wanted)
    if found is not None:
        return found
    row = Account.objects.filter(code=account).first()
    if row is None:
        raise NoSuchAccountError(account=account[:40])
    hold = Hold(
        key=key,
        account=row,
        amount_fen=amount_fen,
        about=about,
        memo=memo,
        expires_at=expires_at,
        created_at=now,
        made_by=actor.label,
    )
    try:
        with transaction.atomic():
            take_audit_turn()
            Hold.objects.bulk_create([hold])
            _audit(actor, "ledger.place_hold", hold.pk, now)
    except IntegrityError:
        # Race: the key was used since we looked; else the account has not so much to spare.
        found = _placed(key, wanted)
        if found is not None:
            return found
        standing = Balance.objects.get(pk=row.pk)
        if standing.closed:
            raise AccountClosedError(account=row.name) from None
        if row.floor_fen is None:
            raise
        available = SIDES[row.kind] * standing.balance_fen - standing.held_fen - row.floor_fen
        raise BelowFloorError(
            account=row.name,
            available=Money(available).yuan_text,
            asked=Money(amount_fen).yuan_text,
        ) from None
    return hold_of(hold.pk)


@dataclass(frozen=True, slots=True)
class NewHold:
    """One of many sums to be set aside, under the caller's key."""

    key: str
    account: str
    amount_fen: int


@transaction.atomic
def place_many_holds(
    *, actor: Actor, holds: Sequence[NewHold], about: str, memo: str = "", now: datetime
) -> dict[str, UUID]:
    """Set many sums aside about one thing, all or none, with one audit row; their ids by key.

    A season sets aside what is left in each of its funds after every chunk. Raises
    ``HoldsNotPlacedError`` where one of them cannot be placed or its key was used: which one,
    and why, ``place_hold`` says. Inside a transaction it is as if nothing had been tried.
    """
    for one in holds:
        demand_words(key=one.key, kind=_HOLD, about=about, memo=memo)
        if type(one.amount_fen) is not int or not 0 < one.amount_fen <= AMOUNT_FEN_MAX:
            raise HoldAmountError
    take_audit_turn()
    accounts = dict(
        Account.objects.filter(code__in={one.account for one in holds}).values_list("code", "pk")
    )
    if any(one.account not in accounts for one in holds):
        raise HoldsNotPlacedError
    rows = [
        Hold(
            key=one.key,
            account_id=accounts[one.account],
            amount_fen=one.amount_fen,
            about=about,
            memo=memo,
            created_at=now,
            made_by=actor.label,
        )
        for one in holds
    ]
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(rows)
    except IntegrityError:
        raise HoldsNotPlacedError from None
    if rows:
        _audit_many(actor, "ledger.place_holds", about, rows, now)
    return {row.key: row.pk for row in rows}


@transaction.atomic
def release_many_holds(
    *, actor: Actor, hold_ids: Collection[UUID], about: str, now: datetime
) -> dict[UUID, int]:
    """Give those of the holds about something that live free again, with one audit row; what each
    set aside. One that ended before, or is about something else, is not in the answer."""
    take_audit_turn()
    # One lock for all, in the order of their ids, as whoever locks one of them finds them.
    rows = list(
        Hold.objects.select_for_update(of=("self",))
        .filter(pk__in=hold_ids, about=about, state="live")
        .order_by("pk")
    )
    if rows:
        Hold.objects.filter(pk__in=[row.pk for row in rows], state="live").update(
            state="released", ended_at=now
        )
        _audit_many(actor, "ledger.release_holds", about, rows, now)
    return {row.pk: row.amount_fen for row in rows}


@transaction.atomic
def release_hold(*, actor: Actor, hold_id: UUID, now: datetime) -> HoldView:
    """Give the sum free again. A released one stays released; raises ``HoldEndedError`` for one
    that was spent or ran out, ``HoldNotFoundError`` where there is none."""
    take_audit_turn()
    row = _locked(hold_id)
    if row.state == "live":
        _end(row, "released", now)
        _audit(actor, "ledger.release_hold", row.pk, now)
    elif row.state != "released":
        raise HoldEndedError(state=Hold.STATES[row.state])
    return hold_of(hold_id)


@transaction.atomic
def settle_hold(*, actor: Actor, hold_id: UUID, entry: NewEntry, now: datetime) -> EntryView:
    """Spend the hold by an entry; what the entry does not take is free again.

    The entry takes at most the held sum from the hold's account, else ``HoldExceededError``.
    The same entry once more gives the first back; raises ``HoldEndedError`` when the hold
    ended otherwise, and what ``post`` raises.
    """
    take_audit_turn()
    row = _locked(hold_id)
    taken = -sum(
        SIDES[row.account.kind] * line.amount_fen
        for line in entry.lines
        if line.account == row.account.code
    )
    if not 0 < taken <= row.amount_fen:
        raise HoldExceededError(held=Money(row.amount_fen).yuan_text, asked=Money(taken).yuan_text)
    if row.state == "live":
        # The room first, then the entry that takes it; the key is checked when we commit.
        _end(row, "settled", now, entry_key=entry.key)
        _audit(actor, "ledger.settle_hold", row.pk, now)
    elif row.state != "settled" or row.entry_id != entry.key:
        raise HoldEndedError(state=Hold.STATES[row.state])
    return post(
        actor=actor,
        key=entry.key,
        kind=entry.kind,
        lines=entry.lines,
        about=entry.about,
        on=entry.on,
        memo=entry.memo,
        now=now,
    )


@transaction.atomic
def expire_holds(*, actor: Actor, now: datetime) -> int:
    """Give free what ran out; how many. One audit row, none when nothing did."""
    take_audit_turn()
    due = list(
        Hold.objects.filter(state="live", expires_at__lte=now)
        .order_by("expires_at")
        .values_list("pk", flat=True)[:_EXPIRE_CHUNK]
    )
    if due:
        Hold.objects.filter(pk__in=due, state="live").update(state="expired", ended_at=now)
        record_audit(
            actor=actor,
            action="ledger.expire_holds",
            entity="ledger.Hold",
            detail={"holds": len(due)},
            at=now,
        )
    return len(due)


def _placed(key: str, wanted: tuple[object, ...]) -> HoldView | None:
    found = hold_views(Hold.objects.filter(key=key).select_related("account"))
    if not found:
        return None
    first = found[0]
    if (first.account, first.amount_fen, first.about, first.memo, first.expires_at) != wanted:
        raise LedgerKeyReusedError(key=key)
    return first


def _locked(hold_id: UUID) -> Hold:
    # The account is never changed under us, and an outer join could not be locked.
    row = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=hold_id)
        .first()
    )
    if row is None:
        raise HoldNotFoundError
    return row


def _end(row: Hold, state: str, now: datetime, *, entry_key: str | None = None) -> None:
    Hold.objects.filter(pk=row.pk, state="live").update(
        state=state, ended_at=now, entry_id=entry_key
    )


def _audit_many(actor: Actor, action: str, about: str, rows: Sequence[Hold], now: datetime) -> None:
    total = sum(row.amount_fen for row in rows)
    record_audit(
        actor=actor,
        action=action,
        entity="ledger.Hold",
        detail={"holds": len(rows), "about": about, "yuan": Money(total).yuan_text},
        at=now,
    )


def _audit(actor: Actor, action: str, hold_id: UUID, now: datetime) -> None:
    record_audit(actor=actor, action=action, entity=f"ledger.Hold:{hold_id}", at=now)
