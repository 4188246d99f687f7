"""Journey 23: a leader reads a number, opens it, turns the year, freezes it, prints it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.measures.actions.errands import count_new_errands
from denghuo.people.models import Mandate
from denghuo.places.models import Division
from tests.factories.people import make_staff
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.measures.case_rows import decided_case, filled_form, resident_actor, step
from tests.measures.region import DIVISIONS, SAIHAN, XINCHENG, resident
from tests.people import browsers


@pytest.fixture
def leader(transactional_db: None) -> Client:
    """The leader of a league in which one banner has nobody yet; last month is over."""
    made: dict[str, Division] = {}
    for code, name, above in DIVISIONS:
        made[code] = Division.objects.create(
            code=code, name=name, level=Region(code).level, parent=made.get(above),
            sort_key=code, pinyin=code, initials=code, source="测试",
        )  # fmt: skip
    giver, other = (resident(XINCHENG, before(days)) for days in (40, 41))
    for days in (1, 33, 34):
        Mandate.objects.create(
            from_person_id=giver, to_person_id=other, scopes=["read"], how="phone_code",
            start_on=day_of(before(60)), until_on=day_of(before(-60)), accepted_at=before(days),
        )  # fmt: skip
    row, actor = decided_case(XINCHENG, before(2)), resident_actor()
    filled_form(row, before(9), actor, [("a", 1), ("b", 3)])
    step(row, "submit", before(9) + timedelta(minutes=5), actor.label)
    count_new_errands(now=timezone.now())
    return browsers.staff(make_staff("leader", roles=["leader"], area=Region.read("1501")))


def before(days: int) -> datetime:
    """An instant some days ago."""
    return timezone.now() - timedelta(days=days)


def looks_right(page: Page) -> None:
    """Nothing sticks out, everything can be hit and heard, also at 125 % on a small desk."""
    assert serious_barriers(page) == []
    for width in (PHONE, 1024 * 100 // 125, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
    assert small_targets(page, 44) == []


def number_in(words: str) -> int:
    """The first number of a sentence."""
    found = re.search(r"[\d,]+", words)
    assert found, words
    return int(found[0].replace(",", ""))


def test_a_number_is_its_rows(open_page: OpenPage, leader: Client) -> None:
    page = open_page("/desk/measures/", width=DESKTOP, client=leader)
    looks_right(page)
    line = page.get_by_role("row").filter(has_text="委托办事")
    times = number_in(line.locator("td").first.inner_text())
    with page.expect_navigation():
        line.locator("td a").first.click()
    assert page.locator("tbody tr").count() == times
    looks_right(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="导出表格").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1 + times


def test_person_times_become_persons_only_when_asked(open_page: OpenPage, leader: Client) -> None:
    page = open_page("/desk/measures/of/mandates-given/", width=DESKTOP, client=leader)
    expect(page.locator(".stat .value")).to_contain_text("人次")
    with page.expect_navigation():
        page.get_by_role("link", name="按人", exact=True).click()
    expect(page.locator(".stat .value")).to_have_text("1 人")
    expect(page.locator(".stat")).to_contain_text("合 ")
    looks_right(page)


def test_another_year_and_an_empty_banner_say_so(open_page: OpenPage, leader: Client) -> None:
    page = open_page("/desk/measures/of/persons-registered/", width=DESKTOP, client=leader)
    page.get_by_label("年份").select_option("2024")
    with page.expect_navigation():
        page.get_by_role("button", name="查看").click()
    expect(page.locator(".stat .value")).to_have_text("0 人")
    with page.expect_navigation():
        page.get_by_role("link", name="赛罕区").click()
    assert f"area={SAIHAN.code}" in page.url
    assert "year=2024" in page.url
    with page.expect_navigation():
        page.get_by_role("link", name="打开明细").click()
    expect(page.locator("main")).to_contain_text("这一段时间没有记录")


def test_freezing_without_scripts(open_page: OpenPage, leader: Client) -> None:
    last = before(33).astimezone(timezone.get_default_timezone())
    page = open_page(
        f"/desk/measures/of/mandates-given/?year={last.year}",
        width=DESKTOP,
        client=leader,
        scripts=False,
    )
    page.get_by_label("哪一段").select_option(label=f"{last.year} 年 {last.month} 月")
    page.get_by_label("说明").fill("例会用")
    with page.expect_navigation():
        page.get_by_role("button", name="定下这个数").click()
    expect(page.locator("main")).to_contain_text("明细完整")
    assert page.locator("tbody tr").count() >= 1


def test_it_prints_on_a4_without_the_chrome(open_page: OpenPage, leader: Client) -> None:
    page = open_page("/desk/measures/", width=DESKTOP, client=leader)
    page.emulate_media(media="print")
    for scale in (100, 125):
        page.set_viewport_size({"width": 673 * 100 // scale, "height": 950})  # A4 less its margins
        assert overflow(page) <= 0
        expect(page.locator(".desk-nav")).to_be_hidden()
        expect(page.locator(".list-bar")).to_be_hidden()
        expect(page.locator(".print-only").first).to_be_visible()
    page.emulate_media(media="screen")


def test_errands_saved(open_page: OpenPage, leader: Client) -> None:
    year = day_of(before(2)).year
    page = open_page(f"/desk/measures/errands/?year={year}", width=DESKTOP, client=leader)
    expect(page.locator(".stat").first).to_contain_text("3 趟")
    looks_right(page)
    with page.expect_navigation():
        page.get_by_role("link", name="创业补助").click()
    assert page.locator("tbody tr").count() == 1
    expect(page.locator("tbody tr").first).to_contain_text("5 — 15")


def test_another_leagues_address_is_not_there(open_page: OpenPage, leader: Client) -> None:
    page = open_page("/desk/measures/?area=1504", width=DESKTOP, client=leader)
    expect(page.locator("main")).to_contain_text("不在您负责的范围里")
