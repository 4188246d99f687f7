"""The books on screen: who sees which, what a figure opens to, two persons for a reversal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.models import Entry, ReversalRequest
from denghuo.ledger.pages import words
from denghuo.ledger.public import Line, NewEntry, open_account, place_hold, post_many
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, Actor, look_ups_of
from tests.ledger.books import (
    ABOUT,
    FUND,
    GRANTS,
    NOW,
    TRANSIT,
    give,
    in_fund,
    open_books,
    spend,
    treasurer,
)
from tests.places.actor_at_hand import at_hand

pytestmark = pytest.mark.django_db
As = Callable[[Actor], Client]
JULY = {"from": "2026-07-01", "to": "2026-07-31"}


@pytest.fixture
def as_(settings: Settings, client: Client) -> Iterator[As]:
    """``as_(actor)``: the test client, acting for somebody from now on."""
    settings.MIDDLEWARE = [
        "tests.places.actor_at_hand.ActorAtHand" if "ActorMiddleware" in name else name
        for name in settings.MIDDLEWARE
    ]
    open_books(given_fen=100_000)

    def act(actor: Actor) -> Client:
        at_hand.append(actor)
        return client

    yield act
    at_hand.clear()


def text(answer: Any) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    return str(content.decode())


def cells(page: str) -> list[str]:
    """The words of a page's tables."""
    found = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]


def test_accounts_with_what_stands_on_them(as_: As) -> None:
    spend(30_000)
    place_hold(actor=SYSTEM, key="h", account=FUND, amount_fen=20_000, about=ABOUT, now=NOW)
    page = text(as_(treasurer()).get("/desk/ledger/"))
    row = cells(page)[cells(page).index("失业保险基金") :][:6]
    assert row == ["失业保险基金", "基金", "150100000000", "700.00", "200.00", "500.00"]
    found = text(as_(treasurer()).get("/desk/ledger/", {"q": "在途"}))
    assert "在途付款" in found
    assert "失业保险基金</a>" not in found


def test_a_statement_with_opening_lines_and_closing(as_: As) -> None:
    spend(30_000, on=date(2026, 7, 5))
    give(5_000, on=date(2026, 8, 2))
    page = text(as_(treasurer()).get(f"/desk/ledger/accounts/{FUND}/", JULY))
    assert cells(page)[-6:] == ["2026-07-31", "", "合计和期末", "300.00", "1,000.00", "700.00"]
    assert "1,050.00" not in page, "August is another stretch"
    turned = text(
        as_(treasurer()).get(f"/desk/ledger/accounts/{FUND}/", {"from": "2026-08-31", "to": ON_1})
    )
    assert "750.00" in turned, "days the wrong way round are turned"
    for nonsense in ({"from": "x"}, {"to": "9999-12-31"}, {"page": "9" * 30}, {"page": "-1"}):
        answer = as_(treasurer()).get(f"/desk/ledger/accounts/{FUND}/", nonsense)
        assert answer.status_code == 200


ON_1 = "2026-08-01"


def test_a_statement_as_a_table_is_written_down(as_: As) -> None:
    entry = spend(30_000)
    answer = as_(treasurer()).get(f"/desk/ledger/accounts/{FUND}/statement.csv", JULY)
    rows = list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))
    assert rows[1][-1] == "0.00"
    assert rows[-1] == ["2026-07-01", str(entry.id), "发放", "", ABOUT, "300.00", "", "700.00"]
    said = AuditEntry.objects.order_by("-seq")[0]
    assert (said.action, said.entity, said.detail) == (
        "ledger.export_statement",
        f"ledger.Account:{FUND}",
        '{"rows":2}',
    )


def test_a_memo_runs_nothing_in_a_spreadsheet(as_: As) -> None:
    lines = (Line(FUND, 1), Line(TRANSIT, -1))
    entry = NewEntry("m", "grant", lines, ABOUT, NOW.date(), memo='=HYPERLINK("x")')
    post_many(actor=SYSTEM, entries=[entry], now=NOW)
    answer = as_(treasurer()).get(f"/desk/ledger/accounts/{FUND}/statement.csv", JULY)
    assert "'=HYPERLINK" in text(answer)


