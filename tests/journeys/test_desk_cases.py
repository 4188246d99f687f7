"""Journeys 16 and 17 at the desk: asked once and late, two clerks at once, refused and appealed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from playwright.sync_api import Page, expect

from denghuo.cases.models import Appeal, Case, Recusal
from denghuo.cases.queries.cases import case_of
from tests.cases import world as w
from tests.cases.pages.conftest import clock, known_world
from tests.cases.pages.counter import SetClock, resident
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers
from tests.journeys.office import (
    at_desk,
    bank_pays,
    deed,
    done,
    file_of,
    looks_right,
    press,
    state,
)

__all__ = ["clock", "known_world"]
pytestmark = pytest.mark.django_db(transaction=True)
FUND = "fund:unemployment:150100"
CHINA = timezone(timedelta(hours=8))


def morning(days: int, *, from_: datetime = w.NOW) -> datetime:
    """Ten o'clock some days later."""
    return from_ + timedelta(days=days)


def on(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def test_three_things_asked_at_once_two_brought_and_the_chief_sees_it_grow_late(
    known_world: w.World, clock: SetClock, open_page: OpenPage
) -> None:
    office = known_world.office
    case = w.accepted(known_world)
    page = at_desk(open_page, office.officer, file_of(case.number))
    looks_right(page)
    wanted = ("身份证正面", "劳动合同", "情况说明")
    done(page, "请申请人补材料", lines="\n".join(wanted), lack="missing")
    expect(page.get_by_text("期限暂停，等申请人到")).to_be_visible()
    for words in wanted:
        expect(page.get_by_text(f"{words} — 还没补")).to_be_visible()

    clock(morning(3))
    phone = open_page("/me/cases/", width=PHONE, client=resident(known_world.person))
    phone.get_by_role("link", name="请补材料").click()
    phone.get_by_role("link", name="去补材料").click()
    for place, words in enumerate(wanted[:2]):
        phone.get_by_label("您的说明").nth(place).fill(f"{words}，上次交过")
    on(phone, "交上去")
    expect(phone.get_by_text("这几样收到了。剩下的请在期限前补上。")).to_be_visible()
    assert overflow(phone) <= 0
    assert state(case.number) == "incomplete"

    page = at_desk(open_page, office.officer, file_of(case.number))
    expect(page.get_by_text("情况说明 — 还没补")).to_be_visible()
    expect(page.get_by_text("劳动合同 — 已补")).to_be_visible()
    # Enough to go on with. A second round is not the officer's to open.
    done(page, "材料齐了，受理")
    press(page, "请申请人补材料", lines="还差一张照片", note="漏了")
    expect(page.get_by_role("alert")).to_contain_text("科室负责人")
    assert deed(page, "请申请人补材料").locator("[name=lines]").input_value() == "还差一张照片"

    # Tuesday and Wednesday were the applicant's: the Sunday worked for the holiday is not the
    # last day any more, the Tuesday after it is.
    due = Case.objects.get().due_on
    assert (case.due_on, due) == (date(2025, 9, 28), date(2025, 9, 30))
    assert due is not None
    last = datetime(due.year, due.month, due.day, 10, tzinfo=CHINA)
    for day, word, count in ((last, "快到期", "今天"), (morning(1, from_=last), "超期", "已过期")):
        clock(day)
        chief = at_desk(open_page, office.supervisor)
        chief.get_by_role("link", name=word).filter(has_text="1").click()
        line = chief.locator("tbody tr").filter(has_text=str(case.number))
        expect(line).to_contain_text(count)
        looks_right(chief)
    chief.get_by_role("link", name="谁手里有多少").click()
    expect(chief.get_by_text("在办 1 件，其中超期 1 件")).to_be_visible()


def test_two_officers_save_at_once_and_whoever_is_related_stays_away(
    known_world: w.World, open_page: OpenPage
) -> None:
    office = known_world.office
    case = w.accepted(known_world)
    first = at_desk(open_page, office.officer, file_of(case.number))
    second = at_desk(open_page, office.second, file_of(case.number))
    done(first, "开始审核")
    press(second, "请申请人补材料", lines="我写了半天的话", lack="outdated")
    expect(second.get_by_role("alert")).to_contain_text("刚刚“开始审核”了这件事")
    assert state(case.number) == "in_review"
    # The words are still there, the page is the new one: one press and it goes on.
    form = deed(second, "请申请人补材料")
    assert form.locator("[name=lines]").input_value() == "我写了半天的话"
    assert form.locator("[name=lack]").input_value() == "outdated"
    assert serious_barriers(second) == []
    done(second, "请申请人补材料")
    expect(second.get_by_text("过期：我写了半天的话")).to_be_visible()

    first.reload()
    done(first, "我要回避", relation=Recusal.RELATION[0][0])
    press(first, "由我来办")
    expect(first.get_by_role("alert")).to_contain_text("要回避")
    assert Case.objects.get().owner_id is None


def refused_case(world: w.World) -> str:
    """Refused by two people: eleven months of insurance are on record, twelve are asked."""
    return str(w.decided(world, result="refused").number)


def by_address(page: Page, path: str, **typed: str) -> int:
    """Post a form that no page offers any more; what the server answers."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    origin = page.url.split("/", 3)
    answer = page.request.post(
        f"{origin[0]}//{origin[2]}{path}",
        form={"csrfmiddlewaretoken": token, **typed},
        headers={"Referer": page.url},
        max_redirects=0,
    )
    return answer.status


def test_refused_read_appealed_on_the_last_day_changed_and_paid(
    clock: SetClock, open_page: OpenPage
) -> None:
    w.fund(FUND)
    world = w.make_world(None, person_insured_months=11)
    number = refused_case(world)
    clock(morning(60))
    page = open_page(f"/me/cases/{number}/", width=PHONE, client=resident(world.person))
    # The condition, the fact and where it comes from; then the door, with its last day.
    why = page.locator("#decision").locator("..")
    for words in ("没有批准", "11 个月", "来源 社会保险登记", "2025-10-31"):
        expect(why).to_contain_text(words)
    assert serious_barriers(page) == []
    page.get_by_role("link", name="我不同意，提复查").click()
    again = page.context.new_page()
    again.goto(page.url)
    on(page, "提交复查")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("您觉得哪里不对").fill("2024 年在包头也参过保，漏了")
    on(page, "提交复查")
    expect(page.get_by_text("由没有参与原决定的人来看，结果发到您的消息里")).to_be_visible()
    assert overflow(page) <= 0
    # The other tab still shows the form.
    again.get_by_label("您觉得哪里不对").fill("再说一遍")
    on(again, "提交复查")
    expect(again.get_by_text("您提的复查已经收到了。")).to_be_visible()
    assert Appeal.objects.count() == 1

    w.tell(world.subject, {"person_insured_months": 30}, now=morning(61))
    clock(morning(61))
    decider = at_desk(open_page, world.office.reviewer, file_of(number))
    expect(
        decider.get_by_role("button", name="改变原决定", exact=True, include_hidden=True)
    ).to_have_count(0)
    chief = at_desk(open_page, world.office.supervisor, file_of(number))
    expect(chief.get_by_text("2024 年在包头也参过保，漏了")).to_be_visible()
    done(chief, "改变原决定", answer="查到了包头的参保，满 30 个月。", result="approved")
    expect(chief.get_by_text("（已被后来的决定代替）")).to_be_visible()
    desk = at_desk(open_page, world.office.officer, file_of(number))
    done(desk, "开始公示")
    found = case_of(world.office.officer, Case.objects.get().pk)
    w.with_account(world, found, now=morning(61))
    clock(morning(75))
    done(at_desk(open_page, world.office.officer, file_of(number)), "进入付款")
    assert bank_pays(FUND, now=morning(75)) == 1
    assert state(number) == "paid"
    told = open_page(f"/me/cases/{number}/", width=DESKTOP, client=resident(world.person))
    for words in ("1,500 元", "查到了包头的参保，满 30 个月。"):
        expect(told.get_by_text(words).first).to_be_visible()
    expect(told.get_by_role("link", name="我不同意，提复查")).to_have_count(0)
    assert by_address(told, f"/me/cases/{number}/appeal/", words="还不服", version="99") == 302
    assert Appeal.objects.count() == 1


def test_a_day_late_there_is_no_door_and_a_decided_case_is_not_edited_by_address(
    clock: SetClock, open_page: OpenPage
) -> None:
    world = w.make_world(None, person_insured_months=11)
    number = refused_case(world)
    before = Case.objects.values().get()
    clock(morning(61))
    page = open_page(f"/me/cases/{number}/", width=PHONE, client=resident(world.person))
    expect(page.get_by_text("提复查的期限到 2025-10-31，已经过了。")).to_be_visible()
    expect(page.get_by_role("link", name="我不同意，提复查")).to_have_count(0)
    version = str(before["version"])
    mine = f"/me/cases/{number}"
    assert by_address(page, f"{mine}/appeal/", words="晚了一天", version=version) == 409
    assert by_address(page, f"{mine}/withdraw/", words="不办了", version=version) == 409
    assert by_address(page, f"{mine}/correct/", version=version) == 302
    desk = at_desk(open_page, world.office.officer, file_of(number))
    for name in ("propose", "verify", "ask", "accept", "transfer"):
        sent = {"result": "approved", "lines": "x", "note": "x", "area": "150103"}
        assert by_address(desk, f"{file_of(number)}{name}/", version=version, **sent) in {
            403,
            409,
        }, name
    after = Case.objects.values().get()
    assert after == before
    assert not Appeal.objects.exists()
