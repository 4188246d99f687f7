"""A telling taken back: former words stand again, nothing is deleted, twice is once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM
from denghuo.policy.models import FactRecord
from denghuo.policy.public import (
    NewFact,
    TakenBack,
    ToldFact,
    current_facts,
    record_facts,
    registry,
    take_back_facts,
)
from tests.factories.people import NOW

NAME = "laid_off_count"
FIRM = SubjectRef("firm", uuid4())
LATER = NOW + timedelta(days=1)


def tell(number: int, on: date, subject: SubjectRef = FIRM) -> UUID:
    fact = NewFact(subject, NAME, number, "社会保险登记", on)
    record_facts(actor=SYSTEM, facts=[fact], registry=registry(), now=NOW)
    return current_facts([subject.id], [NAME])[subject.id, NAME].record_id


def undo(*facts: ToldFact) -> TakenBack:
    return take_back_facts(actor=SYSTEM, facts=facts, reason="发错了", now=LATER)


@pytest.mark.django_db
def test_the_former_word_stands_again_and_history_is_kept() -> None:
    former = tell(1, date(2026, 1, 31))
    mistake = tell(5, date(2026, 6, 30))
    taken = undo(ToldFact(mistake, former))
    assert (taken.restored, taken.ended, taken.kept) == (1, 0, 0)
    current = current_facts([FIRM.id], [NAME])[FIRM.id, NAME]
    assert (current.value, current.observed_on) == (1, date(2026, 1, 31))
    assert taken.again == {former: current.record_id}
    assert FactRecord.objects.count() == 3
    again = undo(ToldFact(mistake, former))
    assert (again.restored, again.ended, again.kept) == (0, 0, 1)
    assert AuditEntry.objects.filter(action="policy.take_back_facts").count() == 2


@pytest.mark.django_db
def test_what_was_nothing_is_nothing_again_and_a_newer_word_stays() -> None:
    other = SubjectRef("firm", uuid4())
    mistake = tell(5, date(2026, 6, 30))
    superseded = tell(6, date(2026, 6, 30), other)
    tell(7, date(2026, 9, 30), other)
    taken = undo(ToldFact(mistake, None), ToldFact(superseded, None))
    assert (taken.restored, taken.ended, taken.kept) == (0, 1, 1)
    held = current_facts([FIRM.id, other.id], [NAME])
    assert {key: fact.value for key, fact in held.items()} == {(other.id, NAME): 7}


def test_two_take_the_same_back_at_once(in_threads: Callable[..., list[object]]) -> None:
    former = tell(1, date(2026, 1, 31))
    mistake = tell(5, date(2026, 6, 30))
    results = in_threads(*[lambda: undo(ToldFact(mistake, former))] * 3)
    assert sorted(each.restored for each in results if isinstance(each, TakenBack)) == [0, 0, 1]
    current = FactRecord.objects.get(superseded_at__isnull=True)
    assert current.value == 1
