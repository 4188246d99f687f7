"""What a journal entry is: lines that sum to zero, and the mirror that reverses it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.accounts import read_code

LINES_MIN = 2
LINES_MAX = 200
AMOUNT_FEN_MAX = 10**15  # ten trillion yuan: more than the region turns over in a year
REVERSAL = "reversal"
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_ABOUT = re.compile(r"[a-z_]+\.[A-Za-z_]+:[\x21-\x7e]+")
KEY_LENGTH_MAX = 120
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
    said: dict[str, int] = {}
    total = 0
    for line in lines:
        amount = line.amount_fen
        if type(amount) is not int or not 0 < abs(amount) <= AMOUNT_FEN_MAX:
            raise LineAmountError(account=line.account[:40])
        if line.account in said:
            raise AccountTwiceError(account=line.account[:40])
        said[read_code(line.account)] = amount
        total += amount
    if total != 0:
        debit = sum(amount for amount in said.values() if amount > 0)
        raise UnbalancedEntryError(
            debit=Money(debit).yuan_text, credit=Money(debit - total).yuan_text
        )
    # Codes are plain ASCII without quotes (read_code), so nothing needs escaping.
    return "[" + ",".join([f'["{code}",{said[code]}]' for code in sorted(said)]) + "]"


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of an entry's row, debits first, as a voucher shows them."""
    return debits_first([Line(account, amount) for account, amount in json.loads(text)])


def debits_first(lines: Sequence[Line]) -> tuple[Line, ...]:
    """As a person reads them: debits before credits, each by account."""
    if len(lines) == LINES_MIN:  # nearly every entry, and no need to sort
        first, second = lines
        return (first, second) if first.amount_fen > 0 else (second, first)
    return tuple(sorted(lines, key=_as_read))


def _as_read(line: Line) -> tuple[bool, str]:
    return line.amount_fen < 0, line.account


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The same lines the other way round."""
    return tuple(Line(line.account, -line.amount_fen) for line in lines)


def demand_words(*, key: str, kind: str, about: str, memo: str) -> None:
    """Raise ``EntryWordsError`` unless the words fit their columns and can be searched for."""
    if not (0 < len(key) <= KEY_LENGTH_MAX and _plain(key)):
        raise EntryWordsError(part="编号")
    if not _kind_fits(kind):
        raise EntryWordsError(part="类别")
    if len(about) > ABOUT_LENGTH_MAX or not _ABOUT.fullmatch(about):
        raise EntryWordsError(part="事由")
    if len(memo) > MEMO_LENGTH_MAX or not memo.isprintable():
        raise EntryWordsError(part="摘要")


def _plain(text: str) -> bool:
    """Printable ASCII without a space."""
    return text.isascii() and text.isprintable() and " " not in text


@lru_cache(maxsize=256)  # there are a few dozen kinds
def _kind_fits(kind: str) -> bool:
    return _KIND.fullmatch(kind) is not None
