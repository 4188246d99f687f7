""" "不对？告诉我们": once said it stands once, is checked, and is nobody else's."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from denghuo.policy.public import disputes_of
from tests.factories.people import make_person, phone
from tests.people import browsers
from tests.web.pages.visitors import founder, person_ref, record

pytestmark = pytest.mark.django_db
ADDRESS = "/benefits/facts/venture_registered_on/dispute/"


@pytest.fixture
def person(db: None) -> UUID:
    found = make_person("萨如拉", phone=phone())
    record(person_ref(found), founder())
    return found


def test_a_fact_is_disputed_and_shown_as_being_checked(person: UUID) -> None:
    client = browsers.resident(person)
    html = client.get(ADDRESS).content.decode()
    assert "营业执照登记日期" in html
    assert "市场主体登记" in html
    response = client.post(ADDRESS, {"claimed_value": "2024年1月1日", "note": "执照上不是这天"})
    assert response.status_code == 302
    listed = client.get(response["Location"]).content.decode()
    assert "执照上不是这天" in listed
    assert "您说应该是 2024年1月1日" in listed
    assert "登记的是 20" in listed
    assert "正在核实" in listed
    answer = client.get("/benefits/startup-grant/").content.decode()
    assert "正在核实" in answer
    assert ADDRESS not in answer


def test_sent_twice_the_first_stands(person: UUID) -> None:
    client = browsers.resident(person)
    for note in ("执照上不是这天", "再说一遍"):
        response = client.post(ADDRESS, {"note": note}, follow=True)
        assert response.status_code == 200
    assert [each.note for each in disputes_of(person_ref(person))] == ["执照上不是这天"]
    assert "不用再说一遍" in client.get(ADDRESS, follow=True).content.decode()


def test_words_are_needed(person: UUID) -> None:
    response = browsers.resident(person).post(ADDRESS, {"claimed_value": "", "note": " "})
    assert response.status_code == 422
    assert "请写一句为什么不对" in response.content.decode()
    assert disputes_of(person_ref(person)) == []


@pytest.mark.parametrize("name", ["no_such", "staff_count", "loan_rate"])
def test_what_is_not_held_cannot_be_disputed(person: UUID, name: str) -> None:
    """Unknown, a firm's, or simply not recorded for this person."""
    client = browsers.resident(person)
    for response in (
        client.get(f"/benefits/facts/{name}/dispute/"),
        client.post(f"/benefits/facts/{name}/dispute/", {"note": "不对"}),
    ):
        assert response.status_code == 404


def test_anothers_fact_is_not_there(person: UUID) -> None:
    stranger = browsers.resident(make_person("巴图", phone=phone()))
    assert stranger.get(ADDRESS).status_code == 404
    assert stranger.post(ADDRESS, {"note": "不对"}).status_code == 404
    assert disputes_of(person_ref(person)) == []
    assert "执照" not in stranger.get("/benefits/disputes/").content.decode()


def test_signing_in_comes_first() -> None:
    for address in (ADDRESS, "/benefits/disputes/"):
        response = Client().get(address)
        assert response.status_code in (302, 401)
        assert "sign-in" in (response.get("Location") or response.content.decode())
