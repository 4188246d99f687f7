"""Whom money may go to."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.spreadsheet import FORMULA_STARTS
from denghuo.ledger.logic import payees
from denghuo.ledger.logic.payees import (
    BANK_ENCODING,
    NAME_BYTES_MAX,
    AccountNameError,
    AccountNumberError,
    BankTextError,
    PersonalAccountError,
    demand_own_account,
    fold_name,
    passes_luhn,
    read_account_number,
    read_bank_text,
)

pytestmark = pytest.mark.no_postgres

CARD = "6222021234567890128"  # nineteen digits, right check digit
DEMO_CARD = "0000123456789015"


@pytest.mark.parametrize(
    ("payee", "account"),
    [
        ("乌云·其木格", "乌云・其木格"),
        ("乌云·其木格", "乌云其木格"),
        ("乌云·其木格", "乌云.其木格"),
        ("草原奶业（集团）有限公司", "草原奶业(集团)有限公司"),
        ("草原ＡＢＣ有限公司", "草原abc有限公司"),
        ("王 小明", "王小明"),
        ("王小明\u200b", "王小明"),
    ],
)
def test_another_writing_is_the_same_name(payee: str, account: str) -> None:
    demand_own_account(payee_name=payee, account_name=account)


@pytest.mark.parametrize(
    ("payee", "account"),
    [
        ("王小明", "王小朋"),
        ("草原奶业有限公司", "王小明"),
        ("草原奶业有限公司", "草原奶业有限公司呼和浩特分公司"),
        ("···", "."),
        ("", ""),
    ],
)
def test_another_name_is_refused(payee: str, account: str) -> None:
    with pytest.raises(AccountNameError) as refused:
        demand_own_account(payee_name=payee, account_name=account)
    assert payee == "" or payee not in refused.value.sentence


@given(st.text(max_size=40), st.text(max_size=40))
def test_being_one_name_is_an_equivalence(one: str, other: str) -> None:
    assert fold_name(fold_name(one)) == fold_name(one)
    assert (fold_name(one) == fold_name(other)) == (fold_name(other) == fold_name(one))


def test_letters_taken_as_they_are_would_be_left_so_by_the_long_way() -> None:
    """Every letter of the short cuts, one by one: no folding changes it, every bank takes it."""
    for code in range(0x10000):
        letter = chr(code)
        if payees._FOLDED.fullmatch(letter):
            assert unicodedata.normalize("NFKC", letter).casefold() == letter
        if payees._FOLDED.fullmatch(letter) or payees._PLAIN.fullmatch(letter):
            assert unicodedata.category(letter)[0] in "LNP"
            assert not letter.startswith(FORMULA_STARTS)
            assert letter.encode(BANK_ENCODING)


def test_an_account_number_is_read_as_people_write_it() -> None:
    assert read_account_number(" ６２２２ 0212 3456 7890 128 ", "person") == CARD
    assert read_account_number("0600-1234-5678", "firm") == "060012345678"
    assert passes_luhn(CARD)
    assert passes_luhn(DEMO_CARD)


@pytest.mark.parametrize("place", range(len(CARD)))
def test_one_wrong_digit_of_a_card_is_noticed(place: int) -> None:
    wrong = CARD[:place] + str((int(CARD[place]) + 1) % 10) + CARD[place + 1 :]
    if wrong.startswith("62"):
        with pytest.raises(AccountNumberError):
            read_account_number(wrong, "person")
    assert not passes_luhn(wrong)


@pytest.mark.parametrize(
    "raw", ["", "1234567", "1" * 33, "12345678a", "=123456789", "0" * 16, "〇" * 9]
)
def test_what_is_no_account_number_is_refused(raw: str) -> None:
    with pytest.raises(AccountNumberError):
        read_account_number(raw, "person")


def test_a_firm_is_not_paid_on_a_personal_card() -> None:
    with pytest.raises(PersonalAccountError):
        read_account_number(CARD, "firm")


@given(st.text(max_size=70))
def test_text_for_a_bank_file_fits_and_comes_back_whole(text: str) -> None:
    try:
        kept = read_bank_text(text, what="户名", bytes_max=NAME_BYTES_MAX)
    except BankTextError:
        return
    drawn = kept.encode(BANK_ENCODING)
    assert len(drawn) <= NAME_BYTES_MAX
    assert drawn.decode(BANK_ENCODING) == kept
    assert "\n" not in kept
    assert kept == kept.strip() != ""


@pytest.mark.parametrize("text", ["=cmd|1", "a\nb", "名\x00", "字" * 61, "", "　"])
def test_text_no_bank_file_can_carry_is_refused(text: str) -> None:
    with pytest.raises(BankTextError):
        read_bank_text(text, what="户名", bytes_max=NAME_BYTES_MAX)
