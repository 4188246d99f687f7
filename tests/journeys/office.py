"""The office's side of a journey: a desk in a browser, its forms, and a bank that answers."""

from __future__ import annotations

import re
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from denghuo.cases.models import Case
from denghuo.kernel.clock import day_of
from denghuo.ledger.actions.bank_files import make_bank_file, release_bank_file
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.platform.public import Actor
from denghuo.platform.worker import drain
from tests.cases import world as w
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets
from tests.ledger import pay_kit
from tests.people import browsers


def at_desk(open_page: OpenPage, actor: Actor, path: str = "/desk/cases/") -> Page:
    """A member of staff before a screen of their own."""
    assert actor.staff_id is not None
    return open_page(path, width=DESKTOP, client=browsers.staff(actor.staff_id))


def file_of(number: object) -> str:
    """Where the desk keeps a case."""
    return f"/desk/cases/{number}/"


def deed(page: Page, label: str) -> Locator:
    """The form of one deed, unfolded."""
    button = page.locator("button", has_text=re.compile(f"^{re.escape(label)}$"))
    found = page.locator(".deed").filter(has=button)
    if not found.locator("button").is_visible():
        found.locator("> summary").click()
    return found


def press(page: Page, label: str, **typed: str) -> None:
    """Do one thing to the case on the page; ``typed`` are the form's inputs by name."""
    form = deed(page, label)
    for name, value in typed.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        form.get_by_role("button", name=label, exact=True).click()


def done(page: Page, label: str, **typed: str) -> None:
    """Do it, and it was taken."""
    press(page, label, **typed)
    expect(page.get_by_text(f"办好了：{label}。")).to_be_visible()


def looks_right(page: Page) -> None:
    """Nothing sticks out, everything can be hit and heard, on a desk and on a phone."""
    assert serious_barriers(page) == []
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
        assert small_targets(page, 44) == []


def bank_pays(fund: str, *, now: datetime) -> int:
    """Two treasurers send what is ordered, the bank pays all of it; how many orders it was."""
    first, second = (w.staff("treasurer", "treasurer", area=w.HOHHOT) for _ in range(2))
    file = make_bank_file(actor=first, fund=fund, form="csv", now=now)
    sent = release_bank_file(actor=second, file_id=file.id, sha256=file.sha256, now=now)
    answers = [(*line, "0000", "") for line in pay_kit.rows_of(sent)]
    content = pay_kit.return_file("csv", answers, batch=sent.number, day=day_of(now))
    received = receive_return_file(actor=first, name="hp.csv", pieces=[content], now=now)
    read_return_file(return_id=received.id, now=now)
    drain()
    return len(answers)


def state(number: object) -> str:
    """Where the case stands."""
    return str(Case.objects.values_list("state", flat=True).get(number=str(number)))
