"""The money of the demo year: files to the bank, its answers, what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from denghuo.cases.public import follow_orders, pay_again
from denghuo.kernel.clock import day_of
from denghuo.ledger.public import (
    BankFileView,
    FaultRates,
    answer_payments,
    bank_format,
    draw_bank_file,
    make_bank_file,
    read_return_file,
    receive_return_file,
    release_bank_file,
)
from denghuo.project.demo.case_clock import Life
from denghuo.project.demo.case_runs import Year

FORM = "fixed"
# Two in a hundred come back.
RATES = FaultRates({"wrong_name": 10_000, "closed_account": 7_000, "frozen_account": 3_000})
_EVERY = timedelta(days=14)


class Treasury:
    """Two treasurers: one makes the file, the other releases it, the bank answers in two days."""

    def __init__(self, year: Year, *, seed: int, first_day: datetime) -> None:
        self._year = year
        self._seed = seed
        self._maker, self._second = year.offices.treasurers
        year.clock.at(first_day, self._run)

    def _run(self, when: datetime) -> None:
        waiting: dict[str, list[Life]] = {}
        for life in self._year.ordered:
            waiting.setdefault(_fund(life), []).append(life)
        self._year.ordered = []
        for fund, lives in sorted(waiting.items()):
            file = make_bank_file(actor=self._maker, fund=fund, form=FORM, now=when)
            self._year.clock.at(
                when + timedelta(hours=20),
                partial(self._release, file, lives),
            )
        self._year.clock.at(when + _EVERY, self._run)

    def _release(self, file: BankFileView, lives: list[Life], when: datetime) -> None:
        released = release_bank_file(
            actor=self._second, file_id=file.id, sha256=file.sha256, now=when
        )
        self._year.clock.at(when + timedelta(days=2), lambda at: self._read(released, lives, at))

    def _read(self, file: BankFileView, lives: list[Life], when: datetime) -> None:
        received = receive_return_file(
            actor=self._maker,
            name=f"{file.number}.ret",
            pieces=self._answer(file, when),
            now=when,
        )
        read_return_file(return_id=received.id, now=when)
        for life in lives:
            case = follow_orders(case_id=life.held.id, now=when)
            if case is None:
                continue
            life.case = case
            if case.pay_problem:
                self._year.returned(life, when, self._again)
            elif case.paid_fen == case.amount_fen:
                self._year.paid(life, when)

    def _answer(self, file: BankFileView, when: datetime) -> Iterator[bytes]:
        return answer_payments(
            bank_format(FORM),
            lambda: draw_bank_file(file),
            rates=RATES,
            seed=self._seed,
            day=day_of(when),
        )

    def _again(self, life: Life, when: datetime) -> None:
        pay_again(actor=self._maker, case_id=life.held.id, now=when)
        self._year.ordered.append(life)


def _fund(life: Life) -> str:
    held = life.held
    return f"fund:{held.item.fund}:{held.area.code[:4]}00"
