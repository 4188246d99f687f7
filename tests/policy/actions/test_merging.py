"""Facts and disputes follow a person whose two records became one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import merge_duplicates
from denghuo.platform.public import SYSTEM, publish
from denghuo.platform.worker import drain
from denghuo.policy.actions.disputes import dispute_fact
from denghuo.policy.actions.facts import NewFact, record_facts
from denghuo.policy.actions.merging import move_facts
from denghuo.policy.models import FactRecord
from denghuo.policy.queries.facts import HeldFact, disputes_of, facts_of
from denghuo.policy.queries.library import registry
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)

EARLIER = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
KNOWN, CLASH = "is_graduate", "employed_insured"


def tell(person: UUID, name: str, raw: object, on: date | None = None) -> None:
    fact = NewFact(SubjectRef("person", person), name, raw, "people_register", on)
    record_facts(actor=SYSTEM, facts=[fact], registry=registry(), now=EARLIER)


def held(person: UUID, known_on: datetime | None = None) -> dict[str, HeldFact]:
    return facts_of(SubjectRef("person", person), registry=registry(), known_on=known_on)


def test_a_fact_and_its_dispute_survive_a_merge_told_twice() -> None:
    survivor, duplicate = make_person(), make_person("乌云")
    tell(duplicate, KNOWN, True)
    dispute_fact(
        actor=SYSTEM,
        subject=SubjectRef("person", duplicate),
        name=KNOWN,
        claimed_value="",
        note="不对",
        now=EARLIER,
    )
    merge_duplicates(survivor_id=survivor, duplicate_id=duplicate, actor=SYSTEM, now=NOW)
    drain()
    told = {"survivor": str(survivor), "duplicate": str(duplicate)}
    publish("people.persons_merged", told)
    drain()
    assert held(survivor)[KNOWN].known.value is True
    assert held(survivor)[KNOWN].disputed
    assert len(disputes_of(SubjectRef("person", survivor))) == 1
    assert held(duplicate) == {}


@pytest.mark.parametrize("duplicate_is_later", [True, False])
def test_of_two_words_the_one_observed_later_is_current(duplicate_is_later: bool) -> None:
    survivor, duplicate = make_person(), make_person("乌云")
    days = (date(2026, 4, 1), date(2026, 4, 2))
    own, other = days if duplicate_is_later else days[::-1]
    tell(survivor, CLASH, False, own)
    tell(duplicate, CLASH, True, other)
    for _twice in range(2):
        move_facts(survivor_id=survivor, duplicate_id=duplicate, now=NOW)
    assert held(survivor)[CLASH].known.value is duplicate_is_later
    # What was known before the merge reads as before.
    before = NOW - timedelta(days=1)
    assert held(survivor, before)[CLASH].known.value is False
    assert held(duplicate) == {}
    assert FactRecord.objects.count() == 2 + duplicate_is_later


def test_a_disputed_word_that_wins_stays_disputed() -> None:
    survivor, duplicate = make_person(), make_person("乌云")
    tell(survivor, CLASH, False)
    tell(duplicate, CLASH, True, date(2026, 4, 2))
    dispute_fact(
        actor=SYSTEM,
        subject=SubjectRef("person", duplicate),
        name=CLASH,
        claimed_value="",
        note="不对",
        now=EARLIER,
    )
    move_facts(survivor_id=survivor, duplicate_id=duplicate, now=NOW)
    assert held(survivor)[CLASH].disputed


def test_an_office_s_word_stands_before_one_s_own_of_a_later_day() -> None:
    survivor, duplicate = make_person(), make_person("乌云")
    for person, raw, source, day in (
        (survivor, False, "本人填报", date(2026, 5, 1)),
        (duplicate, True, "社会保险登记", date(2026, 4, 20)),
    ):
        fact = NewFact(SubjectRef("person", person), CLASH, raw, source, day)
        record_facts(actor=SYSTEM, facts=[fact], registry=registry(), now=EARLIER)
    move_facts(survivor_id=survivor, duplicate_id=duplicate, now=NOW)
    assert held(survivor)[CLASH].known.value is True


# First becomes second, second third; people tell of the first's new end as well.
TOLD = [(0, 1), (1, 2), (0, 2)]


@pytest.mark.parametrize(
    "order",
    [
        *permutations(TOLD),
        *permutations(TOLD[:2]),
        *((*one, *one) for one in permutations(TOLD)),
    ],
)
def test_a_chain_told_in_any_order_ends_with_whoever_is_left(
    order: tuple[tuple[int, int], ...],
) -> None:
    people = [make_person(name) for name in ("其其格", "乌云", "萨仁")]
    tell(people[0], KNOWN, True)
    tell(people[1], CLASH, True)
    dispute_fact(
        actor=SYSTEM, subject=SubjectRef("person", people[0]), name=KNOWN, claimed_value="",
        note="不对", now=EARLIER,
    )  # fmt: skip
    for duplicate, survivor in order:
        move_facts(survivor_id=people[survivor], duplicate_id=people[duplicate], now=NOW)
    assert set(held(people[2])) == {KNOWN, CLASH}
    assert held(people[2])[KNOWN].disputed
    assert len(disputes_of(SubjectRef("person", people[2]))) == 1
    assert not held(people[0])
    assert not held(people[1])


def test_chains_told_at_once_end_with_whoever_is_left(
    in_threads: Callable[..., list[object]],
) -> None:
    for _again in range(4):
        people = [make_person(name) for name in ("其其格", "乌云", "萨仁", "娜仁")]
        for person in people:
            tell(person, KNOWN, True)
        tell(people[0], CLASH, True)
        pairs = [(0, 1), (1, 2), (2, 3), (0, 2)]
        results = in_threads(
            *[
                lambda d=d, s=s, people=people: move_facts(
                    survivor_id=people[s], duplicate_id=people[d], now=NOW
                )
                for d, s in pairs
            ]
        )
        assert results == [None] * 4
        assert set(held(people[3])) == {KNOWN, CLASH}
        assert [held(person) for person in people[:3]] == [{}, {}, {}]


def test_nonsense_told_does_not_run_for_ever() -> None:
    one, other = make_person(), make_person("乌云")
    tell(one, KNOWN, True)
    move_facts(survivor_id=one, duplicate_id=one, now=NOW)
    for survivor, duplicate in ((one, other), (other, one), (one, other)):
        move_facts(survivor_id=survivor, duplicate_id=duplicate, now=NOW)
    assert {KNOWN} == {*held(one), *held(other)}
