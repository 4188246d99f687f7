"""A mandate opens what it names, and never the keys to the person's account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import RequestFactory

from denghuo.kernel.subject import SubjectRef
from denghuo.people import sessions
from denghuo.people.access import PersonNotFoundError, acts_for
from denghuo.people.actions.corrections import ask_correction
from denghuo.people.actions.mandates import give_mandate
from denghuo.people.actions.persons import merge_duplicates, set_phone
from denghuo.people.queries.persons import person_in_full
from denghuo.platform.public import SYSTEM, Actor
from tests.factories.people import NOW, as_resident, make_person, phone
from tests.people import browsers

pytestmark = pytest.mark.django_db


def helper_with(giver: SubjectRef, *scopes: str) -> Actor:
    """A relative who acts under a mandate for these scopes only."""
    own = as_resident(make_person("张伟"))
    return replace(own, acting_for=giver, scopes=frozenset(scopes))


def test_a_session_under_a_mandate_has_the_mandates_scopes_and_ones_own_has_all() -> None:
    giver, helper = make_person(), make_person("张伟")
    mandate = give_mandate(
        giver=SubjectRef("person", giver),
        to_person=helper,
        scopes=["documents"],
        start_on=NOW.date(),
        until_on=date(2027, 1, 1),
        how="phone_code",
        actor=SYSTEM,
        now=NOW,
    )
    request = RequestFactory().get("/")
    request.session = browsers.resident(helper, mandate_id=mandate).session
    acting = sessions.read_actor(request, now=NOW).actor
    assert acting.scopes == {"documents"}
    assert acts_for(acting, SubjectRef("person", giver), "documents")
    assert not acts_for(acting, SubjectRef("person", giver), "read")
    assert acts_for(as_resident(helper), SubjectRef("person", helper), "money")


def test_the_file_of_a_person_opens_with_read_only() -> None:
    giver = make_person()
    ref = SubjectRef("person", giver)
    with pytest.raises(PersonNotFoundError):
        person_in_full(giver, actor=helper_with(ref, "documents"), purpose="test")
    assert person_in_full(giver, actor=helper_with(ref, "read"), purpose="test").ref == ref
    with pytest.raises(PersonNotFoundError):
        ask_correction(
            person_id=giver, field="name", words="不对", actor=helper_with(ref, "read"), now=NOW
        )


def test_no_scope_gives_away_the_phone_or_joins_two_persons() -> None:
    giver, other = make_person(), make_person("乌云")
    helper = helper_with(SubjectRef("person", giver), "read", "apply", "documents", "money")
    with pytest.raises(PersonNotFoundError):
        set_phone(person_id=giver, phone=phone(), actor=helper, now=NOW)
    with pytest.raises(PersonNotFoundError):
        merge_duplicates(survivor_id=giver, duplicate_id=other, actor=helper, now=NOW)
    set_phone(person_id=giver, phone=phone(), actor=as_resident(giver), now=NOW)
