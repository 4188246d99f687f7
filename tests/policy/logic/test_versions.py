"""In force on a day, and known on a day, are two things."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.logic.versions import choose, retroactive_difference
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
