"""A season in bulk: the same promises as for one, for thousands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Self
from uuid import UUID

import pytest
from django.db import connection

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.bulk.opening import BulkRowError, BulkTooLargeError
from denghuo.cases.actions.bulk.telling import tell_decided
from denghuo.cases.actions.desk import declare_relation
from denghuo.cases.logic.numbers import CaseNumber
from denghuo.cases.models import (
    Case,
    CasePayment,
    Decision,
    NumberCounter,
    PublicNotice,
    Snapshot,
    Step,
)
from denghuo.cases.public import (
    NewCase,
    Opened,
    Signed,
    State,
    approve_in_bulk,
    confirm_account,
    make_payable_in_bulk,
    open_cases_in_bulk,
    publish_in_bulk,
)
from denghuo.cases.queries.snapshots import is_whole
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import SCOPES
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM, Actor
from tests.cases import world as w
from tests.cases.seasons import evidence, new_cases
from tests.factories.people import make_firm, make_person

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]
KEY = "2024-refund"


def open_rows(rows: list[NewCase], key: str = KEY) -> Opened:
    return open_cases_in_bulk(actor=SYSTEM, item=w.REFUND, key=key, rows=rows, now=w.NOW)


def signed(actor: Actor, **more: object) -> Signed:
    return approve_in_bulk(actor=actor, key=KEY, now=w.NOW, **more)  # type: ignore[arg-type]


def serials() -> list[int]:
    numbers = Case.objects.values_list("number", flat=True)
    return sorted(CaseNumber.read(one).serial for one in numbers)


def test_opened_as_proposals_with_numbers_steps_and_snapshots() -> None:
    opened = open_rows(new_cases(30))
    assert len(opened.cases) == 30
    assert serials() == list(range(1, 31))
    assert set(Case.objects.values_list("state", "version", "proposed_by")) == {
        ("proposed", 1, "system")
    }
    assert Step.objects.filter(kind="sweep").count() == 30
    row = Case.objects.select_related("snapshot").get(pk=opened.cases[7])
    assert row.snapshot is not None
    assert row.snapshot.case_id == row.pk
    assert is_whole(row.snapshot)
    assert row.proposed_fen == evidence(11_184_007).amount_fen
    assert row.area == "150100000000"
    assert AuditEntry.objects.filter(action="cases.open_cases_in_bulk").count() == 1


def test_asked_again_it_opens_nothing_twice() -> None:
    first = open_rows(new_cases(5))
    again = open_rows(new_cases(8))
    assert (len(again.cases), again.repeated) == (3, dict(first.cases))
    assert serials() == list(range(1, 9))
    assert Snapshot.objects.count() == 8


def test_a_place_that_is_taken_is_told_with_its_number() -> None:
    first = open_rows(new_cases(2))
    other = open_rows(new_cases(3), key="another season")
    assert len(other.cases) == 1
    assert other.taken == {row: Case.objects.get(pk=pk).number for row, pk in first.cases.items()}
    twice = [*new_cases(1, start=10), *new_cases(1, start=11, subjects=[UUID(int=11)] * 12)]
    opened = open_rows(twice)
    assert list(opened.cases) == [10]
    assert opened.taken == {11: Case.objects.get(pk=opened.cases[10]).number}


def test_rows_no_case_can_be_made_of_open_nothing() -> None:
    rows = new_cases(3)
    bad = replace(rows[1], evidence=replace(evidence(), verdict="not"))
    wrong = replace(rows[1], subject=SubjectRef("person", UUID(int=1)))
    for broken in (bad, wrong, replace(rows[1], row=0)):
        with pytest.raises(BulkRowError):
            open_rows([rows[0], broken])
    with pytest.raises(BulkTooLargeError):
        open_rows(rows * 700)
    assert not Case.objects.exists()
    assert not NumberCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_openings_of_one_season_at_once_open_each_row_once(in_threads: InThreads) -> None:
    results = in_threads(*[lambda: open_rows(new_cases(40))] * 3)
    assert all(isinstance(one, Opened) for one in results), results
    assert serials() == list(range(1, 41))
    assert Step.objects.count() == Snapshot.objects.count() == 40


def test_a_person_signs_and_every_case_has_its_decision() -> None:
    open_rows(new_cases(25))
    office = w.make_office(w.HOHHOT)
    with pytest.raises(CaseNotFoundError):
        signed(office.officer)
    with pytest.raises(CaseNotFoundError):
        signed(SYSTEM)
    first = signed(office.reviewer, limit=10)
    assert (first.approved, first.last_row, first.done) == (10, 9, False)
    second = signed(office.reviewer, after_row=first.last_row)
    assert (second.approved, second.done) == (15, True)
    assert signed(office.reviewer).approved == 0
    assert office.reviewer.staff_id is not None
    assert Decision.objects.filter(signed_by=office.reviewer.staff_id).count() == 25
    row = Case.objects.select_related("decision").get(bulk_row=3)
    assert row.decision is not None
    assert (row.state, row.version, row.amount_fen) == ("approved", 2, 11_184_003)
    assert row.decision.snapshot_id == row.snapshot_id
    assert Step.objects.filter(kind="approve", seq=2).count() == 25
    told = {"key": KEY, "first": 0, "last": 24, "now": w.NOW}
    assert tell_decided(**told) == tell_decided(**told) == 25  # type: ignore[arg-type]
    assert Message.objects.filter(kind="cases.approved").count() == 25


@pytest.mark.django_db(transaction=True)
def test_two_signers_at_once_sign_each_case_once(in_threads: InThreads) -> None:
    open_rows(new_cases(30))
    office = w.make_office(w.HOHHOT)
    results = in_threads(lambda: signed(office.reviewer), lambda: signed(office.second))
    assert sorted(getattr(one, "approved", -1) for one in results) == [0, 30]
    assert Decision.objects.count() == 30


def test_above_the_sum_the_second_signature_is_a_supervisors() -> None:
    open_rows(new_cases(2, fen=100_000_000))  # row 0 at the sum, row 1 a fen above
    office = w.make_office(w.HOHHOT)
    first = signed(office.reviewer)
    assert (first.approved, first.waiting) == (1, 1)
    again = signed(office.reviewer)
    assert again.left == ((1, "等另一位签字"),)
    assert signed(office.second).left == ((1, "等科室负责人签字"),)
    assert signed(office.supervisor).approved == 1
    decision = Decision.objects.get(second_by__isnull=False)
    assert decision.signed_by == office.reviewer.staff_id


def test_the_related_and_another_area_are_left_out() -> None:
    rows = new_cases(3)
    open_rows(rows)
    office = w.make_office(w.HOHHOT)
    declare_relation(actor=office.reviewer, subject=rows[1].subject, relation="interest", now=w.NOW)
    found = signed(office.reviewer)
    assert (found.approved, found.left) == (2, ((1, "回避"),))
    assert signed(w.staff("far", "reviewer", area=Region.read("1504"))).approved == 0


def test_shown_then_ordered_then_waiting_for_accounts() -> None:
    w.fund(fen=10**13)
    person = make_person(residence=w.XINCHENG, now=w.NOW)
    firms = [make_firm(legal_representative=person, now=w.NOW) for _ in range(3)]
    open_rows(new_cases(3, subjects=firms))
    office = w.make_office(w.HOHHOT)
    signed(office.reviewer)
    shown = publish_in_bulk(actor=office.officer, key=KEY, title="稳岗返还", now=w.NOW)
    assert (shown.moved, shown.done) == (3, True)
    assert publish_in_bulk(actor=office.officer, key=KEY, title="稳岗返还", now=w.NOW).moved == 0
    assert PublicNotice.objects.count() == 1
    assert make_payable_in_bulk(actor=office.officer, key=KEY, now=w.NOW).moved == 0
    row = Case.objects.get(bulk_row=0)
    boss = Actor(
        kind="resident",
        person=SubjectRef("person", person),
        name="法定代表人",
        acting_for=SubjectRef("firm", firms[0]),
        scopes=frozenset(SCOPES),
    )
    case = confirm_account(
        actor=boss,
        case_id=row.pk,
        version=row.version,
        account_name="草原恒泰乳业",
        account_no="15001234567890",
        bank="内蒙古银行",
        now=w.NOW,
    )
    later = w.NOW + timedelta(days=8)
    moved = make_payable_in_bulk(actor=office.officer, key=KEY, now=later)
    assert (moved.moved, moved.ordered) == (3, 1)
    assert make_payable_in_bulk(actor=office.officer, key=KEY, now=later).moved == 0
    row = Case.objects.get(pk=case.id)
    assert (row.state, row.ordered_fen) == (State.PAYABLE, row.amount_fen)
    assert set(Case.objects.exclude(pk=row.pk).values_list("pay_problem", flat=True)) == {
        "no_account"
    }
    assert CasePayment.objects.count() == 1


def test_a_season_asks_the_database_few_times() -> None:
    office = w.make_office(w.HOHHOT)
    with Counted() as few:
        open_rows(new_cases(5))
    with Counted() as many:
        open_rows(new_cases(400, start=5))
    assert many.count <= few.count + 4
    signed(office.reviewer, limit=5)
    with Counted() as signing:
        signed(office.reviewer)
    assert signing.count < 25


def test_showing_goes_on_behind_its_place_and_finds_who_came_later() -> None:
    """Chunks of two; a case signed behind the place reached is shown by the last chunk, and each
    case once."""
    open_rows(new_cases(7))
    office = w.make_office(w.HOHHOT)
    late = Case.objects.get(bulk_row=1)
    Case.objects.filter(pk=late.pk).update(proposed_result="")
    signed(office.reviewer)
    given = {"actor": office.officer, "key": KEY, "title": "稳岗返还", "limit": 2, "now": w.NOW}
    first = publish_in_bulk(**given)  # type: ignore[arg-type]
    assert (first.moved, first.last_row, first.done) == (2, 2, False)
    Case.objects.filter(pk=late.pk).update(proposed_result="approved")
    signed(office.reviewer)
    place, shown = first.last_row, first.moved
    for _ in range(10):
        chunk = publish_in_bulk(**given, after_row=place)  # type: ignore[arg-type]
        assert chunk.last_row >= place
        place, shown = chunk.last_row, shown + chunk.moved
        if chunk.done:
            break
    assert (chunk.done, shown) == (True, 7)
    assert set(Case.objects.values_list("state", flat=True)) == {State.PUBLIC_NOTICE}
    assert Step.objects.filter(kind="publish").count() == 7


def test_ordering_goes_on_behind_its_place_and_orders_each_case_once() -> None:
    """Chunks of three, one of them asked for twice, as after a kill."""
    w.fund(fen=10**13)
    firms = [
        make_firm(legal_representative=make_person(residence=w.XINCHENG, now=w.NOW), now=w.NOW)
    ]
    open_rows(new_cases(8, subjects=[*firms, *(UUID(int=90 + n) for n in range(7))]))
    office = w.make_office(w.HOHHOT)
    signed(office.reviewer)
    publish_in_bulk(actor=office.officer, key=KEY, title="稳岗返还", now=w.NOW)
    later = w.NOW + timedelta(days=8)
    place, moved = -1, 0
    for n in range(10):
        chunk = make_payable_in_bulk(
            actor=office.officer, key=KEY, after_row=place, limit=3, now=later
        )
        moved += chunk.moved
        # The place of the second chunk is lost with its worker; its rows are not moved twice.
        place = place if n == 1 else chunk.last_row
        if chunk.done:
            break
    assert (chunk.done, moved) == (True, 8)
    assert Step.objects.filter(kind="make_payable").count() == 8


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of the embedded engine")
def test_the_next_chunk_is_found_without_walking_over_those_before_it() -> None:
    """By the key and the place, not by the office or the state."""
    rows = Case.objects.filter(bulk_key=KEY, state=State.APPROVED, bulk_row__gt=9)
    plan = rows.order_by("bulk_row").values_list("pk")[:5].explain()
    assert "case_one_per_bulk_row (bulk_key=? AND bulk_row>?)" in plan
    assert "TEMP B-TREE" not in plan


class Counted:
    """How many statements ran."""

    count = 0

    def __enter__(self) -> Self:
        self._wrapper = connection.execute_wrapper(self._one)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *_ended: object) -> None:
        self._wrapper.__exit__(None, None, None)

    def _one(self, execute: Callable[..., object], *told: object) -> object:
        self.count += 1
        return execute(*told)
