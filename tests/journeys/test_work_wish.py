"""Journey 3 from the side of who looks for work: five questions on a phone, today's posts with
their reasons, why not and the nearest step, one tap to apply, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from denghuo.employment.actions.applications import invite, look_at
from denghuo.employment.models import Application, Wish
from denghuo.employment.queries.live_posts import live_posts
from denghuo.employment.queries.wishes import wish_of
from denghuo.people.public import has_consent
from denghuo.platform.public import Actor
from tests.employment.market import NOW, SOON, applicant, hr, make_post, person_ref
from tests.employment.seekers import CHASUQI, CLEANER, XINCHENG, lay_places
from tests.journeys.conftest import DESKTOP, OpenPage
from tests.journeys.test_applying import browser, go, looks_right, press, says

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    lay_places()
    live_posts.forget()
    yield
    live_posts.forget()


def cleaning(firm: Any, title: str, **changed: Any) -> int:
    values = {
        "body": "打扫楼道和电梯，擦门窗。", "occupation": CLEANER, "occupation_level": 4,
        "place": XINCHENG, "hours": ["day"], "pay_low_fen": 350_000, "pay_high_fen": 400_000,
        "changed_at": NOW,
    }  # fmt: skip
    return int(make_post(firm, title, **{**values, **changed}).pk)


def home(page: Page) -> str:
    """The address of the site."""
    return "/".join(page.url.split("/")[:3])


def alert(page: Page, words: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(words)


def answer_the_five(phone: Page) -> None:
    """Each with what somebody in a hurry writes first, and what we say to it."""
    go(phone, "开始")
    looks_right(phone)
    press(phone, "下一步")
    alert(phone, "请写至少一样")
    phone.get_by_label("最想干的").fill("嗷嗷叫的活")
    press(phone, "下一步")
    alert(phone, "没找到“嗷嗷叫的活”")
    phone.get_by_label("最想干的").fill("打扫卫生")
    press(phone, "下一步")
    phone.get_by_label("您住在哪").fill("火星")
    phone.get_by_label("10 公里以内").check()
    press(phone, "下一步")
    alert(phone, "没找到“火星”")
    looks_right(phone)
    phone.get_by_label("您住在哪").fill("新城区")
    press(phone, "下一步")
    phone.get_by_role("textbox").fill("多给点")
    press(phone, "下一步")
    alert(phone, "请写一个数")
    phone.get_by_role("textbox").fill("3,000元")
    press(phone, "下一步")
    press(phone, "下一步")
    alert(phone, "至少选一样")
    phone.get_by_label("白天上班").check()
    press(phone, "下一步")
    press(phone, "下一步")
    alert(phone, "请选您上到哪一步")
    phone.get_by_label("初中").check()
    phone.get_by_label("想干的活儿，干过几年").fill("三")
    press(phone, "下一步")
    alert(phone, "干过几年")
    phone.get_by_label("想干的活儿，干过几年").fill("3")
    phone.get_by_label("会什么、有什么证").fill("会打扫，有健康证")
    looks_right(phone)
    press(phone, "下一步")


def apply_and_wait(phone: Page, firm: Actor, post: int) -> None:
    """One tap, what the firm will read, and sent; coming back offers no second."""
    with phone.expect_navigation():
        card = phone.locator("article", has=phone.locator(f"#post-{post}"))
        card.get_by_role("link", name="投这个岗位").click()
    says(phone, "给单位看什么")
    looks_right(phone)
    press(phone, "投出去")
    row = Application.objects.get()
    assert (row.post_id, row.state) == (post, "sent")
    phone.goto(f"{home(phone)}/jobs/{post}/apply/")
    expect(phone.get_by_role("button", name="投出去", exact=True)).to_have_count(0)
    assert Application.objects.count() == 1

    view = look_at(actor=firm, application_id=row.pk, now=NOW)
    invite(
        actor=firm, application_id=row.pk, version=view.version, at=SOON, place="一楼人事科",
        now=NOW,
    )  # fmt: skip
    phone.goto(home(phone) + "/me/work/applications/")
    says(phone, "楼道保洁员")
    says(phone, "面试")
    looks_right(phone)


def test_from_five_answers_to_an_interview(open_page: OpenPage) -> None:
    firm = hr()
    near = cleaning(firm, "楼道保洁员")
    far = cleaning(firm, "镇上保洁员", place=CHASUQI)
    night = cleaning(firm, "夜班保洁员", hours=["night"])
    me = applicant("乌云其木格")
    phone = open_page("/me/work/", client=browser(me))
    looks_right(phone)
    answer_the_five(phone)

    says(phone, "看一遍，就开始找")
    says(phone, "健康证")
    assert phone.get_by_role("checkbox", checked=True).count() == 0  # nothing agreed to beforehand
    phone.get_by_role("checkbox").first.check()
    press(phone, "开始找")
    assert has_consent(person_ref(me).id, "job_matching")
    assert not has_consent(person_ref(me).id, "found_by_firms")
    says(phone, "今天有 1 个合适的岗位")
    says(phone, "正是您想做的“保洁员”。")
    assert phone.locator(f"#post-{near}").count() == 1
    assert phone.locator(f"#post-{far}, #post-{night}").count() == 0
    looks_right(phone)

    # Why not, and the step that would open it: pressed, it leads to the very question.
    phone.goto(f"{home(phone)}/me/work/posts/{far}/")
    says(phone, "对不上的")
    looks_right(phone)
    with phone.expect_navigation():
        phone.get_by_role("link", name="改我的意愿").first.click()
    phone.get_by_label("100 公里以内").check()
    press(phone, "下一步")
    wish = wish_of(person_ref(me))
    assert wish is not None
    assert wish.reach_km == 100
    phone.goto(home(phone) + "/me/work/")
    says(phone, "今天有 2 个合适的岗位")

    apply_and_wait(phone, firm, near)

    # Taken back at once; on a wide screen and in letters for elders the pages fit too.
    wide = open_page("/me/work/", width=DESKTOP, elder=22, client=browser(me))
    looks_right(wide)
    go(wide, "不找了，都删掉")
    press(wide, "不找了，都删掉")
    assert Wish.objects.get().state == "withdrawn"
    assert not has_consent(person_ref(me).id, "job_matching")
