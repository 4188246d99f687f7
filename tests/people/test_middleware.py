"""A key opens the API, and is never taken for a browser or for nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.api_keys import WRONG_PER_MINUTE, revoke_api_key
from denghuo.platform.public import SYSTEM
from tests.api.programs import BASE, program, staff_key, subject_key
from tests.factories.people import make_firm, make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db

STAFF_ONLY = f"{BASE}/sweeps/runs"
PUBLIC = f"{BASE}/policies/startup-grant/text"


def test_a_key_signs_its_owner_in() -> None:
    client = program(staff_key(make_staff(roles=("policy_officer",))))
    assert client.get(STAFF_ONLY).status_code == 200
    assert not client.cookies


def test_a_key_without_the_role_finds_nothing() -> None:
    assert program(staff_key(make_staff(roles=("station",)))).get(STAFF_ONLY).status_code == 404
    firm = subject_key(SubjectRef("firm", make_firm()))
    assert program(firm).get(STAFF_ONLY).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "Bearer dh_" + "x" * 43,
        "Bearer",
        "Bearer ",
        "bearer nonsense",
        "Token abc",
        "Digest username=x",
        "dh_" + "x" * 43,
        "Bearer dh_\u00e9" + "x" * 42,
    ],
)
@pytest.mark.parametrize("path", [PUBLIC, STAFF_ONLY, "/api/", "/api/v1/openapi.json", "/api/no"])
def test_a_key_that_does_not_hold_is_refused_everywhere(header: str, path: str) -> None:
    answer = Client(headers={"Authorization": header.encode().decode("latin-1")}).get(path)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "people.wrong_key"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_ended_key_does_not_become_nobody() -> None:
    made = staff_key(make_staff(roles=("policy_officer",)))
    client = program(made)
    assert client.get(PUBLIC).status_code == 200
    revoke_api_key(key_id=made.id, actor=SYSTEM, now=timezone.now())
    assert client.get(PUBLIC).status_code == 401


def test_a_bad_key_does_not_fall_back_to_the_session() -> None:
    browser = browsers.staff(make_staff(roles=("policy_officer",)))
    assert browser.get(STAFF_ONLY).status_code == 200
    assert browser.get(STAFF_ONLY, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_key_outranks_the_session_and_leaves_it_alone() -> None:
    browser = browsers.staff(make_staff("naren", roles=("policy_officer",)))
    weaker = staff_key(make_staff("batu", roles=("station",))).key
    assert browser.get(STAFF_ONLY, headers={"Authorization": f"Bearer {weaker}"}).status_code == 404
    assert browser.get(STAFF_ONLY).status_code == 200


def test_a_proxys_own_password_is_not_ours() -> None:
    assert Client(headers={"Authorization": "Basic dXNlcjpw"}).get(PUBLIC).status_code == 200


def test_a_key_opens_no_page() -> None:
    client = program(subject_key(SubjectRef("person", make_person())))
    assert client.get("/me/").status_code == 302
    desk = program(staff_key(make_staff(roles=("policy_officer",))))
    assert desk.get("/desk/sweeps/").status_code == 302


def test_guessing_keys_is_slowed() -> None:
    client = program("dh_" + "x" * 43)
    for _ in range(WRONG_PER_MINUTE):
        assert client.get(PUBLIC).status_code == 401
    answer = client.get(PUBLIC)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_key_writes_without_a_pages_token_and_a_session_does_not() -> None:
    body = {"policies": ["startup-grant"], "rows": []}
    owner = make_staff(roles=("policy_officer",))
    by_key = Client(
        enforce_csrf_checks=True, headers={"Authorization": f"Bearer {staff_key(owner).key}"}
    )
    sent = by_key.post(f"{BASE}/sweeps", body, content_type="application/json")
    assert sent.status_code == 200
    browser = browsers.staff(owner)
    browser.handler.enforce_csrf_checks = True
    forged = browser.post(f"{BASE}/sweeps", body, content_type="application/json")
    assert forged.status_code == 403
    assert forged.json()["error"]["code"] == "platform.forged_request"
    browser.get("/desk/account/")
    token = browser.cookies["csrftoken"].value
    sent = browser.post(
        f"{BASE}/sweeps", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert sent.status_code == 200
