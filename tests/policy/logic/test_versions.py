"""In force on a day, and known on a day, are two things."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.logic.versions import (
    as_known,
    choose,
    look_back,
    retroactive_difference,
)
from tests.policy.logic.sample_policies import GOOD_FIRM, RETROACTIVE, given, refund

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

IN_JULY = date(2025, 7, 20)
BEFORE, AFTER = date(2025, 8, 14), date(2025, 8, 15)


def test_the_version_is_chosen_by_the_anchor_day_and_by_what_was_known() -> None:
    policy = refund(RETROACTIVE)

    def key(day: date, known_on: date | None = None) -> str | None:
        version = choose(policy, day, known_on)
        return None if version is None else version.key

    assert key(date(2025, 6, 30)) == "2023-01-01"
    assert key(IN_JULY) == "2025-07-01@2025-08-15"
    assert key(IN_JULY, BEFORE) == "2023-01-01"
    assert key(IN_JULY, AFTER) == "2025-07-01@2025-08-15"
    assert key(date(2026, 1, 1)) is None
    assert key(date(2022, 6, 1), date(2021, 12, 31)) is None


def test_a_text_in_the_middle_leaves_both_ends_of_the_older_one() -> None:
    policy = refund(
        (RETROACTIVE[0], RETROACTIVE[1].replace("until: 2026-01-01", "until: 2025-10-01"))
    )
    spans = [(each.start, each.until, each.version.start) for each in policy.in_force()]
    assert spans[1:] == [
        (date(2023, 1, 1), date(2025, 7, 1), date(2023, 1, 1)),
        (date(2025, 7, 1), date(2025, 10, 1), date(2025, 7, 1)),
        (date(2025, 10, 1), date(2026, 1, 1), date(2023, 1, 1)),
    ]


def test_recomputing_says_what_is_owed() -> None:
    policy = refund(RETROACTIVE)
    facts = given(**GOOD_FIRM)
    found = retroactive_difference(policy, facts, IN_JULY, known_before=BEFORE)
    assert found is not None
    assert (found.before.amount, found.after.amount) == (11_184_000, 16_776_000)
    assert found.amount_change == 5_592_000
    assert not found.turned
    same = retroactive_difference(policy, facts, date(2025, 6, 30), known_before=BEFORE)
    assert same is None
    both = retroactive_difference(policy, facts, IN_JULY, known_before=BEFORE, known_after=BEFORE)
    assert both is None


def test_where_a_side_cannot_be_told_there_is_no_sum() -> None:
    policy = refund(RETROACTIVE)
    no_size = {name: value for name, value in GOOD_FIRM.items() if name != "size_class"}
    found = retroactive_difference(policy, given(**no_size), IN_JULY, known_before=BEFORE)
    assert found is not None
    assert found.amount_change is None
    first = retroactive_difference(
        policy, given(**GOOD_FIRM), date(2022, 6, 1), known_before=date(2021, 12, 31)
    )
    assert first is not None
    assert first.turned
    assert first.before.verdict is Verdict.NO_RULE
    assert first.amount_change is None


def test_a_refusal_counts_as_nothing() -> None:
    stricter = RETROACTIVE[1].replace("min_months: {value: 12}", "min_months: {value: 36}")
    policy = refund((RETROACTIVE[0], stricter))
    found = retroactive_difference(policy, given(**GOOD_FIRM), IN_JULY, known_before=BEFORE)
    assert found is not None
    assert found.turned
    assert found.amount_change == -11_184_000


def test_as_known_is_the_same_as_asking_for_the_day() -> None:
    policy = refund(RETROACTIVE)
    for day in (date(2021, 12, 31), BEFORE, AFTER):
        assert as_known(policy, day).in_force() == policy.in_force(day)


def test_a_look_back_tells_a_new_rule_from_a_new_fact() -> None:
    policy = refund(RETROACTIVE)
    good = given(**GOOD_FIRM)
    late = given(**{**GOOD_FIRM, "premium_last_year_fen": 10_000_000})
    rule = look_back(policy, policy, good, good, IN_JULY, known_before=BEFORE)
    assert (rule.by_rule, rule.by_facts, rule.amount_change) == (True, False, 5_592_000)
    fact = look_back(policy, policy, late, good, IN_JULY, known_before=AFTER)
    assert (fact.by_rule, fact.by_facts) == (False, True)
    assert fact.changed
    both = look_back(policy, policy, late, good, IN_JULY, known_before=BEFORE)
    assert (both.by_rule, both.by_facts) == (True, True)
    none = look_back(policy, policy, good, good, IN_JULY, known_before=AFTER)
    assert not none.changed
    assert none.amount_change == 0


def test_a_policy_that_was_not_there_owed_nothing_that_can_be_told() -> None:
    policy = refund(RETROACTIVE)
    good = given(**GOOD_FIRM)
    new = look_back(None, policy, good, good, IN_JULY, known_before=BEFORE)
    assert new.changed
    assert new.by_rule
    assert new.amount_change is None
