"""How often: by address for nobody, by key for a program, dear operations apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import REQUESTS_PER_MINUTE, WRITES_PER_MINUTE
from tests.api.programs import BASE, program, staff_key, subject_key
from tests.factories.people import make_firm, make_staff

pytestmark = pytest.mark.django_db

TEXT = f"{BASE}/policies/startup-grant/text"
EXPLAINED_PER_MINUTE = 60


def explain(client: Client, **more: Any) -> int:
    body = {"policies": ["startup-grant"]}
    answer = client.post(f"{BASE}/explain", body, content_type="application/json", **more)
    return answer.status_code


def test_reads_are_counted_by_address(client: Client) -> None:
    for _ in range(REQUESTS_PER_MINUTE):
        assert client.get(TEXT).status_code == 200
    assert client.get(TEXT).status_code == 429
    assert client.get(TEXT, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_keys_are_counted_each_for_itself(client: Client) -> None:
    owner = make_staff(roles=("policy_officer",))
    first, second = (program(staff_key(owner, label=label)) for label in ("一", "二"))
    for _ in range(REQUESTS_PER_MINUTE):
        assert first.get(TEXT).status_code == 200
    assert first.get(TEXT).status_code == 429
    assert second.get(TEXT).status_code == 200
    assert client.get(TEXT).status_code == 200


def test_explaining_is_counted_apart(client: Client) -> None:
    for _ in range(EXPLAINED_PER_MINUTE):
        assert explain(client) == 200
    assert explain(client) == 429
    assert client.get(TEXT).status_code == 200
    body = {"policies": ["startup-grant"]}
    asked = client.post(f"{BASE}/explain/next-question", body, content_type="application/json")
    assert asked.status_code == 200
    assert explain(program(subject_key(SubjectRef("firm", make_firm())))) == 200


def test_writes_are_fewer_and_refusals_count() -> None:
    client = program(staff_key(make_staff(roles=("policy_officer",))))
    for _ in range(WRITES_PER_MINUTE):
        assert (
            client.post(f"{BASE}/sweeps", b"{", content_type="application/json").status_code == 400
        )
    answer = client.post(f"{BASE}/sweeps", b"{", content_type="application/json")
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "platform.too_many_requests"
    assert client.get(f"{BASE}/sweeps/runs").status_code == 200
