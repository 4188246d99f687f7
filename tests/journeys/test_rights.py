"""What people may know, change and stop: at the counter for somebody without a phone, and on
their own page.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from denghuo.kernel.clock import day_of
from denghuo.kernel.id_number import IdNumber
from denghuo.people.models import Consent, Mandate
from denghuo.people.public import give_consent
from denghuo.places.logic.facility_rows import FacilityRow
from denghuo.places.logic.hours import read_hours
from denghuo.places.public import KINDS, load_divisions, seed_facilities
from denghuo.platform.public import SYSTEM
from tests.cases import world as w
from tests.cases.pages.conftest import clock, known_world
from tests.factories.people import (
    CHIFENG,
    as_resident,
    id_number,
    make_person,
    make_staff,
    phone,
)
from tests.journeys.conftest import DESKTOP, OpenPage
from tests.journeys.looks import overflow, serious_barriers
from tests.journeys.office import at_desk, done, file_of
from tests.people import browsers

__all__ = ["clock", "known_world"]
pytestmark = pytest.mark.usefixtures("transactional_db")

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
ELDER = "巴图"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """The signed paper as the clerk's camera leaves it."""
    path = tmp_path / "委托书.png"
    path.write_bytes(PNG)
    return path


def elder() -> IdNumber:
    """Somebody without a phone; the card on the table has this number."""
    number = id_number()
    make_person(ELDER, number=number, phone=None, now=timezone.now())
    return number


def look_up(page: Page, number: IdNumber, why: str = "窗口代办") -> None:
    page.get_by_label("身份证号").fill(number.text)
    page.get_by_label(why).check()
    page.get_by_role("button", name="查找").click()


def lay_region() -> None:
    """The whole region, and two stations in one of its districts."""
    load_divisions(actor=SYSTEM)
    rows = [
        FacilityRow(
            external_key=name,
            name=f"{name}就业服务驿站",
            kind="station",
            division="150102000000",
            source="测试名录",
            owner="新城区人社局",
            review_on=day_of(timezone.now()) + timedelta(days=90),
            services=("政策咨询",),
            hours=read_hours("周一至周五 08:30-12:00 14:30-17:30"),
            address=f"{name}路 1 号",
            lon=lon,
            lat=40.86,
            datum="wgs84",
            accuracy_m=20,
            phone="0471-2345678",
        )
        for name, lon in (("东风", 111.70), ("海拉尔", 111.66))
    ]
    seed_facilities(rows, register="测试", actor=SYSTEM, now=timezone.now())


def chrome_on_paper(page: Page) -> list[str]:
    """What would be printed and is of no use on paper."""
    page.emulate_media(media="print")
    seen = [
        name
        for name in (".top", ".foot", ".desk-nav", ".acting-band", ".back", "main button")
        if page.locator(name).first.is_visible()
    ]
    page.emulate_media(media="screen")
    return seen


