"""An office's table comes in: guessed, corrected, checked, sent back in part, confirmed, undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from denghuo.platform.worker import drain
from tests.benefits import offices
from tests.benefits.offices import BASIS, INSURANCE, xlsx_bytes
from tests.factories.people import HOHHOT, make_staff, uscc
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.people import browsers


def looks_right(page: Page, name: str) -> None:
    """Nothing sticks out, everything can be hit and heard, on a desk and on a phone."""
    assert serious_barriers(page) == []
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        if shots := os.environ.get("DENGHUO_SHOTS"):
            page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
        assert overflow(page) <= 0
    assert small_targets(page, 44) == []


@pytest.fixture
def officer(live_server: LiveServer, data_dir: Path) -> Client:
    """Who works on cases in Hohhot."""
    return browsers.staff(make_staff("officer", roles=("officer",), area=HOHHOT))


def office_table(path: Path) -> Path:
    """A workbook as an office sends it: a title, its own words and codes, four bad rows, a sum."""
    code = offices.firm(1)
    rows: list[tuple[object, ...]] = [
        ("2026 年 10 月参保情况表", None, None, None),
        ("信用代码", "单位名称", "减员人数", "规模代码"),
        *[(offices.firm(number), f"演示企业{number}", number % 3, "3") for number in range(2, 9)],
        (code, "演示企业1", "二十来人", "3"),
        (code[:-1] + ("0" if code[-1] != "0" else "1"), "抄错的", 1, "3"),
        (offices.firm(30), "=cmd|'/c calc'!A1", "=1+1", "4"),
        (None, "没有编号", 1, "3"),
        (uscc(77).text, "没登记的", 1, "4"),
        ("合计", None, 9, None),
    ]
    path.write_bytes(xlsx_bytes(rows))
    return path


def bring_in(page: Page, file: Path) -> None:
    """An upload that lacks its basis, then one that has it."""
    page.locator(".desk-nav").get_by_role("link", name="部门数据", exact=True).click()
    expect(page.get_by_text("还没有传过文件")).to_be_visible()
    looks_right(page, "list-empty")
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    page.get_by_label("文件").first.set_input_files(file)
    page.get_by_role("button", name="上传，先看表头").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明依据")
    looks_right(page, "upload-wrong")
    fill_in(page, file)
    expect(page.get_by_text("可以离开这一页")).to_be_visible()
    looks_right(page, "looking")
    drain()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(file.name)


def fill_in(page: Page, file: Path) -> None:
    """Everything an upload needs."""
    page.get_by_label("文件").first.set_input_files(file)
    page.get_by_label("哪个部门给的").select_option(INSURANCE)
    page.get_by_label("依据").fill(BASIS)
    page.get_by_label("数据是哪一天的").fill("2026-10-31")
    page.get_by_role("button", name="上传，先看表头").click()


def name_columns(page: Page) -> None:
    """Their own code for a firm's size needs the officer's word."""
    looks_right(page, "columns")
    row = page.get_by_role("row", name="规模代码")
    row.get_by_role("combobox").select_option("size_class|code")
    row.get_by_role("textbox").fill("3=小型；4=微型")
    page.get_by_role("button", name="对好了，逐行检查").click()
    drain()
    page.reload()


def send_back_what_is_wrong(page: Page) -> None:
    """The wrong cells are on the page, and in a list for the office."""
    expect(page.get_by_text("“二十来人”不是数")).to_be_visible()
    expect(page.get_by_text("这一格是公式").first).to_be_visible()
    expect(page.get_by_text("这一行没有写是谁")).to_be_visible()
    expect(page.get_by_text("不在登记名册里")).to_be_visible()
    looks_right(page, "checked")
    with page.expect_download() as found:
        page.get_by_role("link", name="错误清单（发回给他们）").click()
    listed = found.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in listed[1:]] == ["10", "11", "12", "12", "13"]


def take_back(other: Page, address: str) -> None:
    """A colleague undoes it, on a phone."""
    other.get_by_role("link", name="社保十月.xlsx").click()
    assert other.url == address
    other.get_by_text("导错了，要撤回").click()
    other.get_by_label("为什么撤回").fill("发错了月份")
    other.get_by_role("button", name="撤回这次导入").click()
    drain()
    other.reload()
    expect(other.get_by_role("heading", name="已经撤回")).to_be_visible()
    looks_right(other, "taken-back")


def test_a_table_from_another_office(officer: Client, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/desk/", width=DESKTOP, client=officer)
    bring_in(page, office_table(tmp_path / "社保十月.xlsx"))
    name_columns(page)
    send_back_what_is_wrong(page)
    page.get_by_role("button", name="确认导入").click()
    drain()
    page.reload()
    expect(page.get_by_text("写进每一户的档案").first).to_be_visible()
    expect(page.get_by_text("请另一位同事来办")).to_be_visible()
    looks_right(page, "applied")
    colleague = browsers.staff(make_staff("second", roles=("reviewer",), area=HOHHOT))
    take_back(open_page("/desk/facts/", width=PHONE, client=colleague), page.url)


def test_the_same_without_scripts_on_a_phone(
    officer: Client, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/desk/facts/", width=PHONE, client=officer, scripts=False)
    fill_in(page, office_table(tmp_path / "社保十月.xlsx"))
    drain()
    page.reload()
    page.get_by_role("button", name="对好了，逐行检查").click()
    drain()
    page.reload()
    expect(page.get_by_text("能导入")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    drain()
    page.reload()
    expect(page.get_by_text("请另一位同事来办")).to_be_visible()
    assert overflow(page) <= 0
