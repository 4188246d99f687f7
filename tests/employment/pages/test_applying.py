"""Applying and my applications, as a resident and as a clerk who helps."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.employment.actions.applications import apply, invite, offer, refuse
from denghuo.employment.models import Application
from denghuo.people.public import give_mandate
from denghuo.people.sessions import KEY
from denghuo.platform.public import SYSTEM, Actor, look_ups_of, store_file
from tests.employment.market import NOW, SOON, TODAY, applicant, hr, make_post, person_ref
from tests.factories.people import make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db
MINE = "/me/work/applications/"
_clerks = itertools.count(1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id, mandate_id=actor.mandate_id)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_one_reads_what_the_firm_will_read_and_sends_it() -> None:
    firm, person = hr(), applicant("乌云其木格")
    post = make_post(firm)
    page = browser(person).get(f"/jobs/{post.pk}/apply/")
    assert "乌云其木格" in text(page)
    assert "每月 4,500–6,000 元" in text(page)
    sent = browser(person).post(f"/jobs/{post.pk}/apply/", {"words": "我会挤奶"}, follow=True)
    assert "投出去了" in text(sent)
    assert "等单位看" in text(sent)
    # The page again, or a second click, leads to the one there is.
    again = browser(person).post(f"/jobs/{post.pk}/apply/", {"words": "我会挤奶"}, follow=True)
    assert "已经投过了" in text(again)
    assert Application.objects.count() == 1
    assert "挤奶工" in text(browser(person).get(MINE))


@pytest.mark.parametrize("words", ["我" * 301, "我限男性"])
def test_words_that_are_too_long_or_unlawful_are_told_at_their_field(words: str) -> None:
    person, post = applicant(), make_post(hr())
    answer = browser(person).post(f"/jobs/{post.pk}/apply/", {"words": words})
    assert answer.status_code == 422
    assert 'id="words_error"' in text(answer)
    assert Application.objects.count() == 0


@pytest.mark.parametrize("number", [0, 999_999, 10**20])
def test_a_post_that_is_not_there_is_told_in_a_sentence(number: int) -> None:
    answer = browser(applicant()).get(f"/jobs/{number}/apply/")
    assert answer.status_code == 409
    assert "已经不招了" in text(answer)


def test_whoever_acts_for_a_firm_or_nobody_cannot_apply() -> None:
    firm = hr()
    post = make_post(firm)
    assert browser(firm).get(f"/jobs/{post.pk}/apply/").status_code == 404
    assert browser(firm).get(MINE).status_code == 404
    assert Client().get(MINE).status_code == 302


def test_an_interview_goes_into_the_calendar() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    address = f"{MINE}{sent.id}/"
    assert browser(person).get(f"{address}interview.ics").status_code == 404
    invite(actor=firm, application_id=sent.id, version=1, at=SOON, place="二楼", now=NOW)
    page = text(browser(person).get(address))
    assert "2026-11-25（周三）12:00，去二楼面试" in page
    file = browser(person).get(f"{address}interview.ics")
    assert file["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20261125T040000Z" in text(file)
    assert browser(applicant("其其格")).get(f"{address}interview.ics").status_code == 404


def test_an_offer_is_accepted_with_one_press_and_the_others_end() -> None:
    firm, other, person = hr(), hr("旁边的厂"), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    away = apply(actor=person, post_id=make_post(other, "司机").pk, now=NOW)
    start = TODAY + timedelta(days=7)
    offer(actor=firm, application_id=sent.id, version=1, start_on=start, now=NOW)
    page = text(browser(person).get(f"{MINE}{sent.id}/"))
    assert "我去" in page
    assert "等您答复的" in text(browser(person).get(MINE))
    done = browser(person).post(f"{MINE}{sent.id}/accept/", follow=True)
    assert "恭喜" in text(done)
    assert "2026-11-30 上班" in text(done)
    assert "自动结束了" in text(browser(person).get(f"{MINE}{away.id}/"))
    # An old page: told, not broken.
    again = browser(person).post(f"{MINE}{away.id}/accept/", follow=True)
    assert "不能“接受录用”" in text(again)


def test_a_refusal_is_said_plainly_with_similar_posts() -> None:
    firm, person = hr(), applicant()
    post = make_post(firm, occupation="5-03-01", occupation_level=3)
    near = make_post(hr("旁边的厂"), "挤奶员", occupation="5-03-01-02", occupation_level=4)
    far = make_post(
        hr("远处的厂"), "远处挤奶", occupation="5-03-01", occupation_level=3, place="150702"
    )
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    refuse(actor=firm, application_id=sent.id, version=1, reason="experience_short", now=NOW)
    page = text(browser(person).get(f"{MINE}{sent.id}/"))
    assert "单位想找做过的年头更长的人" in page
    assert f"/jobs/{near.pk}/" in page
    assert f"/jobs/{far.pk}/" not in page


def test_withdrawing_is_asked_once_more() -> None:
    person = applicant()
    sent = apply(actor=person, post_id=make_post(hr()).pk, now=NOW)
    address = f"{MINE}{sent.id}/end/"
    assert "要撤回吗" in text(browser(person).get(address))
    done = browser(person).post(address, {"move": "withdraw"}, follow=True)
    assert "单位看不到您的信息了" in text(done)
    assert browser(person).get(address).status_code == 302


def test_another_person_finds_nothing_on_any_page() -> None:
    person, other = applicant(), browser(applicant("其其格"))
    sent = apply(actor=person, post_id=make_post(hr()).pk, now=NOW)
    for path in ("", "end/", "interview.ics"):
        assert other.get(f"{MINE}{sent.id}/{path}").status_code == 404
    for path in ("end/", "accept/"):
        assert other.post(f"{MINE}{sent.id}/{path}").status_code == 404
    assert "挤奶工" not in text(other.get(MINE))


def helped_by_clerk(person: Actor, *scopes: str) -> Client:
    """A clerk with a signed paper of the person, their affairs at hand."""
    clerk = make_staff(f"zhang{next(_clerks)}", now=NOW)
    paper = store_file(
        actor=SYSTEM,
        owner=person_ref(person),
        upload=SimpleUploadedFile("委托书.jpg", b"\xff\xd8\xff\xe0" + b"photo" * 200, "image/jpeg"),
        now=NOW,
    )
    mandate = give_mandate(
        giver=person_ref(person),
        scopes=scopes,
        start_on=TODAY,
        until_on=TODAY + timedelta(days=7),
        how="paper",
        to_staff=clerk,
        paper_id=paper.id,
        actor=SYSTEM,
        now=NOW,
    )
    client = browsers.staff(clerk)
    session = client.session
    session[KEY] = {**session[KEY], "mandate": str(mandate)}
    session.save()
    return client


def test_a_clerk_acts_within_the_mandate_and_reads_the_reason_too() -> None:
    firm, person = hr(), applicant("乌云其木格")
    post = make_post(firm)
    reads = helped_by_clerk(person, "read")
    assert reads.get(f"/jobs/{post.pk}/apply/").status_code == 403
    assert reads.post(f"/jobs/{post.pk}/apply/").status_code == 403
    assert reads.get(MINE).status_code == 200
    client = helped_by_clerk(person, "read", "apply")
    sent = client.post(f"/jobs/{post.pk}/apply/", follow=True)
    assert "投出去了" in text(sent)
    row = Application.objects.get()
    assert row.channel == "assisted"
    refuse(actor=firm, application_id=row.pk, version=1, reason="certificate_missing", now=NOW)
    page = text(client.get(f"{MINE}{row.pk}/"))
    assert "这个岗位必须有证书" in page
    assert "代办" in page
    looks = look_ups_of(person_ref(person)).entries
    assert any("applications" in one.what for one in looks)
