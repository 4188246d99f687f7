"""Made-up payments and bank answers for the tests of payment orders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from denghuo.ledger.logic.bank_formats import bank_format
from denghuo.ledger.logic.bank_lines import FileHead, Record, draw_file

FIXED, CSV = "fixed", "csv"
DAY = date(2026, 11, 24)


def card(number: int) -> str:
    """A made-up card of sixteen digits: prefix 0000, right check digit."""
    body = f"0000{number:011d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def pay_row(number: int, **given: str | int) -> Record:
    """One line of a payment file."""
    return {
        "reference": f"P{number:012d}",
        "account_no": card(number + 1),
        "account_name": "乌云·其木格",
        "bank": "内蒙古银行呼和浩特新城支行",
        "amount_fen": 11_184_000 + number,
        "purpose": "稳岗返还",
        **given,
    }


def return_file(
    form: str,
    answers: Sequence[tuple[str, int, str, str]],
    *,
    batch: str = "F0123456789AB",
    day: date = DAY,
    remark: str = "",
    spoil: int | None = None,
) -> bytes:
    """A bank's answer: reference, fen, code, message for each row, totals and digest right.

    ``spoil`` makes the amount of that row unreadable, as a bank's own fault would.
    """
    rows: list[Record] = [
        {"reference": reference, "amount_fen": fen, "code": code, "message": message}
        for reference, fen, code, message in answers
    ]
    head = FileHead("return", batch, day, len(rows), sum(a[1] for a in answers), remark)
    lines = list(draw_file(bank_format(form), head, rows))
    if spoil is None:
        return b"".join(lines)
    drawn = (b"%018d" if form == FIXED else b",%d.00,") % answers[spoil][1]
    wrong = b"x" * 18 if form == FIXED else b",x,"
    lines[spoil + 1] = lines[spoil + 1].replace(drawn, wrong)
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest().encode()
    lines[-1] = lines[-1].rstrip(b"\r\n")[:-64] + digest + b"\r\n"
    return b"".join(lines)
