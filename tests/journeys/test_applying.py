"""Journeys 3 and 4: a firm writes posts, somebody applies, is met and hired; what must not happen.

Fairs are not built yet: the booth, its number and the scan come with them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from denghuo.employment.actions.applications import apply
from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.actions.resumes import add_entry
from denghuo.employment.models import Application, Post, PostDelivery
from denghuo.platform.public import Actor
from tests.benefits.offices import silent, xlsx_bytes
from tests.employment.conftest import few_places
from tests.employment.market import NOW, applicant, hr, make_post, person_ref
from tests.factories.people import uscc
from tests.journeys.conftest import DESKTOP, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.people import browsers

__all__ = ["few_places"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("few_places", "data_dir"),
]
PLACE = "呼和浩特市新城区"
COLUMNS = (
    "岗位编号",
    "统一社会信用代码",
    "岗位名称",
    "工资",
    "工作地点",
    "招几个人",
    "岗位说明",
    "截止日期",
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id, mandate_id=actor.mandate_id)


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def go(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).first.click()


def looks_right(page: Page) -> None:
    assert overflow(page) <= 0
    assert serious_barriers(page) == []
    assert small_targets(page, 44 if page.evaluate("window.innerWidth") < 640 else 24) == []


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(words)


def row(number: str, title: str, **more: str) -> list[str]:
    values = (number, "", title, "4500-6000元/月", PLACE, "1", "按时上班，包吃住。", "2026-12-31")
    return [(dict(zip(COLUMNS, values, strict=True)) | more)[name] for name in COLUMNS]


def write_by_form(desk: Page) -> None:
    """What cannot stay so is told at its field; unlawful words go with one press."""
    go(desk, "发一个岗位")
    desk.get_by_label("招什么人").fill("保洁员(限女性)")
    desk.get_by_label("给多少钱").fill("8000-5000元/月")
    desk.get_by_label("在哪儿上班").fill("月球")
    desk.get_by_label("白天上班").check()
    desk.get_by_label("干什么，给什么").fill("打扫楼道，限女性，包住。")
    press(desk, "发出去")
    expect(desk.get_by_role("alert")).to_contain_text("最高工资低于最低工资")
    expect(desk.get_by_role("alert")).to_contain_text("没有找到这个地方")
    desk.get_by_label("给多少钱").fill("面议")
    desk.get_by_label("在哪儿上班").fill(PLACE)
    press(desk, "发出去")
    says(desk, "写上大概的数更好")
    says(desk, "就业促进法")
    looks_right(desk)
    desk.get_by_label("给多少钱").fill("3500-4000元/月")
    press(desk, "我改好了，再看一遍")
    press(desk, "按建议改好，发出去")
    says(desk, "发出去了，现在就能搜到")
    assert "女" not in desk.locator("main").inner_text()


def bring_a_table(desk: Page, path: Path) -> None:
    """Twelve posts by table: wrong rows are named with their sentence, the others go out."""
    rows = [
        *(row(f"A{number}", f"第{number}车间装配工") for number in range(1, 11)),
        row("A9", "叉车工"),
        row("B1", "司机", 统一社会信用代码=uscc(71).text[:-1] + "?"),
        row("B2", "司机", 工资="面议"),
        row("B3", "司机", 截止日期="下个月"),
        row("B4", '=cmd|"/c calc"!A0'),
        row("B5", "司机", 岗位说明="限男性，35岁以下。"),
    ]
    path.write_bytes(xlsx_bytes([COLUMNS, *rows]))
    go(desk, "用表格发岗位")
    desk.get_by_label("选一份表格").set_input_files(path)
    press(desk, "传上来检查")
    brought = PostDelivery.objects.get()
    look_at_delivery(brought.pk, attempt=brought.attempt)
    desk.goto(desk.url)
    press(desk, "对好了，逐行检查")
    brought.refresh_from_db()
    check_delivery(brought.pk, attempt=brought.attempt, progress=silent, now=NOW)
    desk.goto(desk.url)
    for sentence in (
        "在第 10 行已经写过",
        "工资写的是面议",
        "“下个月”不是日期",
        "这一格是公式",
        "先不公开",
    ):
        says(desk, sentence)
    looks_right(desk)
    press(desk, "把能发的 12 行发出去")
    apply_delivery(brought.pk, progress=silent, clock=lambda: NOW)
    desk.goto(desk.url)
    says(desk, "已经发了")
    desk.goto(desk.url.partition("/firm/")[0] + "/firm/posts/")
    assert desk.locator("tbody tr").count() == 12


def apply_by_phone(phone: Page) -> None:
    go(phone, "投这个岗位")
    says(phone, "草原宾馆")
    phone.get_by_label("想对单位说的话").fill("我明天就能来")
    press(phone, "投出去")
    says(phone, "等单位看")


def open_the_file(desk: Page, address: str) -> None:
    """Masked until a press opens it."""
    desk.goto(address)
    expect(desk.locator("main")).not_to_contain_text("乌云其木格")
    looks_right(desk)
    go(desk, "***木格")
    press(desk, "打开看")
    says(desk, "乌云其木格")
    says(desk, "草原宾馆")
    looks_right(desk)


def find_nothing(other: Page, sent: Application) -> None:
    """Another firm's HR has the very addresses: not found, whichever way."""
    home = other.url.partition("/firm/")[0]
    posts = f"{home}/firm/posts/{sent.post_id}"
    for path in ("candidates/", "candidates.csv", "possible/", f"candidates/{sent.pk}/",
                 f"candidates/{sent.pk}/invite/"):  # fmt: skip
        answer = other.request.get(f"{posts}/{path}")
        assert answer.status == 404, path
        assert "木格" not in answer.text()


