"""What a journal entry is: lines that sum to zero, and the mirror that reverses it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.accounts import read_code

LINES_MIN = 2
LINES_MAX = 200
AMOUNT_FEN_MAX = 10**15  # ten trillion yuan: more than the region turns over in a year
REVERSAL = "reversal"
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_KEY = re.compile(r"[\x21-\x7e]{1,120}")
_ABOUT = re.compile(r"[a-z_]+\.[A-Za-z_]+:[\x21-\x7e]+")
ABOUT_LENGTH_MAX = 120
MEMO_LENGTH_MAX = 200


class UnbalancedEntryError(RefusalError):
    """Debits and credits differ."""

    code = "ledger.unbalanced"
    template = "借贷不平：借方 {debit} 元，贷方 {credit} 元。"


class TooFewLinesError(RefusalError):
    """Money comes from somewhere and goes somewhere."""

    code = "ledger.too_few_lines"
    template = "一笔分录至少两行，最多 {most} 行，这里有 {count} 行。"


class LineAmountError(RefusalError):
    """A line moves a whole number of fen, not nothing and not beyond all bounds."""

    code = "ledger.line_amount"
    template = "“{account}”这一行的金额不对：要是整数分，不能是零。"


class AccountTwiceError(RefusalError):
    """Two lines on one account are one line."""

    code = "ledger.account_twice"
    template = "“{account}”在同一笔分录里出现了两次，请合成一行。"


class EntryWordsError(RefusalError):
    """Key, kind, about or memo cannot be kept as written."""

    code = "ledger.entry_words"
    template = "分录的“{part}”写得不对。"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a debit above zero, a credit below, in fen."""

    account: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be posted. ``key`` makes a retry harmless; ``about`` names what it is about
    (``cases.Case:<uuid>``); ``on`` is the day it counts for."""

    key: str
    kind: str
    lines: tuple[Line, ...]
    about: str
    on: date
    memo: str = ""


@dataclass(frozen=True, slots=True)
class NewReversal:
    """One entry to be reversed, and why."""

    entry_id: int
    key: str
    reason: str
    on: date


def write_lines(lines: Sequence[Line]) -> str:
    """The lines as the entry's row keeps them: JSON sorted by account.

    Raises ``TooFewLinesError``, ``LineAmountError``, ``AccountTwiceError``,
    ``UnbalancedEntryError`` or ``NotAccountCodeError``.
    """
    if not LINES_MIN <= len(lines) <= LINES_MAX:
        raise TooFewLinesError(most=LINES_MAX, count=len(lines))
    seen: dict[str, int] = {}
    for line in lines:
        amount = line.amount_fen
        if type(amount) is not int or not 0 < abs(amount) <= AMOUNT_FEN_MAX:
            raise LineAmountError(account=line.account[:40])
        if line.account in seen:
            raise AccountTwiceError(account=line.account[:40])
        seen[read_code(line.account)] = amount
    if sum(seen.values()) != 0:
        debit = sum(amount for amount in seen.values() if amount > 0)
        credit = -sum(amount for amount in seen.values() if amount < 0)
        raise UnbalancedEntryError(debit=Money(debit).yuan_text, credit=Money(credit).yuan_text)
    # Codes are plain ASCII without quotes (read_code), so nothing needs escaping.
    return "[" + ",".join(f'["{code}",{seen[code]}]' for code in sorted(seen)) + "]"


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of an entry's row, debits first, as a voucher shows them."""
    lines = [Line(account, amount) for account, amount in json.loads(text)]
    return tuple(sorted(lines, key=lambda line: line.amount_fen < 0))


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The same lines the other way round."""
    return tuple(Line(line.account, -line.amount_fen) for line in lines)


def demand_words(*, key: str, kind: str, about: str, memo: str) -> None:
    """Raise ``EntryWordsError`` unless the words fit their columns and can be searched for."""
    for part, sound in (
        ("编号", _KEY.fullmatch(key)),
        ("类别", _KIND.fullmatch(kind)),
        ("事由", len(about) <= ABOUT_LENGTH_MAX and _ABOUT.fullmatch(about)),
        ("摘要", len(memo) <= MEMO_LENGTH_MAX and memo.isprintable()),
    ):
        if not sound:
            raise EntryWordsError(part=part)
