"""The explained answer: sentences, both sides, missing facts, arithmetic, near misses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import cast

import pytest
from hypothesis import given as drawn
from hypothesis import settings

from denghuo.policy.logic.decide import compile_version, decide, row_of, segments_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.display import Display
from denghuo.policy.logic.explain import Answer, answer, telling_of
from denghuo.policy.logic.fact_values import KnownFact, WhyUnknown
from denghuo.policy.logic.near import nearest
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.thresholds import plan_of
from denghuo.policy.logic.verdict import Verdict
from tests.policy.logic.sample_policies import GOOD_FIRM, given, refund, skill
from tests.policy.logic.strategies import definitions, records

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

ON = date(2024, 12, 31)


def explained(
    facts: Mapping[str, object],
    *changes: tuple[str, str],
    on: date = ON,
    policy: PolicyDefinition | None = None,
    language: str = "zh",
) -> Answer:
    return answer(policy or refund(*changes), given(**facts), on, language=language)


# Sentences and both sides


def test_every_condition_says_why_with_its_values() -> None:
    found = explained(GOOD_FIRM)
    assert found.verdict is Verdict.ENTITLED
    assert [each.sentence for each in found.conditions] == [
        "已参保24 个月，满12 个月",
        "裁员2 人，没有超过5.5%",
        "没有欠费",
        "不在失信名单上",
    ]
    refused = explained(GOOD_FIRM | {"insured_months": 7})
    assert refused.conditions[0].sentence == "只参保了7 个月，要满12 个月"
    assert refused.conditions[0].basis == "第二条"
    assert refused.failed == ("insured_a_year",)
    assert explained(GOOD_FIRM, language="en").conditions[0].sentence == "insured 24 months"


def test_unknown_values_in_a_sentence_are_said_to_be_unknown() -> None:
    change = ("{zh: 还不知道参保了多久}", '"参保{insured_months}"')
    found = explained({}, change)
    assert found.conditions[0].sentence == "参保还不知道"


@pytest.mark.parametrize(
    ("condition", "facts", "text"),
    [
        ("insured_months >= p.min_months", {"insured_months": 7},
         "参保月数：实际 7 个月，要求不少于 12 个月"),
        ("NOT insured_months < p.min_months", {"insured_months": 7},
         "参保月数：实际 7 个月，要求不少于 12 个月"),
        ("p.min_months <= insured_months", {"insured_months": 7},
         "参保月数：实际 7 个月，要求不少于 12 个月"),
        ("insured_months * 2 > headcount + p.min_months", {"insured_months": 7, "headcount": 3},
         "实际 14 个月，要求多于 15 人"),
        ("registered_on <= add_months(as_of, -p.min_months)", {}, None),
        ("registered_on <= add_months(as_of, -12) AND insured_months >= p.min_months",
         {"registered_on": "2024-02-29"},
         "登记日期：实际 2024年2月29日，要求不晚于 2023年12月31日"),
        ("size_class IN ('micro', 'small') AND insured_months >= p.min_months",
         {"size_class": "large"}, "企业规模：实际 大型，要求是以下之一：微型、小型"),
        ("NOT size_class IN ('large') AND insured_months >= p.min_months",
         {"size_class": "large"}, "企业规模：实际 大型，要求不是大型"),
        ("starts_with(industry, 'C') AND insured_months >= p.min_months",
         {"industry": "G54"}, "行业：实际 G54，要求以下面开头： C"),
        ("NOT wage_arrears AND insured_months >= p.min_months", {"wage_arrears": True},
         "拖欠工资：实际 “是”，要求是“否”"),
        ("injury_rate < 0.015 AND insured_months >= p.min_months", {"injury_rate": "0.0155"},
         "现行工伤费率：实际 1.55%，要求少于 1.5%"),
        ("premium_last_year_fen >= 100050 AND insured_months >= p.min_months",
         {"premium_last_year_fen": 100_001},
         "上年失业保险缴费：实际 1,000.01 元，要求不少于 1,000.50 元"),
        ("headcount <= headcount_last_year AND insured_months >= p.min_months",
         {"headcount": 7, "headcount_last_year": None}, "参保职工：实际 7 人，要求多少还不知道"),
        ("headcount <= 6 AND insured_months >= p.min_months", {},
         "参保职工：实际 还不知道，要求不超过 6 人"),
    ],
)  # fmt: skip
def test_both_sides_of_a_comparison(
    condition: str, facts: dict[str, object], text: str | None
) -> None:
    if text is None:
        # A parameter cannot be negated inside add_months: the loader says so.
        with pytest.raises(Exception, match="add_months"):
            explained({}, ("insured_months >= p.min_months", condition))
        return
    changed = ("insured_months >= p.min_months", condition)
    base = {name: value for name, value in GOOD_FIRM.items() if name != "insured_months"}
    found = explained(base | facts, changed)
    assert found.conditions[0].comparisons[0].text == text


def test_both_sides_say_which_one_holds() -> None:
    found = explained(GOOD_FIRM).conditions[1].comparisons
    assert [each.holds for each in found] == [False, True]
    assert found[1].text == "上年裁员人数：实际 2 人，要求不超过 2.31 人"


# Facts


def test_facts_carry_their_source_and_day() -> None:
    facts = given(**GOOD_FIRM)
    facts["in_arrears"] = KnownFact(value=False, source="税务局", observed_on=date(2024, 12, 1))
    found = answer(refund(), facts, ON)
    used = found.facts["in_arrears"]
    assert (used.source, used.observed_on, used.shown()) == ("税务局", date(2024, 12, 1), "否")
    assert found.facts["size_class"].shown() == "小型"
    assert found.facts["size_class"].shown("en") == "small"
    assert found.facts["premium_last_year_fen"].shown() == "186,400.00 元"
    assert [each.name for each in found.conditions[2].facts] == ["in_arrears"]
    stale = answer(refund(), facts, date(2025, 6, 1))
    assert stale.facts["in_arrears"].why is WhyUnknown.STALE
    assert stale.missing == ("in_arrears",)


def test_missing_facts_are_those_that_matter() -> None:
    facts = {name: value for name, value in GOOD_FIRM.items() if name != "headcount_last_year"}
    assert explained(facts).missing == ("headcount_last_year",)
    # Nobody was let go: how many there were no longer matters.
    assert explained(facts | {"layoffs_last_year": 0}).verdict is Verdict.ENTITLED
    # Refused anyway: nothing is missing any more.
    assert explained(facts | {"insured_months": 1}).missing == ()
    no_size = {name: value for name, value in GOOD_FIRM.items() if name != "size_class"}
    found = explained(no_size)
    assert (found.verdict, found.amount, found.amount_unknown) == (Verdict.ENTITLED, None, True)
    assert found.missing == ("size_class",)


def test_an_unknown_anchor_comes_first() -> None:
    found = explained({"paid_this_year": 0}, policy=skill())
    assert (found.verdict, found.version) == (Verdict.UNKNOWN, None)
    assert found.missing[0] == "certificate_on"
    assert "paid_this_year" not in found.missing
    assert "training_subsidy_paid" in found.missing


# Amounts


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        (None, ("186,400.00 元 × 60% = 111,840.00 元",)),
        ("LEAST(premium_last_year_fen, 500000)",
         ("186,400.00 元、5,000.00 元 中取最小的：5,000.00 元",)),
        ("LEAST(premium_last_year_fen * p.rate_small, 500000)",
         ("186,400.00 元 × 60% = 111,840.00 元",
          "111,840.00 元、5,000.00 元 中取最小的：5,000.00 元")),
        ("1000000 + CASE WHEN headcount_last_year >= 3 THEN 2000000 ELSE 0 END",
         ("10,000.00 元 + 20,000.00 元 = 30,000.00 元",)),
        ("headcount_last_year * 150000", ("42 人 × 1,500.00 元 = 63,000.00 元",)),
        ("(premium_last_year_fen + 100) * p.rate_small",
         ("(186,400.00 元 + 1.00 元) × 60% = 111,840.60 元",)),
        ("1000000", ("返还金额：10,000.00 元",)),
        ("headcount_last_year * 0.035", ("42 人 × 0.00035 元 = 0.0147 元", "四舍五入：0.01 元")),
    ],
)  # fmt: skip
def test_arithmetic_can_be_checked_with_a_pencil(
    expression: str | None, lines: tuple[str, ...]
) -> None:
    written = (
        "expr: premium_last_year_fen * CASE WHEN small THEN p.rate_small ELSE p.rate_large END"
    )
    changes: list[tuple[str, str]] = []
    if expression is not None:
        changes = [(written, f"expr: {expression}")]
        rates = {"rate_small", "rate_large"} - {
            name for name in ("rate_small",) if name in expression
        }
        for rate in sorted(rates):
            for value in ("0.9", "0.60") if rate == "rate_small" else ("0.5", "0.30"):
                changes.append((f", {rate}: {{value: {value}}}", ""))
    assert explained(GOOD_FIRM, *changes).arithmetic == lines


def test_a_rate_is_shown_as_percent() -> None:
    change = (
        ("unit: fen\n  kind: payment", "unit: rate\n  kind: rate"),
        ("expr: premium_last_year_fen * CASE", "expr: injury_rate * CASE"),
        ("amount: 11184000", "amount: 0.0033"),
    )
    found = explained(GOOD_FIRM | {"injury_rate": "0.0055"}, *change)
    assert (found.amount, found.amount_shown) == (3_300, "0.33%")
    assert found.arithmetic == ("0.55% × 60% = 0.33%",)


@pytest.mark.parametrize(
    ("display", "value", "shown"),
    [
        (Display("money"), 0, "0.00 元"),
        (Display("money"), -1_234_567, "-12,345.67 元"),
        (Display("money", 2), 150, "0.015 元"),
        (Display("percent", 3), 55, "5.5%"),
        (Display("percent", 2), 100, "100%"),
        (Display("percent", 4), -25, "-0.25%"),
        (Display("number", 2, "%"), 450, "4.5%"),
        (Display("number", 1, "年"), 25, "2.5 年"),
        (Display("number"), 7, "7"),
        (Display("date"), date(2027, 3, 1), "2027年3月1日"),
        (Display("bool"), None, "还不知道"),
    ],
)
def test_values_in_plain_words(display: Display, value: Value | None, shown: str) -> None:
    assert display.show(value) == shown


# Near misses


def changes_of(found: Answer) -> dict[str, tuple[str, Value | None, int | None]]:
    return {
        miss.change: (miss.kind, miss.values[0] if miss.values else miss.on, miss.amount)
        for miss in found.near_misses
    }


def test_near_misses_are_computed_exactly() -> None:
    assert changes_of(explained(GOOD_FIRM | {"insured_months": 10})) == {
        "参保月数再多 2 个月": ("more", 12, 11_184_000)
    }
    # 5.5 % of 42 is 2.31: two may go, or 55 must have been there for three.
    assert changes_of(explained(GOOD_FIRM | {"layoffs_last_year": 3})) == {
        "上年裁员人数再少 1 人": ("less", 2, 11_184_000),
        "上年参保职工再多 13 人": ("more", 55, 11_184_000),
        # With 30 or fewer the limit is a fifth.
        "上年参保职工再少 12 人": ("less", 30, 11_184_000),
    }
    assert changes_of(explained(GOOD_FIRM | {"in_arrears": True})) == {
        "欠缴社会保险变为“否”": ("flip", False, 11_184_000)
    }


def test_english_readers_read_english() -> None:
    """Labels the sample has in English, units, figures and the words between them."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    policy, facts = refund(), given(**GOOD_FIRM | {"insured_months": 10})
    found = answer(policy, facts, ON, language="en")
    assert [near.change for near in found.near_misses] == ["months insured: 2 months more"]
    texts = [line.in_language("en") for each in found.conditions for line in each.comparisons]
    assert texts[0] == "months insured: 10 months; asked for: at least 12 months"
    assert not [text for text in texts if chinese.search(text)]
    paid = answer(policy, given(**GOOD_FIRM), ON, language="en")
    assert paid.amount_shown == "111,840.00 yuan"
    assert paid.arithmetic == ("186,400.00 yuan × 60% = 111,840.00 yuan",)
    assert not [why for why in WhyUnknown if chinese.search(why.in_language("en"))]


