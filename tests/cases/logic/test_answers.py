"""What is typed, read or refused in a sentence."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic import answers_refused as refused
from denghuo.cases.logic.answers import (
    Asked,
    luhn_holds,
    problems_of,
    read_answer,
    same_holder,
    typed_form,
)
from denghuo.cases.logic.answers_shown import mask_account, shown_form
from denghuo.cases.logic.forms import FIELD_KINDS, Answer, Choice, Field
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.words import Words
from tests.cases.logic.sample_forms import plain_field

pytestmark = pytest.mark.no_postgres
TODAY = date(2026, 11, 23)
ASKED = Asked(
    "person",
    "乌云其木格",
    TODAY,
    family=frozenset({"link-1"}),
    divisions=frozenset({"150102000000"}),
)
FIRM = Asked("firm", "草原恒泰（包头）乳业", TODAY)
CARD = "0000123412341234"
MONEY = plain_field("money", low=0, high=10_000_000)
NUMBER = plain_field("number", low=1, high=30)
DAY = plain_field("date", low=date(2020, 1, 1), high=date(2030, 1, 1), not_after_today=True)
CHOICE = plain_field("choice", choices=(Choice("a", Words("甲", "A")), Choice("b", Words("乙"))))


def card(body: str) -> str:
    return next(body + digit for digit in "0123456789" if luhn_holds(body + digit))


def read(one: Field, text: str, asked: Asked = ASKED) -> Any:
    return read_answer(one, {"answer": text}, asked)


@pytest.mark.parametrize(
    ("one", "text", "value"),
    [
        (plain_field("text"), "  在新城区\r\n开了店 ", "在新城区\n开了店"),
        (plain_field("text"), "ᠮᠣᠩᠭᠣᠯ\u180e\u200d", "ᠮᠣᠩᠭᠣᠯ\u180e\u200d"),
        (MONEY, "１，２３４．５元", 123_450),
        (MONEY, "0", 0),
        (NUMBER, "３０", 30),
        (DAY, "20250301", "2025-03-01"),
        (DAY, "2025年3月1日", "2025-03-01"),
        (DAY, "2025-3-1", "2025-03-01"),
        (DAY, "２０２５／０３／０１", "2025-03-01"),
        (DAY, "2026-11-23", "2026-11-23"),
        (CHOICE, "a", "a"),
        (plain_field("boolean"), "false", False),
        (plain_field("certificate"), " y 0015-0102 3300007 ", "Y0015-01023300007"),
        (plain_field("family_person"), "link-1", "link-1"),
        (plain_field("division"), "150102000000", "150102000000"),
    ],
)
def test_what_is_read(one: Field, text: str, value: object) -> None:
    found = read(one, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("one", "text", "refusal"),
    [
        (plain_field("text"), "  ", refused.AnswerMissingError),
        (plain_field("text"), "\x00\x07", refused.AnswerMissingError),
        (plain_field("text", length_max=3), "四个字呀", refused.AnswerTooLongError),
        (MONEY, "面议", refused.NotAmountError),
        (MONEY, "1.005", refused.NotAmountError),
        (MONEY, "-1", refused.TooSmallError),
        (MONEY, "100000.01", refused.TooLargeError),
        (NUMBER, "3.5", refused.NotNumberError),
        (NUMBER, "٣", refused.NotNumberError),
        (NUMBER, "0", refused.TooSmallError),
        (NUMBER, "9" * 400, refused.NotNumberError),
        (DAY, "2025-02-29", refused.NotDayError),
        (DAY, "0000-01-01", refused.NotDayError),
        (DAY, "昨天", refused.NotDayError),
        (DAY, "2019-12-31", refused.TooEarlyError),
        (DAY, "2030-01-02", refused.TooLateError),
        (DAY, "2026-11-24", refused.DayToComeError),
        (CHOICE, "", refused.ChoiceMissingError),
        (CHOICE, "c", refused.NotChoiceError),
        (plain_field("boolean"), "是", refused.NotChoiceError),
        (plain_field("certificate"), "证书一号", refused.NotCertificateError),
        (plain_field("certificate"), "ABCDEF", refused.NotCertificateError),
        (plain_field("uscc"), "91150102MA0000000X", refused.NotCompanyCodeError),
        (plain_field("family_person"), "link-2", refused.NotFamilyError),
        (plain_field("division"), "110101000000", refused.NotDivisionError),
        (plain_field("file"), "x", refused.FileMissingError),
    ],
)
def test_what_is_refused(one: Field, text: str, refusal: type[RefusalError]) -> None:
    with pytest.raises(refusal) as raised:
        read(one, text)
    assert raised.value.field == "asked"
    assert raised.value.sentence.endswith("。") or "。" in raised.value.sentence
    assert "{" not in raised.value.sentence


@pytest.mark.parametrize("kind", [kind for kind in FIELD_KINDS if kind != "file"])
def test_an_optional_answer_may_be_left_out(kind: Any) -> None:
    assert read_answer(plain_field(kind, required=False), {}, ASKED) is None


def test_an_account_of_a_person() -> None:
    number = card("621700123412341")
    raw = {"bank": "中国农业银行", "number": f"{number[:4]} {number[4:]}", "holder": " 乌云其木格 "}
    one = plain_field("bank_account")
    assert read_answer(one, raw, ASKED) == {
        "bank": "中国农业银行",
        "number": number,
        "holder": "乌云其木格",
    }
    kept: Answer = {**raw, "number": number, "holder": "乌云其木格"}
    assert problems_of([one], {one.name: kept}, ASKED) == {}


@pytest.mark.parametrize(
    ("part", "text", "refusal"),
    [
        ("number", "6217001234123412", refused.NotCardError),
        ("number", "", refused.NotCardError),
        ("number", "12345", refused.NotCardError),
        ("bank", "", refused.BankMissingError),
        ("bank", "0000123", refused.BankMissingError),
        ("holder", "萨仁", refused.NotHolderError),
        ("holder", "", refused.NotHolderError),
    ],
)
def test_an_account_is_refused_at_the_part_that_is_wrong(
    part: str, text: str, refusal: type[RefusalError]
) -> None:
    raw = {"bank": "农业银行", "number": card("00001234123412"), "holder": "乌云其木格", part: text}
    with pytest.raises(refusal) as raised:
        read_answer(plain_field("bank_account"), raw, ASKED)
    assert raised.value.field == part


def test_a_firm_has_accounts_without_a_check_digit_but_its_own_name() -> None:
    raw = {"bank": "内蒙古银行", "number": "1500-1234-5678", "holder": "草原恒泰(包头)乳业"}
    found = read_answer(plain_field("bank_account"), raw, FIRM)
    assert found == {"bank": "内蒙古银行", "number": "150012345678", "holder": FIRM.subject_name}
    with pytest.raises(refused.NotAccountError):
        read_answer(plain_field("bank_account"), {**raw, "number": "12"}, FIRM)


def test_holders_agree_but_for_the_way_of_writing() -> None:
    assert same_holder("阿拉坦·其其格", "阿拉坦•其其格")
    assert same_holder("ＡＢ公司", "ab公司")
    assert not same_holder("", "")
    assert not same_holder("乌云", "乌云其木格")


def test_a_draft_is_weighed_again_before_it_is_handed_in() -> None:
    account = plain_field("bank_account")
    day = replace(DAY, name="day")
    held: dict[str, Any] = {
        "asked": {"bank": "农业银行", "number": card("00001234123412"), "holder": "乌云其木格"},
        "day": "2026-11-23",
    }
    assert problems_of([account, day], held, ASKED) == {}
    found = problems_of([account, day], held, replace(ASKED, subject_name="萨仁"))
    assert isinstance(found["asked"], refused.NotHolderError)
    assert set(problems_of([account, day], {}, ASKED)) == {"asked", "day"}
    assert set(problems_of([plain_field("file")], {"asked": []}, ASKED)) == {"asked"}


def test_how_answers_are_shown() -> None:
    assert shown_form(MONEY, 123_450) == "1,234.50 元"
    assert shown_form(plain_field("boolean"), True, yes_no=("Yes", "No")) == "Yes"
    assert shown_form(CHOICE, "a", language="en") == "A"
    account = {"bank": "农业银行", "number": CARD, "holder": "乌云"}
    assert shown_form(plain_field("bank_account"), account) == "农业银行 **** 1234 乌云"
    assert CARD not in shown_form(plain_field("bank_account"), account)
    assert mask_account("12") == "**** **"
    names = {"id-1": "证书.jpg", "150102000000": "新城区"}
    assert shown_form(plain_field("file"), ["id-1"], names=names) == "证书.jpg"
    assert shown_form(plain_field("division"), "150102000000", names=names) == "新城区"


@given(st.integers(0, 10_000_000))
def test_money_typed_again_is_the_same(fen: int) -> None:
    assert read(MONEY, typed_form(MONEY, fen)) == fen


@given(st.dates(date(2020, 1, 1), TODAY))
def test_a_day_typed_again_is_the_same(day: date) -> None:
    for text in (day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"):
        assert read(DAY, text) == day.isoformat()


@given(st.sampled_from(FIELD_KINDS), st.text(max_size=60), st.text(max_size=30))
def test_hostile_text_is_read_or_refused_never_a_crash(kind: Any, text: str, more: str) -> None:
    one = plain_field(kind, low=0 if kind in ("money", "number") else None, choices=CHOICE.choices)
    raw = {"answer": text, "bank": more, "number": text, "holder": more}
    value = None
    with contextlib.suppress(RefusalError):
        value = read_answer(one, raw, ASKED)
    assert value is None or problems_of([one], {one.name: value}, ASKED) == {}
