"""Verdicts, masks and amounts; soundness over whole policies; rules chosen by their anchor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from denghuo.policy.logic.cases import run_cases
from denghuo.policy.logic.closures import AS_OF_KEY
from denghuo.policy.logic.decide import Outcome, decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.verdict import Verdict
from tests.policy.logic.sample_policies import GOOD_FIRM, given, refund, skill
from tests.policy.logic.strategies import completions, definitions, records

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

ON = date(2024, 12, 31)


def outcome(policy: PolicyDefinition, facts: Mapping[str, object], on: date = ON) -> Outcome:
    return decide(policy, row_of(policy, given(**facts), on)[0])


def test_worked_cases_come_to_what_is_expected() -> None:
    for result in run_cases(refund()):
        assert result.problems == (), result.case.name


def test_a_wrong_expectation_is_told() -> None:
    policy = refund(
        ("amount: 11184000", "amount: 11184001"), ("verdict: not,", "verdict: entitled,")
    )
    problems = [result.problems for result in run_cases(policy)]
    assert problems[0] == ("金额应当是 11184001，算出来是 11184000",)
    assert problems[1] == ("应当符合，算出来是不符合",)
    other = refund(
        ("failed: [layoffs_low]", "failed: [no_arrears]"), ("[headcount_last_year]", "[]")
    )
    told = [text for result in run_cases(other) for text in result.problems]
    assert told == [
        "没通过的条件应当是 no_arrears，算出来是 layoffs_low",
        "缺的信息应当是 无，算出来是 headcount_last_year",
    ]


@pytest.mark.parametrize(
    ("size", "paid", "left", "staff", "amount"),
    [
        # Sums worked by hand: share x contributions, nothing where too many were let go.
        ("small", 18_640_000, 2, 42, 11_184_000),
        ("large", 520_000_000, 60, 1_800, 156_000_000),
        ("large", 520_000_000, 110, 1_800, None),
        ("micro", 930_000, 1, 9, 558_000),
        ("micro", 930_000, 2, 9, None),
        ("small", 100, 6, 30, 60),
        ("small", 100, 7, 30, None),
        ("small", 100, 6, 31, None),
    ],
)
def test_refunds(size: str, paid: int, left: int, staff: int, amount: int | None) -> None:
    facts = GOOD_FIRM | {
        "size_class": size,
        "premium_last_year_fen": paid,
        "layoffs_last_year": left,
        "headcount_last_year": staff,
    }
    found = outcome(refund(), facts)
    assert found.amount == amount
    assert found.verdict is (Verdict.NOT if amount is None else Verdict.ENTITLED)
    assert found.fail_mask == (0b10 if amount is None else 0)


@pytest.mark.parametrize(
    ("paid", "amount"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (24, 14), (25, 15)]
)
def test_half_a_fen_goes_up(paid: int, amount: int) -> None:
    # 60 %: 0.6, 1.2, 1.8, 2.4, 3.0, 14.4, 15.0; at 50 % the halves: see below.
    assert outcome(refund(), GOOD_FIRM | {"premium_last_year_fen": paid}).amount == amount
    half = refund(("rate_small: {value: 0.60}", "rate_small: {value: 0.50}"))
    halved = outcome(half, GOOD_FIRM | {"premium_last_year_fen": paid}).amount
    assert halved == (paid + 1) // 2


def test_masks_are_whole_even_when_refused() -> None:
    found = outcome(refund(), {"insured_months": 3, "in_arrears": True})
    assert found.verdict is Verdict.NOT
    assert (found.fail_mask, found.unknown_mask) == (0b0101, 0b1010)


def test_entitled_with_an_unknown_amount() -> None:
    facts = {name: value for name, value in GOOD_FIRM.items() if name != "size_class"}
    found = outcome(refund(), facts)
    assert (found.verdict, found.amount, found.amount_unknown) == (Verdict.ENTITLED, None, True)


def test_no_rule_in_force_is_an_answer_of_its_own() -> None:
    for day in (date(2021, 12, 31), date(2026, 1, 1)):
        found = outcome(refund(), GOOD_FIRM, day)
        assert found == Outcome(Verdict.NO_RULE, None, 0, 0, None, amount_unknown=False)
    assert outcome(refund(), GOOD_FIRM, date(2025, 12, 31)).verdict is Verdict.ENTITLED


SKILLED: dict[str, object] = {
    "certificate_on": "2025-06-10",
    "certificate_level": 4,
    "person_insured_months": 30,
    "paid_this_year": 0,
    "shortage_trade": False,
    "training_subsidy_paid": False,
}


def test_the_same_day_next_year_still_counts() -> None:
    assert outcome(skill(), SKILLED, date(2026, 6, 10)).amount == 150_000
    late = outcome(skill(), SKILLED, date(2026, 6, 11))
    assert (late.verdict, late.fail_mask) == (Verdict.NOT, 0b0001)


def test_the_anchor_chooses_the_version_not_the_day_asked_for() -> None:
    second = SKILLED | {"paid_this_year": 1}
    before = outcome(skill(), second | {"certificate_on": "2024-12-31"}, date(2025, 3, 1))
    after = outcome(skill(), second | {"certificate_on": "2025-01-01"}, date(2025, 3, 1))
    assert before.verdict is Verdict.ENTITLED
    assert before.version is not None
    assert before.version.key == "2024-01-01"
    assert (after.verdict, after.fail_mask) == (Verdict.NOT, 0b0100)
    shortage = outcome(
        skill(), second | {"shortage_trade": True, "certificate_on": "2025-01-01"}, date(2025, 3, 1)
    )
    assert shortage.verdict is Verdict.ENTITLED


def test_without_the_anchor_only_what_every_version_refuses_is_refused() -> None:
    facts = {name: value for name, value in SKILLED.items() if name != "certificate_on"}
    found = outcome(skill(), facts, date(2025, 3, 1))
    assert found == Outcome(Verdict.UNKNOWN, None, 0, 0, None, amount_unknown=False)
    one_refuses = facts | {"paid_this_year": 2}
    assert outcome(skill(), one_refuses, date(2025, 3, 1)).verdict is Verdict.UNKNOWN
    all_refuse = facts | {"training_subsidy_paid": True}
    # Both versions refuse, but the day may lie outside both: then a person decides.
    assert outcome(skill(), all_refuse, date(2025, 3, 1)).verdict is Verdict.UNKNOWN
    every_day = skill(
        ("from: 2024-01-01\n", "from: null\n"), ("until: 2026-01-01\n", "until: null\n")
    )
    found = outcome(every_day, all_refuse, date(2025, 3, 1))
    assert found == Outcome(Verdict.NOT, None, 0, 0, None, amount_unknown=False)
    one_open = skill(("from: 2024-01-01\n", "from: null\n"))
    assert outcome(one_open, all_refuse, date(2025, 3, 1)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("paid", "certificate_on", "verdict"),
    [
        # The gate decides first, on any day or none; while it is unknown, no day outside decides.
        (True, None, Verdict.NOT),
        (True, "2010-01-01", Verdict.NOT),
        (True, "2025-02-01", Verdict.NOT),
        (None, None, Verdict.UNKNOWN),
        (None, "2010-01-01", Verdict.UNKNOWN),
        (False, "2010-01-01", Verdict.NO_RULE),
        (False, None, Verdict.UNKNOWN),
        (False, "2025-02-01", Verdict.ENTITLED),
    ],
)
def test_what_the_anchor_presupposes_decides_on_every_day(
    paid: bool | None, certificate_on: str | None, verdict: Verdict
) -> None:
    gated = skill(("gaps: true", "gaps: true\nanchor_needs: not_twice"))
    facts = SKILLED | {"training_subsidy_paid": paid, "certificate_on": certificate_on}
    known = {name: value for name, value in facts.items() if value is not None}
    assert outcome(gated, known, date(2025, 3, 1)).verdict is verdict


def test_an_old_observation_counts_as_unknown() -> None:
    policy = refund()
    facts = given(**GOOD_FIRM)
    seen = facts["in_arrears"]
    facts["in_arrears"] = type(seen)(seen.value, seen.source, date(2024, 1, 1))
    row, why = row_of(policy, facts, ON)
    assert row["in_arrears"] is None
    assert set(why) == {"in_arrears"}
    assert decide(policy, row).unknown_mask == 0b0100


@settings(max_examples=150, deadline=None)
@drawn(st.data())
def test_a_decision_never_flips_when_facts_arrive(data: st.DataObject) -> None:
    policy = data.draw(definitions())
    record = data.draw(records())
    early = decide(policy, record)
    for _ in range(3):
        late = decide(policy, data.draw(completions(record)))
        assert late.verdict is not Verdict.UNKNOWN
        assert not late.amount_unknown
        match early.verdict:
            case Verdict.ENTITLED:
                assert late.verdict is Verdict.ENTITLED
                assert early.amount_unknown or late.amount == early.amount
            case Verdict.NOT:
                assert late.verdict is Verdict.NOT
                assert late.fail_mask & early.fail_mask == early.fail_mask
            case Verdict.NO_RULE:
                assert late.verdict is Verdict.NO_RULE
            case Verdict.UNKNOWN:
                assert late.amount is None or late.verdict is Verdict.ENTITLED


@settings(max_examples=60, deadline=None)
@drawn(definitions(), records())
def test_masks_and_verdict_say_the_same(policy: PolicyDefinition, record: dict) -> None:
    found = decide(policy, record)
    assert found.fail_mask & found.unknown_mask == 0
    if found.version is None:
        assert found.verdict in (Verdict.NO_RULE, Verdict.UNKNOWN, Verdict.NOT)
        assert found.fail_mask == found.unknown_mask == 0
        return
    expected = (
        Verdict.NOT
        if found.fail_mask
        else Verdict.UNKNOWN
        if found.unknown_mask
        else Verdict.ENTITLED
    )
    assert found.verdict is expected
    anchor = record[policy.anchor]
    assert (found.version.start or date.min) <= anchor < (found.version.until or date.max)
    assert record[AS_OF_KEY] is not None
