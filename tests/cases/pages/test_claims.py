"""The treasurer's page of money asked back: list, form, refusals, others' areas."""

from __future__ import annotations

import pytest

from denghuo.cases.models import Case
from denghuo.kernel.region import Region
from denghuo.ledger.public import balance
from denghuo.platform.public import look_ups_of
from tests.cases import world as w
from tests.cases.actions.test_repaying import FUND, LATER, claimed, give_back, stood, treasurer
from tests.cases.pages.counter import SetClock, page
from tests.cases.pages.test_desk import at_desk
from tests.people import browsers

pytestmark = pytest.mark.django_db
ROW = {"bank_reference": "2025-0910-17", "amount": "200", "paid_on": "2025-09-10"}


@pytest.fixture
def claim(known_world: w.World, clock: SetClock) -> tuple[w.World, Case]:
    w.fund()
    clock(LATER)
    return known_world, claimed(known_world)


def test_a_treasurer_books_a_row_and_sees_what_is_left(claim: tuple[w.World, Case]) -> None:
    world, row = claim
    client, before = at_desk(treasurer()), balance(FUND).balance_fen
    assert row.number in page(client.get("/desk/claims/"))
    looks = look_ups_of(world.subject).total
    path = f"/desk/claims/{row.number}/"
    shown = page(client.get(path))
    assert "500.00" in shown
    assert "等对方说明情况" in shown
    assert look_ups_of(world.subject).total == looks + 1
    assert client.post(path, ROW).status_code == 302
    assert balance(FUND).balance_fen == before + 20_000
    assert client.post(path, ROW).status_code == 302, "pressed twice"
    assert balance(FUND).balance_fen == before + 20_000
    shown = page(client.get(path))
    assert "300.00" in shown
    assert "2025-0910-17" in shown
    assert client.post(path, {**ROW, "bank_reference": "X-002", "amount": "300"}).status_code == 302
    assert "登记一笔银行流水" not in page(client.get(path)), "nothing is left to book"
    assert row.number not in page(client.get("/desk/claims/"))
    assert row.number in page(client.get("/desk/claims/?over=1"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "500.01"}, "超过了"),
        ({"amount": "0"}, "大于 0"),
        ({"amount": "很多"}, ""),
        ({"bank_reference": "?"}, "流水号"),
        ({"paid_on": "2025-13-40"}, ""),
        ({"paid_on": "2099-01-01"}, "今天以后"),
        ({}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_booked(
    claim: tuple[w.World, Case], typed: dict[str, str], said: str
) -> None:
    _world, row = claim
    before = balance(FUND).balance_fen
    answer = at_desk(treasurer()).post(
        f"/desk/claims/{row.number}/", {**ROW, **typed} if typed else {}
    )
    assert answer.status_code == 422
    assert said in page(answer)
    assert balance(FUND).balance_fen == before


def test_others_are_told_nothing(claim: tuple[w.World, Case]) -> None:
    world, row = claim
    path = f"/desk/claims/{row.number}/"
    far = at_desk(treasurer(Region.read("1502")))
    assert far.get(path).status_code == 404
    assert far.post(path, ROW).status_code == 404
    assert row.number not in page(far.get("/desk/claims/?page=999999999"))
    assert at_desk(world.office.officer).get(path).status_code in (403, 404)
    assert row.about is not None
    for number in (row.about.number, "XX-1", "JN-2025-1501-000000-0"):
        assert at_desk(treasurer()).get(f"/desk/claims/{number}/").status_code == 404


def test_the_file_says_whose_turn_it_is_and_the_subject_what_is_left(
    claim: tuple[w.World, Case],
) -> None:
    world, row = claim
    case = stood(world, row)
    give_back(row, 10_000)
    desk = at_desk(world.office.officer)
    shown = page(desk.get(f"/desk/cases/{case.number}/"))
    assert "等对方退钱" in shown
    assert "400.00" in shown
    assert "/close/" not in shown, "it ends with the money"
    assert row.about is not None
    assert "已退回" in page(desk.get(f"/desk/cases/{row.about.number}/"))
    own = browsers.resident(world.person).get(f"/me/cases/{case.number}/")
    assert "要退的钱" in page(own)
    assert "400" in page(own)
