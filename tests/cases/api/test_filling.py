"""A program fills in a form for its subject: typed, once, under the version it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from denghuo.cases.api.shapes import FILE_BODY_BYTES_MAX
from denghuo.cases.models import Case, Document, FormDraft
from denghuo.cases.queries import items as item_queries
from denghuo.cases.queries.items import items
from denghuo.platform.public import look_ups_of
from tests.api.programs import BASE, program, staff_key
from tests.cases import world as w
from tests.cases.api.software import (
    TOLD,
    begun,
    bring,
    filled,
    fresh_key,
    get,
    post,
    refused,
    software,
    submitted,
    told,
)
from tests.cases.pages.counter import JPEG, SetClock

pytestmark = pytest.mark.django_db
MISTYPED = "6222000000000001"


def test_from_nothing_to_a_number(world: w.World) -> None:
    client = software(world)
    draft = begun(client)
    asked = {one["name"]: one for one in draft["asked"]}
    assert list(asked) == [
        "certificate_on",
        "certificate_level",
        "certificate_no",
        "certificate_photo",
        "account",
    ]
    assert {one["field"] for one in draft["problems"]} == set(asked)
    assert asked["certificate_level"]["choices"]["level_4"] == "中级（四级）"
    assert asked["account"]["scope"] == "money"
    draft = filled(client)
    assert draft["problems"] == []
    assert draft["answers"]["certificate_on"] == "2025-06-10"
    assert draft["answers"]["account"]["number"] == f"…{w.CARD[-4:]}"
    body = {"form_version": 1, "declared": True}
    case = told(post(client, f"/drafts/{draft['id']}/submit", body), 201)
    row = Case.objects.get()
    assert (case["number"], case["state"], case["version"]) == (
        row.number,
        "submitted",
        row.version,
    )
    assert row.subject_id == world.person
    assert len(row.documents) == 1
    gone = told(get(client, f"/drafts/{draft['id']}"))
    assert (gone["case"], gone["answers"], gone["asked"]) == (case["id"], {}, [])
    assert told(get(client, "/drafts")) == []


def test_what_offices_hold_is_told_with_its_source_and_not_asked(known_world: w.World) -> None:
    draft = begun(software(known_world))
    assert [one["name"] for one in draft["asked"]] == ["account"]
    [known] = [one for one in draft["known"] if one["name"] == "certificate_level"]
    assert (known["value"], known["source"], known["observed_on"]) == (
        "level_4",
        "社会保险登记",
        "2025-09-01",
    )


def test_who_looked_is_written_down_for_the_person(world: w.World) -> None:
    client = software(world)
    draft = begun(client)
    told(get(client, f"/drafts/{draft['id']}"))
    assert "填表" in [one.purpose for one in look_ups_of(world.subject).entries]


@pytest.mark.parametrize(
    ("answers", "field", "code"),
    [
        ({"certificate_on": 20250610}, "certificate_on", "cases.answer_shape"),
        ({"certificate_on": "2025-13-40"}, "certificate_on", "cases.not_day"),
        ({"certificate_on": "2025-09-02"}, "certificate_on", "cases.day_to_come"),
        ({"certificate_on": None}, "certificate_on", "cases.answer_missing"),
        ({"certificate_level": True}, "certificate_level", "cases.answer_shape"),
        ({"certificate_level": "level_9"}, "certificate_level", "cases.not_choice"),
        ({"account": "0000"}, "account", "cases.answer_shape"),
        ({"account": {"bank": "行", "iban": "1"}}, "account", "cases.answer_shape"),
        ({"account": {**TOLD["account"], "holder": "别人"}}, "holder", "cases.not_holder"),
        (
            {"account": {**TOLD["account"], "number": "6222000000000001"}},
            "number",
            "cases.not_card",
        ),
        ({"certificate_photo": "x"}, "certificate_photo", "cases.answer_shape"),
        ({"no_such_field": "x"}, None, "cases.field_not_asked"),
    ],
)
def test_an_answer_that_does_not_fit_is_named_and_nothing_is_kept(
    world: w.World, answers: dict[str, Any], field: str | None, code: str
) -> None:
    client = software(world)
    draft = begun(client)
    # A good answer beside the bad one is not kept either: all or none.
    body = {"form_version": 1, "answers": {"certificate_no": "Y0015010233", **answers}}
    answer = post(client, f"/drafts/{draft['id']}/answers", body)
    assert refused(answer, 409 if code == "cases.field_not_asked" else 422) == code
    assert answer.json()["error"]["field"] == field
    assert told(get(client, f"/drafts/{draft['id']}"))["answers"] == {}


def test_a_draft_with_something_open_is_not_handed_in(world: w.World) -> None:
    client = software(world)
    draft = begun(client)
    path = f"/drafts/{draft['id']}/submit"
    answer = post(client, path, {"form_version": 1, "declared": True})
    assert refused(answer, 422) == "cases.form_incomplete"
    assert answer.json()["error"]["field"] == "certificate_on"
    whole = filled(client)
    assert whole["id"] == draft["id"]
    answer = post(client, path, {"form_version": 1, "declared": False})
    assert refused(answer, 422) == "cases.declaration_needed"
    assert not Case.objects.exists()


@pytest.fixture
def newer_form(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The account is asked in other words, and one thing more."""

    def deploy() -> None:
        item = items()[w.SKILL]
        [old] = item.forms
        account = replace(
            old["account"], label=replace(old["account"].label, zh="打到哪张社保卡？")
        )
        more = replace(old["certificate_no"], name="trade", kind="text", when=(), tells="")
        kept = tuple(one for one in old.fields if one.name not in {"account", "certificate_no"})
        ended = replace(old, until=w.TODAY)
        new = replace(old, version=2, start=w.TODAY, fields=(*kept, more, account))
        changed = {**items(), w.SKILL: replace(item, forms=(ended, new))}
        monkeypatch.setattr(item_queries, "items", lambda: changed)

    return deploy


