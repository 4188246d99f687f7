"""A skill certificate, from the service's page to the receipt, as a person does it on a phone.

Journeys 14, 16 and 21: the certificate found by nobody, photos that cannot be taken, the last day
and the day after, what is asked for once more, no scripts, the keyboard alone, large type.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from denghuo.cases.models import Case, Document
from denghuo.cases.public import Lacking, ask_for_correction
from denghuo.cases.queries.cases import case_of
from tests.cases import world as w
from tests.cases.pages.conftest import clock, known_world, world
from tests.cases.pages.counter import ACCOUNT, JPEG, SERVICE, SetClock, pdf, resident
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets

__all__ = ["clock", "known_world", "world"]
pytestmark = pytest.mark.django_db(transaction=True)


def fits(page: Page, least: int = 44) -> None:
    """Nothing runs out of the window, nothing is too small to hit."""
    assert overflow(page) <= 0
    assert small_targets(page, least) == []


def at_ease(page: Page, least: int = 44) -> None:
    """It fits, and nothing is in a reader's way."""
    fits(page, least)
    assert serious_barriers(page) == []


def on(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def by_key(page: Page, target: Locator) -> None:
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def kept(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


def fill_account(page: Page) -> None:
    page.get_by_label("开户银行").fill(ACCOUNT["bank"])
    page.get_by_label("卡号或账号").fill(ACCOUNT["number"])


def test_from_the_service_to_the_receipt_on_a_phone(
    world: w.World, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/services/", width=PHONE, client=resident(world.person))
    fits(page)
    page.get_by_role("link", name=re.compile("技能提升补贴")).click()
    at_ease(page)
    on(page, "开始办")
    fits(page)
    page.get_by_label("证书上写的发证日期").fill("20250230")
    on(page, "下一步")
    expect(page.get_by_role("alert")).to_contain_text("没看懂")
    at_ease(page)
    page.get_by_label("证书上写的发证日期").fill("20250610")
    on(page, "下一步")
    page.get_by_text("中级（四级）").click()
    on(page, "下一步")
    page.get_by_label("证书编号是多少").fill("Y0015 0102 7")
    # The phone is put down and taken up again: another window, the same question.
    on(page, "下一步")
    page.goto(page.url.split("/apply/")[0] + "/apply/")
    expect(page.get_by_role("heading", name="拍一张证书的照片")).to_be_visible()
    bad = {
        "证书.heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "HEIC"),
        "脚本.pdf": (pdf(inside=b"<< /S /JavaScript >>"), "会自己运行"),
    }
    for name, (content, sentence) in bad.items():
        page.get_by_label("选一个文件").set_input_files(kept(tmp_path, name, content))
        on(page, "传这个文件")
        expect(page.get_by_role("alert")).to_contain_text(sentence)
    page.get_by_label("选一个文件").set_input_files(kept(tmp_path, "证书.jpg", JPEG))
    on(page, "传这个文件")
    expect(page.get_by_text("证书.jpg").first).to_be_visible()
    at_ease(page)
    on(page, "下一步")
    fill_account(page)
    fits(page)
    on(page, "下一步")
    expect(page.get_by_role("heading", name="看一遍再提交")).to_be_visible()
    at_ease(page)
    on(page, "提交")
    expect(page.get_by_role("alert")).to_contain_text("打勾")
    page.get_by_text("我填的和交的都是真的").click()
    on(page, "提交")
    case = Case.objects.get()
    expect(page.get_by_text(str(case.number))).to_be_visible()
    assert page.url.endswith("/receipt/")
    at_ease(page)
    page.get_by_role("link", name="看办到哪一步").click()
    expect(page.get_by_text("已提交，等受理").first).to_be_visible()
    fits(page)
    assert Document.objects.get().case_id == case.pk


@pytest.mark.parametrize(("days", "words"), [(282, "开始办"), (283, "我还是要申请")])
def test_the_last_day_and_the_day_after(
    known_world: w.World, clock: SetClock, open_page: OpenPage, days: int, words: str
) -> None:
    """The certificate is of 10 June 2025: 10 June 2026 is in time, the eleventh is not."""
    clock(w.NOW + timedelta(days=days))
    page = open_page(SERVICE, width=DESKTOP, client=resident(known_world.person))
    expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
    if days == 283:
        expect(page.get_by_text("申请期已经过了").first).to_be_visible()
    fits(page)


def test_without_scripts_and_in_large_type(known_world: w.World, open_page: OpenPage) -> None:
    client = resident(known_world.person)
    page = open_page(SERVICE, width=PHONE, elder=22, scripts=False, client=client)
    page.get_by_role("button", name="开始办").click()
    page.get_by_role("button", name="看过了，下一步").click()
    fill_account(page)
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_label("我填的和交的都是真的").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("收到了：技能提升补贴")).to_be_visible()
    assert Case.objects.count() == 1
    big = open_page(f"/me/cases/{Case.objects.get().number}/", elder=22, client=client)
    at_ease(big, least=60)


def test_what_is_asked_for_is_brought_by_keyboard(
    known_world: w.World, open_page: OpenPage, tmp_path: Path
) -> None:
    case = w.opened(known_world)
    asked = [Lacking("身份证复印件"), Lacking("情况说明", "wrong")]
    officer = known_world.office.officer
    ask_for_correction(actor=officer, case_id=case.id, version=case.version, items=asked, now=w.NOW)
    page = open_page("/me/cases/", width=DESKTOP, client=resident(known_world.person))
    at_ease(page)
    by_key(page, page.get_by_role("link", name=re.compile("请补材料")))
    by_key(page, page.get_by_role("link", name="去补材料"))
    at_ease(page)
    page.get_by_label("您的说明").nth(1).focus()
    page.keyboard.type("换过名字")
    by_key(page, page.get_by_role("button", name="交上去"))
    expect(page.get_by_text("这几样收到了")).to_be_visible()
    page.get_by_role("link", name="去补材料").click()
    paper = kept(tmp_path, "身份证.jpg", JPEG)
    page.get_by_label("传一个文件").set_input_files(paper)
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text("都补齐了")).to_be_visible()
    assert case_of(officer, case.id).state_text == "已受理"
