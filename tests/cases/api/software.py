"""A program at work on a person's cases: calls by key, each write with a key of its own."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.people.public import SCOPES
from tests.api.programs import BASE, program, subject_key
from tests.cases import world as w
from tests.cases.pages.counter import JPEG

_keys = itertools.count(1)
ACCOUNT = {"bank": "内蒙古银行", "number": w.CARD, "holder": "乌云其木格"}
TOLD: dict[str, Any] = {
    "certificate_on": "2025-06-10",
    "certificate_level": "level_4",
    "certificate_no": "Y0015 0102 330 00007",
    "account": ACCOUNT,
}


def fresh_key() -> str:
    """A key nobody has used."""
    return f"test-{next(_keys)}"


def software(world: w.World, *scopes: str, now: datetime = w.NOW) -> Client:
    """A program of the applicant; without scopes it may do everything a key may name."""
    wanted = scopes or tuple(SCOPES)
    named = f"软件 {next(_keys)}"
    return program(subject_key(world.subject, scopes=wanted, label=named, now=now))


def post(client: Client, path: str, body: object = None, *, key: str | None = None) -> Any:
    """One write of JSON under a key."""
    sent: dict[str, Any] = (
        {} if body is None else {"data": body, "content_type": "application/json"}
    )
    return client.post(f"{BASE}{path}", **sent, headers={"Idempotency-Key": key or fresh_key()})


def bring(
    client: Client,
    path: str,
    *,
    key: str | None = None,
    name: str = "证书.jpg",
    content: bytes = JPEG,
    kind: str = "image/jpeg",
    **fields: str,
) -> Any:
    """One upload under a key."""
    upload = SimpleUploadedFile(name, content, kind)
    return client.post(
        f"{BASE}{path}",
        {**fields, "upload": upload},
        headers={"Idempotency-Key": key or fresh_key()},
    )


def get(client: Client, path: str, **query: Any) -> Any:
    """One read."""
    return client.get(f"{BASE}{path}", query)


def told(answer: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status."""
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def refused(answer: Any, status: int) -> str:
    """The code of a refusal that must have this status."""
    code: str = told(answer, status)["error"]["code"]
    return code


def begun(client: Client) -> dict[str, Any]:
    """A draft just begun."""
    draft: dict[str, Any] = told(post(client, "/drafts", {"item": w.SKILL}), 201)
    return draft


def filled(client: Client) -> dict[str, Any]:
    """A draft with everything in it."""
    draft = begun(client)
    path = f"/drafts/{draft['id']}"
    told(post(client, f"{path}/answers", {"form_version": 1, "answers": TOLD}))
    whole: dict[str, Any] = told(bring(client, f"{path}/documents", field="certificate_photo"))
    return whole


def submitted(client: Client) -> dict[str, Any]:
    """From nothing to a case."""
    draft = filled(client)
    body = {"form_version": 1, "declared": True}
    case: dict[str, Any] = told(post(client, f"/drafts/{draft['id']}/submit", body), 201)
    return case