def test_a_stale_version_is_told_what_changed_and_nothing_is_lost(
    world: w.World, newer_form: Callable[[], None]
) -> None:
    client = software(world)
    draft = filled(client)
    newer_form()
    path = f"/drafts/{draft['id']}"
    stale = post(client, f"{path}/submit", {"form_version": 1, "declared": True})
    assert refused(stale, 409) == "cases.form_changed"
    message = stale.json()["error"]["message"]
    assert "第 2 版" in message
    assert "新加的：trade" in message
    assert "去掉的：certificate_no" in message
    assert "重新答的：account" in message
    same = post(client, f"{path}/answers", {"form_version": 1, "answers": {"trade": "电工"}})
    assert refused(same, 409) == "cases.form_changed"
    difference = told(get(client, f"/services/{w.SKILL}/form/difference", old=1, new=2))
    assert difference["added"] == ["trade"]
    assert difference["removed"] == ["certificate_no"]
    assert [one for one in difference["changed"] if one["asks_again"]] == [
        {"name": "account", "what": ["words"], "asks_again": True}
    ]
    now = told(get(client, path))
    assert now["form_version"] == 2
    assert (now["asked_again"], now["dropped"]) == (["account"], ["certificate_no"])
    assert now["answers"]["certificate_on"] == "2025-06-10"
    answers = {"trade": "电工", "account": TOLD["account"]}
    told(post(client, f"{path}/answers", {"form_version": 2, "answers": answers}))
    case = told(post(client, f"{path}/submit", {"form_version": 2, "declared": True}), 201)
    assert Case.objects.get(pk=case["id"]).form_version == "2"
    # The retry of a program that never heard: the answer that was given, whatever came since.
    assert FormDraft.objects.get(pk=draft["id"]).case_id == UUID(case["id"])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("证书.jpg", b"MZ\x90\x00" + b"x" * 200, "platform.file_mismatch"),
        ("证书.exe", b"MZ\x90\x00" + b"x" * 200, "platform.file_kind"),
        ("证书.jpg", b"", "platform.file_empty"),
    ],
)
def test_a_file_is_judged_by_its_bytes(
    world: w.World, name: str, content: bytes, code: str
) -> None:
    client = software(world)
    path = f"/drafts/{begun(client)['id']}/documents"
    answer = bring(client, path, field="certificate_photo", name=name, content=content)
    assert refused(answer, 422) == code
    assert not Document.objects.exists()


