"""What am I entitled to? As a person asks it: on a phone, by keyboard, in large type, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from denghuo.policy.public import facts_of, registry
from tests.factories.people import make_person, phone
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.people import browsers
from tests.web.pages.visitors import TOLD, WANTS_NOTHING, founder, person_ref, record

# Whether the focused element lies under the tab bar at the bottom of a phone.
COVERED = """
(() => {
  const node = document.activeElement, bar = document.querySelector(".tabs-bottom");
  if (!node || node === document.body || bar.contains(node)) return false;
  const edge = bar.getBoundingClientRect().top, box = node.getBoundingClientRect();
  return box.height > 0 && box.bottom > edge + 1 && box.height < edge;
})()
"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(80):
        page.keyboard.press("Tab")
        assert not page.evaluate(COVERED), f"focus hidden by the tab bar on the way to {words}"
        said = page.evaluate(
            "(n => n.innerText || n.closest('label')?.innerText || n.name || '')"
            "(document.activeElement)"
        )
        if said.strip().startswith(words):
            return
    raise AssertionError(f"Tab never reached “{words}” on {page.url}")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fact_asked(page: Page) -> str:
    hidden = page.locator("form.question input[name=fact]")
    return hidden.get_attribute("value") or "" if hidden.count() else ""


def by_keyboard(page: Page, name: str) -> None:
    """Answer one question without touching the screen."""
    told = TOLD.get(name)
    spec = registry().get(name)
    if name == "wishes":
        press(page, "下一步")
    elif spec is not None and spec.kind.value == "bool":
        press(page, "是" if told == "true" else "否")
    elif told is None:
        press(page, "我不知道")
    elif spec is not None and spec.kind.value == "code":
        # The first of a group of radios takes the focus; the arrows choose.
        tab_to(page, "高校毕业生")
        page.keyboard.press("Space")
        press(page, "下一步")
    else:
        tab_to(page, "answer")
        page.keyboard.type(str(told))
        press(page, "下一步")


def by_touch(page: Page, name: str) -> None:
    told = TOLD.get(name)
    spec = registry().get(name)
    if name == "wishes":
        page.get_by_role("button", name="下一步").click()
    elif spec is not None and spec.kind.value == "bool":
        page.get_by_role("button", name="是" if told == "true" else "否", exact=True).click()
    elif told is None:
        page.get_by_role("button", name="我不知道").click()
    elif spec is not None and spec.kind.value == "code":
        page.get_by_label("高校毕业生").check()
        page.get_by_role("button", name="下一步").click()
    else:
        page.locator("input[name=answer]").fill(str(told))
        page.get_by_role("button", name="下一步").click()


def test_a_quick_check_on_a_phone_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/benefits/", width=PHONE)
    press(page, "我替自己问")
    asked = []
    while name := fact_asked(page):
        asked.append(name)
        assert len(asked) < 25
        by_keyboard(page, name)
    assert asked[0] == "wishes"
    expect(page.get_by_role("heading", level=1)).to_have_text("您能享的")
    expect(page.locator("#entitled ~ ul")).to_contain_text("10,000 元")
    press(page, "创业补助")
    expect(page.locator(".verdict")).to_contain_text("是您的")
    expect(page.locator(".conditions").first).to_contain_text("本人填报")