def ask_to_an_interview(desk: Page) -> None:
    go(desk, "约面试")
    desk.get_by_label("哪天面试").fill("2026-11-22")
    desk.get_by_label("几点").fill("09:30")
    press(desk, "发给对方")
    expect(desk.get_by_role("alert")).to_contain_text("时间要晚于现在")
    desk.get_by_label("哪天面试").fill("2026-11-25")
    desk.get_by_label("在哪儿").fill("新城区海东路 6 号二楼")
    press(desk, "发给对方")
    says(desk, "2026-11-25（周三）09:30")


def test_a_firm_finds_somebody_and_somebody_finds_work(open_page: OpenPage) -> None:
    firm, rival, seeker = hr(), hr("旁边的厂"), applicant("乌云其木格")
    add_entry(
        actor=seeker,
        kind="work",
        where="草原宾馆",
        what="打扫客房",
        since=2020,
        until=2023,
        now=NOW,
    )
    elsewhere = apply(actor=seeker, post_id=make_post(rival, "司机").pk, now=NOW)
    desk = open_page("/", width=DESKTOP, client=browser(firm))
    home = desk.url.rstrip("/")
    with desk.expect_navigation():
        desk.get_by_role("link", name="招人").first.click()
    write_by_form(desk)
    post = Post.objects.get(title="保洁员")

    phone = open_page(f"/jobs/{post.pk}/", client=browser(seeker))
    apply_by_phone(phone)
    sent = Application.objects.get(post=post)
    open_the_file(desk, f"{home}/firm/posts/{post.pk}/candidates/")
    theirs = f"/firm/posts/{elsewhere.post_id}/candidates/"
    other = open_page(theirs, client=browser(rival))
    find_nothing(other, sent)

    # The applicant takes the résumé back: it is gone from the page the firm has open.
    phone.goto(f"{home}/me/work/resume/withdraw/")
    with phone.expect_navigation():
        phone.locator("main form button").first.click()
    desk.goto(desk.url)
    expect(desk.locator("main")).not_to_contain_text("草原宾馆")
    says(desk, "我明天就能来")

    ask_to_an_interview(desk)
    phone.goto(f"{home}/me/work/applications/{sent.pk}/")
    says(phone, "2026-11-25（周三）09:30，去新城区海东路 6 号二楼面试")
    go(desk, "录用")
    press(desk, "发给对方")
    says(desk, "这个位子留着")
    phone.goto(phone.url)
    looks_right(phone)
    press(phone, "我去")
    says(phone, "恭喜")
    desk.goto(desk.url)
    says(desk, "已录用")

    # The other firm reads that they found work, and nothing else any more.
    assert Application.objects.get(pk=elsewhere.id).state == "obsolete"
    other.goto(other.url)
    says(other, "对方已在别处上岗")
    expect(other.locator("main")).not_to_contain_text("木格")


def test_posts_by_table_with_every_fault_of_a_table(open_page: OpenPage, tmp_path: Path) -> None:
    desk = open_page("/firm/posts/", client=browser(hr()))
    bring_a_table(desk, tmp_path / "岗位.xlsx")
    old: Any = {"name": "岗位.xls", "mimeType": "x", "buffer": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x"}
    go(desk, "用表格发岗位")
    desk.get_by_label("选一份表格").set_input_files(old)
    press(desk, "传上来检查")
    expect(desk.get_by_role("alert")).to_contain_text(".xls")