def test_a_file_too_long_is_refused_by_its_announced_length(world: w.World) -> None:
    client = software(world)
    path = f"/drafts/{begun(client)['id']}/documents"
    long = JPEG + b"x" * FILE_BODY_BYTES_MAX
    answer = bring(client, path, field="certificate_photo", content=long)
    assert refused(answer, 413) == "platform.body_too_large"


def test_the_same_photo_is_one_document_and_can_be_taken_out_and_chosen_again(
    world: w.World,
) -> None:
    client = software(world)
    path = f"/drafts/{begun(client)['id']}"
    first = told(bring(client, f"{path}/documents", field="certificate_photo"))
    again = told(bring(client, f"{path}/documents", field="certificate_photo"))
    [document] = first["answers"]["certificate_photo"]
    assert again["answers"]["certificate_photo"] == [document]
    reused = post(
        client, f"{path}/documents/reuse", {"field": "certificate_photo", "document": document}
    )
    assert told(reused)["answers"]["certificate_photo"] == [document]
    left = told(post(client, f"{path}/documents/{document}/remove"))
    assert "certificate_photo" not in left["answers"]
    nothing = {"field": "certificate_photo", "document": str(uuid4())}
    answer = post(client, f"{path}/documents/reuse", nothing)
    assert refused(answer, 404) == "cases.document_not_found"


def test_a_dropped_draft_is_gone(world: w.World) -> None:
    client = software(world)
    draft = begun(client)
    path = f"/drafts/{draft['id']}"
    key = fresh_key()
    assert told(post(client, f"{path}/drop", key=key)) == {"id": draft["id"], "gone": True}
    assert told(post(client, f"{path}/drop", key=key)) == {"id": draft["id"], "gone": True}
    assert refused(post(client, f"{path}/drop"), 404) == "cases.draft_not_found"
    assert refused(get(client, path), 404) == "cases.draft_not_found"


# Who may


def writes(draft: str, document: str) -> dict[str, object]:
    """Every write on a draft, with a body that is whole."""
    path = f"/drafts/{draft}"
    return {
        "/drafts": {"item": w.SKILL},
        f"{path}/answers": {"form_version": 1, "answers": {"certificate_no": "Y0015010233"}},
        f"{path}/documents/reuse": {"field": "certificate_photo", "document": document},
        f"{path}/documents/{document}/remove": None,
        f"{path}/submit": {"form_version": 1, "declared": True},
        f"{path}/drop": None,
    }


def test_another_party_finds_no_draft(world: w.World) -> None:
    mine = filled(software(world))
    [document] = mine["answers"]["certificate_photo"]
    other = software(w.make_world())
    for path, body in writes(mine["id"], document).items():
        if path != "/drafts":
            assert refused(post(other, path, body), 404) == "cases.draft_not_found", path
    brought = bring(other, f"/drafts/{mine['id']}/documents", field="certificate_photo")
    assert refused(brought, 404) == "cases.draft_not_found"
    assert refused(get(other, f"/drafts/{mine['id']}"), 404) == "cases.draft_not_found"
    assert told(get(other, "/drafts")) == []
    assert told(get(software(world), f"/drafts/{mine['id']}"))["answers"] == mine["answers"]


