"""Races on a draft, a newer form under an older draft, and the last weighing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from denghuo.cases.actions.documents import attach_document
from denghuo.cases.actions.drafts import begin_draft, save_answer
from denghuo.cases.actions.handing_in import FormIncompleteError, hand_in
from denghuo.cases.models import Case, Document, FormDraft
from denghuo.cases.queries import items as item_queries
from denghuo.cases.queries.drafts import open_draft
from denghuo.cases.queries.items import items
from tests.cases import world as w

ACCOUNT = {"bank": "内蒙古银行", "number": w.CARD, "holder": "乌云其木格"}
JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 50


@pytest.fixture
def world(transactional_db: None) -> w.World:
    return w.make_world()


def begun(world: w.World) -> FormDraft:
    begin_draft(actor=world.applicant, item=w.SKILL, now=w.NOW)
    return FormDraft.objects.get()


def test_eight_tabs_begin_one_draft(
    world: w.World, in_threads: Callable[..., list[object]]
) -> None:
    found = in_threads(*[lambda: begin_draft(actor=world.applicant, item=w.SKILL, now=w.NOW)] * 8)
    assert not [each for each in found if isinstance(each, Exception)]
    assert FormDraft.objects.count() == 1
    assert len({each.id for each in found}) == 1  # type: ignore[attr-defined]


def test_eight_presses_of_submit_are_one_case(
    world: w.World, in_threads: Callable[..., list[object]]
) -> None:
    draft = begun(world)
    save_answer(actor=world.applicant, draft_id=draft.pk, field="account", raw=ACCOUNT, now=w.NOW)
    press = lambda: hand_in(  # noqa: E731
        actor=world.applicant, draft_id=draft.pk, declared=True, now=w.NOW
    )
    found = in_threads(*[press] * 8)
    assert not [each for each in found if isinstance(each, Exception)], found
    assert Case.objects.count() == 1
    assert len({each.number for each in found}) == 1  # type: ignore[attr-defined]


def test_two_tabs_answering_at_once_lose_nothing(
    transactional_db: None, in_threads: Callable[..., list[object]]
) -> None:
    facts = {name: one for name, one in w.ENTITLED.items() if not name.startswith("certificate_")}
    world = w.make_world(facts)
    draft = begun(world)
    typed = {
        "certificate_on": "20250610",
        "certificate_level": "level_4",
        "certificate_no": "Y1234",
    }

    def save(name: str) -> object:
        return save_answer(
            actor=world.applicant,
            draft_id=draft.pk,
            field=name,
            raw={"answer": typed[name]},
            now=w.NOW,
        )

    found = in_threads(*[lambda name=name: save(name) for name in typed])
    assert not [each for each in found if isinstance(each, Exception)], found
    draft.refresh_from_db()
    assert set(json.loads(draft.answers or "")) == set(typed)


def test_four_uploads_of_the_same_photo_are_one_document(
    transactional_db: None, in_threads: Callable[..., list[object]]
) -> None:
    world = w.make_world({"employed_insured": True})
    draft = begun(world)

    def bring() -> object:
        return attach_document(
            actor=world.applicant,
            draft_id=draft.pk,
            field="certificate_photo",
            upload=SimpleUploadedFile("证书.jpg", JPEG),
            now=w.NOW,
        )

    found = in_threads(*[bring] * 4)
    assert not [each for each in found if isinstance(each, Exception)], found
    assert Document.objects.count() == 1
    draft.refresh_from_db()
    assert len(json.loads(draft.answers or "")["certificate_photo"]) == 1


@pytest.fixture
def newer_form(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From tomorrow's deployment on, the account is asked in other words, and one thing more."""

    def deploy() -> None:
        item = items()[w.SKILL]
        old = item.forms[0]
        account = replace(
            old["account"], label=replace(old["account"].label, zh="打到哪张社保卡？")
        )
        more = replace(old["certificate_no"], name="trade", kind="text", when=(), tells="")
        kept = tuple(one for one in old.fields if one.name != "account")
        new = replace(old, version=2, start=date(2025, 8, 1), fields=(*kept, more, account))
        changed = replace(item, forms=(replace(old, until=date(2025, 8, 1)), new))
        monkeypatch.setattr(item_queries, "items", lambda: {**items(), w.SKILL: changed})

    return deploy


@pytest.mark.django_db
def test_a_draft_goes_over_to_the_newer_form(newer_form: Callable[[], None]) -> None:
    world = w.make_world({"employed_insured": True})
    draft = begun(world)
    for name, typed in (("certificate_on", "20250610"), ("certificate_no", "Y1234")):
        save_answer(
            actor=world.applicant,
            draft_id=draft.pk,
            field=name,
            raw={"answer": typed},
            now=w.NOW,
        )
    save_answer(actor=world.applicant, draft_id=draft.pk, field="account", raw=ACCOUNT, now=w.NOW)
    newer_form()
    view = open_draft(world.subject, w.SKILL, on=w.TODAY)
    assert view is not None
    assert view.form.version == 2
    assert set(view.answers) == {"certificate_on", "certificate_no"}
    assert view.asked_again == ("account",)
    with pytest.raises(FormIncompleteError) as refused:
        hand_in(actor=world.applicant, draft_id=draft.pk, declared=True, now=w.NOW)
    assert {"trade", "account"} <= set(refused.value.problems)
    save_answer(
        actor=world.applicant,
        draft_id=draft.pk,
        field="trade",
        raw={"answer": "电工"},
        now=w.NOW,
    )
    draft.refresh_from_db()
    assert draft.form_version == 2
    assert set(json.loads(draft.answers or "")) == {"certificate_on", "certificate_no", "trade"}


@pytest.mark.django_db
def test_a_name_changed_since_stops_the_old_account() -> None:
    world = w.make_world()
    draft = begun(world)
    save_answer(actor=world.applicant, draft_id=draft.pk, field="account", raw=ACCOUNT, now=w.NOW)
    row = FormDraft.objects.get()
    row.answers = json.dumps({"account": {**ACCOUNT, "holder": "从前的名字"}})
    row.save()
    with pytest.raises(FormIncompleteError) as refused:
        hand_in(actor=world.applicant, draft_id=draft.pk, declared=True, now=w.NOW)
    assert set(refused.value.problems) == {"account"}
    assert Case.objects.count() == 0


@pytest.mark.django_db
def test_an_office_s_word_that_came_since_takes_the_place_of_one_s_own() -> None:
    world = w.make_world({"employed_insured": True})
    draft = begun(world)
    for name, typed in (("certificate_on", "20250101"), ("certificate_level", "level_3")):
        save_answer(
            actor=world.applicant,
            draft_id=draft.pk,
            field=name,
            raw={"answer": typed},
            now=w.NOW,
        )
    w.tell(world.subject, w.ENTITLED)
    save_answer(actor=world.applicant, draft_id=draft.pk, field="account", raw=ACCOUNT, now=w.NOW)
    hand_in(actor=world.applicant, draft_id=draft.pk, declared=True, now=w.NOW)
    case = Case.objects.get()
    assert case.period == "2025-06-10 level_4"
    assert "certificate_on" not in (case.answers or "")


@pytest.mark.django_db
def test_the_answers_lie_sealed_in_the_database() -> None:
    world = w.make_world()
    draft = begun(world)
    save_answer(actor=world.applicant, draft_id=draft.pk, field="account", raw=ACCOUNT, now=w.NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM cases_formdraft")
        stored = bytes(cursor.fetchone()[0])
    assert w.CARD.encode() not in stored
    assert w.CARD in (FormDraft.objects.get().answers or "")
