"""Numbers that say when they were misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.numbers import (
    SERIAL_MAX,
    CaseNumber,
    NotCaseNumberError,
    check_digit,
    number_text,
)

pytestmark = pytest.mark.no_postgres
numbers = st.builds(
    CaseNumber,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.integers(2000, 2099),
    st.integers(1, SERIAL_MAX),
)


def test_the_published_example_of_damm() -> None:
    # 572 has the check digit 4; with no letters before it the same table must say so.
    interim = 0
    from denghuo.cases.logic import numbers as module  # noqa: PLC0415

    for digit in "572":
        interim = module._DAMM[interim][int(digit)]
    assert interim == 4


@given(numbers)
def test_a_number_reads_back_however_it_is_typed(number: CaseNumber) -> None:
    text = str(number)
    assert CaseNumber.read(text) == number
    assert CaseNumber.read(text.replace("-", "").lower()) == number
    assert CaseNumber.read(f" {text} ".replace("-", "－")) == number
    wide = text.translate({48 + n: 0xFF10 + n for n in range(10)})
    assert CaseNumber.read(wide) == number


@given(numbers, st.data())
def test_one_wrong_digit_is_always_found(number: CaseNumber, data: st.DataObject) -> None:
    text = str(number).replace("-", "")
    at = data.draw(st.integers(2, len(text) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != text[at]]))
    with pytest.raises(NotCaseNumberError):
        CaseNumber.read(text[:at] + other + text[at + 1 :])


@given(numbers, st.data())
def test_two_neighbours_changed_about_are_always_found(
    number: CaseNumber, data: st.DataObject
) -> None:
    text = str(number).replace("-", "")
    places = [at for at in range(2, len(text) - 1) if text[at] != text[at + 1]]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    with pytest.raises(NotCaseNumberError):
        CaseNumber.read(swapped)


@given(st.text(max_size=30))
def test_anything_typed_is_a_number_or_refused(text: str) -> None:
    try:
        number = CaseNumber.read(text)
    except NotCaseNumberError:
        return
    assert CaseNumber.read(str(number)) == number


def test_a_year_has_an_end() -> None:
    assert number_text("JN", 2026, SERIAL_MAX).startswith("JN-2026-9999999-")
    for serial in (0, SERIAL_MAX + 1):
        with pytest.raises(ValueError, match="at most"):
            number_text("JN", 2026, serial)
    assert 0 <= check_digit(CaseNumber("JN", 2026, 1)) <= 9
