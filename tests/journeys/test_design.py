"""The component book and the home page in a real browser: every size, theme and tongue."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from denghuo.people.public import ELDER_SIZES
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets, tab_stops

PAGES = ("/", "/design/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, PHONE, DESKTOP])
def test_pages_fit_their_window(open_page: OpenPage, path: str, width: int) -> None:
    assert overflow(open_page(path, width=width)) <= 0


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("elder", ELDER_SIZES)
def test_elder_mode_fits_a_phone(open_page: OpenPage, path: str, elder: int) -> None:
    page = open_page(path, elder=elder)
    assert overflow(page) <= 0
    size, line = page.evaluate(
        "(() => { const s = getComputedStyle(document.querySelector('main p'));"
        "const b = getComputedStyle(document.body);"
        "return [parseFloat(b.fontSize), parseFloat(s.lineHeight) / parseFloat(s.fontSize)]; })()"
    )
    assert size == elder
    assert line >= 1.6


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("elder", "least"), [(0, 44), (22, 60), (30, 60)])
def test_everything_pressed_is_large_enough(
    open_page: OpenPage, path: str, elder: int, least: int
) -> None:
    page = open_page(path, elder=elder)
    assert small_targets(page, least) == []
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    assert small_targets(page, least) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_bars_the_way(open_page: OpenPage, path: str, theme: str, width: int) -> None:
    assert serious_barriers(open_page(path, theme=theme, width=width)) == []


@pytest.mark.parametrize("language", ["mn", "en"])
def test_other_tongues_fit_and_bar_nothing(open_page: OpenPage, language: str) -> None:
    for path in PAGES:
        page = open_page(path, language=language)
        assert overflow(page) <= 0
        assert serious_barriers(page) == []


def test_mongolian_runs_downwards_and_across_the_page(open_page: OpenPage) -> None:
    page = open_page("/", language="mn")
    heading = page.locator("main h1")
    assert heading.evaluate("n => getComputedStyle(n).writingMode") == "vertical-lr"
    box = heading.bounding_box()
    assert box is not None
    assert box["height"] > box["width"]
    assert page.locator(".top").evaluate("n => getComputedStyle(n).writingMode") == "horizontal-tb"


def test_tab_reaches_everything(open_page: OpenPage) -> None:
    page = open_page("/", width=DESKTOP)
    first = page.locator(".skip")
    page.keyboard.press("Tab")
    assert first.evaluate("n => n === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page = open_page("/", width=DESKTOP)
    reachable = page.locator(
        "a[href]:visible, button:visible, summary:visible, input:not([type=hidden]):visible"
    ).count()
    assert len(tab_stops(page)) == reachable


def test_focus_is_seen(open_page: OpenPage) -> None:
    page = open_page("/", width=DESKTOP)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 3


@pytest.mark.parametrize("scripts", [True, False])
def test_size_theme_and_tongue_change_without_scripts(
    open_page: OpenPage, *, scripts: bool
) -> None:
    page = open_page("/", scripts=scripts)
    page.locator(".top").get_by_role("button", name="大字").click()
    assert page.locator("html").get_attribute("data-elder") == "22"
    page.locator(".foot").get_by_role("button", name="最大").click()
    assert page.locator("html").get_attribute("data-elder") == "30"
    page.locator(".foot").get_by_role("button", name="暗").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator(".foot").get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".foot").get_by_role("button", name="Normal").click()
    assert page.locator("html").get_attribute("data-elder") is None


def test_dark_as_the_device_asks(open_page: OpenPage) -> None:
    page = open_page("/")
    page.emulate_media(color_scheme="dark")
    assert (
        page.locator("body").evaluate("n => getComputedStyle(n).backgroundColor")
        == "rgb(33, 28, 24)"
    )
    page.emulate_media(color_scheme="light")
    assert (
        page.locator("body").evaluate("n => getComputedStyle(n).backgroundColor")
        == "rgb(251, 247, 240)"
    )


def test_a_table_becomes_cards_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/design/")
    cell = page.locator("table.cards td[data-label='可返还']").first
    assert cell.evaluate("n => getComputedStyle(n, '::before').content") == '"可返还"'
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    assert cell.evaluate("n => getComputedStyle(n).display") == "table-cell"


def test_an_error_leads_to_its_field(open_page: OpenPage) -> None:
    page = open_page("/design/")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "sample_phone"


def test_paper_has_no_chrome(open_page: OpenPage) -> None:
    page = open_page("/design/", theme="dark", width=DESKTOP)
    page.emulate_media(media="print")
    for chrome in (".top", ".foot", ".tabs-bottom", ".list-bar"):
        assert not page.locator(chrome).first.is_visible()
    assert page.locator(".print-only").first.is_visible()
    assert (
        page.locator("body").evaluate("n => getComputedStyle(n).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_lists_are_walked_with_j_and_k(open_page: OpenPage) -> None:
    page = open_page("/design/", width=DESKTOP)
    here = "document.activeElement.innerText"
    page.keyboard.press("j")
    assert page.evaluate(here) == "草原恒泰乳业"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(here) == "北疆数据服务"
    page.keyboard.press("k")
    assert page.evaluate(here) == "阿拉坦皮艺坊"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "list-q"
    page.keyboard.type("jk/")
    assert page.locator("#list-q").input_value() == "jk/"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")


def test_progress_moves_by_itself_until_it_is_done(open_page: OpenPage) -> None:
    page = open_page("/design/", width=DESKTOP)
    bar = page.locator("#progress ~ .progress progress")
    assert bar.get_attribute("value") == "260"
    expect(bar).to_have_attribute("value", "400", timeout=15_000)
    assert page.locator("#progress ~ .progress").get_attribute("hx-get") is None


def test_a_wall_screen_is_dark_and_large(open_page: OpenPage) -> None:
    page = open_page("/design/screen/", width=1920, theme="light")
    body = page.locator("body")
    assert body.evaluate("n => getComputedStyle(n).backgroundColor") == "rgb(33, 28, 24)"
    sizes = page.evaluate(
        "[...new Set([...document.querySelectorAll('main *, header *')]"
        ".map(n => getComputedStyle(n).fontSize))]"
    )
    assert len(sizes) == 2
    assert max(float(size.removesuffix("px")) for size in sizes) >= 140
    assert overflow(page) <= 0
    # Nobody works at a wall screen, so renewing itself takes nothing from a reader's hands.
    assert [one for one in serious_barriers(page) if not one.startswith("meta-refresh")] == []
