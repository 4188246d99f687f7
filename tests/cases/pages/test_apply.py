"""Applying page by page: what is known is not typed, nothing is lost, two clicks are one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from denghuo.cases.actions.drafts import delete_old_drafts, warn_of_old_drafts
from denghuo.cases.models import Case, CaseFact, Document, FormDraft, PayAccount
from denghuo.platform.public import SYSTEM
from tests.cases import world as w
from tests.cases.pages.counter import (
    ACCOUNT,
    APPLY,
    JPEG,
    SERVICE,
    SetClock,
    answer,
    answers_of,
    applied,
    begin,
    draft_of,
    fill_in,
    hand_in,
    page,
    pdf,
    photo,
    resident,
)
from tests.factories.people import CHIFENG, make_person
from tests.people import browsers

pytestmark = pytest.mark.django_db


def asked(text: str) -> str:
    found = re.search(r"<h1><label[^>]*>([^<]*)<|<legend>([^<]*)<|<h1>([^<]*)<", text)
    assert found, text
    return next(group for group in found.groups() if group)


# The road through


def test_what_the_register_knows_is_shown_and_only_the_account_is_asked(
    known_world: w.World,
) -> None:
    client = resident(known_world.person)
    text = page(begin(client))
    assert "这些我们已经有了，您不用填" in text
    assert "2025-06-10" in text
    assert "来源 社会保险登记 · 2025-09-01" in text
    assert 'href="/benefits/facts/certificate_on/dispute/"' in text
    assert "一共 1 题，答了 0 题" in text
    posted = {"draft": str(draft_of(known_world.person).pk)}
    text = page(client.post(f"{APPLY}known/", posted, follow=True))
    assert asked(text) == "钱打到哪张卡？"
    assert 'value="乌云其木格"' in text


def test_from_nothing_to_a_receipt(world: w.World) -> None:
    client = resident(world.person)
    assert asked(page(begin(client))) == "证书上写的发证日期是哪一天？"
    text = page(answer(client, world.person, "certificate_on", answer="20250610"))
    assert asked(text) == "证书是几级？"
    text = page(answer(client, world.person, "certificate_level", answer="level_4"))
    assert asked(text) == "证书编号是多少？"
    text = page(answer(client, world.person, "certificate_no", answer="y0015 0102 7"))
    assert asked(text) == "拍一张证书的照片"
    posted = {"draft": str(draft_of(world.person).pk), "file": photo(), "next": "1"}
    text = page(client.post(f"{APPLY}certificate_photo/", posted, follow=True))
    assert asked(text) == "钱打到哪张卡？"
    text = page(answer(client, world.person, "account", **ACCOUNT))
    assert "看一遍再提交" in text
    for shown in ("2025-06-10", "中级（四级）", "Y001501027", "证书.jpg"):
        assert shown in text
    assert w.CARD not in text
    assert f"**** {w.CARD[-4:]}" in text
    response = hand_in(client, draft_of(world.person).pk)
    text = page(response)
    case = Case.objects.get()
    assert response.redirect_chain[-1][0] == f"/me/cases/{case.number}/receipt/"
    assert case.number in text
    assert "12333" in text
    assert "下一步" in text
    assert case.form_version == "1"
    assert case.period == "2025-06-10 level_4"
    assert PayAccount.objects.get().tail == w.CARD[-4:]
    assert w.CARD not in (case.answers or "")
    assert Document.objects.get().case_id == case.pk
    told = dict(CaseFact.objects.values_list("name", "value"))
    assert told == {
        "certificate_on": "2025-06-10",
        "certificate_level": "level_4",
        "has_skill_certificate": True,
    }
    # It is in the inbox too.
    assert "我们收到您的申请了" in page(client.get("/inbox/"))


def test_back_leads_through_the_questions_with_their_answers(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    text = page(client.get(f"{APPLY}check/"))
    assert f'href="{APPLY}account/"' in text
    text = page(client.get(f"{APPLY}account/"))
    assert f'href="{APPLY}certificate_photo/"' in text
    assert f'value="{w.CARD}"' in text
    text = page(client.get(f"{APPLY}certificate_level/"))
    assert 'value="level_4"' in text
    assert "checked" in text
    assert f'href="{APPLY}certificate_on/"' in text
    assert f'href="{SERVICE}"' in page(client.get(f"{APPLY}certificate_on/"))


def test_an_answer_changed_later_counts_and_leads_back_to_the_check(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    response = answer(client, world.person, "certificate_level", answer="level_3")
    assert response.redirect_chain[-1][0] == f"{APPLY}check/"
    assert "高级（三级）" in page(response)


# Nothing is lost


def test_a_draft_is_there_after_the_session_is_gone(world: w.World) -> None:
    begin(resident(world.person))
    answer(resident(world.person), world.person, "certificate_on", answer="20250610")
    late = Client()
    response = late.post(f"{APPLY}certificate_level/", {"answer": "level_4"})
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
    text = page(resident(world.person).get(APPLY, follow=True))
    assert asked(text) == "证书是几级？"
    assert answers_of(world.person) == {"certificate_on": "2025-06-10"}
    assert "没填完的" in page(resident(world.person).get("/me/cases/"))


def test_two_tabs_add_to_one_draft(world: w.World) -> None:
    first, second = resident(world.person), resident(world.person)
    begin(first)
    begin(second)
    assert FormDraft.objects.count() == 1
    answer(first, world.person, "certificate_on", answer="20250610")
    answer(second, world.person, "certificate_level", answer="level_4")
    assert answers_of(world.person) == {
        "certificate_on": "2025-06-10",
        "certificate_level": "level_4",
    }


def test_wrong_input_is_refused_beside_its_field_and_stays(world: w.World) -> None:
    client = resident(world.person)
    begin(client)
    response = answer(client, world.person, "certificate_on", answer="2025-02-30")
    text = page(response)
    assert response.status_code == 422
    assert "“发证日期”没看懂。请写年月日" in text
    assert 'href="#id_answer"' in text
    assert 'aria-describedby="id_answer_helptext id_answer_error"' in text
    assert 'value="2025-02-30"' in text
    response = answer(client, world.person, "certificate_on", answer="20250902")
    assert "还没到" in page(response)
    assert answers_of(world.person) == {}


def test_an_account_of_another_name_is_refused(known_world: w.World) -> None:
    client = resident(known_world.person)
    begin(client)
    wrong = {**ACCOUNT, "holder": "萨仁"}
    response = answer(client, known_world.person, "account", **wrong)
    assert response.status_code == 422
    assert "户名要和办事人一样：乌云其木格" in page(response)
    assert 'value="萨仁"' in page(response)
    typo = {**ACCOUNT, "number": w.CARD[:-1] + str((int(w.CARD[-1]) + 1) % 10)}
    assert "可能抄错了一位" in page(answer(client, known_world.person, "account", **typo))


def test_a_bank_that_no_file_can_carry_is_refused_at_its_question(known_world: w.World) -> None:
    client = resident(known_world.person)
    begin(client)
    for bank in ("=HYPERLINK(1)", "银行" * 40):
        response = answer(client, known_world.person, "account", **{**ACCOUNT, "bank": bank})
        assert response.status_code == 422
        assert 'href="#id_bank"' in page(response)
    assert answers_of(known_world.person) == {}


def test_what_is_still_open_leads_from_the_check_to_it(world: w.World) -> None:
    client = resident(world.person)
    begin(client)
    response = client.get(f"{APPLY}check/", follow=True)
    assert response.redirect_chain[-1][0] == f"{APPLY}certificate_on/"
    text = page(hand_in(client, draft_of(world.person).pk))
    assert f'<a href="{APPLY}certificate_no/">' in text
    assert Case.objects.count() == 0


def test_the_declaration_is_asked_for(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    response = client.post(f"{APPLY}check/", {"draft": str(draft_of(world.person).pk)})
    assert response.status_code == 422
    assert "都对就在这里打勾" in page(response)
    assert 'href="#id_declared"' in page(response)
    assert Case.objects.count() == 0


# Two clicks are one


def test_submitting_twice_is_one_case_and_one_receipt(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    draft = draft_of(world.person).pk
    first = hand_in(client, draft, follow=False)
    second = hand_in(client, draft, follow=False)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_second_application_is_answered_with_the_first(world: w.World) -> None:
    client = resident(world.person)
    number = applied(client, world.person)
    fill_in(client, world.person)
    response = hand_in(client, draft_of(world.person).pk)
    assert response.redirect_chain[-1][0] == f"/me/cases/{number}/"
    assert f"编号 {number}" in page(response)
    assert Case.objects.count() == 1
    # The draft is kept: nothing typed is lost.
    assert answers_of(world.person)["certificate_no"] == "Y00150102330 00007".replace(" ", "")


def test_an_old_page_of_a_draft_handed_in_says_so(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    draft = draft_of(world.person).pk
    hand_in(client, draft)
    response = client.post(f"{APPLY}certificate_on/", {"draft": str(draft), "answer": "20250611"})
    assert response.status_code == 302
    begin(client)
    posted = {"draft": str(draft), "answer": "20250611"}
    response = client.post(f"{APPLY}certificate_on/", posted, follow=True)
    assert "已经提交了，不能再改" in page(response)


def test_a_draft_can_be_thrown_away(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    response = client.post(f"{APPLY}drop/", {"draft": str(draft_of(world.person).pk)}, follow=True)
    assert "草稿删掉了" in page(response)
    assert FormDraft.objects.count() == 0
    assert Document.objects.filter(removed_at__isnull=True).count() == 0


# Files


def files_page(world: w.World) -> tuple[Client, str]:
    client = resident(world.person)
    begin(client)
    return client, str(draft_of(world.person).pk)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("证书.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "苹果手机的 HEIC 照片"),
        ("照片.jpg", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "苹果手机的 HEIC 照片"),
        ("大.jpg", JPEG[:4] + b"\x00" * (40 * 1024 * 1024), "文件太大：最多 10 MB"),
        ("脚本.pdf", pdf(inside=b"<< /S /JavaScript /JS (x) >>"), "会自己运行的内容"),
        (
            "病毒.pdf",
            b"%PDF-1.4 X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
            "有病毒",
        ),
        ("厚.pdf", pdf(11), "有 11 页，最多收 10 页"),
        ("空.jpg", b"", "文件是空的"),
        ("程序.exe", b"MZ" + b"\x00" * 60, "不收这种文件"),
        ("假.jpg", b"GIF89a" + b"\x00" * 60, "里面的内容却不是"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    world: w.World, name: str, content: bytes, sentence: str
) -> None:
    client, draft = files_page(world)
    posted = {"draft": draft, "file": photo(name, content), "add": "1"}
    response = client.post(f"{APPLY}certificate_photo/", posted)
    assert response.status_code == 422
    assert sentence in page(response)
    assert 'href="#id_file"' in page(response)
    assert Document.objects.count() == 0


def test_the_same_bytes_are_one_document_and_later_reused(world: w.World) -> None:
    client, draft = files_page(world)
    url = f"{APPLY}certificate_photo/"
    client.post(url, {"draft": draft, "file": photo(), "add": "1"})
    text = page(
        client.post(url, {"draft": draft, "file": photo("又一张.jpg"), "add": "1"}, follow=True)
    )
    assert "已经在下面了" in text
    first = Document.objects.get()
    # Taken out and chosen from the list again: no upload, and it is known where it came from.
    text = page(client.post(url, {"draft": draft, "remove": str(first.pk)}, follow=True))
    assert "证书.jpg" not in text
    client.post(url, {"draft": draft, "file": photo(), "add": "1"})
    second = Document.objects.get(removed_at__isnull=True)
    assert second.sha256 == first.sha256
    assert second.file_id != first.file_id, "what was taken out is gone, and is brought anew"
    number = applied(client, world.person)
    Case.objects.filter(number=number).update(state="withdrawn", holds_place=False)
    begin(client)
    draft = str(draft_of(world.person).pk)
    text = page(client.get(url))
    assert "用以前交过的，不用再传" in text
    client.post(url, {"draft": draft, "reuse": str(second.pk)})
    third = Document.objects.exclude(pk__in=[first.pk, second.pk]).latest("created_at")
    assert third.file_id == second.file_id
    assert third.reused_from_id is not None


def test_there_is_room_for_three_files(world: w.World) -> None:
    client, draft = files_page(world)
    url = f"{APPLY}certificate_photo/"
    for number in range(3):
        content = JPEG + str(number).encode()
        client.post(url, {"draft": draft, "file": photo(f"{number}.jpg", content), "add": "1"})
    assert "已经够了" in page(client.get(url))
    posted = {"draft": draft, "file": photo("4.jpg", JPEG + b"4"), "add": "1"}
    assert "最多交 3 个文件" in page(client.post(url, posted))
    assert Document.objects.count() == 3


def test_next_without_a_file_asks_for_one(world: w.World) -> None:
    client, draft = files_page(world)
    response = client.post(f"{APPLY}certificate_photo/", {"draft": draft, "next": "1"})
    assert response.status_code == 422
    assert "请先选一个文件" in page(response)


def test_the_office_opens_the_papers_of_its_cases_and_no_others(world: w.World) -> None:
    client = resident(world.person)
    applied(client, world.person)
    paper = f"/files/{Document.objects.get().file_id}/"
    officer, far = (
        world.office.officer.staff_id,
        w.staff("far", "officer", area=CHIFENG),
    )
    assert officer is not None
    assert far.staff_id is not None
    assert browsers.staff(officer).get(paper).status_code == 200
    assert browsers.staff(far.staff_id).get(paper).status_code == 404
    text = page(client.get("/me/looks/"))
    assert "审核办件材料" in text


# Others


def test_a_draft_is_its_owners_alone(world: w.World) -> None:
    begin(resident(world.person))
    draft = str(draft_of(world.person).pk)
    other = resident(make_person("那仁", now=w.NOW))
    begin(other)
    response = other.post(f"{APPLY}certificate_on/", {"draft": draft, "answer": "20250610"})
    assert response.status_code == 404
    assert other.post(f"{APPLY}drop/", {"draft": draft}).status_code == 404
    posted = {"draft": draft, "file": photo(), "add": "1"}
    assert other.post(f"{APPLY}certificate_photo/", posted).status_code == 404
    assert answers_of(world.person) == {}


def test_a_document_of_another_cannot_be_chosen(world: w.World) -> None:
    client, draft = files_page(world)
    client.post(f"{APPLY}certificate_photo/", {"draft": draft, "file": photo(), "add": "1"})
    paper = Document.objects.get().pk
    thief = make_person("那仁", now=w.NOW)
    other = resident(thief)
    begin(other)
    posted = {"draft": str(draft_of(thief).pk), "reuse": str(paper)}
    assert other.post(f"{APPLY}certificate_photo/", posted).status_code == 404
    posted = {"draft": str(draft_of(thief).pk), "remove": str(paper)}
    assert other.post(f"{APPLY}certificate_photo/", posted).status_code == 404
    assert Document.objects.get().removed_at is None


def test_nonsense_is_answered_404(world: w.World) -> None:
    client = resident(world.person)
    begin(client)
    assert client.get("/services/nothing/").status_code == 404
    assert client.get("/services/nothing/apply/", follow=True).status_code == 404
    posted = {"draft": "not-an-id", "answer": "20250610"}
    assert client.post(f"{APPLY}certificate_on/", posted).status_code == 404
    assert client.get(f"{APPLY}no_such_field/").status_code == 302


def test_an_old_draft_is_told_of_and_then_deleted(world: w.World, clock: SetClock) -> None:
    client = resident(world.person)
    begin(client)
    assert warn_of_old_drafts(now=w.NOW + timedelta(days=59)) == 0
    told = w.NOW + timedelta(days=61)
    assert warn_of_old_drafts(now=told) == 1
    assert warn_of_old_drafts(now=told) == 0
    assert delete_old_drafts(actor=SYSTEM, now=told + timedelta(days=13)) == 0
    clock(told)
    assert "没填完的表快要过期了" in page(resident(world.person).get("/inbox/"))
    # Coming back to it keeps it; left alone it goes.
    assert delete_old_drafts(actor=SYSTEM, now=told + timedelta(days=15)) == 1
    assert FormDraft.objects.count() == 0
