"""Services and their forms as programs read them; public notices and objections."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import jsonschema_rs
import pytest
from django.test import Client

from denghuo.cases.models import Objection
from denghuo.cases.public import publish_notice
from denghuo.cases.queries.items import items
from tests.api.programs import program, staff_key
from tests.cases import world as w
from tests.cases.api.software import TOLD, fresh_key, get, post, refused, software, told
from tests.cases.pages.counter import SetClock
from tests.people import browsers

pytestmark = pytest.mark.django_db
FORMED = [code for code, item in items().items() if item.forms and item.listed]


def test_the_list_is_the_public_one(client: Client) -> None:
    found = {one["code"]: one for one in told(get(client, "/services"))}
    assert set(found) == {code for code, item in items().items() if item.listed}
    assert found[w.REFUND]["form_version"] is None
    assert found[w.SKILL]["form_version"] == 1
    firms = told(get(client, "/services", who="firm"))
    assert {one["who"] for one in firms} == {"firm"}
    english = told(get(client, f"/services/{w.GRANT}", language="en"))
    assert english["name"] == items()[w.GRANT].names.en
    assert refused(get(client, "/services/nothing"), 404) == "cases.item_not_found"


@pytest.mark.parametrize("code", FORMED)
def test_every_form_is_a_schema_of_its_own_fields(client: Client, code: str) -> None:
    form = told(get(client, f"/services/{code}/form"))
    schema = form["json_schema"]
    jsonschema_rs.meta.validate(schema)
    fields = items()[code].forms[-1].fields
    assert list(schema["properties"]) == [one.name for one in fields]
    assert schema["properties"]["account"]["x-scope"] == "money"
    assert told(get(client, f"/services/{code}/form", version=form["version"])) == form


def test_the_schema_takes_what_the_draft_takes(client: Client) -> None:
    schema = told(get(client, f"/services/{w.SKILL}/form"))["json_schema"]
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert validator.is_valid(TOLD)
    for wrong in (
        {**TOLD, "certificate_level": "level_9"},
        {**TOLD, "certificate_on": 20250610},
        {**TOLD, "certificate_on": "2025-13-40"},
        {**TOLD, "account": {"bank": "行"}},
        {**TOLD, "more": 1},
        {"certificate_no": "Y1"},
    ):
        assert not validator.is_valid(wrong), wrong


def test_a_branch_of_the_form_asks_more(client: Client) -> None:
    schema = told(get(client, f"/services/{w.RENT}/form"))["json_schema"]
    shared = schema["properties"]["shares_with"]
    assert shared["x-when"] == [{"field": "shares_office", "is": [True]}]
    assert schema["properties"]["rent_paid_this_year"]["minimum"] == 1
    assert schema["properties"]["graduated_on"]["x-not-after-today"] is True
    assert "graduated_on" not in schema["required"], "an office may hold it"
    assert "office_in" in schema["required"]


def test_versions_that_are_not_there(client: Client) -> None:
    assert refused(get(client, f"/services/{w.SKILL}/form", version=9), 409) == "cases.no_form"
    assert refused(get(client, f"/services/{w.REFUND}/form"), 409) == "cases.no_form"
    gone = get(client, f"/services/{w.SKILL}/form/difference", old=1, new=9)
    assert refused(gone, 409) == "cases.no_form"


# Notices


def test_a_notice_is_public_and_names_are_masked(known_world: w.World, client: Client) -> None:
    case = w.noticed(known_world, w.decided(known_world))
    [notice] = told(get(client, "/notices"))
    assert notice["item"] == w.SKILL
    page = told(get(client, f"/notices/{notice['id']}"))
    [line] = page["lines"]
    assert (line["number"], line["amount_fen"], page["next"]) == (case.number, 150_000, None)
    assert "乌云其木格" not in str(page)
    assert refused(get(client, f"/notices/{uuid4()}"), 404) == "cases.notice_not_found"


def test_the_lines_of_a_notice_go_by_marks(known_world: w.World, client: Client) -> None:
    cases = [w.decided(known_world, period=f"A{number}") for number in range(3)]
    publish_notice(
        actor=known_world.office.officer,
        case_ids=[one.id for one in cases],
        title="名单",
        now=w.NOW,
    )
    [notice] = told(get(client, "/notices"))
    path = f"/notices/{notice['id']}"
    first = told(get(client, path, limit=2))
    second = told(get(client, path, limit=2, after=first["next"]))
    numbers = [one["number"] for one in first["lines"] + second["lines"]]
    assert numbers == sorted(one.number for one in cases)
    assert second["next"] is None
    assert refused(get(client, path, after="WzFd"), 422) == "platform.not_mark"


def test_an_objection_by_somebody_signed_in_once(
    known_world: w.World, client: Client, clock: SetClock
) -> None:
    case = w.noticed(known_world, w.decided(known_world))
    [notice] = told(get(client, "/notices"))
    path, body = f"/notices/{notice['id']}/objections", {"case": str(case.id), "words": "关门了"}
    assert refused(post(client, path, body), 401) == "platform.sign_in_needed"
    assert refused(post(software(known_world), path, body), 404) == "platform.not_found"
    other = w.make_office()
    assert other.reviewer.staff_id
    clerk, key = program(staff_key(other.reviewer.staff_id, now=w.NOW)), fresh_key()
    raised = told(post(clerk, path, body, key=key), 201)
    assert told(post(clerk, path, body, key=key), 201) == raised
    assert refused(post(clerk, path, body), 409) == "cases.objection_twice"
    assert Objection.objects.get().words == "关门了"
    nowhere = {**body, "case": str(uuid4())}
    assert refused(post(clerk, path, nowhere), 404) == "cases.notice_not_found"
    clock(w.NOW + timedelta(days=20))
    assert refused(post(clerk, path, body), 404) == "cases.notice_not_found"


def test_a_browser_that_writes_shows_the_pages_own_token(known_world: w.World) -> None:
    browser = browsers.resident(known_world.person)
    browser.handler.enforce_csrf_checks = True
    answer = post(browser, "/drafts", {"item": w.SKILL})
    assert refused(answer, 403) == "platform.forged_request"
