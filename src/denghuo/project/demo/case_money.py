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
    pay_orders_about,
    read_return_file,
    receive_return_file,
    release_bank_file,
)
from denghuo.project.demo.case_clock import Life
from denghuo.project.demo.case_runs import Year

FORM = "fixed"
_NO_DICE = FaultRates({})
_EVERY = timedelta(days=14)


class Treasury:
    """Two treasurers: one makes the file, the other releases it, the bank answers in two days."""

    def __init__(self, year: Year, *, first_day: datetime) -> None:
        self._year = year
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
            pieces=self._answer(file, lives, when),
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

    def _answer(self, file: BankFileView, lives: list[Life], when: datetime) -> Iterator[bytes]:
        return answer_payments(
            bank_format(FORM),
            lambda: draw_bank_file(file),
            rates=_NO_DICE,
            seed=0,
            day=day_of(when),
            chosen=dict(_faults(lives)),
        )

    def _again(self, life: Life, when: datetime) -> None:
        pay_again(actor=self._maker, case_id=life.held.id, now=when)
        self._year.ordered.append(life)


def _faults(lives: list[Life]) -> Iterator[tuple[str, str]]:
    """By reference, why the bank gives it back: the first time only."""
    for life in lives:
        orders = pay_orders_about(f"cases.Case:{life.held.id}") if life.plan.comes_back else ()
        if len(orders) == 1:
            yield orders[0].reference, life.plan.comes_back


def _fund(life: Life) -> str:
    held = life.held
    return f"fund:{held.item.fund}:{held.area.code[:4]}00"
