"""A person with two records is one person: in a season's list, its places and its recusals.

Merging leaves cases and declared relations under the record they were made with, so everything
that asks "the same person?" has to follow the merge.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.desk import assign, declare_relation
from denghuo.cases.logic.signing import RelatedHandError
from denghuo.cases.models import Case
from denghuo.cases.public import (
    Evidence,
    NewCase,
    Opened,
    accept,
    approve_in_bulk,
    decide,
    open_case,
    open_cases_in_bulk,
    places_held,
    start_review,
    withdraw,
)
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import give_mandate, merge_duplicates, merged_persons
from denghuo.platform.public import SYSTEM
from denghuo.policy.public import dispute_fact
from tests.cases import world as w
from tests.cases.seasons import new_cases
from tests.factories.people import as_resident, make_firm, make_person

pytestmark = pytest.mark.django_db
KEY = "2025-skill"


def two_records() -> tuple[UUID, UUID]:
    """The record that will survive, and the one that will point to it."""
    return make_person(residence=w.XINCHENG, now=w.NOW), make_person(now=w.NOW)


def merge(survivor: UUID, duplicate: UUID) -> None:
    merge_duplicates(survivor_id=survivor, duplicate_id=duplicate, actor=SYSTEM, now=w.NOW)


def person_row(row: int, person: UUID) -> NewCase:
    evidence = Evidence(
        as_of=w.TODAY,
        policy="skill-up-subsidy",
        policy_digest="d" * 64,
        rule_version="2025-01-01",
        verdict="entitled",
        amount_fen=150_000,
        facts=(),
        answer={"verdict": "entitled"},
    )
    return NewCase(
        row=row,
        subject=SubjectRef("person", person),
        home=w.XINCHENG,
        evidence=evidence,
        period="A1",
    )


def open_rows(*rows: NewCase) -> Opened:
    return open_cases_in_bulk(actor=SYSTEM, item=w.SKILL, key=KEY, rows=rows, now=w.NOW)


def test_every_id_of_a_merged_person_leads_to_the_survivor() -> None:
    survivor, duplicate = two_records()
    third, alone = make_person(now=w.NOW), make_person(now=w.NOW)
    merge(duplicate, third)
    merge(survivor, duplicate)
    whole = {survivor: survivor, duplicate: survivor, third: survivor}
    for asked in (survivor, duplicate, third):
        assert merged_persons([asked, alone]) == whole
    assert merged_persons([alone]) == {}


@pytest.mark.parametrize("asked_as", ["survivor", "duplicate"])
def test_a_place_held_under_one_record_is_held_under_the_other(asked_as: str) -> None:
    survivor, duplicate = two_records()
    held_by, asked = (duplicate, survivor) if asked_as == "survivor" else (survivor, duplicate)
    case = open_case(
        actor=as_resident(held_by),
        item=w.SKILL,
        subject=SubjectRef("person", held_by),
        period="A1",
        now=w.NOW,
    )
    merge(survivor, duplicate)
    told = {"item": w.SKILL, "period": "A1", "kind": "person", "subjects": [asked]}
    assert places_held(**told) == {asked: case.number}  # type: ignore[arg-type]
    opened = open_rows(person_row(0, asked))
    assert (opened.cases, opened.taken) == ({}, {0: case.number})


def test_two_rows_of_one_merged_person_open_one_case() -> None:
    survivor, duplicate = two_records()
    merge(survivor, duplicate)
    opened = open_rows(person_row(0, duplicate), person_row(1, survivor))
    assert list(opened.cases) == [0]
    assert list(opened.taken) == [1]


@pytest.mark.parametrize("declared_on", ["survivor", "duplicate"])
def test_a_season_is_not_signed_for_a_relation_declared_under_another_record(
    declared_on: str,
) -> None:
    survivor, duplicate = two_records()
    declared, listed = (survivor, duplicate) if declared_on == "survivor" else (duplicate, survivor)
    open_rows(person_row(0, listed))
    office = w.make_office()
    declare_relation(
        actor=office.reviewer, subject=SubjectRef("person", declared), relation="kin", now=w.NOW
    )
    assert declared != listed
    merge(survivor, duplicate)
    signed = approve_in_bulk(actor=office.reviewer, key=KEY, now=w.NOW)
    assert (signed.approved, signed.left) == (0, ((0, "回避"),))


def test_a_dispute_under_the_survivor_stops_the_row_under_the_duplicate() -> None:
    survivor, duplicate = two_records()
    w.tell(SubjectRef("person", survivor), {"person_insured_months": 30})
    open_rows(person_row(0, duplicate))
    merge(survivor, duplicate)
    dispute_fact(
        actor=as_resident(survivor),
        subject=SubjectRef("person", survivor),
        name="person_insured_months",
        claimed_value="",
        note="不对",
        now=w.NOW,
    )
    signed = approve_in_bulk(actor=w.make_office().reviewer, key=KEY, now=w.NOW)
    assert (signed.approved, signed.left) == (0, ((0, "信息有异议"),))


def test_an_office_in_a_firm_is_found_under_the_record_it_moved_to() -> None:
    survivor, duplicate = two_records()
    firm = make_firm(legal_representative=duplicate, now=w.NOW)
    office = w.make_office(w.HOHHOT)
    declare_relation(
        actor=office.reviewer, subject=SubjectRef("person", duplicate), relation="kin", now=w.NOW
    )
    merge(survivor, duplicate)
    open_cases_in_bulk(
        actor=SYSTEM, item=w.REFUND, key=KEY, rows=new_cases(1, subjects=[firm]), now=w.NOW
    )
    assert approve_in_bulk(actor=office.reviewer, key=KEY, now=w.NOW).left == ((0, "回避"),)
    row = Case.objects.get()
    with pytest.raises(RelatedHandError):
        decide(
            actor=office.reviewer,
            case_id=row.pk,
            version=row.version,
            result="approved",
            now=w.NOW,
        )


def test_a_recusal_takes_the_cases_of_the_merged_record_from_the_desk_too() -> None:
    survivor, duplicate = two_records()
    case = open_case(
        actor=as_resident(duplicate),
        item=w.SKILL,
        subject=SubjectRef("person", duplicate),
        period="A1",
        now=w.NOW,
    )
    officer = w.make_office().officer
    assign(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    merge(survivor, duplicate)
    declare_relation(
        actor=officer, subject=SubjectRef("person", survivor), relation="kin", now=w.NOW
    )
    assert w.row(case).owner_id is None


def test_a_person_goes_on_with_the_case_their_other_record_began() -> None:
    survivor, duplicate = two_records()
    case = open_case(
        actor=as_resident(duplicate),
        item=w.SKILL,
        subject=SubjectRef("person", duplicate),
        period="A1",
        now=w.NOW,
    )
    merge(survivor, duplicate)
    stranger = as_resident(make_person(now=w.NOW))
    told = {"case_id": case.id, "version": case.version, "now": w.NOW}
    with pytest.raises(CaseNotFoundError):
        withdraw(actor=stranger, **told)  # type: ignore[arg-type]
    assert withdraw(actor=as_resident(survivor), **told).state.value == "withdrawn"  # type: ignore[arg-type]


def test_the_clerk_who_stood_at_the_counter_keeps_away_after_the_merge_too() -> None:
    survivor, duplicate = two_records()
    office = w.make_office()
    case = open_case(
        actor=as_resident(duplicate),
        item=w.SKILL,
        subject=SubjectRef("person", duplicate),
        period="A1",
        now=w.NOW,
    )
    give_mandate(
        giver=SubjectRef("person", duplicate),
        scopes=["read", "apply"],
        start_on=w.TODAY,
        until_on=None,
        how="legal",
        to_staff=office.officer.staff_id,
        actor=SYSTEM,
        now=w.NOW,
    )
    merge(survivor, duplicate)
    case = accept(actor=office.second, case_id=case.id, version=case.version, now=w.NOW)
    with pytest.raises(RelatedHandError, match="委托"):
        start_review(actor=office.officer, case_id=case.id, version=case.version, now=w.NOW)
