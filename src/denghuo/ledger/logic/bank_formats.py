"""What the files of a bank look like: columns, widths, words for results, the cut-off hour.

A format is data. The two here have the shape that Chinese banks give their batch payments
(批量代发): a header with count and sum, one line for each payment, a trailer with count, sum and
digest; the columns of a real bank are laid down in the agreement with it and become a third
entry (docs/payments.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.pay_states import ReturnReason
from denghuo.ledger.logic.payees import BANK_BYTES_MAX, BANK_ENCODING, NAME_BYTES_MAX

CellKind = Literal["text", "count", "fen", "day"]
FileKind = Literal["pay", "query", "return"]
ROWS_MAX = 500_000
PURPOSE_BYTES_MAX = 60
REFERENCE_BYTES_MAX = 32
MESSAGE_BYTES_MAX = 80
# Two working days after settlement an answer that has not come counts as missing.
ANSWER_DAYS = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, and its width in bytes where columns are fixed."""

    name: str
    kind: CellKind
    width: int


_FIRST = (Column("file_kind", "text", 8), Column("batch", "text", 16), Column("day", "day", 8))
_SUMS = (Column("rows", "count", 8), Column("sum_fen", "fen", 18))
HEADERS: Mapping[FileKind, tuple[Column, ...]] = {
    "pay": (*_FIRST, *_SUMS, Column("fund", "text", 64)),
    "query": (*_FIRST, *_SUMS, Column("fund", "text", 64)),
    "return": (*_FIRST, *_SUMS, Column("remark", "text", 64)),
}
ROWS: Mapping[FileKind, tuple[Column, ...]] = {
    "pay": (
        Column("reference", "text", REFERENCE_BYTES_MAX),
        Column("account_no", "text", 32),
        Column("account_name", "text", NAME_BYTES_MAX),
        Column("bank", "text", BANK_BYTES_MAX),
        Column("amount_fen", "fen", 18),
        Column("purpose", "text", PURPOSE_BYTES_MAX),
    ),
    "query": (
        Column("reference", "text", REFERENCE_BYTES_MAX),
        Column("batch", "text", 16),
        Column("amount_fen", "fen", 18),
    ),
    "return": (
        Column("reference", "text", REFERENCE_BYTES_MAX),
        Column("amount_fen", "fen", 18),
        Column("code", "text", 8),
        Column("message", "text", MESSAGE_BYTES_MAX),
    ),
}
TRAILER = (*_SUMS, Column("digest", "text", 64))
# How a file says what it is; a stand-in's remark keeps its answers out of real books.
FILE_MARKS: Mapping[FileKind, str] = {"pay": "DHPAY1", "query": "DHASK1", "return": "DHRET1"}
STAND_IN_REMARK = "演示数据：不是银行的答复"

Answer = Literal["settled", "returned", "processing"]


@dataclass(frozen=True, slots=True)
class BankResult:
    """What one result code of a bank means."""

    answer: Answer
    words: str
    reason: ReturnReason | None = None


_RESULTS: Mapping[str, BankResult] = {
    "0000": BankResult("settled", "成功"),
    "P001": BankResult("processing", "处理中"),
    "E101": BankResult("returned", "户名不符", ReturnReason.WRONG_NAME),
    "E102": BankResult("returned", "账户已销户", ReturnReason.CLOSED_ACCOUNT),
    "E103": BankResult("returned", "账户被冻结", ReturnReason.FROZEN_ACCOUNT),
    "E104": BankResult("returned", "账号不存在", ReturnReason.NO_SUCH_ACCOUNT),
    "E199": BankResult("returned", "银行拒收", ReturnReason.BANK_REFUSED),
}


@dataclass(frozen=True, slots=True)
class BankFormat:
    """One bank's way of writing. ``begins`` are the first bytes of every file of it."""

    code: str
    name: str
    layout: Literal["fixed", "csv"]
    begins: bytes
    ending: str
    cut_off: time
    encoding: str = BANK_ENCODING
    results: Mapping[str, BankResult] = field(default_factory=lambda: _RESULTS)


FORMATS: Mapping[str, BankFormat] = {
    one.code: one
    for one in (
        BankFormat("fixed", "定长文本代发文件（GB 18030）", "fixed", b"HDH", "txt", time(16, 0)),
        BankFormat("csv", "CSV 代发文件（GB 18030）", "csv", b"H,DH", "csv", time(15, 30)),
    )
}


class UnknownBankFormatError(RefusalError):
    """No such format is set up."""

    code = "ledger.bank_format"
    template = "没有登记这种银行文件格式。请先选一种已登记的格式。"


def bank_format(code: str) -> BankFormat:
    """Raises ``UnknownBankFormatError``."""
    found = FORMATS.get(code)
    if found is None:
        raise UnknownBankFormatError
    return found


def format_of(head: bytes) -> BankFormat:
    """Whose file begins so. Raises ``UnknownBankFormatError``."""
    for one in FORMATS.values():
        if head.startswith(one.begins):
            return one
    raise UnknownBankFormatError(field="file")


def first_bank_day(local: datetime, cut_off: time) -> date:
    """The day a bank counts a file as come in: the next one when the cut-off hour is over.

    ``local`` is the instant where the bank is. Whether that day is worked, a calendar says.
    """
    day = date(local.year, local.month, local.day)
    return day if local.time() < cut_off else day + timedelta(days=1)
