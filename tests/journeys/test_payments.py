"""A day of two treasurers: a file made and released, an answer with faults, a payment reissued."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from denghuo.kernel.region import Region
from denghuo.ledger.models import PayOrder
from denghuo.ledger.public import order_payments
from denghuo.people.public import mark_persona
from denghuo.platform.public import SYSTEM, mark_as_demo
from denghuo.platform.worker import drain
from tests.factories.people import make_staff
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.ledger.pay_kit import HOHHOT, books, card, draft, endow

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 30


@pytest.fixture
def _demo(settings: Settings, data_dir: Path) -> None:
    """A demo with two treasurers, a fund, and thirty payments that wait."""
    settings.DEMO = True
    settings.SMS_URL = ""
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"
    mark_as_demo(at=timezone.now())
    for key in ("wang", "li"):
        staff_id = make_staff(key, roles=("treasurer",), area=Region.read(HOHHOT))
        mark_persona(key=key, group="office", title=key, story="演示", staff_id=staff_id)
    endow()
    order_payments(actor=SYSTEM, drafts=[draft(n) for n in range(1, COUNT + 1)], now=timezone.now())


def step_in(page: Page, key: str, origin: str) -> None:
    """Be the persona."""
    page.goto(f"{origin}/demo/")
    with page.expect_navigation():
        page.locator(f"form[action='/demo/step-in/{key}/'] button").click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def no_look(_page: Page) -> None:
    """Where scripts are off, nothing can be measured."""


def looks_right(page: Page) -> None:
    """Nothing sticks out, everything can be hit and heard, on a desk and on a phone."""
    assert serious_barriers(page) == []
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
    assert small_targets(page, 44) == []


def make_and_release(page: Page, origin: str, folder: Path, check: Callable[[Page], None]) -> Path:
    """One makes the file and may not release it; the other releases and downloads it."""
    step_in(page, "wang", origin)
    page.goto(f"{origin}/desk/payments/")
    expect(page.get_by_text(f"共 {COUNT} 条")).to_be_visible()
    check(page)
    follow(page, "生成代发文件")
    press(page, "生成")
    expect(page.get_by_text("要由另一位财务人员核对后放行")).to_be_visible()
    expect(page.get_by_role("button", name="核对无误，放行")).to_have_count(0)
    made = page.url
    step_in(page, "li", origin)
    page.goto(made)
    check(page)
    press(page, "核对无误，放行")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载，发给银行").click()
    sent = folder / "pay.txt"
    downloading.value.save_as(sent)
    assert card(1).encode() in sent.read_bytes()
    return sent


def bring_answer(page: Page, origin: str, sent: Path, check: Callable[[Page], None]) -> None:
    """The made-up bank answers with faults; each is listed with what to do."""
    back = sent.with_name("回盘.txt")
    faults = ("--closed-account", "0.2", "--repeated", "0.1", "--unknown-order", "0.1")
    call_command("bank_stand_in", str(sent), "--out", str(back), *faults, stdout=StringIO())
    page.goto(f"{origin}/desk/payments/returns/new/")
    page.get_by_label("回盘文件").set_input_files(back)
    press(page, "上传并检查")
    expect(page.get_by_text("正在读入").first).to_be_visible()
    drain()
    page.reload()
    expect(page.get_by_text("读完了")).to_be_visible()
    expect(page.get_by_role("cell", name="没有这个付款单号").first).to_be_visible()
    check(page)


def reissue_one(page: Page, origin: str, check: Callable[[Page], None]) -> PayOrder:
    """Another's account is refused beside its field, the payee's own is taken."""
    returned = PayOrder.objects.filter(state="returned").first()
    assert returned is not None
    page.goto(f"{origin}/desk/payments/?state=returned")
    follow(page, returned.reference)
    expect(page.get_by_text("银行把钱退回来了")).to_be_visible()
    expect(page.get_by_text("账户已销户").first).to_be_visible()
    check(page)
    follow(page, "核对账户后重开")
    page.get_by_label("户名").fill("王小明")
    page.get_by_label("账号").fill(card(77))
    page.get_by_label("开户银行").fill("包商路支行")
    press(page, "重开")
    expect(page.get_by_text("户名和收款人不一样").first).to_be_visible()
    check(page)
    page.get_by_label("户名").fill("乌云·其木格")
    press(page, "重开")
    expect(page.get_by_text("这是重开的一笔")).to_be_visible()
    return returned


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize("scripts", [True, False])
def test_from_order_to_answer(open_page: OpenPage, tmp_path: Path, *, scripts: bool) -> None:
    page = open_page("/demo/", width=DESKTOP, scripts=scripts)
    origin = page.url.partition("/demo/")[0]
    # axe-core is a script itself; the pages are the same.
    check = looks_right if scripts else no_look
    sent = make_and_release(page, origin, tmp_path, check)
    bring_answer(page, origin, sent, check)
    returned = reissue_one(page, origin, check)
    assert PayOrder.objects.filter(reissue_of=returned.pk).count() == 1
    waiting = PayOrder.objects.filter(state__in=["ordered", "sent"])
    assert books()[1] == sum(waiting.values_list("amount_fen", flat=True))
