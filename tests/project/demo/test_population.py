"""The people have the shapes of a real region, and are the same for a seed and a day."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import groupby

import pytest

from denghuo.people.public import read_name
from denghuo.project.demo import names
from denghuo.project.demo.identities import PERMIT_AREAS, IdNumbers
from denghuo.project.demo.population import Member, make_population
from denghuo.project.demo.spread import Spread
from tests.project.demo.conftest import SEED, TODAY

pytestmark = pytest.mark.no_postgres

COUNT = 6_000


def people(spread: Spread, *, seed: int = SEED, today: date = TODAY) -> list[Member]:
    blocks = make_population(COUNT, seed=seed, today=today, spread=spread, numbers=IdNumbers())
    return [one for block in blocks for one in block]


def digest(members: list[Member]) -> str:
    return hashlib.sha256("\n".join(map(_line, members)).encode()).hexdigest()


def _line(one: Member) -> str:
    return f"{one} {one.id} {one.id_number.text}"


@pytest.fixture(scope="module")
def members(spread: Spread) -> list[Member]:
    return people(spread)


def share(members: list[Member], fits: Callable[[Member], bool]) -> float:
    return sum(map(fits, members)) / len(members)


def age(one: Member) -> int:
    return one.id_number.age_on(TODAY)


def test_two_runs_give_the_same_bytes(spread: Spread, members: list[Member]) -> None:
    assert digest(people(spread)) == digest(members)


def test_another_seed_or_day_gives_other_people(spread: Spread, members: list[Member]) -> None:
    assert digest(people(spread, seed=8)) != digest(members)
    assert digest(people(spread, today=date(2026, 11, 24))) != digest(members)


def test_there_are_as_many_as_asked_for_and_none_twice(members: list[Member]) -> None:
    assert len(members) == COUNT
    assert len({one.id for one in members}) == COUNT
    assert len({one.id_number for one in members}) == COUNT


def test_ages_follow_the_pyramid(members: list[Member]) -> None:
    assert 0.09 < share(members, lambda one: age(one) < 15) < 0.19
    assert 0.15 < share(members, lambda one: age(one) >= 60) < 0.27
    assert max(map(age, members)) < 105
    assert all(one.born_on <= TODAY for one in members)


def test_a_fifth_bears_a_mongolian_name(members: list[Member]) -> None:
    surnames = {surname for surname, _ in names._SURNAMES}
    mongolian = share(members, lambda one: not one.name.startswith(tuple(surnames)))
    assert 0.13 < mongolian < 0.23
    assert any("·" in one.name for one in members)
    assert any(len(one.name) == 14 for one in members)
    assert all(read_name(one.name) == one.name for one in members)


def test_eight_in_a_hundred_are_elders_without_a_phone(members: list[Member]) -> None:
    assert 0.05 < share(members, lambda one: age(one) >= 65 and not one.has_phone) < 0.11
    assert all(age(one) >= 65 or age(one) < 12 for one in members if not one.has_phone)


def test_the_rare_ones_are_there(members: list[Member]) -> None:
    assert any(one.id_number.text[:4] in PERMIT_AREAS for one in members)
    assert sum((one.born_on.month, one.born_on.day) == (2, 29) for one in members) > 5
    assert 0.06 < share(members, lambda one: one.id_number.text.endswith("X")) < 0.12


def test_one_in_fifty_is_registered_twice(members: list[Member]) -> None:
    by_key = {one.key: one for one in members}
    doubles = [one for one in members if one.duplicate_of]
    assert len(doubles) == COUNT // 50
    for one in doubles:
        first = by_key[one.duplicate_of]
        assert (first.name, first.born_on, first.sex) == (one.name, one.born_on, one.sex)
        assert first.id_number != one.id_number


def test_people_of_one_name_live_in_one_village(members: list[Member]) -> None:
    adults = Counter((one.township, one.name) for one in members if not one.duplicate_of)
    assert adults.most_common(1)[0][1] > 1


def test_families_make_sense(members: list[Member]) -> None:
    lone = [one for one in members if not one.duplicate_of]
    sizes = []
    for _, group in groupby(lone, key=lambda one: (one.key.split("-")[0], one.household)):
        family = list(group)
        head = family[0]
        sizes.append(len(family))
        assert head.relation == "head"
        assert len({one.township for one in family}) == 1
        for one in family[1:]:
            if one.relation == "child":
                assert head.born_on.year < one.born_on.year
            if one.relation == "parent":
                assert one.born_on.year < head.born_on.year
            if one.relation == "spouse":
                assert one.sex != head.sex
    assert 1.9 < sum(sizes) / len(sizes) < 2.9