def test_the_trial_balance_opens_to_entries(as_: As) -> None:
    spend(30_000)
    whole = treasurer(area="15")
    page = text(as_(whole).get("/desk/ledger/trial-balance/", JULY))
    assert "借贷相等" in page
    assert cells(page)[-7:] == ["合计", "", "", "平", "1,300.00", "1,300.00", "平"]
    assert 'data-label="地区">1501' in page, "accounts of one name are told apart by their area"
    (link,) = set(re.findall(rf'href="(/desk/ledger/entries/\?[^"]*{FUND}[^"]*)"', unquoted(page)))
    opened = text(as_(whole).get(link))
    assert "共 2 条" in opened
    for by in ("fund", "area", "institution"):
        grouped = text(as_(whole).get("/desk/ledger/trial-balance/", {**JULY, "by": by}))
        assert cells(grouped)[-6:] == ["合计", *cells(page)[-5:]]
    by_fund = text(as_(whole).get("/desk/ledger/trial-balance/", {**JULY, "by": "fund"}))
    assert ">失业保险基金</a>" in by_fund
    part = text(as_(whole).get("/desk/ledger/trial-balance/", {**JULY, "kind": "fund"}))
    assert "只有一部分账户" in part
    assert "借贷不等" not in part


def unquoted(page: str) -> str:
    return page.replace("&amp;", "&").replace("%3A", ":")


def test_the_trial_balance_as_a_table(as_: As) -> None:
    spend(30_000)
    answer = as_(treasurer(area="15")).get("/desk/ledger/trial-balance.csv", JULY)
    rows = list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))
    fund = next(row for row in rows if row[1] == FUND)
    assert fund == ["失业保险基金", FUND, "基金", "0.00", "300.00", "1000.00", "-700.00"]
    assert AuditEntry.objects.order_by("-seq")[0].action == "ledger.export_trial_balance"


def test_entries_by_what_they_are_about(as_: As) -> None:
    spend(1, about="cases.Case:one")
    spend(2, about="cases.Case:two")
    page = text(as_(treasurer()).get("/desk/ledger/entries/", {"about": "cases.Case:one"}))
    assert "共 1 条" in page
    assert "cases.Case:two" not in page
    assert "共 3 条" in text(as_(treasurer()).get("/desk/ledger/entries/"))
    # Days chosen on the page keep what the address asked for.
    one = {"about": "cases.Case:one"}
    assert '<input type="hidden" name="about" value="cases.Case:one">' in page
    early = {**one, "from": "2020-01-01", "to": "2020-01-31"}
    assert "没有这样的分录" in text(as_(treasurer()).get("/desk/ledger/entries/", early))
    assert "共 1 条" in text(as_(treasurer()).get("/desk/ledger/entries/", {**one, "kind": "fund"}))
    for nonsense in ({"area": "呼市"}, {"kind": "?"}, {"account": "x" * 999}, {"from": "?"}):
        assert as_(treasurer()).get("/desk/ledger/entries/", nonsense).status_code == 200


def test_two_persons_reverse_an_entry(as_: As) -> None:
    entry = spend(30_000)
    path = f"/desk/ledger/entries/{entry.id}/"
    assert "申请冲正" in text(as_(treasurer(1)).get(path))
    empty = as_(treasurer(1)).post(f"{path}reverse/", {"reason": " "})
    assert empty.status_code == 422
    asked = as_(treasurer(1)).post(f"{path}reverse/", {"reason": "付错了单位"})
    assert asked.headers["Location"] == path
    own = text(as_(treasurer(1)).get(path))
    assert "撤回申请" in own
    assert "同意，冲正" not in own
    request = ReversalRequest.objects.get()
    confirm = f"/desk/ledger/reversals/{request.pk}/confirm/"
    assert as_(treasurer(1)).post(confirm).status_code == 409
    assert in_fund() == 70_000
    assert "付错了单位" in text(as_(treasurer(2)).get("/desk/ledger/"))
    assert "同意，冲正" in text(as_(treasurer(2)).get(path))
    done = as_(treasurer(2)).post(confirm)
    mirror = Entry.objects.get(reverses=entry.id)
    assert done.headers["Location"] == f"/desk/ledger/entries/{mirror.pk}/"
    assert in_fund() == 100_000
    after = text(as_(treasurer(2)).get(path))
    assert f"第 {mirror.pk} 号" in after
    assert "复核冲正" in after
    assert f"/{entry.id}/reverse/" not in after
    assert f"第 {entry.id} 号" in text(as_(treasurer(2)).get(f"/desk/ledger/entries/{mirror.pk}/"))
    assert as_(treasurer(1)).post(f"{path}reverse/", {"reason": "再来"}).status_code == 422