def test_a_key_without_the_scope_is_told_which(world: w.World) -> None:
    mine = filled(software(world))
    [document] = mine["answers"]["certificate_photo"]
    reader = software(world, "read")
    for path, body in writes(mine["id"], document).items():
        answer = post(reader, path, body)
        assert refused(answer, 403) == "cases.scope_missing", path
        assert "替我填表和提交" in answer.json()["error"]["message"]
    assert refused(get(reader, "/drafts"), 403) == "cases.scope_missing"
    # May fill in, but neither bring papers nor say where the money goes.
    half = software(world, "read", "apply")
    path = f"/drafts/{mine['id']}"
    brought = bring(half, f"{path}/documents", field="certificate_photo", content=JPEG + b"2")
    assert refused(brought, 403) == "cases.scope_missing"
    account = {"form_version": 1, "answers": {"account": TOLD["account"]}}
    assert refused(post(half, f"{path}/answers", account), 403) == "cases.scope_missing"
    submit = post(half, f"{path}/submit", {"form_version": 1, "declared": True})
    assert refused(submit, 403) == "cases.scope_missing"
    assert not Case.objects.exists()


def test_nobody_and_staff_without_a_mandate_are_kept_out(world: w.World) -> None:
    mine = begun(software(world))
    assert world.office.officer.staff_id
    staff = program(staff_key(world.office.officer.staff_id, now=w.NOW))
    for path, body in writes(mine["id"], str(uuid4())).items():
        assert refused(post(Client(), path, body), 401) == "platform.sign_in_needed"
        assert refused(post(staff, path, body), 404) == "platform.not_found"


# Once


def test_a_write_names_its_key(world: w.World) -> None:
    client = software(world)
    answer = client.post(f"{BASE}/drafts", {"item": w.SKILL}, content_type="application/json")
    assert refused(answer, 422) == "api.unreadable_input"
    assert answer.json()["error"]["field"] == "Idempotency-Key"
    assert not FormDraft.objects.exists()


def test_the_same_key_again_is_the_same_answer_and_another_body_is_refused(
    world: w.World,
) -> None:
    client = software(world)
    draft = filled(client)
    path, key = f"/drafts/{draft['id']}/submit", fresh_key()
    body = {"form_version": 1, "declared": True}
    first = post(client, path, body, key=key)
    again = post(client, path, dict(reversed(body.items())), key=key)
    assert told(first, 201) == told(again, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1
    other = post(client, path, {"form_version": 2, "declared": True}, key=key)
    assert refused(other, 409) == "platform.key_reused"
    elsewhere = post(client, "/drafts", {"item": w.SKILL}, key=key)
    assert refused(elsewhere, 409) == "platform.key_reused"


def test_an_upload_again_under_its_key_is_the_same_answer(world: w.World) -> None:
    client = software(world)
    path, key = f"/drafts/{begun(client)['id']}/documents", fresh_key()
    first = bring(client, path, field="certificate_photo", key=key)
    again = bring(client, path, field="certificate_photo", key=key)
    assert told(first) == told(again)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = bring(client, path, field="certificate_photo", key=key, content=JPEG + b"2")
    assert refused(other, 409) == "platform.key_reused"
    assert Document.objects.count() == 1


def test_eight_threads_with_one_key_are_one_case_and_one_answer(
    transactional_db: None, world: w.World, in_threads: Callable[..., list[object]]
) -> None:
    client = software(world)
    draft, key = filled(client), fresh_key()
    body = {"form_version": 1, "declared": True}
    one = lambda: post(client, f"/drafts/{draft['id']}/submit", body, key=key)  # noqa: E731
    found = in_threads(*[one] * 4)
    assert {told(each, 201)["number"] for each in found} == {Case.objects.get().number}
    replayed = ["Idempotency-Replayed" in each.headers for each in found]  # type: ignore[attr-defined]
    assert sorted(replayed) == [False, True, True, True]


def test_a_second_case_for_the_same_thing_is_refused_with_the_firsts_number(
    world: w.World, clock: SetClock
) -> None:
    client = software(world)
    case = submitted(client)
    draft = filled(client)
    body = {"form_version": 1, "declared": True}
    answer = post(client, f"/drafts/{draft['id']}/submit", body)
    assert refused(answer, 409) == "cases.already_open"
    assert case["number"] in answer.json()["error"]["message"]
