"""Which text speaks when: in force on a day, as known on a day, and awaited."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from denghuo.policy.logic.cases import run_cases
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict

Library = dict[str, PolicyDefinition]
ASKED_ON = date(2026, 11, 23)


def ask(
    definition: PolicyDefinition, case_name: str, known_on: date | None = None, **changed: Value
) -> Answer:
    """The worked case whose name holds ``case_name``, with some facts changed."""
    case = next(case for case in definition.cases if case_name in case.name)
    facts = {name: KnownFact(value) for name, value in {**case.given, **changed}.items()}
    return answer(definition, facts, case.as_of, known_on=known_on)


@pytest.mark.parametrize(
    ("policy", "case_name", "anchor", "day"),
    [
        ("stable-jobs-refund", "基本比例", "contribution_year_ends_on", date(2025, 12, 31)),
        ("stable-jobs-refund", "基本比例", "contribution_year_ends_on", date(2022, 12, 31)),
        ("skill-up-subsidy", "次年同一天", "certificate_on", date(2026, 1, 1)),
    ],
)
def test_an_awaited_year_is_for_a_person_to_decide(
    library: Library, policy: str, case_name: str, anchor: str, day: date
) -> None:
    found = ask(library[policy], case_name, **{anchor: day})
    assert found.verdict is Verdict.NO_RULE
    assert found.amount is None
    assert found.pending is not None
    assert "由工作人员判断" in found.pending.note


def test_lower_rates_end_with_their_text(library: Library) -> None:
    facts = {"pays_unemployment_insurance": KnownFact(value=True)}
    rate = library["unemployment-rate-cut"]
    assert answer(rate, facts, date(2025, 12, 31)).verdict is Verdict.ENTITLED
    ended = answer(rate, facts, date(2026, 1, 1))
    assert ended.verdict is Verdict.NO_RULE
    assert ended.pending is not None


def test_the_raised_refund_reaches_back_once_it_is_known(library: Library) -> None:
    """The same year, the same firm: 60 % as known in June 2025, 90 % as known in August."""
    refund = library["stable-jobs-refund"]
    june = ask(refund, "提高比例", known_on=date(2025, 6, 30))
    august = ask(refund, "提高比例", known_on=date(2025, 8, 1))
    assert (june.amount, august.amount) == (11_184_000, 16_776_000)


def test_before_a_text_was_public_nothing_was_in_force(library: Library) -> None:
    refund = library["stable-jobs-refund"]
    found = ask(refund, "基本比例", known_on=date(2025, 4, 13))
    assert found.verdict is Verdict.NO_RULE


def test_a_loan_contract_keeps_the_rule_of_its_day(library: Library) -> None:
    interest = library["loan-interest-person"]
    days = [date(2020, 12, 31), date(2021, 1, 1), date(2023, 9, 30), date(2023, 10, 1)]
    amounts = [
        ask(
            interest,
            "到期还本",
            loan_contract_on=day,
            interest_countable=100_000,
            interest_own_part=30_000,
        ).amount
        for day in days
    ]
    assert amounts == [100_000, 70_000, 70_000, 50_000]


def test_loan_ceilings_by_the_day_of_asking(library: Library) -> None:
    firm = library["guaranteed-loan-firm"]
    ceilings = {
        date(2018, 6, 1): 200_000_000,
        date(2019, 3, 1): 300_000_000,
        date(2023, 9, 30): 300_000_000,
        date(2023, 10, 1): 400_000_000,
        date(2028, 9, 30): 400_000_000,
    }
    facts: dict[str, Value] = {
        "firm_wants_loan": True, "size_class": "micro", "staff_count": 10,
        "eligible_hires_12m": 10, "wage_arrears": False, "insurance_arrears": False,
        "firm_loan_asked": 1, "firm_loan_term_months": 1, "firm_loans_subsidised_before": 0,
    }  # fmt: skip
    known = {name: KnownFact(value) for name, value in facts.items()}
    assert {day: answer(firm, known, day).amount for day in ceilings} == ceilings
    assert answer(firm, known, date(2028, 10, 1)).verdict is Verdict.NO_RULE


def test_segments_never_overlap_and_every_version_rules_some_day(library: Library) -> None:
    for definition in library.values():
        segments = definition.in_force()
        for before, after in pairwise(segments):
            assert before.until is not None
            assert after.start is not None
            assert before.until <= after.start
        # What a later text replaced still rules as known before it.
        ruled = {segment.version.key for segment in segments}
        for version in definition.versions:
            if version.known_from is not None:
                ruled |= {each.version.key for each in definition.in_force(version.known_from)}
        assert ruled == {version.key for version in definition.versions}, definition.id


def test_cases_hold_whatever_day_they_are_read_on(library: Library) -> None:
    """A case speaks of its own day: running it twice, or later, changes nothing."""
    for definition in library.values():
        first = [(each.answer.verdict, each.answer.amount) for each in run_cases(definition)]
        again = [(each.answer.verdict, each.answer.amount) for each in run_cases(definition)]
        assert first == again
