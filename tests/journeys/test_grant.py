"""Journey 9: the first-time grant, from "my benefits" on a phone to the money in the account."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from denghuo.cases.models import Case
from tests.cases import world as w
from tests.cases.actions.test_founding import FIRM, asked, founder_of
from tests.cases.pages.conftest import clock
from tests.cases.pages.counter import ACCOUNT, SetClock, resident
from tests.factories.people import make_firm
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers
from tests.journeys.office import at_desk, bank_pays, done, file_of, looks_right, press, state

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)
FUND = "fund:startup:150100"
# Twelve months to the day, on the day the tests live in.
A_YEAR_AGO, A_DAY_LESS = "2024-09-01", "2024-09-02"
FOUNDER: dict[str, object] = {
    "key_group": "graduate",
    "venture_registered": True,
    "venture_is_first": True,
    "venture_open": True,
    "jobs_insured_12m": 0,
    "jobs_lowest_36m": 0,
    "startup_grant_paid": 0,
}


def founder(registered_on: str) -> w.World:
    """Somebody of whom every office has already said what the grant asks."""
    return w.make_world(FOUNDER, venture_registered_on=registered_on)


def on(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def to_the_service(open_page: OpenPage, person: UUID) -> Page:
    """From "my benefits" by links alone."""
    page = open_page("/benefits/", width=PHONE, client=resident(person))
    page.get_by_role("link", name="创业补助").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("创业补助")
    page.locator("main").get_by_role("link", name="创业补助", exact=True).click()
    return page


def fill_account(page: Page, holder: str) -> None:
    page.get_by_label("开户银行").fill(ACCOUNT["bank"])
    page.get_by_label("卡号或账号").fill(ACCOUNT["number"])
    page.get_by_label("户名").fill(holder)
    on(page, "下一步")


def test_nothing_but_the_account_is_typed_and_the_money_comes(
    clock: SetClock, open_page: OpenPage
) -> None:
    w.fund(FUND)
    world = founder(A_YEAR_AGO)
    page = to_the_service(open_page, world.person)
    on(page, "开始办")
    # What offices know stands there with its source, and nothing of it is asked.
    for words in ("高校毕业生", A_YEAR_AGO, "来源 社会保险登记"):
        expect(page.locator("main")).to_contain_text(words)
    assert page.locator("main input:visible").count() == 0
    on(page, "看过了，下一步")
    fill_account(page, "巴特尔")
    expect(page.get_by_role("alert")).to_contain_text("户名")
    assert overflow(page) <= 0
    assert serious_barriers(page) == []
    fill_account(page, ACCOUNT["holder"])
    page.get_by_label("我填的和交的都是真的").check()
    page.get_by_role("button", name="提交", exact=True).dblclick()
    expect(page.get_by_text("收到了：创业补助")).to_be_visible()
    number = Case.objects.get().number

    desk = at_desk(open_page, world.office.officer, file_of(number))
    expect(desk.locator("main")).to_contain_text("符合 · 10,000.00 元")
    for label in ("材料齐了，受理", "开始审核", "每条信息都看过了，核实完毕", "提出意见"):
        done(desk, label)
    done(at_desk(open_page, world.office.reviewer, file_of(number)), "同意，批准")
    desk.reload()
    done(desk, "开始公示")
    press(desk, "进入付款")
    expect(desk.get_by_role("alert")).to_contain_text("公示结束后才能付款")
    page.goto(page.url.replace("receipt/", ""))
    expect(page.locator("#decision").locator("..")).to_contain_text("批准了。10,000 元")

    clock(w.AFTER_NOTICE)
    done(at_desk(open_page, world.office.officer, file_of(number)), "进入付款")
    assert bank_pays(FUND, now=w.AFTER_NOTICE + timedelta(hours=1)) == 1
    assert state(number) == "paid"
    shown = open_page(f"/me/cases/{number}/", width=PHONE, client=resident(world.person))
    expect(shown.get_by_text("已付款").first).to_be_visible()
    expect(shown.locator("#money").locator("..")).to_contain_text("10,000 元")
    assert overflow(shown) <= 0


def test_a_day_before_the_year_is_told_and_a_doubted_date_alone_refuses_nobody(
    clock: SetClock, open_page: OpenPage
) -> None:
    world = founder(A_DAY_LESS)
    page = to_the_service(open_page, world.person)
    expect(page.locator("main")).to_contain_text("登记日期 2024年9月2日，还不满 12 个月")
    on(page, "我还是要申请")
    row = page.locator("dl.facts > div").filter(has_text=A_DAY_LESS)
    row.get_by_role("link", name="不对？告诉我们").click()
    page.get_by_label("您认为应该是").fill("2024-08-20")
    page.get_by_label("为什么").fill("执照上是 8 月 20 日")
    on(page, "交给工作人员核实")
    page.goto(page.url.partition("/benefits/")[0] + f"/services/{w.GRANT}/apply/known/")
    expect(row).to_contain_text("您说过不对，正在核实")
    on(page, "看过了，下一步")
    fill_account(page, ACCOUNT["holder"])
    page.get_by_label("我填的和交的都是真的").check()
    on(page, "提交")
    number = Case.objects.get().number

    desk = at_desk(open_page, world.office.officer, file_of(number))
    expect(desk.locator("main")).to_contain_text("只凭它不能不批准")
    for label in ("材料齐了，受理", "开始审核", "每条信息都看过了，核实完毕"):
        done(desk, label)
    press(desk, "提出意见", result="refused", note="不满一年")
    expect(desk.get_by_role("alert")).to_contain_text("异议")
    assert desk.locator("[name=note]").first.input_value() == "不满一年"
    assert state(number) == "verified"

    # A day later the year is full: the same person, the same facts, another answer.
    clock(w.NOW + timedelta(days=1))
    later = open_page(f"/benefits/{w.GRANT}/", width=PHONE, client=resident(world.person))
    expect(later.locator("main")).not_to_contain_text("还不满")
    expect(later.locator("main")).to_contain_text("10,000 元")


def test_a_second_founder_of_one_firm_is_seen_and_granted_only_with_words(
    clock: SetClock, open_page: OpenPage
) -> None:
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    first, second = (asked(founder_of(firm), office) for _ in range(2))
    desk = at_desk(open_page, office.officer, file_of(second.number))
    expect(desk.locator("main")).to_contain_text(f"“{FIRM}”的另一位创办人也有一件（{first.number}")
    looks_right(desk)
    press(desk, "提出意见")
    expect(desk.get_by_role("alert")).to_contain_text("请在说明里写清为什么")
    assert state(second.number) == "verified"
    done(desk, "提出意见", note="两人各出一半，主管科室同意各给一次")
    assert state(second.number) == "proposed"
    expect(desk.locator("main")).to_contain_text("两人各出一半")
