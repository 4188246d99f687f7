"""Family and mandates, as two browsers do it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from denghuo.kernel.clock import day_of
from denghuo.people.actions.phone_codes import code_of
from denghuo.people.logic.phone import Phone
from denghuo.people.models import FamilyLink, Mandate, PhoneCode
from tests.factories.people import make_firm, make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db

HERS, HIS = Phone("13800138001"), Phone("13900139002")


def until(days: int = 30) -> str:
    return (day_of(timezone.now()) + timedelta(days=days)).isoformat()


def terms(**changes: object) -> dict[str, object]:
    return {
        "name": "巴特尔",
        "phone": HIS.text,
        "scopes": ["read", "apply"],
        "until": until(),
        **changes,
    }


def last_code() -> str:
    return code_of(PhoneCode.objects.latest("created_at").pk)


def family() -> tuple[Client, Client, UUID, UUID]:
    now = timezone.now()
    mother = make_person("乌云其木格", phone=HERS, now=now)
    son = make_person("巴特尔", phone=HIS, now=now)
    return browsers.resident(mother), browsers.resident(son), mother, son


def given(hers: Client) -> Mandate:
    assert hers.post("/me/mandates/give/", terms()).headers["Location"].endswith("/give/code/")
    answer = hers.post("/me/mandates/give/code/", {"code": last_code()})
    assert answer.headers["Location"] == "/me/mandates/"
    return Mandate.objects.get()


def test_give_accept_act_and_withdraw_at_once() -> None:
    hers, his, mother, _son = family()
    mandate = given(hers)
    assert "乌云其木格" in his.get("/me/mandates/").content.decode()
    his.post(f"/me/mandates/{mandate.pk}/answer/", {"accept": "1"})
    assert "乌云其木格" in his.get("/me/act-for/").content.decode()
    his.post("/me/act-for/", {"subject": f"person:{mother}"})
    assert his.session["people.signed_in"]["mandate"] == str(mandate.pk)
    hers.post(f"/me/mandates/{mandate.pk}/withdraw/")
    # The next click of the son, even one that would write, does nothing and says why.
    answer = his.post("/me/consents/activity_tips/", {"give": "1"}, follow=True)
    assert answer.redirect_chain[0][0] == "/me/act-for/"
    assert "委托已经结束" in answer.content.decode()
    assert "乌云其木格" not in his.get("/me/act-for/").content.decode()


def test_a_wrong_code_keeps_the_terms_and_says_how_many_tries_are_left() -> None:
    hers, _his, _mother, _son = family()
    hers.post("/me/mandates/give/", terms())
    answer = hers.post("/me/mandates/give/code/", {"code": "abc"})
    assert "还可以再试 4 次" in answer.content.decode()
    assert 'value="巴特尔"' in hers.get("/me/mandates/give/").content.decode()
    assert not Mandate.objects.exists()


def test_a_double_click_on_the_code_gives_one_mandate() -> None:
    hers, _his, _mother, _son = family()
    given(hers)
    answer = hers.post("/me/mandates/give/code/", {"code": last_code()})
    assert answer.headers["Location"] == "/me/mandates/"
    assert Mandate.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": until(0)}, "晚于今天"),
        ({"until": until(400)}, "委托最长到"),
        ({"until": "昨天"}, "日期请写成"),
        ({"scopes": []}, "至少一项"),
        ({"scopes": ["everything"]}, "everything"),
        ({"name": "乌云其木格", "phone": HERS.text}, "自己的事不用委托自己"),
        ({"phone": "123"}, "手机号不对"),
    ],
)
def test_terms_that_cannot_stand(changes: dict[str, object], words: str) -> None:
    hers, _his, _mother, _son = family()
    answer = hers.post("/me/mandates/give/", terms(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PhoneCode.objects.exists()


def test_the_answer_is_the_same_for_a_receiver_nobody_knows() -> None:
    hers, _his, _mother, _son = family()
    hers.post("/me/mandates/give/", terms(name="没有来过", phone="13700137000"))
    unknown = hers.post("/me/mandates/give/code/", {"code": last_code()}, follow=True)
    assert "委托已经发出" in unknown.content.decode()


def test_strangers_find_nothing_of_a_mandate() -> None:
    hers, _his, mother, _son = family()
    mandate = given(hers)
    stranger = browsers.resident(make_person("外人", phone=Phone("13600136000")))
    assert stranger.post(f"/me/mandates/{mandate.pk}/withdraw/").status_code == 404
    assert stranger.post(f"/me/mandates/{mandate.pk}/answer/", {"accept": "1"}).status_code == 404
    assert stranger.post("/me/act-for/", {"subject": f"person:{mother}"}).status_code == 404
    clerk = browsers.staff(make_staff())
    assert clerk.post(f"/me/mandates/{mandate.pk}/withdraw/").status_code == 404


def test_a_forged_session_does_not_act() -> None:
    _hers, _his, mother, son = family()
    client = browsers.resident(son, mandate_id=mother)
    assert client.get("/").headers["Location"] == "/me/act-for/"
    assert client.get("/").status_code == 200


def test_a_person_without_phone_is_sent_to_the_counter() -> None:
    client = browsers.resident(make_person("娜仁"))
    answer = client.post("/me/mandates/give/", terms())
    assert "没有登记手机号" in answer.content.decode()


def test_the_legal_representative_sees_and_gives_the_firms_mandates() -> None:
    _hers, _his, mother, _son = family()
    make_firm("草原恒泰乳业", legal_representative=mother, now=timezone.now())
    legal = Mandate.objects.get()
    boss = browsers.resident(mother, mandate_id=legal.pk)
    page = boss.get("/me/mandates/").content.decode()
    assert "草原恒泰乳业 给出的委托" in page
    assert f"/me/mandates/{legal.pk}/withdraw/" not in page
    boss.post("/me/mandates/give/", terms())
    boss.post("/me/mandates/give/code/", {"code": last_code()})
    assert Mandate.objects.filter(from_firm__isnull=False, how="phone_code").count() == 1


def test_every_form_of_the_page_leads_somewhere() -> None:
    hers, his, _mother, _son = family()
    given(hers)
    his.post("/me/family/ask/", {"relation": "parent", "name": "乌云其木格", "phone": HERS.text})
    page = hers.get("/me/mandates/").content.decode()
    assert "对方说您是他（她）的：父母" in page
    link = FamilyLink.objects.get()
    assert set(re.findall(r'action="(/me/[^"]+)"', page)) == {
        f"/me/mandates/{Mandate.objects.get().pk}/withdraw/",
        f"/me/family/{link.pk}/answer/",
    }
    hers.post(f"/me/family/{link.pk}/answer/", {"agree": "1"})
    assert "双方确认" in his.get("/me/mandates/").content.decode()
    his.post(f"/me/family/{link.pk}/withdraw/")
    assert "已解除" in hers.get("/me/mandates/").content.decode()


def test_family_nonsense_is_told_in_words() -> None:
    hers, _his, _mother, _son = family()
    answer = hers.post(
        "/me/family/ask/", {"relation": "sibling", "name": "乌云其木格", "phone": HERS.text}
    )
    assert answer.status_code == 422
    assert "这是您自己" in answer.content.decode()


def test_the_form_offers_a_date_that_the_browser_can_show() -> None:
    hers, _his, _mother, _son = family()
    assert f'value="{until(30)}"' in hers.get("/me/mandates/give/").content.decode()


def test_a_delegate_is_told_that_what_they_give_is_their_own() -> None:
    boss, clerk = make_person(), make_person("张伟", phone=HIS)
    firm = make_firm("敕勒川乳品", legal_representative=boss)
    today = day_of(timezone.now())
    mandate = Mandate.objects.create(
        from_firm_id=firm,
        to_person_id=clerk,
        scopes=["read", "apply"],
        start_on=today,
        until_on=today + timedelta(days=30),
        how="phone_code",
        accepted_at=timezone.now(),
    )
    told = "要法定代表人自己给"
    for path in ("/me/mandates/", "/me/mandates/give/"):
        assert told in browsers.resident(clerk, mandate_id=mandate.pk).get(path).content.decode()
        assert told not in browsers.resident(clerk).get(path).content.decode()
    law = Mandate.objects.get(from_firm_id=firm, how="legal")
    lawful = browsers.resident(boss, mandate_id=law.pk)
    assert told not in lawful.get("/me/mandates/give/").content.decode()
