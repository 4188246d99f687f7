"""Journey 21: at the station's counter, for an elder who has no phone and signed a paper."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from denghuo.cases.models import Case, FormDraft
from denghuo.kernel.region import Region
from tests.cases import world as w
from tests.cases.pages.conftest import clock, known_world
from tests.cases.pages.counter import ACCOUNT, SERVICE, SetClock, resident
from tests.cases.pages.test_assist import acting, mandate
from tests.factories.people import make_person, make_staff
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers
from tests.journeys.test_rights import chrome_on_paper
from tests.people import browsers

__all__ = ["clock", "known_world"]
pytestmark = pytest.mark.django_db(transaction=True)
# Ten minutes to midnight in China, on the last day of the paper.
NIGHT = w.NOW.replace(hour=15, minute=50)


def on(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def begin(page: Page) -> None:
    """What offices know is shown to the elder; the account is what is left to say."""
    on(page, "开始办")
    on(page, "看过了，下一步")
    page.get_by_label("开户银行").fill(ACCOUNT["bank"])
    page.get_by_label("卡号或账号").fill(ACCOUNT["number"])


def a_clerk() -> UUID:
    return make_staff("station1", now=w.NOW)


def test_filled_in_for_an_elder_read_back_and_taken_home_on_paper(
    known_world: w.World, open_page: OpenPage
) -> None:
    clerk = a_clerk()
    client = acting(clerk, mandate(known_world.person, clerk))
    page = open_page(SERVICE, width=DESKTOP, client=client)
    expect(page.locator(".acting-band")).to_contain_text("乌云其木格")
    begin(page)
    on(page, "下一步")
    # The clerk declares nothing for the elder; the text is read aloud and agreed to first.
    expect(page.get_by_role("button", name="提交", exact=True)).to_have_count(0)
    on(page, "填好了，念给本人听")
    aloud = page.locator(".receipt")
    for words in ("乌云其木格，您要办的是：技能提升补贴", "部门已经有的", ACCOUNT["bank"]):
        expect(aloud).to_contain_text(words)
    assert serious_barriers(page) == []
    on(page, "替本人提交")
    expect(page.get_by_role("alert")).to_contain_text("念给本人听")
    assert Case.objects.count() == 0
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="替本人提交", exact=True).dblclick()
    page.get_by_role("link", name="打印回执单，交给本人").first.click()
    case = Case.objects.get()
    assert (case.channel, case.opened_by_staff) == ("station", clerk)
    slip = page.locator(".receipt")
    for words in (str(case.number), "2025-09-08 星期一", "新城区就业服务中心 娜仁", "12333"):
        expect(slip).to_contain_text(words)
    assert chrome_on_paper(page) == []
    assert overflow(page) <= 0
    # At home a grandchild's phone shows the same case, and who typed it.
    home = open_page(f"/me/cases/{case.number}/", width=PHONE, client=resident(known_world.person))
    expect(home.get_by_text("已提交，等受理").first).to_be_visible()
    home.locator("summary", has_text="谁看过我的信息").click()
    home.get_by_role("link", name="全部查看记录").click()
    expect(home.locator("table")).to_contain_text("新城区就业服务中心")


def test_a_mandate_that_ran_out_overnight_changes_nothing(
    known_world: w.World, clock: SetClock, open_page: OpenPage
) -> None:
    clerk = a_clerk()
    given = mandate(known_world.person, clerk, until=w.TODAY + timedelta(days=1))
    clock(NIGHT)
    page = open_page(SERVICE, width=DESKTOP, client=acting(clerk, given))
    begin(page)
    before = FormDraft.objects.get().answers
    clock(NIGHT + timedelta(minutes=11))
    page.get_by_role("button", name="下一步", exact=True).click()
    expect(page.get_by_text("委托已经结束，刚才那一步没有执行")).to_be_visible()
    expect(page.locator(".acting-band")).to_have_count(0)
    assert FormDraft.objects.get().answers == before
    assert Case.objects.count() == 0


def test_another_sumu_and_a_clerk_without_the_paper_find_nothing(
    known_world: w.World, open_page: OpenPage
) -> None:
    case = w.opened(known_world)
    clerk = a_clerk()
    far = make_staff("station2", area=Region.read("150602"), now=w.NOW)
    under_another = acting(clerk, mandate(make_person("那仁", now=w.NOW), clerk))
    for client in (browsers.staff(clerk), browsers.staff(far), under_another):
        page = open_page(f"/me/cases/{case.number}/", width=DESKTOP, client=client)
        expect(page.get_by_role("heading", level=1)).to_have_text("没有找到")
        for path in ("slip/", "withdraw/"):
            answer = page.goto(f"{page.url.rsplit('/me/', 1)[0]}/me/cases/{case.number}/{path}")
            assert answer is not None
            assert answer.status == 404, path
    assert Case.objects.values_list("state", flat=True).get() == "submitted"
