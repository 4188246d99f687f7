"""Files with faults as a page: listed, taken, and nowhere outside the demo."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.public import (
    PayOrderDraft,
    make_bank_file,
    order_payments,
    release_bank_file,
)
from denghuo.platform.public import SYSTEM, mark_as_demo
from denghuo.project.demo import trial_files as trial
from denghuo.project.demo.case_offices import endow_funds, staff_actor
from denghuo.project.demo.identities import bank_card
from tests.factories.people import make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db
FUND = "fund:startup:150100"
LIST, FILE = "/demo/files/", "/demo/files/{}"
FIRST_BYTES = {
    trial.OLD_BOOK: b"\xd0\xcf\x11\xe0",
    trial.BAD_BOOK: b"PK",
    trial.WORDS: "这".encode(),
}


@pytest.fixture
def clerk(settings: Settings) -> Client:
    """Somebody at a desk of the demo region."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.project.pages.urls_with_trials"
    mark_as_demo(at=timezone.now())
    return browsers.staff(make_staff(roles=("officer",)))


def send_to_the_bank() -> None:
    """A file with two payments is released and waits for its answer."""
    now = timezone.now()
    endow_funds(now=now)
    for login in ("demo-treasurer", "demo-treasurer-2"):
        make_staff(login, roles=("treasurer",), area=Region.read("15"), now=now)
    maker, second = staff_actor("demo-treasurer"), staff_actor("demo-treasurer-2")
    drafts = [
        PayOrderDraft(
            key=f"trial:{number}", about=f"people.Person:{number}",
            payee=SubjectRef("person", make_person(name, now=now)),
            payee_name=name, account_name=name, account_no=bank_card(number), bank="银行（演示）",
            amount_fen=100_000 + number, fund=FUND, purpose="试用",
        )
        for number, name in enumerate(("云诗涵", "萨如拉"), 5)
    ]  # fmt: skip
    order_payments(actor=SYSTEM, drafts=drafts, now=now)
    file = make_bank_file(actor=maker, fund=FUND, form="fixed", now=now)
    release_bank_file(actor=second, file_id=file.id, sha256=file.sha256, now=now)


def test_the_desk_leads_there_and_each_table_can_be_taken(clerk: Client) -> None:
    assert f'href="{LIST}"' in clerk.get("/desk/").content.decode()
    page = clerk.get(LIST).content.decode()
    assert "现在没有等银行答复的付款文件" in page
    tables = (trial.GOOD, trial.BAD, trial.BAD_BOOK, trial.OLD_BOOK, trial.WORDS, trial.EMPTY)
    for name in tables:
        assert trial.NOTES[name] in page
        taken = clerk.get(FILE.format(name))
        assert taken.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert taken.content.startswith(FIRST_BYTES.get(name, b"")), name
        assert len(taken.content) > 30


def test_answers_are_there_while_a_file_waits_for_one(clerk: Client) -> None:
    assert clerk.get(FILE.format(trial.RETURNED)).status_code == 404
    send_to_the_bank()
    page = clerk.get(LIST).content.decode()
    sizes = {}
    for name in (trial.RETURNED, trial.REPEATED, trial.OTHER_SUM, trial.CHANGED, trial.CUT):
        assert trial.NOTES[name] in page
        sizes[name] = len(clerk.get(FILE.format(name)).content)
    assert sizes[trial.CUT] < sizes[trial.RETURNED] < sizes[trial.REPEATED]


@pytest.mark.parametrize("name", ["README.txt", "settings.py", "..%2Fsettings.py", "%00", "facts"])
def test_no_other_file_is_given_out(clerk: Client, name: str) -> None:
    answer = clerk.get(FILE.format(name))
    assert answer.status_code in {400, 404}
    assert clerk.post(FILE.format(trial.GOOD)).status_code == 405


def test_staff_only_and_in_a_marked_database_only(clerk: Client, settings: Settings) -> None:
    for path in (LIST, FILE.format(trial.GOOD)):
        assert Client().get(path).status_code in {302, 403}
    settings.ROOT_URLCONF = "denghuo.project.urls"
    assert clerk.get(LIST).status_code == 404
    assert LIST not in clerk.get("/desk/").content.decode()


def test_real_data_is_not_answered_though_the_route_is_open(settings: Settings) -> None:
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.project.pages.urls_with_trials"
    real = browsers.staff(make_staff())
    for path in (LIST, FILE.format(trial.GOOD)):
        assert real.get(path).status_code == 409