def test_the_whole_road_without_scripts_and_back_again(open_page: OpenPage) -> None:
    page = open_page("/benefits/", scripts=False)
    page.get_by_role("button", name="我替自己问").click()
    while name := fact_asked(page):
        if name == "venture_registered":
            # The browser's own back, then the page's: neither loses what was said.
            page.go_back()
            page.go_forward()
            page.get_by_role("link", name="上一步").click()
            hidden = page.locator("form.question input[name=fact]")
            expect(hidden).not_to_have_value(name)
            assert fact_asked(page) not in ("", name)
            page.goto(page.url.partition("?")[0])
        by_touch(page, fact_asked(page))
    expect(page.locator("#entitled ~ ul")).to_contain_text("10,000 元")
    page.get_by_text("您说现在不需要").click()
    page.get_by_role("link", name=re.compile("个人创业担保贷款")).click()
    expect(page.locator(".verdict")).to_contain_text("您现在不需要")
    page.get_by_role("link", name="想法变了，我改一下").click()
    page.get_by_role("button", name="是", exact=True).click()
    assert fact_asked(page) == "loan_asked"
    page.locator("input[name=answer]").fill("二十万")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".field.wrong")).to_contain_text("请只写多少元")
    assert page.locator("input[name=answer]").input_value() == "二十万"


def test_a_founder_reads_her_grant_and_says_what_is_wrong(open_page: OpenPage) -> None:
    person = make_person("萨如拉", phone=phone())
    record(person_ref(person), founder() | WANTS_NOTHING)
    client = browsers.resident(person)
    page = open_page("/benefits/", client=client)
    expect(page.get_by_role("heading", level=1)).to_have_text("萨如拉能享的")
    page.get_by_role("link", name=re.compile("创业补助")).click()
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("这次可领")
    expect(verdict).to_contain_text("10,000 元")
    sources = page.locator(".conditions .used").all_inner_texts()
    assert len(sources) >= 3
    assert all("来源" in text for text in sources)
    page.get_by_role("link", name=re.compile("告诉我们.*营业执照登记日期")).click()
    page.get_by_label("为什么").fill("执照上不是这天")
    page.get_by_role("button", name="交给工作人员核实").dblclick()
    expect(page.locator("main")).to_contain_text("正在核实")
    held = facts_of(person_ref(person), registry=registry())
    assert held["venture_registered_on"].disputed


ADDRESSES = ("/benefits/", "/benefits/startup-grant/", "/benefits/questions/")


@pytest.mark.parametrize(
    ("elder", "theme", "width", "language"),
    [
        (0, "light", 320, "zh-hans"),
        (30, "dark", PHONE, "zh-hans"),
        (0, "dark", DESKTOP, "zh-hans"),
        (0, "light", PHONE, "mn"),
    ],
)
def test_every_size_theme_and_tongue_fits_and_bars_nobody(
    open_page: OpenPage, elder: int, theme: str, width: int, language: str
) -> None:
    person = make_person("萨如拉", phone=phone())
    record(person_ref(person), founder())
    client = browsers.resident(person)
    page = open_page("/benefits/", client=client, elder=elder, theme=theme, language=language)
    page.set_viewport_size({"width": width, "height": 844})
    home = page.url.removesuffix("/benefits/")
    for address in (*ADDRESSES, "/policies/", "/policies/stable-jobs-refund/"):
        page.goto(home + address)
        for fold in page.locator("main summary").all():
            fold.click()
        assert overflow(page) <= 0, address
        assert serious_barriers(page) == [], address
        assert small_targets(page, 60 if elder else 44) == [], address


def test_an_answer_prints_on_paper_without_the_chrome(open_page: OpenPage) -> None:
    person = make_person("萨如拉", phone=phone())
    record(person_ref(person), founder())
    page = open_page(
        "/benefits/startup-grant/", client=browsers.resident(person), width=DESKTOP, theme="dark"
    )
    page.emulate_media(media="print")
    for chrome in (".top", ".foot", ".tabs-bottom", ".back", ".tell", "main .button"):
        for node in page.locator(chrome).all():
            assert not node.is_visible(), chrome
    expect(page.locator(".print-only")).to_contain_text("创业补助")
    expect(page.locator(".verdict")).to_contain_text("10,000 元")
    expect(page.locator("main")).to_contain_text("市场主体登记")
    ink = page.locator("body").evaluate("n => getComputedStyle(n).backgroundColor")
    assert ink == "rgb(255, 255, 255)"
