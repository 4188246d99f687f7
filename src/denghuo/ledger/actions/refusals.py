"""The ledger's refusals, and which of them a broken law of the database means."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.accounts import SIDES
from denghuo.ledger.logic.entries import read_lines
from denghuo.ledger.models import Account, Balance, Entry


class LedgerKeyReusedError(RefusalError):
    """The key was posted before with other content."""

    code = "ledger.key_reused"
    template = "编号“{key}”已经记过一笔内容不同的账。"
    status = 409


class PaymentEntryError(RefusalError):
    """The order and its entry would say different things, and the bank's answer find no way."""

    code = "ledger.payment_entry"
    template = (
        "第 {number} 号是付款的分录，不在这里冲正：没有发出的请撤销付款，发出的以银行回盘为准。"
    )
    status = 409


class NoSuchAccountError(RefusalError):
    """A line names an account that was never opened."""

    code = "ledger.no_such_account"
    template = "没有账户“{account}”，请先开户。"


class AccountClosedError(RefusalError):
    """Nothing is posted to a closed account."""

    code = "ledger.account_closed"
    template = "账户“{account}”已经销户，不能再记账。"
    status = 409


class BelowFloorError(RefusalError):
    """The account may not fall so low; nothing was posted."""

    code = "ledger.below_floor"
    template = "“{account}”的钱不够：可用 {available} 元，这次要 {asked} 元。没有记账。"
    status = 409


class AlreadyReversedError(RefusalError):
    """An entry is reversed once."""

    code = "ledger.already_reversed"
    template = "第 {number} 号分录已经冲正过，冲正分录是第 {by} 号。"
    status = 409


class ReversedTwiceError(RefusalError):
    """One call names an entry twice."""

    code = "ledger.reversed_twice"
    template = "同一批里第 {number} 号分录出现了两次。"


class ReversalOfReversalError(RefusalError):
    """A reversal stands; what it undid is posted anew."""

    code = "ledger.reversal_of_reversal"
    template = "第 {number} 号本身就是冲正分录，不能再冲正。请重新记一笔。"
    status = 409


def explain(
    refused: IntegrityError, rows: Sequence[tuple[str, int | None]]
) -> RefusalError | IntegrityError:
    """Which rule the rows (lines, the entry reversed) broke; the error itself where none is seen.

    Looked at after the transaction was undone, so under other writers the sums told may be a
    moment newer than those that refused.
    """
    codes = {line.account for lines, _ in rows for line in read_lines(lines)}
    accounts = {one.code: one for one in Account.objects.filter(code__in=codes)}
    standing = Balance.objects.in_bulk([one.pk for one in accounts.values()])
    available = {
        code: SIDES[one.kind] * standing[one.pk].balance_fen - standing[one.pk].held_fen
        for code, one in accounts.items()
    }
    for lines, reverses in rows:
        if reverses is not None:
            mirror = Entry.objects.filter(reverses=reverses).first()
            if mirror is not None:
                return AlreadyReversedError(number=reverses, by=mirror.pk)
        for line in read_lines(lines):
            account = accounts.get(line.account)
            if account is None:
                return NoSuchAccountError(account=line.account)
            if account.closed_at is not None:
                return AccountClosedError(account=account.name)
            change = SIDES[account.kind] * line.amount_fen
            before = available[line.account]
            available[line.account] += change
            if account.floor_fen is not None and available[line.account] < account.floor_fen:
                return BelowFloorError(
                    account=account.name,
                    available=Money(before - account.floor_fen).yuan_text,
                    asked=Money(-change).yuan_text,
                )
    return refused
