"""Numbers pass every check, repeat never, and can reach nobody."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import NotPhoneError, Phone
from denghuo.platform.messages.sending import refusal_before_sending
from denghuo.project.demo.identities import (
    PERMIT_AREAS,
    IdNumbers,
    bank_card,
    demo_id,
    email,
    firm_code,
    phone,
)

pytestmark = pytest.mark.no_postgres

LEAP_DAY = date(2000, 2, 29)


@pytest.mark.parametrize("area", ["1599", *PERMIT_AREAS])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_identity_numbers_pass_the_check_and_say_who(area: str, sex: str) -> None:
    numbers = IdNumbers()
    drawn = [numbers.draw(Random(seed), LEAP_DAY, sex, area=area) for seed in range(300)]
    for number in drawn:
        assert IdNumber.read(number.text) == number
        assert (number.born_on, number.sex) == (LEAP_DAY, sex)
        assert number.area_code.startswith(area)
    assert any(number.text.endswith("X") for number in drawn)


def test_nobody_shares_an_identity_number() -> None:
    """All on one day and from one stream of chance, where collisions are certain."""
    numbers, chance = IdNumbers(), Random(1)
    drawn = {numbers.draw(chance, LEAP_DAY, "male").text for _ in range(20_000)}
    assert len(drawn) == 20_000


def test_no_real_permit_begins_as_ours_do() -> None:
    assert not {area + "00" for area in PERMIT_AREAS} & {"810000", "820000", "830000"}


def test_phones_repeat_never_and_are_refused_everywhere_but_in_the_demo() -> None:
    phones = {phone(index).text for index in range(50_000)}
    assert len(phones) == 50_000
    for index in range(0, 50_000, 977):
        number = phone(index)
        with pytest.raises(NotPhoneError):
            Phone.read(number.text)
        assert refusal_before_sending("sms", number.text) == "demo_number"


def test_mail_can_never_arrive() -> None:
    assert refusal_before_sending("email", email("hr")) == "demo_address"


def test_firm_codes_pass_both_checks_and_repeat_never() -> None:
    codes = {firm_code(index, kind="92").text for index in range(20_000)}
    assert len(codes) == 20_000
    assert all(Uscc.read(code).text.startswith("921599") for code in codes)


@pytest.mark.parametrize("index", [0, 1, 42, 99_999_999_999_999])
def test_bank_cards_have_a_true_last_digit_and_no_bank(index: int) -> None:
    card = bank_card(index)
    digits = [int(char) for char in reversed(card)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    assert (sum(digits[::2]) + sum(doubled)) % 10 == 0
    assert card.startswith("0000")
    assert len(card) == 19


def test_an_identifier_is_the_same_in_every_region() -> None:
    assert str(demo_id("person", "founder")) == str(demo_id("person", "founder"))
    assert demo_id("person", "1") != demo_id("firm", "1")
