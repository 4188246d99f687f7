"""A form opened for one subject is not sent for another."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from denghuo.kernel.subject import SubjectRef
from denghuo.people.models import Consent, PhoneCode
from denghuo.policy.public import facts_of, registry
from tests.factories.people import make_firm, make_person, phone
from tests.people import browsers

pytestmark = pytest.mark.django_db
SWITCHED = "您已经换了办事的人"


def carried(page: bytes) -> str:
    """The subject the page's form carries."""
    found = re.search(r'name="for" value="([^"]*)"', page.decode())
    assert found, "the form does not say for whom it is"
    return found.group(1)


def boss() -> tuple[Client, UUID, UUID]:
    """A browser of somebody who acts for themselves and, by law, for a firm."""
    person = make_person(phone=phone())
    return browsers.resident(person), person, make_firm(legal_representative=person)


def test_a_form_of_another_tab_is_refused_and_nothing_is_sent() -> None:
    client, person, firm = boss()
    opened_for = carried(client.get("/me/mandates/give/").content)
    assert opened_for == f"person:{person}"
    client.post("/me/act-for/", {"subject": f"firm:{firm}"})
    refused = client.post("/me/mandates/give/", {"for": opened_for, "name": "巴特尔"})
    assert refused.status_code == 409
    assert SWITCHED in refused.content.decode()
    assert not PhoneCode.objects.exists()
    assert carried(client.get("/me/mandates/give/").content) == f"firm:{firm}"


def test_a_question_of_another_tab_is_not_answered_for_the_firm() -> None:
    client, person, firm = boss()
    page = client.get("/benefits/questions/")
    question = re.search(r'name="fact" value="([^"]+)"', page.content.decode())
    assert question
    answer = {"for": carried(page.content), "fact": question.group(1), "answer": "true"}
    client.post("/me/act-for/", {"subject": f"firm:{firm}"})
    assert client.post("/benefits/questions/", answer).status_code == 409
    assert client.post("/benefits/questions/", {**answer, "skip": "1"}).status_code == 409
    for subject in (SubjectRef("firm", firm), SubjectRef("person", person)):
        assert question.group(1) not in facts_of(subject, registry=registry())


def test_a_question_opened_before_signing_in_is_not_recorded_as_the_signed_in_persons() -> None:
    client = Client()
    client.post("/benefits/check/", {"kind": "person"})
    assert carried(client.get("/benefits/questions/").content) == "nobody"
    signed_in = browsers.resident(make_person())
    answer = {"for": "nobody", "fact": "x", "answer": "true"}
    assert signed_in.post("/benefits/questions/", answer).status_code == 409


def test_programs_and_forms_without_a_subject_pass() -> None:
    client, _person, _firm = boss()
    client.post("/me/consents/activity_tips/", {"give": "1"})
    assert Consent.objects.exists()
    wrong = client.post("/api/v1/policies", {"for": "person:x"})
    assert SWITCHED not in wrong.content.decode()
