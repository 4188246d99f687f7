"""The treasurer's page of money asked back: list, form, refusals, others' areas."""

from __future__ import annotations

import pytest

from denghuo.cases.models import Case
from denghuo.kernel.region import Region
from denghuo.ledger.public import balance, pay_orders_about
from denghuo.platform.public import look_ups_of
from tests.cases import world as w
from tests.cases.actions.test_giving_back import OTHER, about, reversed_by_two
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


def test_what_came_too_much_is_booked_with_a_tick_and_goes_back(
    claim: tuple[w.World, Case],
) -> None:
    world, row = claim
    client, path = at_desk(treasurer()), f"/desk/claims/{row.number}/"
    more = {**ROW, "amount": "600"}
    refused = client.post(path, more)
    assert refused.status_code == 422
    assert "在下面打勾再登记" in page(refused)
    assert client.post(path, {**more, "surplus": "on"}).status_code == 302
    listed = page(client.get("/desk/claims/"))
    assert "多收了，要还给对方的" in listed
    assert row.number in listed
    shown = page(client.get(path))
    assert "还给对方 100.00 元" in shown
    assert "财务：多收的钱要还给对方。" in shown
    form = page(client.get(f"{path}give-back/"))
    assert f"…{w.CARD[-4:]}" in form
    assert 'value="10000"' in form
    for _press in range(2):
        assert client.post(f"{path}give-back/", {"seen_fen": "10000"}).status_code == 302
    orders = pay_orders_about(about(row))
    assert [one.amount_fen for one in orders] == [10_000]
    shown = page(client.get(path))
    assert "还给对方的" in shown
    assert f"{orders[0].id}/" in shown
    assert "还给对方 100" not in shown
    assert row.number not in page(client.get("/desk/claims/"))
    own = page(browsers.resident(world.person).get(f"/me/cases/{row.number}/"))
    assert "多收的，已下单还您" in own
    assert "多收的钱，下单还给您" in own


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"seen_fen": "9999"}, "现在是 100.00 元"),
        ({"seen_fen": ""}, ""),
        ({"seen_fen": "x"}, ""),
        ({"account_name": "巴特尔", "account_no": OTHER, "bank": "内蒙古银行"}, "户名"),
        ({"account_name": "乌云其木格"}, ""),
        ({"account_name": "乌云其木格", "account_no": "1", "bank": "内蒙古银行"}, ""),
    ],
)
def test_a_wrong_sum_or_account_orders_nothing(
    claim: tuple[w.World, Case], typed: dict[str, str], said: str
) -> None:
    _world, row = claim
    client, path = at_desk(treasurer()), f"/desk/claims/{row.number}/"
    client.post(path, {**ROW, "amount": "600", "surplus": "on"})
    answer = client.post(f"{path}give-back/", {"seen_fen": "10000", **typed})
    assert answer.status_code == 422
    assert said in page(answer)
    assert not pay_orders_about(about(row))
    for name, value in typed.items():
        if name != "seen_fen":
            assert f'value="{value}"' in page(answer), "what was typed stays"


def test_nothing_to_give_back_is_said_and_others_find_nothing(claim: tuple[w.World, Case]) -> None:
    world, row = claim
    path = f"/desk/claims/{row.number}/give-back/"
    assert "没有多收的钱要还" in page(at_desk(treasurer()).get(path))
    assert at_desk(treasurer()).post(path, {"seen_fen": "1"}).status_code == 302
    far = at_desk(treasurer(Region.read("1502")))
    assert far.get(path).status_code == 404
    assert far.post(path, {"seen_fen": "1"}).status_code == 404
    assert at_desk(world.office.officer).get(path).status_code in (403, 404)


def test_a_claim_opened_again_is_on_the_list_and_its_story_says_why(
    claim: tuple[w.World, Case],
) -> None:
    world, row = claim
    client = at_desk(treasurer())
    client.post(f"/desk/claims/{row.number}/", {**ROW, "amount": "500"})
    assert row.number not in page(client.get("/desk/claims/"))
    reversed_by_two(row)
    assert row.number in page(client.get("/desk/claims/"))
    told = page(browsers.resident(world.person).get(f"/me/cases/{row.number}/"))
    assert "一笔退款登记错了，已冲正" in told
    assert "有一笔退款没有到账，接着办" in told
    assert "登记一笔银行流水" in page(client.get(f"/desk/claims/{row.number}/"))