def test_only_one_failed_condition_is_a_near_miss() -> None:
    assert explained(GOOD_FIRM).near_misses == ()
    assert explained(GOOD_FIRM | {"insured_months": 1, "in_arrears": True}).near_misses == ()
    unknown = {name: value for name, value in GOOD_FIRM.items() if name != "in_arrears"}
    found = explained(unknown | {"insured_months": 10}).near_misses
    assert [miss.leads_to for miss in found] == [Verdict.UNKNOWN]
    assert "还要核实" in found[0].change


def test_waiting_is_a_near_miss_and_a_birthday_is_not_changed() -> None:
    condition = "registered_on <= add_months(as_of, -24)"
    changed = ("insured_months >= p.min_months", f"{condition} AND insured_months >= p.min_months")
    found = explained(GOOD_FIRM | {"registered_on": "2023-03-01"}, changed)
    assert changes_of(found) == {"2025年3月1日起符合": ("wait", date(2025, 3, 1), 11_184_000)}
    # By then no rule is in force any more: waiting does not help.
    late = explained(GOOD_FIRM | {"registered_on": "2024-06-01"}, changed)
    assert late.verdict is Verdict.NOT
    assert late.near_misses == ()


def test_codes_are_offered_together() -> None:
    changed = ("insured_months >= p.min_months", "small AND insured_months >= p.min_months")
    found = explained(GOOD_FIRM | {"size_class": "large"}, changed).near_misses
    assert [(miss.change, miss.values) for miss in found] == [
        ("企业规模是微型、小型、中型", ("micro", "small", "medium"))
    ]


