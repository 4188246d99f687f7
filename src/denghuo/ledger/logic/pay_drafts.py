"""What is asked for when money is to be paid, and whether it may be asked at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from denghuo.kernel.masking import mask_middle
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.logic.bank_formats import PURPOSE_BYTES_MAX
from denghuo.ledger.logic.bank_lines import cut_text
from denghuo.ledger.logic.payees import (
    BANK_BYTES_MAX,
    BANK_ENCODING,
    NAME_BYTES_MAX,
    demand_own_account,
    read_account_number,
    read_bank_text,
)

AMOUNT_FEN_MAX = 10**14
KEY_MAX = 100
TAIL_DIGITS = 4
# Crockford's digits: no letter that is read as another over the telephone.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_DIGITS = 14
_PAIRS = [low + high for high in _DIGITS for low in _DIGITS]


class PayAmountError(RefusalError):
    """Nothing, less than nothing, or more than any office pays at once."""

    code = "ledger.pay_amount"
    template = "付款金额不对：要大于 0。请核对决定书上的金额。"


class PayKeyError(RefusalError):
    """An order without a key could be sent twice."""

    code = "ledger.pay_key"
    template = "这笔付款缺少编号或事由，没有开单。"


@dataclass(frozen=True, slots=True, repr=False)
class PayOrderDraft:
    """One payment as a room above asks for it.

    ``key`` is the caller's own: the same key is never paid twice. ``about`` says what it is for
    (``cases.Case:<uuid>``); ``payee_name`` is the subject's registered name, ``account_name``
    what the bank has; ``fund`` is the code of the account that pays; ``purpose`` is printed on
    the payee's statement.
    """

    key: str
    about: str
    payee: SubjectRef
    payee_name: str
    account_name: str
    account_no: str
    bank: str
    amount_fen: int
    fund: str
    purpose: str

    def __repr__(self) -> str:
        return f"PayOrderDraft({self.key})"


class CheckedDraft(PayOrderDraft):
    """A draft that passed ``checked_draft``, which alone makes one: a season asks twice."""

    __slots__ = ()


def checked_draft(draft: PayOrderDraft) -> CheckedDraft:
    """The draft in the writing a bank file takes; one that was checked before as it is.

    Raises ``PayKeyError``, ``PayAmountError``, ``AccountNameError``, ``AccountNumberError``,
    ``PersonalAccountError``, ``BankTextError``: ask before approving, not at payment.
    """
    if isinstance(draft, CheckedDraft):
        return draft
    if not (0 < len(draft.key) <= KEY_MAX and draft.about):
        raise PayKeyError
    if not 0 < draft.amount_fen <= AMOUNT_FEN_MAX:
        raise PayAmountError(field="amount")
    demand_own_account(payee_name=draft.payee_name, account_name=draft.account_name)
    return CheckedDraft(
        key=draft.key,
        about=draft.about,
        payee=draft.payee,
        payee_name=draft.payee_name.strip(),
        account_name=read_bank_text(draft.account_name, what="户名", bytes_max=NAME_BYTES_MAX),
        account_no=read_account_number(draft.account_no, draft.payee.kind),
        bank=read_bank_text(draft.bank, what="开户银行", bytes_max=BANK_BYTES_MAX),
        amount_fen=draft.amount_fen,
        fund=draft.fund,
        purpose=_printed(draft.purpose),
    )


@lru_cache(maxsize=256)  # as many as there are service items
def _printed(purpose: str) -> str:
    """What stands on the payee's statement."""
    text = read_bank_text(purpose, what="用途", bytes_max=10 * PURPOSE_BYTES_MAX)
    return cut_text(text, bytes_max=PURPOSE_BYTES_MAX, encoding=BANK_ENCODING)


def content_of(draft: PayOrderDraft) -> str:
    """Everything that makes it this payment, as one text, for a keyed digest.

    Not the payee's number: two records of one person may become one, and a retry then comes
    with the other. Whose account it is, the name and the number of the account say.
    """
    told = [
        *(draft.about, draft.account_name, draft.account_no, draft.bank),
        *(draft.amount_fen, draft.fund, draft.purpose),
    ]
    return json.dumps(told, ensure_ascii=False)


def reference_of(key: str) -> str:
    """``P`` and 14 digits of 32: what bank and people call the payment, the same for a key."""
    return "P" + _name_of(key, _REFERENCE_DIGITS)


def file_number_of(key: str) -> str:
    """``F`` and 14 digits of 32: what bank and people call a file."""
    return "F" + _name_of(key, _REFERENCE_DIGITS)


def masked_account(tail: str) -> str:
    """``****0128``."""
    return mask_middle("****" + tail, keep_start=0, keep_end=TAIL_DIGITS)


def _name_of(key: str, digits: int) -> str:
    value = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16])
    name = ""
    for _ in range(digits // 2):
        name += _PAIRS[value & 1023]
        value >>= 10
    return name


def transit_account(fund: str) -> str:
    """The account of what was ordered from a fund and has not arrived: money on its way."""
    return "transit:" + fund.removeprefix("fund:")


def bank_account(fund: str) -> str:
    """The account of what a fund has at its bank."""
    return "bank:" + fund.removeprefix("fund:")
