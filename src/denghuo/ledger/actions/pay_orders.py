"""Order payments; cancel, reissue or give up single ones.

Every action takes its turn at the audit chain before it locks a row: two of them queue and
never wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.access import may_pay
from denghuo.ledger.actions.accounts import open_account
from denghuo.ledger.actions.entries import post_many, reverse_orders
from denghuo.ledger.logic.entries import Line, NewEntry, NewReversal
from denghuo.ledger.logic.pay_drafts import (
    TAIL_DIGITS,
    CheckedDraft,
    PayOrderDraft,
    bank_account,
    checked_draft,
    content_of,
    reference_of,
    transit_account,
)
from denghuo.ledger.logic.pay_states import (
    ORDERED_ENTRY,
    REASON_NAMES,
    SAME_ACCOUNT_MAY_WORK,
    PayEvent,
    PayState,
    ReturnReason,
    next_state,
)
from denghuo.ledger.logic.payees import fold_name, read_account_number
from denghuo.ledger.models import PayOrder
from denghuo.ledger.queries.accounts import AccountView, accounts_of
from denghuo.ledger.queries.payments import (
    PayOrderNotFoundError,
    PayOrderView,
    ordered_view,
    pay_order,
    pay_orders_by_key,
)
from denghuo.platform.public import (
    Actor,
    NotAllowedError,
    RowWriter,
    fresh_ids,
    lookup_digest,
    one_of,
    publish,
    record_audit,
    take_audit_turn,
)

DRAFTS_MAX = 5_000
NOTE_MAX = 200
_BESIDE = ("在途付款", "银行存款")


class PayKeyReusedError(RefusalError):
    """The key was ordered before with other content."""

    code = "ledger.pay_key_reused"
    template = "编号“{key}”已经开过一笔内容不同的付款，没有再开。"
    status = 409


class FundUnknownError(RefusalError):
    """The order names an account that pays nobody."""

    code = "ledger.fund_unknown"
    template = "“{fund}”不是可以付款的基金账户。请先开户。"


class SameAccountError(RefusalError):
    """The account that sent the money back would send it back again."""

    code = "ledger.same_account"
    template = "上一次因为“{reason}”被退回，还是同一个账户。请换一个账户，或先请银行改正。"
    status = 409


class NoteNeededError(RefusalError):
    """Whoever stops a payment says why."""

    code = "ledger.note_needed"
    template = "请写明原因，最多 200 个字。"


def order_payments(
    *, actor: Actor, drafts: Sequence[PayOrderDraft], now: datetime
) -> list[PayOrderView]:
    """Order up to 5,000 payments, all or none; the fund is charged at once.

    A key ordered before with the same content gives the first order back and charges nothing.
    Raises what ``checked_draft`` raises, ``PayKeyReusedError``, ``FundUnknownError``, and
    ``BelowFloorError`` when a fund has not enough.
    """
    if actor.kind not in {"staff", "system"}:
        raise NotAllowedError
    if len(drafts) > DRAFTS_MAX:
        raise ValueError(f"at most {DRAFTS_MAX} orders at once")
    checked: dict[str, CheckedDraft] = {}
    for draft in drafts:
        own = checked_draft(draft)
        if checked.setdefault(draft.key, own) != own:
            raise PayKeyReusedError(key=draft.key)
    return _order(actor, checked, [draft.key for draft in drafts], now)


@transaction.atomic
def cancel_order(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> PayOrderView:
    """Take back an order that is in no file yet; the fund has its money again.

    Raises ``PayStepError`` once it is in a file, ``NoteNeededError``, ``PayOrderNotFoundError``.
    """
    row = _locked(actor, order_id)
    if row.state == PayState.CANCELLED:
        return pay_order(order_id)
    state = next_state(PayState(row.state), PayEvent.CANCEL)
    _mirror(row, actor=actor, ending="cancelled", reason=_note(reason), now=now)
    _move(row, state, now, note=_note(reason))
    _tell(row, actor, "cancel_order", "ledger.order_cancelled", now)
    return pay_order(order_id)


@transaction.atomic
def give_up_order(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> PayOrderView:
    """Decide that a returned payment is not tried again. Raises what ``cancel_order`` does."""
    row = _locked(actor, order_id)
    if row.state == PayState.GIVEN_UP:
        return pay_order(order_id)
    state = next_state(PayState(row.state), PayEvent.GIVE_UP)
    _move(row, state, now, note=_note(reason))
    _tell(row, actor, "give_up_order", "ledger.order_given_up", now)
    return pay_order(order_id)


@transaction.atomic
def reissue(
    *,
    actor: Actor,
    order_id: UUID,
    account_name: str,
    account_no: str,
    bank: str,
    now: datetime,
) -> PayOrderView:
    """Order a returned payment anew, by a person, to a corrected account; gives the new order.

    Once: asked again with the same account, the first new order comes back. Raises
    ``PayStepError``, ``SameAccountError``, ``PayKeyReusedError`` and what ``order_payments``
    raises.
    """
    row = _locked(actor, order_id)
    payee = SubjectRef.read(row.payee)
    draft = PayOrderDraft(
        key=f"reissue:{row.pk}",
        about=row.about,
        payee=payee,
        payee_name=row.payee_name,
        account_name=account_name,
        account_no=account_no,
        bank=bank,
        amount_fen=row.amount_fen,
        fund=row.fund,
        purpose=row.purpose,
    )
    if row.state == PayState.REISSUED:
        return order_payments(actor=actor, drafts=[draft], now=now)[0]
    state = next_state(PayState(row.state), PayEvent.REISSUE)
    _demand_other_account(row, draft)
    _move(row, state, now)
    own = checked_draft(draft)
    _order(actor, {draft.key: own}, [draft.key], now, reissue_of=row.pk)
    _tell(row, actor, "reissue_order", "ledger.order_reissued", now)
    return pay_orders_by_key([draft.key])[draft.key]


def log_payments_export(*, actor: Actor, rows: int, now: datetime) -> None:
    """Say who takes a list of orders, and how many there are."""
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="ledger.export_payments",
            entity="ledger.PayOrder",
            detail={"rows": rows},
            at=now,
        )


def digest_of(draft: PayOrderDraft) -> bytes:
    """Keyed, because an account number can be guessed from a plain digest."""
    return lookup_digest(content_of(draft), field="ledger.pay_order")


def _order(
    actor: Actor,
    drafts: dict[str, CheckedDraft],
    keys: Sequence[str],
    now: datetime,
    *,
    reissue_of: UUID | None = None,
) -> list[PayOrderView]:
    new = _not_ordered(drafts)
    written: dict[str, PayOrderView] = {}
    if new:
        try:
            written = _write(actor, new, now, reissue_of)
        except IntegrityError:
            # Race: the same keys were ordered since we looked; the second look finds them.
            if len(_not_ordered(drafts)) == len(new):
                raise
            return _order(actor, drafts, keys, now, reissue_of=reissue_of)
    views = written | pay_orders_by_key([key for key in drafts if key not in written])
    return [views[key] for key in keys]


def _not_ordered(drafts: dict[str, CheckedDraft]) -> list[CheckedDraft]:
    """Raises ``PayKeyReusedError`` where a key was ordered with other content."""
    rows = PayOrder.objects.filter(key__in=one_of(drafts, text=True))
    found = dict(rows.values_list("key", "digest"))
    for key, digest in found.items():
        if bytes(digest) != digest_of(drafts[key]):
            raise PayKeyReusedError(key=key)
    return [draft for key, draft in drafts.items() if key not in found]


_COLUMNS = (
    *("id", "key", "reference", "digest", "about", "payee", "payee_name", "account_name"),
    *("account_no", "account_tail", "bank", "amount_fen", "fund", "area", "purpose", "entry_id"),
)


@transaction.atomic
def _write(
    actor: Actor, drafts: Sequence[CheckedDraft], now: datetime, reissue_of: UUID | None
) -> dict[str, PayOrderView]:
    """Charge the funds and write the orders; their views by key, as they would be read back."""
    take_audit_turn()
    funds = _funds(actor, sorted({draft.fund for draft in drafts}), now)
    today = day_of(now)
    entries = post_many(
        actor=actor, entries=[_ordering_entry(draft, today) for draft in drafts], now=now
    )
    same = {"created_at": now, "changed_at": now, "reissue_of_id": reissue_of}
    ids = fresh_ids(len(drafts), now)
    references = [reference_of(draft.key) for draft in drafts]
    RowWriter(PayOrder, {**same, "made_by": actor.label}, _COLUMNS).write(
        ids,
        [draft.key for draft in drafts],
        references,
        [digest_of(draft) for draft in drafts],
        [draft.about for draft in drafts],
        [str(draft.payee) for draft in drafts],
        [draft.payee_name for draft in drafts],
        [draft.account_name for draft in drafts],
        [draft.account_no for draft in drafts],
        [draft.account_no[-TAIL_DIGITS:] for draft in drafts],
        [draft.bank for draft in drafts],
        [draft.amount_fen for draft in drafts],
        [draft.fund for draft in drafts],
        [funds[draft.fund].area for draft in drafts],
        [draft.purpose for draft in drafts],
        [entry.id for entry in entries],
    )
    alone = len(drafts) == 1
    total = sum(draft.amount_fen for draft in drafts)
    record_audit(
        actor=actor,
        action="ledger.order_payments",
        subject=drafts[0].payee if alone else None,
        entity=f"ledger.PayOrder:{ids[0]}" if alone else "ledger.PayOrder",
        detail={"orders": len(drafts), "yuan": Money(total).yuan_text},
        at=now,
    )
    return {
        draft.key: ordered_view(
            draft,
            id=one,
            reference=reference,
            area=funds[draft.fund].area,
            entry_id=entry.id,
            reissue_of=reissue_of,
            made_by=actor.label,
            at=now,
        )
        for draft, one, reference, entry in zip(drafts, ids, references, entries, strict=True)
    }


def _ordering_entry(draft: PayOrderDraft, on: date) -> NewEntry:
    return NewEntry(
        key=f"pay.ordered:{draft.key}",
        kind=ORDERED_ENTRY,
        lines=(
            Line(draft.fund, draft.amount_fen),
            Line(transit_account(draft.fund), -draft.amount_fen),
        ),
        about=draft.about,
        on=on,
        memo=draft.purpose,
    )


def _funds(actor: Actor, codes: Sequence[str], now: datetime) -> dict[str, AccountView]:
    """The funds' accounts, with the accounts their payments go through opened beside them."""
    beside = {code: (transit_account(code), bank_account(code)) for code in codes}
    known = accounts_of([*codes, *chain.from_iterable(beside.values())])
    for code, own in beside.items():
        fund = known.get(code)
        if fund is None or fund.kind != "fund":
            raise FundUnknownError(fund=code)
        for one, name, kind in zip(own, _BESIDE, ("liability", "asset"), strict=True):
            there = known.get(one)
            if there is None or (there.kind, there.area, there.fund) != (
                kind,
                fund.area,
                fund.fund,
            ):
                open_account(
                    actor=actor,
                    code=one,
                    name=f"{fund.name}·{name}",
                    kind=kind,
                    area=fund.area,
                    fund=fund.fund,
                    now=now,
                )
    return {code: known[code] for code in codes}


