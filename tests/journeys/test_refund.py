"""Journey 13: money back without applying, from the offices' table to the firm's account."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from denghuo.benefits.actions.seasons import judge_row
from denghuo.benefits.models import Proposal, SampleCheck
from denghuo.cases.models import Case
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import find_firm_by_uscc, give_mandate
from denghuo.platform.public import SYSTEM
from tests.benefits import season_world as s
from tests.cases.pages.conftest import clock
from tests.cases.pages.counter import ACCOUNT, SetClock, resident
from tests.factories.people import make_person
from tests.journeys.conftest import OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.journeys.office import at_desk, bank_pays, looks_right
from tests.people import browsers

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)

# Layoffs, average staff: 20.0 % and 20.1 % at up to thirty; thirty-one people have the lower cap.
AT_THE_CAP = (6, 30, *s.GOOD[2:])
OVER_THE_CAP = (6, "29.85", *s.GOOD[2:])
ONE_TOO_MANY = (2, 31, *s.GOOD[2:])
# The insurance office's table says small; 2,600 people are no small firm.
CODED_SMALL = (0, 2600, *s.GOOD[2:])
ENTITLED = 20


@pytest.fixture(autouse=True)
def _own_data(data_dir: Path, clock: SetClock) -> None:
    """A data folder of each test alone, on the season's day."""
    clock(s.NOW)


@pytest.fixture
def world() -> s.SeasonWorld:
    """Twenty entitled firms, one of them by a wrong code, and two that miss the cap."""
    good = (s.GOOD,) * (ENTITLED - 2)
    return s.make_world((AT_THE_CAP, CODED_SMALL, OVER_THE_CAP, ONE_TOO_MANY, *good))


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def figure(page: Page, name: str) -> str:
    """A number of the season's page, by its word."""
    row = page.locator("dl.facts > div").filter(has=page.locator("dt", has_text=name)).first
    return row.locator("dd").inner_text().strip()


def firm_id(code: str) -> UUID:
    firm = find_firm_by_uscc(Uscc.read(code))
    assert firm is not None
    return firm.ref.id


def find_name(code: str) -> str:
    firm = find_firm_by_uscc(Uscc.read(code))
    assert firm is not None
    return firm.name


def submit(page: Page) -> None:
    """The form's own button, whatever its word."""
    with page.expect_navigation():
        page.locator("main form .actions button").first.click()


def clerk_of(code: str) -> Client:
    """The browser of whoever handles the affairs of the firm with this code."""
    firm = find_firm_by_uscc(Uscc.read(code))
    assert firm is not None
    person = make_person("郝春梅", now=s.NOW)
    mandate = give_mandate(
        giver=firm.ref,
        scopes=["read", "apply", "money"],
        start_on=s.NOW.date(),
        until_on=None,
        how="legal",
        to_person=person,
        actor=SYSTEM,
        now=s.NOW,
    )
    return browsers.resident(person, mandate_id=mandate)


def look_at_the_sample(page: Page, wrong: str) -> None:
    """The second officer: one row is wrong, one is looked at by hand, the rest as they are."""
    press(page, "抽签，开始抽查")
    page.get_by_role("link", name="接着抽查").click()
    expect(page.locator("main")).to_contain_text("没有超过规定的裁员率")
    press(page, "对")
    check = SampleCheck.objects.get(proposal__entity=wrong)
    page.goto(re.sub(r"sample/\d+/", f"sample/{check.place}/", page.url))
    expect(page.locator("main")).to_contain_text("小型")
    press(page, "不对")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("哪里不对", exact=False).fill("2,600 人不是小型")
    press(page, "不对")


def object_on_the_list(open_page: OpenPage, code: str, lines: int) -> None:
    """Anybody reads the list, finds one line by its name and says what is wrong with it."""
    visitor = open_page("/notices/", client=resident(make_person("那仁", now=s.NOW)))
    visitor.locator("ul.waiting a").first.click()
    expect(visitor.locator("caption")).to_contain_text(f"共 {lines} 条")
    name = find_name(code)
    visitor.get_by_label("找名字或编号").fill(name)
    press(visitor, "查找")
    assert name not in unquote(visitor.url)
    expect(visitor.get_by_role("cell", name=name)).to_be_visible()
    assert overflow(visitor) <= 0
    assert serious_barriers(visitor) == []
    visitor.get_by_role("link", name="提异议").first.click()
    visitor.locator("textarea").fill("去年裁了一半的人")
    press(visitor, "提交异议")
    expect(visitor.locator("main")).to_contain_text("这一笔先不付款")


