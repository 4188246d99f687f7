"""Every worked case of every shipped policy comes to what a jurist wrote beside it."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic.cases import run_cases
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.verdict import Verdict

Library = dict[str, PolicyDefinition]

# The measures of the first library: nothing may silently drop out of it.
MEASURES = {
    "contest-award",
    "graduate-practice",
    "guaranteed-loan-firm",
    "guaranteed-loan-person",
    "injury-rate-cut",
    "loan-interest-firm",
    "loan-interest-person",
    "risk-pool-claim",
    "skill-up-subsidy",
    "stable-jobs-refund",
    "startup-grant",
    "startup-rent",
    "startup-training",
    "trainee-subsidy",
    "training-subsidy",
    "unemployment-rate-cut",
    "youth-hostel",
}


def test_every_measure_is_there(library: Library) -> None:
    assert set(library) == MEASURES


@pytest.mark.parametrize("policy", sorted(MEASURES))
def test_every_case_comes_out_as_written(library: Library, policy: str) -> None:
    results = run_cases(library[policy])
    assert len(results) >= 3
    wrong = {each.case.name: each.problems for each in results if each.problems}
    assert not wrong


@pytest.mark.parametrize("policy", sorted(MEASURES))
def test_the_cases_show_a_yes_a_no_and_a_not_yet(library: Library, policy: str) -> None:
    shown = {case.expect.verdict for case in library[policy].cases}
    assert shown >= {Verdict.ENTITLED, Verdict.NOT, Verdict.UNKNOWN}


@pytest.mark.parametrize("policy", sorted(MEASURES))
def test_a_case_says_what_it_expects(library: Library, policy: str) -> None:
    """A case without an expectation cannot fail; a refusal names its condition."""
    for case in library[policy].cases:
        assert case.expect.verdict is not None, case.name
        if case.expect.verdict is Verdict.NOT:
            assert case.expect.failed, case.name
        if case.expect.verdict is Verdict.UNKNOWN:
            assert case.expect.missing, case.name


# The sums worked by hand in the owner's service facts (their §2.1 to §2.5): policy, what happened,
# fen or whole units due. They are written here a second time so that a slip in a file is noticed.
WORKED_SUMS = [
    ("loan-interest-person", {"interest_countable": 4_050_000}, 2_025_000),
    ("loan-interest-person", {"interest_countable": 2_126_679}, 1_063_339),
    ("loan-interest-person", {"interest_countable": 1_154_540}, 577_270),
    ("loan-interest-person", {"interest_countable": 630_910}, 315_455),
    ("loan-interest-person", {"interest_countable": 1_305_000}, 645_000),
    ("loan-interest-firm", {"firm_interest_countable": 36_000_000}, 18_000_000),
    ("guaranteed-loan-person", {"loan_partners": 2}, 66_000_000),
    ("guaranteed-loan-person", {"loan_partners": 3}, 99_000_000),
    ("guaranteed-loan-person", {"loan_partners": 13}, 400_000_000),
    ("guaranteed-loan-firm", {"staff_count": 30, "eligible_hires_12m": 3}, 400_000_000),
    ("guaranteed-loan-firm", {"staff_count": 120, "eligible_hires_12m": 6}, 400_000_000),
    ("risk-pool-claim", {"pool_loan_unpaid": 24_000_000}, 19_200_000),
    ("startup-grant", {"jobs_insured_12m": 3, "startup_grant_paid": 0}, 3_000_000),
    ("startup-grant", {"jobs_insured_12m": 5}, 2_000_000),
    ("startup-rent", {"rent_paid_this_year": 420_000}, 420_000),
    ("startup-rent", {"rent_paid_this_year": 780_000}, 500_000),
    ("contest-award", {"contest_winner": True}, 50_000_000),
    ("stable-jobs-refund", {"unemployment_premium_paid": 18_640_000}, 11_184_000),
    ("stable-jobs-refund", {"unemployment_premium_paid": 18_640_000}, 16_776_000),
    ("stable-jobs-refund", {"unemployment_premium_paid": 520_000_000}, 156_000_000),
    ("stable-jobs-refund", {"unemployment_premium_paid": 520_000_000}, 260_000_000),
    ("stable-jobs-refund", {"unemployment_premium_paid": 930_000}, 558_000),
]


@pytest.mark.parametrize(("policy", "given", "due"), WORKED_SUMS)
def test_the_worked_sums_of_the_facts_are_cases(
    library: Library, policy: str, given: dict[str, object], due: int
) -> None:
    found = [
        case
        for case in library[policy].cases
        if case.expect.amount == due and case.given.items() >= given.items()
    ]
    assert found


# The refusals and turning points worked there.
WORKED_REFUSALS = [
    ("guaranteed-loan-firm", {"staff_count": 30, "eligible_hires_12m": 2}, "hired_enough"),
    ("guaranteed-loan-firm", {"staff_count": 101, "eligible_hires_12m": 5}, "hired_enough"),
    ("guaranteed-loan-person", {"loan_asked": 30_000_001}, "within_limit"),
    ("guaranteed-loan-person", {"loans_subsidised_before": 3}, "times_left"),
    ("loan-interest-person", {"loan_rate": 451, "loan_lpr": 300}, "rate_within_ceiling"),
    ("loan-interest-person", {"interest_countable": 0}, "interest_paid"),
    ("risk-pool-claim", {"pool_loan_overdue_days": 60}, "overdue_enough"),
    ("stable-jobs-refund", {"laid_off_count": 110, "insured_average": 180_000}, "few_laid_off"),
    ("stable-jobs-refund", {"laid_off_count": 2, "insured_average": 900}, "few_laid_off"),
    ("stable-jobs-refund", {"laid_off_count": 6, "insured_average": 2_985}, "few_laid_off"),
    ("stable-jobs-refund", {"insured_average": 3_100}, "few_laid_off"),
    ("skill-up-subsidy", {"certificate_on": date(2025, 6, 10)}, "asked_in_time"),
    ("skill-up-subsidy", {"skill_higher_level_paid": True}, "no_higher_level"),
    ("skill-up-subsidy", {"skill_paid_ordinary_this_year": 1}, "within_yearly_count"),
    ("youth-hostel", {"hostel_nights_this_year": 5}, "nights_left"),
    ("startup-rent", {"free_desk_same_period": True}, "no_free_desk"),
]


@pytest.mark.parametrize(("policy", "given", "failed"), WORKED_REFUSALS)
def test_the_worked_refusals_of_the_facts_are_cases(
    library: Library, policy: str, given: dict[str, object], failed: str
) -> None:
    found = [
        case
        for case in library[policy].cases
        if case.expect.failed == (failed,) and case.given.items() >= given.items()
    ]
    assert found


def test_waiting_a_day_is_offered_when_a_day_is_missing(library: Library) -> None:
    """Registered 2026-01-31 without jobs: on 2027-01-30 the first step is one day away."""
    grant = library["startup-grant"]
    case = next(case for case in grant.cases if case.expect.failed == ("step_reached",))
    facts = {name: KnownFact(value) for name, value in case.given.items()}
    found = answer(grant, facts, date(2027, 1, 30))
    assert found.verdict is Verdict.NOT
    assert date(2027, 1, 31) in {miss.on for miss in found.near_misses}


def test_one_more_hire_is_offered_when_one_is_missing(library: Library) -> None:
    loan = library["guaranteed-loan-firm"]
    case = next(case for case in loan.cases if case.given.get("eligible_hires_12m") == 2)
    facts = {name: KnownFact(value) for name, value in case.given.items()}
    found = answer(loan, facts, case.as_of)
    assert [(miss.fact, miss.values) for miss in found.near_misses] == [
        ("eligible_hires_12m", (3,))
    ]
