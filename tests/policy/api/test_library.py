"""The library as data."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from denghuo.policy.logic.answer_json import answer_json, policy_json
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.json_shapes import AnswerOut, PolicyOut
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.queries.library import library, registry

pytestmark = pytest.mark.django_db

BASE = "/api/v1/policies"


def test_every_policy_is_listed_by_audience_and_words(client: Client) -> None:
    every = client.get(BASE).json()
    assert [each["id"] for each in every] == list(library())
    firms = client.get(BASE, {"audience": "firm"}).json()
    assert {each["audience"] for each in firms} == {"firm"}
    found = client.get(BASE, {"q": "失业 返还"}).json()
    assert "stable-jobs-refund" in [each["id"] for each in found]
    assert len(found) < len(every)
    assert client.get(BASE, {"q": "没有这样的字"}).json() == []


@pytest.mark.parametrize("language", ["zh", "en", "mn"])
def test_one_policy_is_what_its_page_says(client: Client, language: str) -> None:
    for name, definition in library().items():
        sent = client.get(f"{BASE}/{name}", {"language": language})
        assert sent.json() == policy_json(definition, language)


def test_the_shapes_hold_every_answer() -> None:
    for definition in library().values():
        PolicyOut.model_validate(policy_json(definition))
        for case in definition.cases:
            found = answer(definition, {}, case.as_of, known_on=case.known_on)
            AnswerOut.model_validate(answer_json(found))
    with pytest.raises(ValueError, match="extra"):
        AnswerOut.model_validate({**answer_json(found), "more": 1})


def test_an_open_answer_says_what_every_version_refuses() -> None:
    """Without the day that chooses the version there are no masks, and still there are reasons."""
    definition = library()["stable-jobs-refund"]
    known = {"dishonest": KnownFact(value=True)}
    found = AnswerOut.model_validate(answer_json(answer(definition, known, date(2026, 6, 30))))
    assert (found.verdict, found.version, found.fail_mask) == ("unknown", None, 0)
    assert [each.name for each in found.conditions if each.result is False] == ["not_dishonest"]
    assert "contribution_year_ends_on" in found.missing


def test_what_the_anchor_day_presupposes_is_said(client: Client) -> None:
    sent = client.get(f"{BASE}/stable-jobs-refund").json()
    assert (sent["anchor"], sent["anchor_needs"]) == ("contribution_year_ends_on", "unit_covered")
    names = [each["name"] for version in sent["versions"] for each in version["conditions"]]
    assert "unit_covered" in names


def test_the_form_has_a_property_for_each_fact(client: Client) -> None:
    for name, definition in library().items():
        schema = client.get(f"{BASE}/{name}/schema").json()
        assert set(schema["properties"]) == set(definition.specs)
        assert "required" not in schema


def test_the_text_loads_to_the_same_policy(client: Client) -> None:
    sent = client.get(f"{BASE}/startup-grant/text")
    assert sent.headers["Content-Type"] == "text/plain; charset=utf-8"
    loaded = load_definition(sent.content.decode(), registry())
    assert loaded.digest == library()["startup-grant"].digest


@pytest.mark.parametrize("name", ["nothing", "..", "%00", "startup-grant%2F..", "企业"])
@pytest.mark.parametrize("part", ["", "/schema", "/text"])
def test_an_unknown_policy_is_not_found(client: Client, name: str, part: str) -> None:
    assert client.get(f"{BASE}/{name}{part}").status_code == 404


def test_dates_are_days(client: Client) -> None:
    [version, *_] = client.get(f"{BASE}/stable-jobs-refund").json()["versions"]
    assert version["from"] is None or date.fromisoformat(version["from"]).year > 2000
