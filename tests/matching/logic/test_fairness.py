"""Protected attributes cannot change a result: shown end to end, and counted by group."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np
import pytest

from denghuo.matching.engines.lists import Lists
from denghuo.matching.logic.columns import Seekers, offer_columns, seeker_columns
from denghuo.matching.logic.fairness import audit, exchanged, exposure_by_group
from denghuo.matching.logic.values import Seeker
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres

WORDS = words()
OFFERS = offer_columns(draw_offers(5, 200), WORDS)
SEXES = ("女", "男")


@dataclass(frozen=True)
class Person:
    """A row of some register, with what matching must not know."""

    wish: Seeker
    sex: str


def persons() -> list[Person]:
    rng = random.Random(7)
    return [Person(wish, rng.choice(SEXES)) for wish in draw_seekers(5, 120)]


def run(of: list[Person]) -> tuple[Seekers, np.ndarray]:
    columns = seeker_columns([person.wish for person in of], WORDS)
    return columns, Lists(OFFERS, columns, WORDS, WEIGHTS).for_seekers(10).keys


def test_exchanging_what_is_protected_changes_no_byte() -> None:
    before = persons()
    order = random.Random(8).sample(range(len(before)), len(before))
    dealt = exchanged({at: one.sex for at, one in enumerate(before)}, order)
    after = [Person(one.wish, dealt[at]) for at, one in enumerate(before)]
    assert before != after
    found = audit(run(before), run(after), [one.sex for one in before])
    assert found.passed
    assert [group.group for group in found.groups] == sorted(SEXES)
    assert sum(group.seekers for group in found.groups) == 120


def test_an_audit_notices_a_reader_that_lets_the_attribute_in() -> None:
    before = persons()
    leaky = [
        Person(replace(one.wish, years=6 if one.sex == "男" else 0), one.sex) for one in before
    ]
    found = audit(run(before), run(leaky), [one.sex for one in before])
    assert not found.same_input
    assert not found.same_lists
    assert not found.passed


def test_counts_by_group_are_whole_and_small_groups_stay_unseen() -> None:
    keys = np.full((32, 2), -1, np.int64)
    keys[:20, 0] = 500 << 52
    keys[:10, 1] = 400 << 52
    groups = ["甲"] * 10 + ["乙"] * 20 + ["丙"] * 2
    small, second, first = exposure_by_group(keys, groups)
    assert (small.group, small.seekers, small.without) == ("丙", 2, None)
    assert (second.group, second.without, second.without_per_mille) == ("乙", 10, 500)
    assert second.mean_length_per_mille == 500
    assert second.mean_best_score == 250
    assert (first.group, first.without, first.mean_length_per_mille) == ("甲", 0, 2000)
    # 30 entries over 32 seekers; the first group has 2 each
    assert first.against_all_per_mille == 20 * 32 * 1000 // (10 * 30)
