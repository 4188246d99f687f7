"""Facts and disputes follow a person whose two records became one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
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
