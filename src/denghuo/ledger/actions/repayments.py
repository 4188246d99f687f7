"""Money that comes back: a row of the bank's statement, booked once, into the fund it left.

What a fund paid and should not have is asked back by the room that paid; here it is booked. The
mirror of a payment would say that the payment never was, so this is an entry of its own: debit
what the fund has at its bank, credit the fund.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import AccountNotFoundError, may_pay
from denghuo.ledger.actions.entries import post
from denghuo.ledger.actions.refusals import LedgerKeyReusedError
from denghuo.ledger.logic.entries import Line
from denghuo.ledger.logic.pay_drafts import bank_account
from denghuo.ledger.logic.pay_states import REPAID_ENTRY
from denghuo.ledger.queries.accounts import account_of
from denghuo.ledger.queries.entries import EntryView, entries_by_key
from denghuo.platform.public import Actor

# Banks number the rows of a statement with letters, digits and a few marks between them.
_REFERENCE = re.compile(r"[0-9A-Z][0-9A-Z._/-]{3,39}")


class BankReferenceError(RefusalError):
    """The number that makes a row of a statement this row, and no other."""

    code = "ledger.bank_reference"
    template = "请照银行流水填流水号：4 到 40 位字母或数字。"


class BankReferenceUsedError(RefusalError):
    """The row was booked before: for something else, or with another sum or day."""

    code = "ledger.bank_reference_used"
    template = "流水号 {reference} 已经登记过，金额、日期或办件不一样。请核对银行流水。"
    status = 409


class RepaidDayError(RefusalError):
    """A statement tells of what has happened."""

    code = "ledger.repaid_day"
    template = "到账日期不能在今天以后。"


def _row_key(fund: str, bank_reference: str) -> tuple[str, str, EntryView | None]:
    """The key under which this row of a statement is booked, the row's number as it is written,
    and the entry that stands under the key. Raises ``BankReferenceError``."""
    text = "".join(unicodedata.normalize("NFKC", bank_reference).split()).upper()
    if not _REFERENCE.fullmatch(text):
        raise BankReferenceError(field="bank_reference")
    first = f"repaid:{fund.removeprefix('fund:')}:{text}"
    key, found = first, entries_by_key([first]).get(first)
    while found is not None and found.reversed_by is not None:
        # Booked for the wrong thing and reversed: the row itself is still true.
        key = f"{first}#{found.id}"
        found = entries_by_key([key]).get(key)
    return key, text, found


def repayment_booked(*, fund: str, bank_reference: str) -> EntryView | None:
    """The entry of this row, if it is booked. Raises ``BankReferenceError``."""
    return _row_key(fund, bank_reference)[2]


def record_repayment(
    *,
    actor: Actor,
    about: str,
    fund: str,
    amount_fen: int,
    bank_reference: str,
    on: date,
    now: datetime,
) -> EntryView:
    """Book what came back into the fund on a day, by a treasurer of the fund's area.

    The same row of the statement again gives the first entry back. Raises ``BankReferenceError``,
    ``BankReferenceUsedError``, ``RepaidDayError``, ``AccountNotFoundError``.
    """
    account = account_of(fund)
    if not may_pay(actor, account.area):
        raise AccountNotFoundError
    if on > day_of(now):
        raise RepaidDayError(field="on")
    key, reference, _booked = _row_key(fund, bank_reference)
    try:
        return post(
            actor=actor,
            key=key,
            kind=REPAID_ENTRY,
            lines=[Line(bank_account(fund), amount_fen), Line(fund, -amount_fen)],
            about=about,
            on=on,
            memo=f"退回款项，银行流水号 {reference}",
            now=now,
        )
    except LedgerKeyReusedError:
        raise BankReferenceUsedError(field="bank_reference", reference=reference) from None
