"""A bank for the demo and for tests: answers a payment file with faults of chosen frequency.

No dice: what befalls a payment follows from the seed and its reference, so the same file and
seed give the same answer, byte for byte. The answer says in its header that it is no bank's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from denghuo.ledger.logic.bank_formats import STAND_IN_REMARK, BankFormat
from denghuo.ledger.logic.bank_lines import FileHead, Record, draw_file, open_file

FAULTS: Mapping[str, str] = {
    "wrong_name": "E101",
    "closed_account": "E102",
    "frozen_account": "E103",
    "no_such_account": "E104",
    "bank_refused": "E199",
    "processing": "P001",
    # The others are faults of the bank itself, not results.
    "missing": "",
    "repeated": "0000",
    "amount_differs": "0000",
    "unknown_order": "0000",
    "unknown_code": "Z999",
}
_SCALE = 1_000_000


@dataclass(frozen=True, slots=True)
class FaultRates:
    """How many of a million payments meet each fault, by the names in ``FAULTS``.

    Raises ``ValueError`` for an unknown name or rates that add up to more than all.
    """

    per_million: Mapping[str, int]

    def __post_init__(self) -> None:
        if not self.per_million.keys() <= FAULTS.keys():
            raise ValueError("unknown fault")
        if any(rate < 0 for rate in self.per_million.values()):
            raise ValueError("a rate is not negative")
        if sum(self.per_million.values()) > _SCALE:
            raise ValueError("more faults than payments")


def answer_payments(
    form: BankFormat,
    read: Callable[[], Iterable[bytes]],
    *,
    rates: FaultRates,
    seed: int,
    day: date,
    chosen: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[bytes]:
    """The answer file to a payment or query file, in its own format. ``chosen``: by reference,
    the fault a payment meets for certain.

    ``read`` gives the bytes anew each time: once to check and to count, once to answer.
    Raises ``BankFileError`` before the first line of the answer.
    """
    asked, lines = open_file(form, ("pay", "query"), read())
    count = total = 0
    for line in lines:
        for row in _answers(line.cells, rates, seed, chosen):
            count, total = count + 1, total + _fen(row)
    head = FileHead("return", asked.batch, day, count, total, STAND_IN_REMARK)
    _, lines = open_file(form, ("pay", "query"), read())
    rows = (row for line in lines for row in _answers(line.cells, rates, seed, chosen))
    yield from draw_file(form, head, rows)


def _answers(
    payment: Record, rates: FaultRates, seed: int, chosen: Mapping[str, str]
) -> Iterator[Record]:
    """No row, one or two for one payment."""
    reference = str(payment["reference"])
    fault = chosen.get(reference) or _fault_of(reference, rates, seed)
    code = FAULTS[fault] if fault else "0000"
    if fault == "missing":
        return
    row: Record = {
        "reference": payment["reference"],
        "amount_fen": payment["amount_fen"],
        "code": code,
        "message": "",
    }
    if fault == "amount_differs":
        row = {**row, "amount_fen": _fen(row) + 1}
    if fault == "unknown_order":
        row = {**row, "reference": "X" + str(row["reference"])[1:][::-1]}
    yield row
    if fault == "repeated":
        yield row


def _fault_of(reference: str, rates: FaultRates, seed: int) -> str:
    drawn = hashlib.sha256(f"{seed}:{reference}".encode()).digest()
    place = int.from_bytes(drawn[:8]) * _SCALE >> 64
    for fault, rate in rates.per_million.items():
        if place < rate:
            return fault
        place -= rate
    return ""


def _fen(row: Record) -> int:
    amount = row["amount_fen"]
    assert isinstance(amount, int)  # noqa: S101  read from an amount column
    return amount
