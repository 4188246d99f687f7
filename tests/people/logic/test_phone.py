"""Phone numbers as people type them."""

from __future__ import annotations

import pytest

from denghuo.people.logic.phone import NotPhoneError, Phone

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    "typed",
    ["13800138000", " 138 0013 8000 ", "138-0013-8000", "+86 13800138000", "008613800138000",
     "８６１３８００１３８０００", "１３８００１３８０００"],
)  # fmt: skip
def test_one_form_is_kept(typed: str) -> None:
    assert Phone.read(typed).text == "13800138000"


@pytest.mark.parametrize("typed", ["", "1380013800", "138001380000", "0471-1234567", "1380013800O"])
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(NotPhoneError) as refusal:
        Phone.read(typed)
    assert refusal.value.field == "phone"


def test_demo_numbers_are_numbers_only_in_the_demo_region() -> None:
    assert Phone.read("12012345678", demo=True).text == "12012345678"
    with pytest.raises(NotPhoneError):
        Phone.read("12012345678")


def test_printing_a_phone_shows_the_masked_form() -> None:
    phone = Phone.read("13800138000")
    assert f"{phone} {phone!r}" == "138****8000 Phone(138****8000)"
