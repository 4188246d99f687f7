"""A day at the books: from a figure to its entries, a wrong one reversed by two; phone, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from denghuo.kernel.region import Region
from denghuo.ledger.queries.checking import check_books
from denghuo.people.public import mark_persona
from tests.factories.people import make_staff
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.ledger.books import FUND, in_fund, open_books, spend

WHOLE = Region("150000000000")


@pytest.fixture(autouse=True)
def _demo(settings: Settings, transactional_db: None) -> None:
    settings.DEMO = True
    settings.SMS_URL = ""
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"
    for key in ("maker", "checker"):
        staff_id = make_staff(key, roles=("treasurer",), area=WHOLE)
        mark_persona(key=key, group="office", title=key, story="演示", staff_id=staff_id)
    open_books(given_fen=50_000_000)


def step_in(page: Page, key: str) -> None:
    """Be the persona."""
    with page.expect_navigation():
        page.locator(f"form[action='/demo/step-in/{key}/'] button").click()


def follow(page: Page, name: str) -> None:
    """A link, by its words, until the next page stands."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_a_wrong_entry_is_found_from_its_figure_and_reversed_by_two(
    open_page: OpenPage,
) -> None:
    wrong = spend(11_184_000)
    maker = open_page("/demo/", width=DESKTOP)
    step_in(maker, "maker")
    follow(maker, "账本")
    follow(maker, "试算平衡表")
    expect(maker.locator(".list-count")).to_contain_text("借贷相等")
    follow(maker, "失业保险基金")
    follow(maker, f"第 {wrong.id} 号")
    expect(maker.get_by_role("heading", level=1)).to_have_text(f"第 {wrong.id} 号分录")
    expect(maker.locator("table").first).to_contain_text("111,840.00")
    follow(maker, "申请冲正")
    press(maker, "提交申请")
    expect(maker.get_by_role("alert")).to_be_visible()  # a reason is asked for
    maker.get_by_label("为什么要冲正").fill("付给了另一家单位")
    press(maker, "提交申请")
    expect(maker.get_by_role("button", name="同意，冲正")).to_have_count(0)
    assert in_fund() == 38_816_000

    checker = open_page("/demo/", width=DESKTOP, scripts=False)
    step_in(checker, "checker")
    follow(checker, "账本")
    expect(checker.get_by_text("付给了另一家单位")).to_be_visible()
    follow(checker, f"第 {wrong.id} 号分录")
    press(checker, "同意，冲正")
    expect(checker.get_by_text("这是冲正分录，冲的是")).to_be_visible()
    assert in_fund() == 50_000_000
    assert check_books().faults == ()

    maker.reload()
    expect(maker.get_by_text("已经冲正，冲正分录是")).to_be_visible()
    expect(maker.get_by_role("link", name="申请冲正")).to_have_count(0)


def test_the_books_fit_a_phone_and_paper_and_bar_nobody(open_page: OpenPage) -> None:
    entry = spend(11_184_000)
    paths = (
        "/desk/ledger/",
        "/desk/ledger/trial-balance/",
        "/desk/ledger/entries/",
        f"/desk/ledger/entries/{entry.id}/",
        f"/desk/ledger/accounts/{FUND}/",
        f"/desk/ledger/entries/{entry.id}/reverse/",
    )
    for width in (PHONE, DESKTOP):
        page = open_page("/demo/", width=width)
        step_in(page, "maker")
        here = page.url.split("/desk")[0].split("/demo")[0].rstrip("/")
        for path in paths:
            page.goto(here + path)
            assert overflow(page) == 0, path
            assert small_targets(page, 24) == [], path
            assert serious_barriers(page) == [], path
        page.goto(f"{here}/desk/ledger/accounts/{FUND}/")
        page.emulate_media(media="print")
        expect(page.locator(".print-only")).to_be_visible()
        expect(page.get_by_text("导出表格")).to_be_hidden()
        page.emulate_media(media="screen")
