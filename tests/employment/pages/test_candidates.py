"""Who applied for a firm's post: opened, met, hired, refused; nobody else's are ever seen."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from denghuo.employment.actions.applications import apply, hide_resume, withdraw
from denghuo.employment.actions.resumes import add_entry
from denghuo.employment.actions.wishes import set_work_consent
from denghuo.employment.models import Application, Post, PostInvite
from denghuo.employment.queries.applications import ApplicationView, application_of
from denghuo.employment.queries.live_posts import live_posts
from denghuo.people.public import give_mandate, withdraw_mandate
from denghuo.platform.models.messages import Message
from denghuo.platform.public import Actor, audit_of, look_ups_of
from tests.employment.market import (
    NOW,
    TODAY,
    applicant,
    hr,
    make_post,
    person_ref,
)
from tests.employment.seekers import CLEANER, XINCHENG, lay_places, wishes
from tests.factories.people import make_person
from tests.people import browsers

pytestmark = pytest.mark.django_db
NAMES = ("乌云其木格", "其其格", "那仁")
MEET = {"at": "2026-11-25", "hour": "14:30", "place": "二楼会议室", "note": "带上健康证"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id, mandate_id=actor.mandate_id)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(post: Post, sent: ApplicationView | None = None, path: str = "") -> str:
    tail = f"{sent.id}/{path}" if sent else path
    return f"/firm/posts/{post.pk}/candidates/{tail}"


def version(sent: ApplicationView) -> int:
    return Application.objects.get(pk=sent.id).version


def test_a_list_is_masked_and_somebody_is_opened_by_a_press_which_is_written_down() -> None:
    firm, person = hr(), applicant("乌云其木格")
    post = make_post(firm)
    sent = apply(actor=person, post_id=post.pk, words="我会挤奶", now=NOW)
    desk = browser(firm)
    listed = text(desk.get(at(post)))
    assert "乌云其木格" not in listed
    assert "***木格" in listed
    closed = text(desk.get(at(post, sent)))
    assert "乌云其木格" not in closed
    assert "我会挤奶" not in closed
    assert look_ups_of(person_ref(person)).total == 0
    opened = text(desk.post(at(post, sent, "look/"), follow=True))
    assert "乌云其木格" in opened
    assert "我会挤奶" in opened
    (look,) = look_ups_of(person_ref(person)).entries
    assert set(look.what) >= {"name", "phone", "words"}
    assert application_of(person, sent.id, now=NOW).state == "seen"
    # Again is no news.
    desk.post(at(post, sent, "look/"))
    assert version(sent) == 2


def test_from_interview_to_hire_it_takes_two_hands() -> None:
    firm, person = hr(), applicant()
    post = make_post(firm, openings=2)
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    desk = browser(firm)
    form = text(desk.get(at(post, sent, "invite/")))
    assert f'value="{version(sent)}"' in form
    done = desk.post(at(post, sent, "invite/"), {**MEET, "version": "1"}, follow=True)
    assert "2026-11-25（周三）14:30，在二楼会议室面试" in text(done)
    assert Message.objects.filter(kind="employment.interview").count() == 1
    # The same press again is the same deed.
    desk.post(at(post, sent, "invite/"), {**MEET, "version": "1"})
    assert Message.objects.filter(kind="employment.interview").count() == 1
    given = {"version": "2", "start_on": "2026-12-01", "days": "5", "note": ""}
    done = desk.post(at(post, sent, "offer/"), given, follow=True)
    assert "等对方在 2026-11-28（周六）12:00 前答复" in text(done)
    browser(person).post(f"/me/work/applications/{sent.id}/accept/")
    hired = text(desk.get(at(post, sent)))
    assert "说好 2026-12-01 上班" in hired
    assert "乌云其木格" in hired
    assert "1/2" in text(desk.get("/firm/posts/"))


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        ("invite", {"at": "2026-11-23", "hour": "11:59"}, "时间要晚于现在"),
        ("invite", {"at": "2027-02-01"}, "时间要晚于现在"),
        ("invite", {"at": "后天"}, "日期没看明白"),
        ("invite", {"hour": "下午"}, "时间没看明白"),
        ("invite", {"hour": ""}, "请写几点"),
        ("invite", {"place": " "}, "请写清楚在哪里面试"),
        ("invite", {"note": "只要男的，限男性"}, "不能作为理由"),
        ("offer", {"start_on": "2026-11-22"}, "上班的日子要从今天起"),
        ("offer", {"days": "0"}, "请写 1 或更大的数"),
        ("offer", {"days": "31"}, "最多等 30 天"),
        ("refuse", {"reason": ""}, "请选一个不录用的原因"),
        ("refuse", {"reason": "post_filled"}, "请选一个不录用的原因"),
        ("refuse", {"reason": "too_far", "note": "女的不要，限男性"}, "不能作为理由"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(
    kind: str, said: dict[str, str], sentence: str
) -> None:
    firm = hr()
    post = make_post(firm)
    sent = apply(actor=applicant(), post_id=post.pk, now=NOW)
    good = {"invite": MEET, "offer": {"days": "7"}, "refuse": {"reason": "too_far"}}[kind]
    answer = browser(firm).post(at(post, sent, f"{kind}/"), {"version": "1", **good, **said})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Application.objects.get().state == "sent"


def test_an_old_page_is_told_what_happened_meanwhile() -> None:
    firm, person = hr(), applicant()
    post = make_post(firm)
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    desk = browser(firm)
    desk.post(at(post, sent, "look/"))
    late = desk.post(at(post, sent, "invite/"), {**MEET, "version": "1"}, follow=True)
    assert "刚才有人处理过这份投递" in text(late)
    withdraw(actor=person, application_id=sent.id, now=NOW)
    for kind, said in (
        ("invite", MEET),
        ("offer", {"days": "7"}),
        ("refuse", {"reason": "too_far"}),
    ):
        late = desk.post(at(post, sent, f"{kind}/"), {**said, "version": "3"}, follow=True)
        assert "对方撤回了，信息看不到了" in text(late)
        assert desk.get(at(post, sent, f"{kind}/")).status_code == 302


def test_refused_with_a_reason_what_was_shared_is_gone_for_the_firm() -> None:
    firm, person = hr(), applicant("乌云其木格")
    post = make_post(firm)
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    desk = browser(firm)
    desk.post(at(post, sent, "look/"))
    said = {"version": "2", "reason": "too_far", "note": "没有宿舍"}
    done = text(desk.post(at(post, sent, "refuse/"), said, follow=True))
    assert "路太远或没有住处" in done
    assert "乌云其木格" not in done
    assert "乌云其木格" not in text(desk.get(f"/firm/posts/{post.pk}/candidates.csv"))


def test_many_are_refused_at_once_each_told_what_became_of_it() -> None:
    firm = hr()
    post = make_post(firm)
    sent = [apply(actor=applicant(name), post_id=post.pk, now=NOW) for name in NAMES]
    desk = browser(firm)
    assert "请先勾选" in text(desk.post(at(post, path="refuse/"), follow=True))
    junk = {"chosen": ["x", "x:1", f"{uuid.uuid4()}:x", f"{uuid.uuid4()}:{9**30}"]}
    assert "请先勾选" in text(desk.post(at(post, path="refuse/"), junk, follow=True))
    chosen = [f"{one.id}:1" for one in sent]
    asked = desk.post(at(post, path="refuse/"), {"chosen": chosen})
    assert "每个人都会收到同样的原因" in text(asked)
    again = desk.post(at(post, path="refuse/"), {"chosen": chosen, "sure": "1"})
    assert again.status_code == 422
    # One of them was opened by a colleague meanwhile.
    desk.post(at(post, sent[0], "look/"))
    said = {"chosen": chosen, "sure": "1", "reason": "another_chosen"}
    done = text(desk.post(at(post, path="refuse/"), said, follow=True))
    assert "答复了 2 份" in done
    assert "1 份没有办" in done
    assert Application.objects.filter(state="refused").count() == 2
    many = {**said, "chosen": [f"{uuid.uuid4()}:1" for _ in range(101)]}
    answer = desk.post(at(post, path="refuse/"), many)
    assert answer.status_code == 422
    assert "一次最多选 100 份" in text(answer)


def test_the_list_goes_home_with_each_look_written_down() -> None:
    firm, person, other = hr(), applicant("乌云其木格"), applicant("其其格")
    post = make_post(firm)
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    apply(actor=other, post_id=post.pk, now=NOW)
    desk = browser(firm)
    desk.post(at(post, sent, "look/"))
    before = look_ups_of(person_ref(person)).total
    file = desk.get(f"/firm/posts/{post.pk}/candidates.csv")
    lines = list(csv.reader(io.StringIO(text(file).removeprefix("\ufeff"))))
    opened, closed = sorted(lines[1:], key=lambda line: not line[1])
    assert opened[0] == "乌云其木格"
    assert opened[1].isdecimal()
    # Nobody has opened the other one yet: no name, no phone.
    assert closed[:2] == ["*其格", ""]
    assert look_ups_of(person_ref(person)).total == before + 1
    assert look_ups_of(person_ref(other)).total == 0
    assert "employment.take_list_home" in {
        one.action for one in audit_of(f"employment.Post:{post.pk}")
    }


def every_page(post: Post, sent: ApplicationView) -> list[str]:
    one = at(post, sent)
    return [
        at(post), f"/firm/posts/{post.pk}/candidates.csv", f"/firm/posts/{post.pk}/possible/",
        one, f"{one}invite/", f"{one}offer/", f"{one}refuse/",
    ]  # fmt: skip


def test_no_firm_ever_sees_anothers_candidates() -> None:
    firm, other, person = hr(), hr("旁边的厂"), applicant("乌云其木格")
    post, theirs = make_post(firm), make_post(other, "司机")
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    stranger = browser(other)
    for page in every_page(post, sent):
        assert stranger.get(page).status_code == 404, page
        assert browser(applicant()).get(page).status_code == 404, page
        assert Client().get(page).status_code == 302, page
    # An address of one's own post with another firm's applicant opens nothing either.
    for page in every_page(theirs, sent)[3:]:
        assert stranger.get(page).status_code == 404, page
    deeds = {
        "look/": {}, "invite/": {**MEET, "version": "1"}, "offer/": {"version": "1", "days": "7"},
        "refuse/": {"version": "1", "reason": "too_far"},
    }  # fmt: skip
    for path, said in deeds.items():
        assert stranger.post(at(post, sent, path), said).status_code == 404
        assert stranger.post(at(theirs, sent, path), said).status_code == 404
    bulk = {"chosen": [f"{sent.id}:1"], "sure": "1", "reason": "too_far"}
    assert stranger.post(at(post, path="refuse/"), bulk).status_code == 404
    # Through one's own post: not found, and told without a word about the other's.
    told = text(stranger.post(at(theirs, path="refuse/"), bulk, follow=True))
    assert "没有找到这份投递" in told
    assert Application.objects.get().state == "sent"
    for page in (at(theirs), f"/firm/posts/{theirs.pk}/candidates.csv"):
        assert "乌" not in text(stranger.get(page))
    # The address of another post of the same firm is wrong too.
    second = make_post(firm, "司机")
    assert browser(firm).get(at(second, sent)).status_code == 404


def test_a_withdrawn_resume_vanishes_at_once() -> None:
    firm, person = hr(), applicant()
    post = make_post(firm)
    add_entry(
        actor=person,
        kind="work",
        where="草原牧场",
        what="挤奶三年",
        since=2020,
        until=2023,
        now=NOW,
    )
    sent = apply(actor=person, post_id=post.pk, parts=["resume"], now=NOW)
    desk = browser(firm)
    desk.post(at(post, sent, "look/"))
    assert "草原牧场" in text(desk.get(at(post, sent)))
    hide_resume(person_id=person_ref(person).id, actor=person, now=NOW)
    after = text(desk.get(at(post, sent)))
    assert "草原牧场" not in after
    assert "乌云其木格" in after
    withdraw(actor=person, application_id=sent.id, now=NOW)
    assert "乌云其木格" not in text(desk.get(at(post, sent)))


def cleaning(firm: Actor) -> Post:
    lay_places()
    live_posts.forget()
    return make_post(
        firm, "保洁员", body="打扫楼道。", occupation=CLEANER, occupation_level=4,
        occupation_sure=True, place=XINCHENG, hours=["day"],
    )  # fmt: skip


def test_who_lets_firms_find_them_is_shown_without_a_name_and_asked_once() -> None:
    firm, person, hidden = hr(), applicant("乌云其木格"), applicant("其其格")
    post = cleaning(firm)
    wishes(person, schooling=2)
    wishes(hidden, consents=["job_matching"])
    desk, list_ = browser(firm), f"/firm/posts/{post.pk}/possible/"
    page = desk.get(list_)
    assert "第 1 位" in text(page)
    assert "第 2 位" not in text(page)
    assert "高中" in text(page)
    assert "新城区" in text(page)
    assert "乌云" not in text(page)
    wish = page.context["people"][0]["wish"]
    done = desk.post(f"{list_}{wish}/", follow=True)
    assert "请了" in text(done)
    assert "已经请过" in text(done)
    desk.post(f"{list_}{wish}/")
    assert PostInvite.objects.count() == 1
    (message,) = Message.objects.filter(kind="employment.asked")
    assert message.link == f"/jobs/{post.pk}/"
    assert desk.post(f"{list_}{uuid.uuid4()}/").status_code == 404
    # Another firm cannot ask through this post, nor this firm after the agreement is taken back.
    assert browser(hr("旁边的厂")).post(f"{list_}{wish}/").status_code == 404
    PostInvite.objects.all().delete()
    set_work_consent(actor=person, purpose="found_by_firms", given=False, now=NOW)
    assert "第 1 位" not in text(desk.get(list_))
    assert desk.post(f"{list_}{wish}/").status_code == 404
    assert PostInvite.objects.count() == 0


def test_who_has_applied_is_on_one_list_only() -> None:
    firm, person = hr(), applicant()
    post = cleaning(firm)
    wishes(person)
    apply(actor=person, post_id=post.pk, now=NOW)
    page = browser(firm).get(f"/firm/posts/{post.pk}/possible/")
    assert page.context["people"] == []


def test_nobody_is_asked_for_a_post_that_is_over() -> None:
    firm = hr()
    post = make_post(firm, state="closed")
    told = browser(firm).post(f"/firm/posts/{post.pk}/possible/{uuid.uuid4()}/", follow=True)
    assert "现在没有在招" in text(told)


def test_a_desk_under_a_mandate_taken_back_opens_nothing() -> None:
    firm = hr()
    post = make_post(firm)
    sent = apply(actor=applicant(), post_id=post.pk, now=NOW)
    assert firm.acting_for is not None
    helper = make_person("郝春梅", now=NOW)
    mandate = give_mandate(
        giver=firm.acting_for, scopes=["read"], start_on=TODAY, until_on=TODAY + timedelta(days=30),
        how="phone_code", to_person=helper, actor=firm, now=NOW,
    )  # fmt: skip
    desk = browsers.resident(helper, mandate_id=mandate)
    assert desk.get(at(post, sent)).status_code == 200
    # Its mandate is to read: deeds are not its.
    assert desk.post(at(post, sent, "look/")).status_code == 403
    assert desk.get(at(post, sent, "refuse/")).status_code == 403
    withdraw_mandate(mandate_id=mandate, actor=firm, now=NOW)
    gone = desk.get(at(post, sent))
    assert (gone.status_code, gone["Location"]) == (302, "/me/act-for/")
    assert desk.get(at(post, sent)).status_code == 404
