"""The made-up bank: its faults come as often as asked for, and the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from denghuo.ledger.logic.bank_formats import STAND_IN_REMARK, bank_format
from denghuo.ledger.logic.bank_lines import BankFileError, FileHead, draw_file, open_file
from denghuo.ledger.logic.bank_stand_in import FAULTS, FaultRates, answer_payments
from tests.ledger.pay_kit import CSV, FIXED, pay_row

pytestmark = pytest.mark.no_postgres

DAY = date(2026, 11, 24)
ROWS = 4_000


def payments(form: str, count: int = ROWS) -> bytes:
    rows = [pay_row(number) for number in range(count)]
    total = sum(int(str(row["amount_fen"])) for row in rows)
    head = FileHead("pay", "F0123456789AB", DAY, count, total, "fund:unemployment:150100")
    return b"".join(draw_file(bank_format(form), head, rows))


def answer(form: str, content: bytes, seed: int = 1, **rates: int) -> bytes:
    lines = answer_payments(
        bank_format(form), lambda: [content], rates=FaultRates(rates), seed=seed, day=DAY
    )
    return b"".join(lines)


@pytest.mark.parametrize("form", [FIXED, CSV])
def test_without_faults_every_payment_is_made_once(form: str) -> None:
    head, lines = open_file(bank_format(form), ("return",), [answer(form, payments(form, 50))])
    rows = [line.cells for line in lines]
    assert head.note == STAND_IN_REMARK
    assert head.batch == "F0123456789AB"
    assert [row["reference"] for row in rows] == [pay_row(n)["reference"] for n in range(50)]
    assert {row["code"] for row in rows} == {"0000"}


def test_faults_come_as_often_as_asked_for() -> None:
    content = payments(CSV)
    rates = dict.fromkeys(FAULTS, 50_000)
    _, lines = open_file(bank_format(CSV), ("return",), [answer(CSV, content, **rates)])
    rows = [line.cells for line in lines]
    codes = Counter(row["code"] for row in rows)
    sent = {pay_row(n)["reference"]: pay_row(n)["amount_fen"] for n in range(ROWS)}
    named = Counter(row["reference"] for row in rows)
    expected = ROWS * 0.05
    for code in ("E101", "E102", "E103", "E104", "E199", "P001", "Z999"):
        assert expected * 0.6 < codes[code] < expected * 1.5, code
    strangers = sum(reference not in sent for reference in named)
    doubled = sum(count == 2 for count in named.values())
    other = sum(row["amount_fen"] != sent.get(row["reference"]) for row in rows) - strangers
    missing = len(sent.keys() - named.keys()) - strangers
    for found in (strangers, doubled, other, missing):
        assert expected * 0.6 < found < expected * 1.5


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    content = payments(FIXED, 400)
    assert answer(FIXED, content, closed_account=100_000) == answer(
        FIXED, content, closed_account=100_000
    )
    assert answer(FIXED, content, seed=2, closed_account=100_000) != answer(
        FIXED, content, closed_account=100_000
    )


def test_a_damaged_payment_file_is_answered_with_nothing() -> None:
    lines = answer_payments(
        bank_format(CSV), lambda: [payments(CSV, 5)[:-9]], rates=FaultRates({}), seed=1, day=DAY
    )
    with pytest.raises(BankFileError):
        next(lines)


@pytest.mark.parametrize(
    "rates", [{"weather": 1}, {"missing": -1}, {"missing": 900_000, "repeated": 200_000}]
)
def test_rates_that_make_no_sense(rates: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"fault|rate|payments"):
        FaultRates(rates)
