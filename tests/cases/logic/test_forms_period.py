"""What an application is the only one of."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.cases.logic.forms_period import Held, period_of

ON = date(2025, 9, 1)
FIRST = Held("1", 1_000_000, paid=True)
SECOND = Held("2", 2_000_000, paid=True)


def step(*earlier: Held, paid_fen: int | None = None) -> str:
    return period_of("founder", {}, on=ON, earlier=earlier, paid_fen=paid_fen)


def test_a_year_a_certificate_or_once_in_all() -> None:
    told = {"certificate_on": "2025-06-10", "certificate_level": "level_4"}
    assert period_of("year", told, on=ON) == "2025"
    assert period_of("certificate", told, on=ON) == "2025-06-10 level_4"
    assert period_of("其他", told, on=ON, earlier=[FIRST]) == ""


@pytest.mark.parametrize("paid_fen", [None, 0, 1_000_000])
def test_a_founders_first_step(paid_fen: int | None) -> None:
    assert step(paid_fen=paid_fen) == "1"


def test_the_next_step_once_the_one_before_is_paid_and_known_to_be() -> None:
    assert step(FIRST, paid_fen=1_000_000) == "2"
    assert step(FIRST, SECOND, paid_fen=3_000_000) == "3"
    assert step(FIRST) == "2"  # the register is silent: the officer asks it


def test_a_step_is_never_granted_twice() -> None:
    on_its_way = Held("1", 1_000_000, paid=False)
    assert step(on_its_way, paid_fen=1_000_000) == "1"
    assert step(FIRST, paid_fen=0) == "1"  # the register has not heard of it: the same sum again
    assert step(FIRST, SECOND, paid_fen=1_000_000) == "2"


def test_a_place_given_free_is_taken_again() -> None:
    assert step(SECOND, paid_fen=2_000_000) == "1"
    assert step(Held("", 1_000_000, paid=True), paid_fen=1_000_000) == "1"
