"""Periods, division codes, credit codes, subjects, masks."""

import contextlib
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.masking import mask_id_number, mask_middle, mask_name, mask_phone
from denghuo.kernel.period import EmptyPeriodError, Period, add_months
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.kernel.subject import NotSubjectError, SubjectRef
from denghuo.kernel.uscc import (
    ALPHABET,
    NotUsccError,
    Uscc,
    check_character,
    organisation_check_character,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(-400, 400))
def test_months_keep_the_day_or_end_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and add_months(moved, 0) == moved)


def test_the_end_of_month_rule_of_loan_instalments() -> None:
    drawn = date(2026, 10, 31)
    assert [add_months(drawn, n) for n in (1, 2, 3, 4)] == [
        date(2026, 11, 30),
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
    ]


@given(DAYS, DAYS, DAYS)
def test_a_period_holds_its_first_day_and_not_its_last(a: date, b: date, c: date) -> None:
    start, until = sorted((a, b))
    if start == until:
        with pytest.raises(EmptyPeriodError):
            Period(start, until)
        return
    period = Period(start, until)
    assert start in period
    assert until not in period
    assert (c in period) == (start <= c < until)


@pytest.mark.parametrize(
    ("text", "level", "parent"),
    [
        ("15", "province", None),
        ("1501", "league", "150000000000"),
        ("150102", "banner", "150100000000"),
        ("150102004", "township", "150102000000"),
        ("150102004001", "village", "150102004000"),
    ],
)
def test_division_codes(text: str, level: str, parent: str | None) -> None:
    region = Region.read(text)
    assert region.level == level
    assert (region.parent.code if region.parent else None) == parent
    assert Region.read("15").contains(region)
    assert region.contains(region)


@pytest.mark.parametrize("text", ["", "1", "00", "15010", "１５", "15010a", "0" * 12, "1" * 13])
def test_other_text_is_no_division_code(text: str) -> None:
    with pytest.raises(NotRegionCodeError):
        Region.read(text)


def test_a_league_does_not_contain_its_neighbour() -> None:
    assert not Region.read("1501").contains(Region.read("150202"))


USCC_BODY = st.tuples(
    st.sampled_from("19"),
    st.sampled_from("123"),
    st.from_regex(r"15[0-9]{4}", fullmatch=True),
    st.text(alphabet=ALPHABET, min_size=8, max_size=8),
).map("".join)


@given(USCC_BODY, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_credit_codes_have_two_check_digits(body: str, place: int, other: str) -> None:
    seventeen = body + organisation_check_character(body[8:16])
    good = seventeen + check_character(seventeen)
    assert Uscc.read(f" {good.lower()} ").text == good
    wrong = good[:place] + other + good[place + 1 :]
    if wrong != good:
        with pytest.raises(NotUsccError):
            Uscc.read(wrong)


def test_a_real_public_code_reads() -> None:
    assert str(Uscc.read("91110000600037341L")) == "91110000600037341L"


@given(st.text(max_size=24))
def test_no_credit_code_text_crashes(text: str) -> None:
    with contextlib.suppress(NotUsccError):
        assert len(Uscc.read(text).text) == 18


def test_subjects_read_back() -> None:
    for kind in ("person", "firm"):
        text = f"{kind}:{uuid4()}"
        assert str(SubjectRef.read(text)) == text
    for wrong in ("", "person:", f"cat:{uuid4()}", "person:1"):
        with pytest.raises(NotSubjectError):
            SubjectRef.read(wrong)


@given(st.text(max_size=30))
def test_masks_never_show_everything(text: str) -> None:
    for mask in (mask_name, mask_phone, mask_id_number):
        masked = mask(text)
        assert len(masked) == len(text) or text == ""
        if text and "*" not in text:
            assert masked != text


def test_masks_people_know() -> None:
    assert mask_id_number("150102199001011234") == "150102********1234"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_name("王小明") == "*小明"
    assert mask_name("乌云其木格") == "***木格"
    assert mask_middle("ab", keep_start=2, keep_end=2) == "**"