def test_a_second_person_may_say_no(as_: As) -> None:
    entry = spend(30_000)
    path = f"/desk/ledger/entries/{entry.id}/"
    as_(treasurer(1)).post(f"{path}reverse/", {"reason": "付错了单位"})
    request = ReversalRequest.objects.get()
    decline = f"/desk/ledger/reversals/{request.pk}/decline/"
    assert as_(treasurer(2)).get(decline).status_code == 200
    assert as_(treasurer(2)).post(decline, {"answer": ""}).status_code == 422
    assert as_(treasurer(1)).post(decline, {"answer": "自己"}).status_code == 422
    assert as_(treasurer(2)).post(decline, {"answer": "没有付错"}).status_code == 302
    assert "没有付错" in text(as_(treasurer(1)).get(path))
    as_(treasurer(1)).post(f"{path}reverse/", {"reason": "还是错了"})
    again = ReversalRequest.objects.get(state="asked")
    withdraw = f"/desk/ledger/reversals/{again.pk}/withdraw/"
    assert as_(treasurer(2)).post(withdraw).status_code == 404
    assert as_(treasurer(1)).post(withdraw).status_code == 302
    assert in_fund() == 70_000


ADDRESSES = [
    "/desk/ledger/",
    "/desk/ledger/trial-balance/",
    "/desk/ledger/trial-balance.csv",
    "/desk/ledger/entries/",
    f"/desk/ledger/accounts/{FUND}/",
    f"/desk/ledger/accounts/{FUND}/statement.csv",
    "/desk/ledger/entries/{entry}/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_opens_what(as_: As, address: str) -> None:
    address = address.format(entry=spend(1).id)
    for role in ("treasurer", "leader", "operator"):
        assert as_(treasurer(role=role)).get(address).status_code == 200
    for role in ("officer", "station", "bank", "admin"):
        assert as_(treasurer(role=role)).get(address).status_code == 404
    elsewhere = as_(treasurer(area="150200")).get(address)
    if "accounts/" in address or address[-2].isdigit():
        assert elsewhere.status_code == 404
    else:
        assert FUND not in text(elsewhere)
    assert as_(Actor()).get(address).status_code in {302, 401}


def test_only_treasurers_change(as_: As) -> None:
    entry = spend(1)
    for role in ("leader", "operator"):
        reader = treasurer(role=role)
        assert "申请冲正" not in text(as_(reader).get(f"/desk/ledger/entries/{entry.id}/"))
        address = f"/desk/ledger/entries/{entry.id}/reverse/"
        assert as_(reader).post(address, {"reason": "x"}).status_code == 404
    elsewhere = as_(treasurer(area="150200"))
    address = f"/desk/ledger/entries/{entry.id}/reverse/"
    assert elsewhere.post(address, {"reason": "x"}).status_code == 404
    assert not ReversalRequest.objects.exists()


def test_what_is_not_there(as_: As) -> None:
    keeper = as_(treasurer())
    for address in (
        "/desk/ledger/accounts/nothing/",
        "/desk/ledger/entries/99999/",
        f"/desk/ledger/entries/{10**40}/",
        "/desk/ledger/reversals/00000000-0000-0000-0000-000000000001/decline/",
    ):
        assert keeper.get(address).status_code == 404


def test_a_persons_account_is_looked_at_with_a_trace(as_: As) -> None:
    person = SubjectRef("person", treasurer().staff_id)  # type: ignore[arg-type]
    open_account(
        actor=SYSTEM,
        code="loan:1",
        name="某人的贷款",
        kind="asset",
        area="150100",
        person=str(person),
        now=NOW,
    )
    as_(treasurer()).get("/desk/ledger/accounts/loan:1/")
    as_(treasurer()).get("/desk/ledger/accounts/loan:1/statement.csv")
    assert [one.purpose for one in look_ups_of(person).entries] == ["核对账户"] * 2
    as_(treasurer()).get(f"/desk/ledger/accounts/{GRANTS}/")
    assert look_ups_of(person).total == 2


@pytest.mark.parametrize(("fen", "told"), [(0, "平"), (5, "借 0.05"), (-123456, "贷 1,234.56")])
def test_sides_in_words(fen: int, told: str) -> None:
    assert words.sided(fen) == told


@pytest.mark.parametrize(
    ("fen", "told"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56")]
)
def test_sums_for_a_spreadsheet(fen: int, told: str) -> None:
    assert str(words.plain_yuan(fen)) == told


def test_what_an_entry_is_about_opens_where_its_room_says_so() -> None:
    assert words.about_path("nobody.Thing:1") == ""
    assert words.about_path("no colon") == ""
