"""Identity numbers: ours to check, because common libraries crash on or deny real people."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.id_number import IdNumber, NotIdNumberError, check_character

BIRTHDAYS = st.dates(date(1850, 1, 1), date(2100, 12, 31))
AREAS = st.integers(110000, 999999).map(str)


def number_for(area: str, born: date, sequence: int) -> str:
    body = f"{area}{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


@given(AREAS, BIRTHDAYS, st.integers(0, 999))
def test_every_well_formed_number_is_read(area: str, born: date, sequence: int) -> None:
    read = IdNumber.read(number_for(area, born, sequence))
    assert read.born_on == born
    assert read.area_code == area
    assert read.sex == ("male" if sequence % 2 else "female")


@given(AREAS, BIRTHDAYS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(
    area: str, born: date, sequence: int, place: int, shift: int
) -> None:
    good = number_for(area, born, sequence)
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    with pytest.raises(NotIdNumberError):
        IdNumber.read(wrong)


@given(st.text(max_size=24))
def test_no_input_crashes(text: str) -> None:
    with contextlib.suppress(NotIdNumberError):
        assert len(IdNumber.read(text).text) == 18


@pytest.mark.parametrize("body", ["15990119700101001", "81000019940823002", "91000019940823002"])
def test_unassigned_counties_permits_and_permanent_residents_are_people_too(body: str) -> None:
    read = IdNumber.read(body + check_character(body))
    assert read.area_is_unusual is body.startswith("9")


def test_full_width_digits_blanks_and_small_x_become_one_stored_form() -> None:
    body = next(
        candidate
        for sequence in range(1000)
        if check_character(candidate := f"15010219900101{sequence:03d}") == "X"
    )
    wide = "".join(chr(ord(char) + 0xFEE0) for char in body)
    assert IdNumber.read(f"  {wide}x ") == IdNumber.read(body + "X")


@pytest.mark.parametrize("raw", ["15990119700230001X", "150102189001010011", "15" * 9])
def test_impossible_dates_are_refused(raw: str) -> None:
    with pytest.raises(NotIdNumberError):
        IdNumber.read(raw)


def test_nothing_printed_shows_the_number() -> None:
    read = IdNumber.read(number_for("150102", date(1990, 1, 2), 33))
    assert read.text not in f"{read} {read!r}"
    assert read.masked.startswith("150102********")


def test_a_leap_day_birthday_counts_from_the_first_of_march() -> None:
    read = IdNumber.read(number_for("150102", date(2008, 2, 29), 1))
    assert read.age_on(date(2026, 2, 28)) == 17
    assert read.age_on(date(2026, 3, 1)) == 18