def test_a_clerk_acts_for_an_elder_without_a_phone(open_page: OpenPage, photo: Path) -> None:
    number = elder()
    page = open_page("/desk/people/", width=DESKTOP, client=browsers.staff(make_staff()))
    # Why one looks is asked before anything is shown.
    page.get_by_label("身份证号").fill(number.text)
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".error-summary")).to_contain_text("请选一个原因")
    look_up(page, number)
    expect(page.get_by_role("heading", name=ELDER, exact=True)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(number.text)
    expect(page.get_by_text("没有本人的委托，不能替本人办。")).to_be_visible()
    page.get_by_role("link", name="没有手机：签字的委托书").click()
    page.get_by_label("替我交材料").uncheck()
    page.get_by_role("button", name="下一步：念给本人听").click()

    # The whole paper can be read aloud, and printed without the page around it.
    paper = page.locator(".receipt")
    for words in (f"我叫 {ELDER}", "替我填表和提交", "我听明白了，我同意", "签字或按手印"):
        expect(paper).to_contain_text(words)
    expect(paper).not_to_contain_text("替我交材料")
    assert chrome_on_paper(page) == []
    assert serious_barriers(page) == []
    page.get_by_role("button", name="收下委托，开始代办").click()
    expect(page.locator(".error-summary")).to_contain_text("请先拍下签好字的委托书")
    page.get_by_label("签好字的委托书照片").set_input_files(photo)
    page.get_by_role("button", name="收下委托，开始代办").click()
    expect(page.locator(".acting-band")).to_contain_text(f"您正在替 {ELDER} 办事")

    # The slip for the pocket: who, what, until when, how to stop it.
    page.get_by_role("link", name="打印回执，交给本人").click()
    slip = page.locator(".receipt")
    for words in ("新城区就业服务中心 娜仁", "替我填表和提交", "不想请人办了", "12345"):
        expect(slip).to_contain_text(words)
    assert chrome_on_paper(page) == []
    slip_path = page.url

    # The clerk works in the elder's affairs, and the frame never lets them forget it.
    page.go_back()
    page.get_by_role("link", name="看本人能享什么").click()
    expect(page.locator(".acting-band")).to_contain_text(ELDER)

    # Another clerk of the same station has no part in it; one of another area finds nobody.
    colleague = open_page(
        re.sub(r"^https?://[^/]+", "", slip_path),
        width=DESKTOP,
        client=browsers.staff(make_staff("colleague")),
    )
    expect(colleague.get_by_role("heading", level=1)).to_have_text("没有找到")
    far = open_page(
        "/desk/people/", width=DESKTOP, client=browsers.staff(make_staff("far", area=CHIFENG))
    )
    look_up(far, number)
    expect(far.get_by_text("您负责的区划里没有这个人")).to_be_visible()
    refused = far.goto(re.sub(r"/slip/.*", "/assist/paper/", slip_path))
    assert refused is not None
    assert refused.status == 404
    assert Mandate.objects.count() == 1


def test_an_ended_mandate_stops_the_errand_and_says_so(open_page: OpenPage, photo: Path) -> None:
    number = elder()
    page = open_page("/desk/people/", width=DESKTOP, client=browsers.staff(make_staff()))
    look_up(page, number)
    page.get_by_role("link", name="没有手机：签字的委托书").click()
    # A month is the longest a station may be asked for.
    page.get_by_label("哪天到期").fill((day_of(timezone.now()) + timedelta(40)).isoformat())
    page.get_by_role("button", name="下一步：念给本人听").click()
    expect(page.locator(".error-summary")).to_contain_text("委托最长到")
    page.get_by_label("哪天到期").fill((day_of(timezone.now()) + timedelta(1)).isoformat())
    page.get_by_role("button", name="下一步：念给本人听").click()
    page.get_by_label("签好字的委托书照片").set_input_files(photo)
    page.get_by_role("button", name="收下委托，开始代办").click()
    expect(page.locator(".acting-band")).to_be_visible()

    yesterday = day_of(timezone.now()) - timedelta(1)
    Mandate.objects.update(start_on=yesterday - timedelta(1), until_on=yesterday)
    page.get_by_role("link", name="看本人能享什么").click()
    expect(page.get_by_text("委托已经结束，刚才那一步没有执行")).to_be_visible()
    expect(page.locator(".acting-band")).to_have_count(0)
    look_up(page, number)
    expect(page.get_by_text("上一份委托已到期")).to_be_visible()
    expect(page.get_by_text("没有本人的委托，不能替本人办。")).to_be_visible()


def test_a_citizen_sees_who_looked_corrects_and_takes_consent_back(open_page: OpenPage) -> None:
    number = id_number()
    person_id = make_person("乌云其木格", number=number, phone=phone(), now=timezone.now())
    give_consent(
        person_id=person_id,
        purpose="activity_tips",
        actor=as_resident(person_id),
        now=timezone.now(),
    )
    clerk = open_page("/desk/people/", width=DESKTOP, client=browsers.staff(make_staff()))
    look_up(clerk, number, "核对身份")
    expect(clerk.get_by_role("heading", name="乌云其木格", exact=True)).to_be_visible()

    page = open_page("/me/", client=browsers.resident(person_id))
    assert serious_barriers(page) == []
    page.get_by_role("link", name="谁看过我的信息").click()
    for words in ("新城区就业服务中心", "娜仁", "核对身份"):
        expect(page.locator("table")).to_contain_text(words)
    assert overflow(page) <= 0
    assert serious_barriers(page) == []
    with page.expect_download() as started:
        page.get_by_role("link", name="存成表格").click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["时间", "哪个单位", "谁", "看了什么", "为什么"]
    assert {row[1] for row in rows[1:]} == {"新城区就业服务中心"}
    assert {row[4] for row in rows[1:]} == {"核对身份"}
    shown = page.locator("tbody tr").count()
    # The page tells looks alike in a row as one; the table keeps each.
    assert len(rows) - 1 >= shown > 0

    # The same address gives another person theirs, and somebody not signed in nothing.
    other = open_page("/", client=browsers.resident(make_person("娜仁其其格", now=timezone.now())))
    theirs = other.request.get(page.url + "../looks.csv")
    assert theirs.ok
    assert "娜仁" not in theirs.text()
    stranger = open_page("/").request.get(page.url + "../looks.csv")
    assert "用手机号登录" in stranger.text()

    # Something is wrong: said once, answered at the counter, read in the inbox.
    page.get_by_role("link", name="我的", exact=True).first.click()
    page.get_by_role("link", name="不对？告诉我们").last.click()
    expect(page.get_by_label("居住地")).to_be_checked()
    page.get_by_label("应该是什么").fill("搬到了回民区")
    page.get_by_role("button", name="告诉工作人员").click()
    expect(page.get_by_text("答复会发到您的消息里")).to_be_visible()
    clerk.get_by_role("link", name="信息更正").click()
    clerk.locator("tbody a").click()
    expect(clerk.get_by_text("搬到了回民区")).to_be_visible()
    clerk.get_by_label("已更正").check()
    clerk.get_by_label("给对方的答复").fill("已经改成回民区。")
    clerk.get_by_role("button", name="答复").click()
    page.reload()
    expect(page.get_by_text("已经改成回民区。")).to_be_visible()

    # Consent is taken back at once, and nothing else is lost with it.
    page.get_by_role("link", name="我同意了什么").click()
    page.get_by_role("button", name="收回同意").click()
    expect(page.get_by_text("改好了，马上生效。")).to_be_visible()
    expect(page.get_by_role("button", name="收回同意")).to_have_count(0)
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 0


def test_a_case_in_work_says_who_looked_and_outlives_a_consent_taken_back(
    known_world: w.World, open_page: OpenPage
) -> None:
    person = known_world.person
    give_consent(person_id=person, purpose="benefit_search", actor=as_resident(person), now=w.NOW)
    case = w.accepted(known_world)
    desk = at_desk(open_page, known_world.office.officer, file_of(case.number))

    # Who opened the file stands in the list with the service and its legal basis.
    page = open_page("/me/looks/", client=browsers.resident(person))
    look = page.locator("tbody tr").filter(has_text=f"办理{case.item.names}")
    for words in ("新城区就业服务中心", str(case.item.legal_basis.text)):
        expect(look.first).to_contain_text(words)
    assert overflow(page) <= 0

    # The wish to be told of benefits ends at once; the case, which stands on law, goes on.
    page.goto(page.url.replace("/me/looks/", "/me/consents/"))
    page.get_by_role("button", name="收回同意").click()
    expect(page.get_by_text("改好了，马上生效。")).to_be_visible()
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 0
    done(desk, "开始审核")
    expect(desk.locator("main")).to_contain_text("符合 · 1,500.00 元")

    # Another person's link to it, and the desk's export, are nothing to a neighbour.
    neighbour = open_page("/", client=browsers.resident(make_person("娜仁其其格", now=w.NOW)))
    mine = f"{neighbour.url}me/cases/{case.number}/"
    for address in (mine, f"{mine}receipt/", f"{neighbour.url}desk/cases/{case.number}/"):
        assert neighbour.request.get(address).status == 404, address
    exported = neighbour.request.get(f"{neighbour.url}desk/cases/export.csv?tab=all")
    assert str(case.number) not in exported.text()


def test_places_are_found_and_printed_without_scripts(open_page: OpenPage) -> None:
    lay_region()
    page = open_page("/places/", scripts=False)
    page.get_by_label("您在哪里").fill("xincheng")
    page.get_by_label("找哪一类").select_option(label=str(KINDS["station"]))
    page.get_by_role("button", name="找附近").click()
    page.get_by_role("link", name="新城区").first.click()
    # What was found stands before the form.
    first = page.locator("ol > li").first
    expect(first).to_contain_text("直线距离，估算")
    box = first.bounding_box()
    assert box is not None
    assert box["y"] < 600
    assert overflow(page) <= 0
    first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="几点开门")).to_be_visible()
    assert chrome_on_paper(page) == []
    page.emulate_media(media="print")
    for words in ("就业服务驿站", "路 1 号", "14:30–17:30", "0471-2345678"):
        expect(page.locator("main").get_by_text(words).first).to_be_visible()
    expect(page.locator(".print-only").first).to_be_visible()