def _locked(actor: Actor, order_id: UUID) -> PayOrder:
    """The order, kept from others until the transaction ends. Raises ``PayOrderNotFoundError``."""
    take_audit_turn()
    row = PayOrder.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if row is None or not may_pay(actor, row.area):
        raise PayOrderNotFoundError
    return row


def _move(row: PayOrder, state: PayState, now: datetime, *, note: str = "") -> None:
    PayOrder.objects.filter(pk=row.pk).update(state=state, changed_at=now, note=note or row.note)


def _mirror(row: PayOrder, *, actor: Actor, ending: str, reason: str, now: datetime) -> None:
    reversal = NewReversal(row.entry_id, f"pay.{ending}:{row.pk}", reason, day_of(now))
    reverse_orders(actor=actor, reversals=[reversal], now=now)


def _tell(row: PayOrder, actor: Actor, verb: str, event: str, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=f"ledger.{verb}",
        subject=SubjectRef.read(row.payee),
        entity=f"ledger.PayOrder:{row.pk}",
        at=now,
    )
    publish(event, {"order": str(row.pk), "about": row.about}, key=f"{event}:{row.pk}")


def _note(reason: str) -> str:
    text = " ".join(reason.split())
    if not 0 < len(text) <= NOTE_MAX:
        raise NoteNeededError(field="reason")
    return text


def _demand_other_account(row: PayOrder, draft: PayOrderDraft) -> None:
    reason = ReturnReason(row.reason)
    same_number = row.account_no == read_account_number(draft.account_no, draft.payee.kind)
    same = same_number and fold_name(row.account_name) == fold_name(draft.account_name)
    if same and reason not in SAME_ACCOUNT_MAY_WORK and row.bank == draft.bank.strip():
        raise SameAccountError(reason=REASON_NAMES[reason])
