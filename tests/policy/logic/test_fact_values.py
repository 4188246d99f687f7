"""Reading values: strictly from files, kindly from people; too old and out of bounds is unknown."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.policy.logic.fact_values import (
    FactValueError,
    KnownFact,
    Reading,
    WhyUnknown,
    known_facts,
    read_answer,
    read_value,
    usable,
)
from tests.policy.logic.sample_policies import FACTS

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("headcount", "12", 12),
        ("headcount", 12, 12),
        ("headcount", 12.0, 12),
        ("headcount", Decimal("12.00"), 12),
        ("premium_last_year_fen", "18640000", 18_640_000),
        ("injury_rate", "0.0055", 55),
        ("injury_rate", 0.0055, 55),
        ("injury_rate", 0, 0),
        ("in_arrears", "TRUE", True),
        ("in_arrears", "否", False),
        ("in_arrears", 1, True),
        ("registered_on", "2025-03-01", date(2025, 3, 1)),
        ("registered_on", "20250301", date(2025, 3, 1)),
        ("registered_on", datetime(2025, 3, 1, tzinfo=None), date(2025, 3, 1)),  # noqa: DTZ001
        ("size_class", " small ", "small"),
        ("industry", "C13", "C13"),
    ],
)
def test_files_and_programs_give_values(name: str, raw: object, value: object) -> None:
    assert read_value(FACTS[name], raw) == Reading(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("headcount", "12人"),
        ("headcount", "1,200"),
        ("headcount", "１２"),
        ("headcount", "1e3"),
        ("headcount", 12.5),
        ("headcount", float("nan")),
        ("headcount", True),
        ("headcount", [12]),
        ("headcount", "9" * 30),
        ("premium_last_year_fen", "100.50"),
        ("injury_rate", "0.00555"),
        ("injury_rate", "NaN"),
        ("injury_rate", "1e-3"),
        ("injury_rate", float("inf")),
        ("in_arrears", "maybe"),
        ("in_arrears", 2),
        ("registered_on", "2025-02-30"),
        ("registered_on", "2025-3-1"),
        ("registered_on", 20250301),
        ("registered_on", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("size_class", "smal"),
        ("size_class", 1),
        ("industry", "制造业"),
        ("industry", "C'; --"),
    ],
)
def test_what_is_not_of_its_kind_is_a_wrong_row_not_an_unknown(name: str, raw: object) -> None:
    with pytest.raises(FactValueError) as caught:
        read_value(FACTS[name], raw)
    assert caught.value.field == name
    assert FACTS[name].labels.zh in caught.value.sentence


def test_nothing_given_is_unknown_or_false_in_a_closed_world() -> None:
    for nothing in (None, "", "  "):
        assert read_value(FACTS["in_arrears"], nothing) == Reading(None, WhyUnknown.MISSING)
        assert read_value(FACTS["dishonest"], nothing) == Reading(value=False)


def test_out_of_bounds_is_unknown_and_says_which_way() -> None:
    assert read_value(FACTS["headcount"], "-1") == Reading(None, WhyUnknown.BELOW)
    assert read_value(FACTS["headcount"], 200_001) == Reading(None, WhyUnknown.ABOVE)
    assert read_value(FACTS["registered_on"], "1899-12-31") == Reading(None, WhyUnknown.BELOW)


def test_an_old_observation_is_unknown() -> None:
    spec = FACTS["in_arrears"]
    seen = KnownFact(value=False, source="社保", observed_on=date(2026, 1, 1))
    assert usable(spec, seen, date(2026, 4, 1)) == Reading(value=False)
    assert usable(spec, seen, date(2026, 4, 2)) == Reading(None, WhyUnknown.STALE)
    assert usable(spec, KnownFact(value=False), date(2026, 4, 2)) == Reading(value=False)
    assert usable(spec, None, date(2026, 4, 2)).why is WhyUnknown.MISSING
    lost = KnownFact(None, why=WhyUnknown.ABOVE)
    assert usable(spec, lost, date(2026, 4, 2)).why is WhyUnknown.ABOVE
    assert all(why.sentence for why in WhyUnknown)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("premium_last_year_fen", "186,400.00 元", 18_640_000),
        ("premium_last_year_fen", "１８６４００", 18_640_000),
        ("in_arrears", "没有", False),
        ("in_arrears", "有", True),
        ("registered_on", "2025年3月1日", date(2025, 3, 1)),
        ("registered_on", "2025/3/1", date(2025, 3, 1)),
        ("injury_rate", "0.55%", 55),
        ("injury_rate", "0.55 ％", 55),
        ("headcount", "1,200", 1_200),
        ("headcount", "42 人", 42),
        ("size_class", "小型", "small"),
        ("size_class", "micro", "micro"),
    ],
)
def test_people_may_write_as_people_do(name: str, text: str, value: object) -> None:
    assert read_answer(FACTS[name], text) == Reading(value)  # type: ignore[arg-type]


def test_a_person_is_told_how_to_write_it() -> None:
    with pytest.raises(FactValueError, match="多少元"):
        read_answer(FACTS["premium_last_year_fen"], "很多")
    with pytest.raises(FactValueError, match="micro、small"):
        read_answer(FACTS["size_class"], "smal")
    assert read_answer(FACTS["headcount"], " ").why is WhyUnknown.MISSING


def test_unregistered_names_are_refused() -> None:
    with pytest.raises(FactValueError, match="没有登记过"):
        known_facts(FACTS, {"head_count": 3})
    facts = known_facts(FACTS, {"headcount": "3"}, observed_on=date(2026, 1, 1))
    assert facts["headcount"] == KnownFact(3, "社会保险", date(2026, 1, 1))


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary(), st.dates()))
def test_any_input_ends_in_a_value_or_a_sentence(raw: object) -> None:
    for spec in FACTS.values():
        with contextlib.suppress(FactValueError):
            reading = read_value(spec, raw)
            assert (reading.value is None) is (reading.why is not None)
        if isinstance(raw, str):
            with contextlib.suppress(FactValueError):
                read_answer(spec, raw)
