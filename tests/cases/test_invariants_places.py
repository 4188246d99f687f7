"""Invariants 1 and 2: numbers without gaps, one live case per subject, item and period."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from denghuo.cases.actions.opening import AlreadyOpenError
from denghuo.cases.logic.numbers import CaseNumber
from denghuo.cases.models import Case, NumberCounter
from denghuo.cases.public import CaseView, open_case, withdraw
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM
from tests.cases import world as w
from tests.factories.people import as_resident, make_person

InThreads = Callable[..., list[object]]


class LaterError(Exception):
    """Something else in the same transaction failed."""


def serials() -> list[int]:
    return sorted(
        CaseNumber.read(one).serial for one in Case.objects.values_list("number", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_invariant_1_numbers_have_no_gap_under_sixteen_threads_with_failures() -> None:
    people = [make_person(residence=w.XINCHENG, now=w.NOW) for _ in range(48)]
    left = iter(enumerate(people))
    lock = threading.Lock()
    failed: list[int] = []  # a third of them, after the number was taken

    def work() -> None:
        try:
            while True:
                with lock:
                    at, person = next(left, (None, None))
                if at is None or person is None:
                    return
                try:
                    open_one(person, fails=at % 3 == 0)
                except LaterError:
                    failed.append(at)
        finally:
            connections.close_all()

    @transaction.atomic
    def open_one(person: UUID, *, fails: bool) -> None:
        subject = SubjectRef("person", person)
        open_case(actor=SYSTEM, item=w.SKILL, subject=subject, period="A", now=w.NOW)
        if fails:
            raise LaterError

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(failed) == 16
    assert serials() == list(range(1, 33))
    assert NumberCounter.objects.get(item=w.SKILL).last == 32


@pytest.mark.django_db
def test_invariant_1_the_database_itself_keeps_numbers_apart() -> None:
    world = w.make_world()
    first = w.opened(world, period="A")
    second = w.opened(world, period="B")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=second.id).update(number=first.number)


@pytest.mark.django_db
def test_invariant_2_the_second_is_answered_with_the_firsts_number() -> None:
    world = w.make_world()
    first = w.opened(world)
    with pytest.raises(AlreadyOpenError) as refused:
        w.opened(world)
    assert refused.value.number == first.number
    assert first.number in refused.value.sentence
    assert Case.objects.count() == 1
    assert w.opened(world, period="another certificate").number != first.number


@pytest.mark.django_db(transaction=True)
def test_invariant_2_two_at_the_same_instant_leave_one(in_threads: InThreads) -> None:
    world = w.make_world()
    results = in_threads(*[lambda: w.opened(world)] * 6)
    opened = [one for one in results if isinstance(one, CaseView)]
    refused = [one for one in results if isinstance(one, AlreadyOpenError)]
    assert (len(opened), len(refused)) == (1, 5)
    assert {one.number for one in refused} == {opened[0].number}
    assert serials() == [1]


@pytest.mark.django_db
def test_invariant_2_a_withdrawn_one_frees_the_place_and_a_granted_one_never_does() -> None:
    world = w.make_world()
    first = w.opened(world)
    withdraw(actor=world.applicant, case_id=first.id, version=first.version, now=w.NOW)
    w.fund()
    second = w.decided(world)
    assert second.number != first.number
    with pytest.raises(AlreadyOpenError):
        w.opened(world)


@pytest.mark.django_db
def test_invariant_2_holds_against_somebody_with_a_database_prompt() -> None:
    world = w.make_world()
    first, second = w.opened(world, period="A"), w.opened(world, period="B")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=second.id).update(period="A")
    assert first.id != second.id


@pytest.mark.django_db
def test_invariant_2_a_merged_duplicate_is_the_same_subject() -> None:
    from denghuo.people.public import merge_duplicates  # noqa: PLC0415

    world = w.make_world()
    other = make_person(residence=w.XINCHENG, now=w.NOW)
    case = open_case(
        actor=as_resident(other),
        item=w.SKILL,
        subject=SubjectRef("person", other),
        period="A1",
        now=w.NOW,
    )
    merge_duplicates(survivor_id=world.person, duplicate_id=other, actor=SYSTEM, now=w.NOW)
    with pytest.raises(AlreadyOpenError) as refused:
        w.opened(world)
    assert refused.value.number == case.number
