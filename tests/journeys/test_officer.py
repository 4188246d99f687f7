"""A day at the policy desk: a file swept, a row opened, a figure tried, a rule changed by two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from denghuo.people.public import mark_persona
from denghuo.platform.worker import drain
from denghuo.policy.queries.library import policy, speaking_text
from tests.factories.people import make_staff
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.policy import firms
from tests.policy.firms import POLICY

NAME = "失业保险稳岗返还"
FACTS = (
    "entity,region,size_class,firm_kind,insured_average,laid_off_count,dishonest,zombie,"
    "unemployment_months_paid,unemployment_premium_paid,pool_reserve_months,"
    "contribution_year_ends_on"
)
# The worked sum of the service facts: 2 of 42 left, 186,400.00 yuan paid, 60 % comes back.
GOOD = "{name},150102,small,enterprise,42,{left},否,否,12,18640000,6,2024-12-31"


@pytest.fixture
def _demo(settings: Settings, data_dir: Path) -> None:
    """A demo region with two personas and a file that an office has delivered."""
    settings.DEMO = True
    settings.SMS_URL = ""
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"
    firms.write(data_dir / "facts" / "全区企业.parquet")
    for key, role in (("policy", "policy_officer"), ("publisher", "policy_publisher")):
        staff_id = make_staff(key, roles=(role,), area=firms.WHOLE)
        mark_persona(key=key, group="office", title=key, story="演示", staff_id=staff_id)


def step_in(page: Page, key: str) -> None:
    """Be the persona."""
    with page.expect_navigation():
        page.locator(f"form[action='/demo/step-in/{key}/'] button").click()


def go_to(page: Page, name: str) -> None:
    """By the desk's own navigation, and wait until its keys work."""
    with page.expect_navigation():
        page.locator(".desk-nav").get_by_role("link", name=name, exact=True).click()
    page.wait_for_load_state()


def held_csv(tmp_path: Path) -> Path:
    """Two hundred firms as an office program saves them; three rows nobody can read."""
    lines = [GOOD.format(name=f"甲{n:03}公司", left=2 if n % 2 else 30) for n in range(1, 201)]
    lines[9] = GOOD.format(name="坏一", left="两个")
    lines[49] = "坏二,150102"
    lines[119] = GOOD.format(name="坏三", left=2).replace("small", "medum")
    path = tmp_path / "赛罕区企业.csv"
    path.write_bytes("\n".join([FACTS, *lines]).encode("gb18030"))
    return path


def looks_right(page: Page) -> None:
    """Nothing sticks out, everything can be hit and heard, on a desk and on a phone."""
    assert serious_barriers(page) == []
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
    assert small_targets(page, 44) == []


def sweep_a_file(page: Page, file: Path) -> None:
    """Three bad rows are named by number and reason, the rest is counted."""
    go_to(page, "批量核算")
    page.get_by_label("或者自己传一个").set_input_files(file)
    page.get_by_label("按哪一天").fill("2025-09-01")
    looks_right(page)
    page.get_by_role("button", name="开始核算").click()
    expect(page.get_by_text("排队中，马上开始")).to_be_visible()
    drain()
    # The page found out by itself that the work is over.
    expect(page.get_by_role("heading", name="3 行读不懂，没有算")).to_be_visible(timeout=15_000)
    shown = page.locator("main").inner_text()
    assert "200 行" in shown
    assert all(f"第 {row} 行" in shown for row in (10, 50, 120))
    looks_right(page)


def open_a_row(page: Page) -> None:
    """From a sum to its rows, from a row to its reasons, by keyboard."""
    page.get_by_role("link", name=re.compile("^不符合")).click()
    expect(page.locator("tbody tr")).not_to_have_count(0)
    page.wait_for_load_state()
    looks_right(page)
    for key in "jjk":
        page.keyboard.press(key)
    chosen = page.evaluate("document.activeElement.innerText")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)
    assert "裁减 30 人" in page.locator("main").inner_text()
    looks_right(page)


def try_a_figure(page: Page) -> None:
    """One figure changed, tried on the region's file: what it costs and who it is."""
    go_to(page, "试算")
    page.keyboard.press("/")
    page.keyboard.type("稳岗")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("link", name=NAME).first.click()
    version = policy(POLICY).in_force()[-1].version
    page.locator(f"input[name='{version.key}|rate_small']").fill("0.70")
    page.get_by_label("按哪一天").fill("2025-09-01")
    looks_right(page)
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("排队中，马上开始")).to_be_visible()
    drain()
    expect(page.get_by_text("+18,640.00 元").first).to_be_visible(timeout=15_000)
    looks_right(page)
    page.get_by_role("link", name=re.compile("^多拿")).click()
    expect(page.get_by_role("link", name="甲公司")).to_be_visible()


def write_a_text(page: Page) -> None:
    """A broken text says its line and stays; a good one waits for a colleague."""
    before = speaking_text(POLICY)
    go_to(page, "政策")
    for _ in range(3):  # row by row, whatever links a row has
        page.keyboard.press("j")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('tbody tr')]"
            ".indexOf(document.activeElement.closest('tr'))"
        )
        == 2
    )
    looks_right(page)
    page.get_by_role("link", name=re.compile(f"改规则.*{NAME}")).click()
    page.get_by_label("规则文本").fill(before.replace("summary:", "summary: [", 1))
    page.get_by_label("改了什么、为什么").fill("改一句说明")
    page.get_by_role("button", name="存草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("行")
    assert "summary: [" in page.get_by_label("规则文本").input_value()
    page.get_by_label("规则文本").fill(before.replace("summary:", "# 改了一句\nsummary:", 1))
    page.get_by_role("button", name="存草稿").click()
    looks_right(page)
    page.get_by_role("button", name="交给同事发布").click()
    expect(page.get_by_text("自己写的不能自己发布")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^发布"))).to_have_count(0)
    assert speaking_text(POLICY) == before


def publish_it(page: Page) -> None:
    """The second pair of hands."""
    before = speaking_text(POLICY)
    go_to(page, "政策")
    page.get_by_role("link", name=re.compile(f"{NAME}.*等发布", re.DOTALL)).click()
    looks_right(page)
    page.get_by_role("button", name=re.compile("^发布")).click()
    expect(page.get_by_text("已发布。从现在起按这份文本回答。")).to_be_visible()
    assert speaking_text(POLICY) != before


@pytest.mark.usefixtures("transactional_db", "_demo")
def test_a_day_at_the_policy_desk(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/demo/", width=DESKTOP)
    step_in(page, "policy")
    sweep_a_file(page, held_csv(tmp_path))
    open_a_row(page)
    try_a_figure(page)
    write_a_text(page)
    other = open_page("/demo/", width=DESKTOP)
    step_in(other, "publisher")
    publish_it(other)
