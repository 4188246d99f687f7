"""A post's wage: a table of how people write it, and laws that hold for every sum."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from denghuo.employment.logic.dated import NoTextInForceError, in_force
from denghuo.employment.logic.wages import (
    Wage,
    load_wage_texts,
    read_wage,
    wage_line,
    why_sentence,
)
from tests.employment.library import library_text

pytestmark = pytest.mark.no_postgres

TEXTS = load_wage_texts(library_text("wages.yaml"))
WORDS = in_force(TEXTS, date(2026, 11, 1))


def read(text: str) -> Wage:
    return read_wage(text, WORDS)


def ends(text: str) -> tuple[int | None, int | None]:
    wage = read(text)
    assert wage.outcome == "understood", (text, wage)
    return wage.low_fen, wage.high_fen


MONTHS = {
    # plain months
    "5000-8000元/月": (500_000, 800_000),
    "５０００－８０００元": (500_000, 800_000),
    "￥5,000–8,000": (500_000, 800_000),
    "3500 - 4500": (350_000, 450_000),
    "5000/月-8000/月": (500_000, 800_000),
    "5000元/月至8000元/月": (500_000, 800_000),
    "5000元每月": (500_000, 500_000),
    "月薪：4000～6000（元）": (400_000, 600_000),
    "月薪6000元（15号发放）": (600_000, 600_000),
    "工资4500元，每天工作8小时，每月休4天": (450_000, 450_000),
    "月薪4000-6000元，五险一金，8小时": (400_000, 600_000),
    "税后8000": (800_000, 800_000),
    # scales
    "5-8k": (500_000, 800_000),
    "5K~8K": (500_000, 800_000),
    "45k-60k": (4_500_000, 6_000_000),
    "5-8千/月": (500_000, 800_000),
    "8千-1.2万": (800_000, 1_200_000),
    "5000-1万": (500_000, 1_000_000),
    "1-1.5万/月": (1_000_000, 1_500_000),
    "1.15万": (1_150_000, 1_150_000),
    "1万5": (1_500_000, 1_500_000),
    "3千5到5千": (350_000, 500_000),
    # in words
    "三千五": (350_000, 350_000),
    "两千八百元": (280_000, 280_000),
    "三千零五十元": (305_000, 305_000),
    "一万二到一万五": (1_200_000, 1_500_000),
    "五六千": (500_000, 600_000),
    # years: 150,000 / 12 = 12,500; 200,000 / 12 = 16,666.67
    "15-20万/年": (1_250_000, 1_666_667),
    "年薪20万": (1_666_667, 1_666_667),
    "10-15万": (833_333, 1_250_000),
    # days: 200 × 21.75 = 4,350; with four days off 200 × 26 = 5,200
    "200元/天": (435_000, 435_000),
    "一天200": (435_000, 435_000),
    "150-200元/天,日结": (326_250, 435_000),
    "日薪200（月休4天）": (520_000, 520_000),
    # hours: 25 × 174 = 4,350; four hours a day 20 × 4 × 21.75 = 1,740
    "25元/时": (435_000, 435_000),
    "15元一小时": (261_000, 261_000),
    "每小时20元": (348_000, 348_000),
    "20元/时，每天4小时，双休": (174_000, 174_000),
    # weeks: 1,500 × 4.35 = 6,525
    "周薪1500元": (652_500, 652_500),
    # open ends
    "5000以上": (500_000, None),
    "月薪不低于2500": (250_000, None),
    "8000以下": (None, 800_000),
    "最高8000元/月": (None, 800_000),
    # a fixed part and commission
    "底薪3000+提成": (300_000, None),
    "3000+提成": (300_000, None),
    "底薪3000+提成，综合月薪6000-10000": (600_000, 1_000_000),
    "6000-8000元/月+提成": (600_000, 800_000),
    # what is not the wage
    "保底5000，餐补300，全勤奖200": (500_000, None),
    "试用期3000，转正后5000-7000元/月": (500_000, 700_000),
    "计件，月薪5000-8000": (500_000, 800_000),
    "面议，5000元/月起": (500_000, None),
    "4、工资5500-7000，每周休1天": (550_000, 700_000),
}


@pytest.mark.parametrize(("text", "expected"), MONTHS.items())
def test_a_month_is_read(text: str, expected: tuple[int | None, int | None]) -> None:
    assert ends(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("五险一金", "no_amount"),
        ("8小时工作制，年龄45岁", "no_amount"),
        ("8000-5000", "high_below_low"),
        ("8-1.2万", "high_below_low"),
        ("200-300", "period_not_stated"),
        ("4-6/月", "out_of_range"),
        ("500万/月", "out_of_range"),
        ("2000 USD", "other_currency"),
        ("5000" * 200, "too_long"),
    ],
)
def test_what_is_not_understood_says_why(text: str, why: str) -> None:
    wage = read(text)
    assert (wage.outcome, wage.why) == ("not_understood", why)
    assert why_sentence(wage).endswith("。")
    assert wage.low_fen is None
    assert wage.high_fen is None


@pytest.mark.parametrize("text", ["面议", "薪资面议", "待遇从优", "按公司规定", "4、薪酬面议"])
def test_open_wages(text: str) -> None:
    assert read(text).outcome == "open"


def test_piece_work_is_no_month() -> None:
    assert read("计件").outcome == "by_piece"
    rate = read("0.5元/件，多劳多得")
    assert (rate.outcome, rate.piece_fen, rate.low_fen) == ("by_piece", 50, None)


@pytest.mark.parametrize(
    ("text", "pays"), [("15-30K·14薪", 14), ("4500元/月 13薪", 13), ("8千*16薪", 16), ("5000", 12)]
)
def test_pays_a_year(text: str, pays: int) -> None:
    wage = read(text)
    assert wage.pays_a_year == pays
    assert wage.low_fen is not None
    assert wage.year_low_fen == wage.low_fen * pays


def test_what_is_assumed_is_said() -> None:
    assert read("200元/天").assumed == ("days_a_month",)
    assert read("200元/天，月休4天").assumed == ()
    assert read("25元/时").assumed == ("hours_a_month",)
    assert read("5000-8000").assumed == ("month",)
    assert read("10-15万").assumed == ("year",)
    assert "first_of_several" in read("白班19元/小时，夜班20元/小时").assumed


def test_the_fixed_part_stands_apart() -> None:
    wage = read("底薪3000+提成，综合月薪6000-10000")
    assert (wage.base_fen, wage.commission) == (300_000, True)


def test_no_text_in_force_means_a_person_decides() -> None:
    with pytest.raises(NoTextInForceError):
        in_force(TEXTS, date(2000, 1, 1))


fens = st.integers(min_value=20_000, max_value=100_000_000)
optional = st.one_of(st.none(), fens)


@given(low=optional, high=optional, pays=st.integers(min_value=12, max_value=24))
def test_what_is_written_is_read_back(low: int | None, high: int | None, pays: int) -> None:
    if low is None and high is None:
        return
    if low is not None and high is not None and low > high:
        low, high = high, low
    wage = Wage("understood", low, high, "month", pays_a_year=pays)
    again = read(wage_line(wage))
    assert (again.low_fen, again.high_fen, again.pays_a_year) == (low, high, pays)
    assert again.basis == "month"
    assert again.assumed == ()


@given(low=fens, more=st.integers(min_value=0, max_value=500_000))
def test_a_range_never_turns_round(low: int, more: int) -> None:
    wage = read(f"{low / 100:.2f}-{(low + more) / 100:.2f}元/月")
    if wage.outcome == "understood":
        assert wage.low_fen is not None
        assert wage.high_fen is not None
        assert wage.low_fen <= wage.high_fen


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    wage = read(text)
    assert wage.outcome in {"understood", "open", "by_piece", "not_understood"}
    assert bool(wage.why) == (wage.outcome == "not_understood")
    if wage.outcome == "understood":
        assert wage.low_fen is not None or wage.high_fen is not None


SIGNS = st.text(
    alphabet="0123456789.,-~万千百kw元/月天时年每日薪面议提成底以上下约一二三十个小", max_size=24
)


@given(SIGNS)
@example("天薪0")
@example("月0")
def test_any_wage_like_text_stays_in_bounds(text: str) -> None:
    wage = read(text)
    for end in (wage.low_fen, wage.high_fen):
        assert end is None or WORDS.month_fen_min <= end <= WORDS.month_fen_max
    if wage.low_fen is not None and wage.high_fen is not None:
        assert wage.low_fen <= wage.high_fen