def say_the_account(open_page: OpenPage, code: str) -> None:
    """The firm's clerk types nothing but the account; it has to be the firm's own."""
    clerk = open_page("/benefits/arrivals/", client=clerk_of(code))
    expect(clerk.locator("main")).to_contain_text("900.00 元")
    clerk.get_by_text("为什么有您，用了哪些信息").click()
    expect(clerk.get_by_text("没有超过规定的裁员率").first).to_be_visible()
    assert overflow(clerk) <= 0
    assert serious_barriers(clerk) == []
    assert small_targets(clerk, 44) == []
    clerk.get_by_role("link", name="填收款账户").click()
    clerk.get_by_label("开户银行").fill(ACCOUNT["bank"])
    clerk.get_by_label("卡号或账号").fill("15000012345678")
    clerk.get_by_label("户名").fill("别人的厂")
    submit(clerk)
    expect(clerk.get_by_role("alert").first).to_contain_text("户名")
    clerk.get_by_label("户名").fill(find_name(code))
    submit(clerk)


def test_what_was_not_applied_for_arrives_and_what_was_wrong_does_not(
    clock: SetClock, open_page: OpenPage, world: s.SeasonWorld
) -> None:
    at_the_cap, coded_small, over, one_too_many, first, doubted = world.codes[:6]
    address = f"/desk/seasons/{world.season}/"
    officer = at_desk(open_page, world.officer, address)
    press(officer, "开始比对")
    expect(officer.get_by_text("正在比对").first).to_be_visible()
    s.work(world)
    officer.goto(officer.url)
    assert figure(officer, "符合规定").startswith(f"{ENTITLED} 户")
    looks_right(officer)

    # 20.0 % at thirty people passes, 20.1 % does not; thirty-one have the cap of the large.
    listed = {one.entity: one.kind for one in Proposal.objects.filter(season=world.season)}
    assert listed[at_the_cap] == "entitled"
    assert {listed[over], listed[one_too_many]} == {"near"}

    checker = at_desk(open_page, world.checker, address)
    look_at_the_sample(checker, coded_small)
    for place in SampleCheck.objects.filter(verdict="").values_list("place", flat=True):
        judge_row(
            actor=world.checker, season_id=world.season, place=place, wrong=False, reason="",
            now=s.NOW,
        )  # fmt: skip
    checker.goto(checker.url.split("sample/")[0])
    looks_right(checker)
    press(checker, "抽查完了")
    s.work(world)
    checker.goto(checker.url)
    # Three people for a season: who checked the sample is told so, and offered no pen.
    expect(checker.locator("main")).to_contain_text("比对和抽查过的人不能签字")
    expect(checker.get_by_role("button", name="签字批准这份名单")).to_have_count(0)
    signer = at_desk(open_page, world.signer, address)
    press(signer, "签字批准这份名单")
    s.work(world)
    officer.goto(officer.url)
    press(officer, "上公示")
    s.work(world)
    assert not Case.objects.filter(subject_id=firm_id(coded_small)).exists()

    object_on_the_list(open_page, doubted, ENTITLED - 1)
    say_the_account(open_page, first)
    s.confirm_all(world, but=1)

    clock(s.AFTER_NOTICE)
    officer = at_desk(open_page, world.officer, address)
    press(officer, "公示结束，下付款单")
    s.work(world, now=s.AFTER_NOTICE)
    bank_pays(s.FUND, now=s.AFTER_NOTICE + timedelta(hours=1))
    states = dict(Case.objects.values_list("subject_id", "state"))
    assert states[firm_id(first)] in {"paid", "closed"}
    assert states[firm_id(doubted)] == "public_notice"
    arrived = open_page("/benefits/arrivals/", client=clerk_of(first))
    expect(arrived.locator("main")).to_contain_text("打到尾号 5678 的账户")
    officer.goto(officer.url)
    assert figure(officer, "已付款").startswith(f"{ENTITLED - 3} 户")
    looks_right(officer)


def test_a_year_without_a_rule_goes_to_people_and_no_old_rule_is_taken(
    open_page: OpenPage,
) -> None:
    world = s.make_world((s.GOOD,) * 3, period="2031")
    officer = at_desk(open_page, world.officer, f"/desk/seasons/{world.season}/")
    press(officer, "开始比对")
    s.work(world)
    officer.goto(officer.url)
    expect(officer.locator("main")).to_contain_text("不会套用往年的")
    expect(officer.get_by_role("button", name="签字批准这份名单")).to_have_count(0)
    expect(officer.get_by_role("button", name="规定录入了，再比对一次")).to_be_visible()
    looks_right(officer)
    assert Case.objects.count() == 0
