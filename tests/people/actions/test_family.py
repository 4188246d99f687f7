"""Family by consent, guardians by law, households by register."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import RecordNotFoundError
from denghuo.people.actions.family import (
    LINKS_MAX,
    LinkToSelfError,
    NotAChildError,
    TooManyLinksError,
    UnknownRelationError,
    answer_family_link,
    ask_family_link,
    register_guardian,
    register_household,
    withdraw_family_link,
)
from denghuo.people.models import FamilyLink, Household, HouseholdMember, Person
from denghuo.people.public import mandate_in_force
from denghuo.people.queries.mandates import family_of
from denghuo.platform.public import SYSTEM
from tests.factories.people import NOW, as_resident, id_number, make_person, phone

pytestmark = pytest.mark.django_db


def test_a_link_counts_when_the_relative_agrees() -> None:
    mine, hers = phone(), phone()
    daughter, mother = make_person("其其格", phone=mine), make_person("乌云其木格", phone=hers)
    me, her = as_resident(daughter), as_resident(mother)
    link_id = ask_family_link(relation="parent", name="乌云其木格", phone=hers, actor=me, now=NOW)
    again = ask_family_link(relation="parent", name="乌云 其木格", phone=hers, actor=me, now=NOW)
    assert again == link_id
    # Before she agrees, the page shows only what was typed.
    (asked,) = family_of(Person.objects.get(pk=daughter), now=NOW)
    assert (asked.state, asked.other_name) == ("asked", "乌云其木格")
    with pytest.raises(RecordNotFoundError):
        answer_family_link(link_id=link_id, agree=True, actor=me, now=NOW)
    answer_family_link(link_id=link_id, agree=True, actor=her, now=NOW)
    (agreed,) = family_of(Person.objects.get(pk=mother), now=NOW)
    assert (agreed.state, agreed.asked_by_me) == ("agreed", False)
    with pytest.raises(RecordNotFoundError):
        answer_family_link(link_id=link_id, agree=False, actor=her, now=NOW)
    withdraw_family_link(link_id=link_id, actor=her, now=NOW)
    (ended,) = family_of(Person.objects.get(pk=daughter), now=NOW)
    assert ended.state == "withdrawn"


def test_being_family_lets_nobody_act() -> None:
    hers = phone()
    daughter, mother = make_person("其其格"), make_person("乌云其木格", phone=hers)
    me = as_resident(daughter)
    link_id = ask_family_link(relation="parent", name="乌云其木格", phone=hers, actor=me, now=NOW)
    answer_family_link(link_id=link_id, agree=True, actor=as_resident(mother), now=NOW)
    ref = SubjectRef("person", mother)
    assert mandate_in_force(actor=me, subject=ref, scope="read", now=NOW) is None


def test_strangers_can_neither_answer_nor_end_a_link() -> None:
    hers = phone()
    daughter = make_person("其其格")
    make_person("乌云其木格", phone=hers)
    sharing = make_person("巴特尔", phone=hers)
    link_id = ask_family_link(
        relation="parent", name="乌云其木格", phone=hers, actor=as_resident(daughter), now=NOW
    )
    for stranger in (as_resident(sharing), as_resident(make_person("外人"))):
        with pytest.raises(RecordNotFoundError):
            answer_family_link(link_id=link_id, agree=True, actor=stranger, now=NOW)
        with pytest.raises(RecordNotFoundError):
            withdraw_family_link(link_id=link_id, actor=stranger, now=NOW)


def test_declined_links_may_be_asked_again() -> None:
    hers = phone()
    daughter, mother = make_person("其其格"), make_person("乌云其木格", phone=hers)
    me = as_resident(daughter)
    first = ask_family_link(relation="parent", name="乌云其木格", phone=hers, actor=me, now=NOW)
    answer_family_link(link_id=first, agree=False, actor=as_resident(mother), now=NOW)
    second = ask_family_link(relation="parent", name="乌云其木格", phone=hers, actor=me, now=NOW)
    assert second != first


def test_nonsense_is_refused_in_words() -> None:
    mine = phone()
    person_id = make_person("其其格", phone=mine)
    me = as_resident(person_id)
    with pytest.raises(LinkToSelfError):
        ask_family_link(relation="sibling", name="其其格", phone=mine, actor=me, now=NOW)
    for relation in ("head", "cousin", ""):
        with pytest.raises(UnknownRelationError):
            ask_family_link(relation=relation, name="张伟", phone=phone(), actor=me, now=NOW)
    for number in range(LINKS_MAX):
        ask_family_link(
            relation="other", name="张伟", phone=phone(50_000 + number), actor=me, now=NOW
        )
    with pytest.raises(TooManyLinksError):
        ask_family_link(relation="other", name="张伟", phone=phone(), actor=me, now=NOW)


def child(born_on: date) -> UUID:
    return make_person("小明", number=id_number(born_on))


def test_a_guardian_acts_without_consent_until_the_eighteenth_birthday() -> None:
    guardian, young = make_person("张伟"), child(date(2012, 2, 29))
    register_guardian(guardian_id=guardian, child_id=young, actor=SYSTEM, now=NOW)
    ref, me = SubjectRef("person", young), as_resident(guardian)
    assert mandate_in_force(actor=me, subject=ref, scope="apply", now=NOW)
    eve = datetime.fromisoformat("2030-02-27T23:59:59+08:00")
    assert mandate_in_force(actor=me, subject=ref, scope="apply", now=eve)
    birthday = datetime.fromisoformat("2030-02-28T00:00:00+08:00")
    assert mandate_in_force(actor=me, subject=ref, scope="apply", now=birthday) is None
    (view,) = family_of(Person.objects.get(pk=guardian), now=birthday)
    assert view.state == "ended"
    with pytest.raises(RecordNotFoundError):
        withdraw_family_link(link_id=view.id, actor=me, now=NOW)


def test_an_adult_has_no_guardian_of_this_kind() -> None:
    with pytest.raises(NotAChildError):
        register_guardian(
            guardian_id=make_person("张伟"),
            child_id=child(date(2008, 11, 23)),
            actor=SYSTEM,
            now=NOW,
        )
    assert not FamilyLink.objects.exists()


def test_a_household_has_one_head_and_a_person_one_household() -> None:
    head, wife = make_person("张伟"), make_person("李娜")
    members = [(head, "head"), (wife, "spouse")]
    region = Region.read("150102")
    register_household(region=region, members=members, from_on=NOW.date(), actor=SYSTEM, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        register_household(
            region=region, members=[(wife, "head")], from_on=NOW.date(), actor=SYSTEM, now=NOW
        )
    assert Household.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdMember.objects.filter(person=wife).update(relation="head")