def test_a_suggestion_that_breaks_another_condition_is_not_made() -> None:
    # More staff would satisfy the first, and break the second.
    changed = (
        ("insured_months >= p.min_months", "headcount >= 10 AND insured_months >= p.min_months"),
        ("expr: NOT in_arrears", "expr: headcount <= 8"),
    )
    found = explained(GOOD_FIRM | {"headcount": 8}, *changed)
    assert found.failed == ("insured_a_year",)
    assert found.near_misses == ()


@settings(max_examples=80, deadline=None)
@drawn(definitions(), records())
def test_explaining_decides_nothing_and_every_suggestion_works(
    policy: PolicyDefinition, record: dict[str, Value | None]
) -> None:
    as_of = cast("date", record["as_of"])
    facts = {name: KnownFact(value) for name, value in record.items() if value is not None}
    found = answer(policy, facts, as_of)
    row, _ = row_of(policy, facts, as_of)
    outcome = decide(policy, row)
    assert (found.verdict, found.fail_mask, found.unknown_mask, found.amount) == (
        outcome.verdict, outcome.fail_mask, outcome.unknown_mask, outcome.amount,
    )  # fmt: skip
    if found.version is not None:
        results = [each.result for each in found.conditions]
        assert [bool(found.fail_mask >> i & 1) for i in range(len(results))] == [
            result is False for result in results
        ]
    assert bool(found.missing) is (found.verdict is Verdict.UNKNOWN or found.amount_unknown)
    assert bool(found.arithmetic) is (found.amount is not None)
    for miss in found.near_misses:
        for value in miss.values or (miss.on,):
            changed = decide(policy, {**row, miss.fact or "as_of": value})
            assert changed.verdict in (Verdict.ENTITLED, Verdict.UNKNOWN)
        if miss.kind == "choice":
            continue
        # One step less would not do: the change is the smallest.
        changed = decide(
            policy, {**row, miss.fact or "as_of": miss.values[0] if miss.values else miss.on}
        )
        assert (changed.verdict, changed.amount) == (miss.leads_to, miss.amount)


def test_the_nearest_value_is_found() -> None:
    assert nearest(lambda v: v >= 37, 0, 1, 1000, []) == 37
    assert nearest(lambda v: v <= -37, 0, -1, -1000, []) == -37
    assert nearest(lambda v: v == 641, 0, 1, 1000, [641]) == 641
    assert nearest(lambda v: 18 <= v <= 20, 5, 1, 1000, [18, 20]) == 18
    assert nearest(lambda v: v > 5000, 0, 1, 1000, []) is None
    assert nearest(lambda v: v >= 1000, 0, 1, 1000, []) == 1000
    assert nearest(lambda _: True, 0, 1, 0, []) is None


def test_what_is_made_of_a_text_is_made_once() -> None:
    facts, policy = given(**GOOD_FIRM | {"insured_months": 10}), refund()
    kept = (compile_version, telling_of, plan_of, segments_of)
    answer(policy, facts, ON)
    made = [one.cache_info().misses for one in kept]
    answer(policy, {**facts}, ON)
    assert [one.cache_info().misses for one in kept] == made
