"""The books as data: the same figures as on the desk, each leading to its entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.ledger.public import balance
from tests.api.programs import BASE, program, staff_key
from tests.factories.people import CHIFENG, HOHHOT, make_staff
from tests.ledger import pay_kit as kit

pytestmark = pytest.mark.django_db
BOOKS = f"{BASE}/ledger"
SPAN = {"since": "2026-11-01", "until": "2026-12-01"}
PATHS = (
    "/accounts",
    f"/accounts/{kit.FUND}/statement",
    "/trial-balance",
    "/entries",
)


def clerk(login: str, role: str = "treasurer", area: Region = HOHHOT) -> Client:
    return program(staff_key(make_staff(login, roles=(role,), area=area, now=kit.NOW), now=kit.NOW))


@pytest.fixture
def client(unlimited: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    def stand(instant: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)

    stand(kit.LATER)
    kit.endow()
    kit.answered(kit.sent_file(3), ["0000", "0000", "E102"])
    return clerk("books")


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def refused(answer: Any, status: int) -> str:
    code: str = told(answer, status)["error"]["code"]
    return code


def test_accounts_go_by_marks(client: Client) -> None:
    first = told(client.get(f"{BOOKS}/accounts", {"limit": 2}))
    second = told(client.get(f"{BOOKS}/accounts", {"limit": 2, "after": first["next"]}))
    found = {one["code"]: one for one in first["accounts"] + second["accounts"]}
    assert list(found) == sorted([kit.FUND, kit.TRANSIT, kit.BANK])
    assert found[kit.FUND]["balance_fen"] == balance(kit.FUND).balance_fen
    assert second["next"] is None
    assert refused(client.get(f"{BOOKS}/accounts", {"after": "WzFd"}), 422) == "platform.not_mark"
    funds = told(client.get(f"{BOOKS}/accounts", {"kind": "fund"}))["accounts"]
    assert [one["code"] for one in funds] == [kit.FUND]


def test_a_statement_runs_from_opening_to_closing(client: Client) -> None:
    found = told(client.get(f"{BOOKS}/accounts/{kit.FUND}/statement", SPAN))
    assert found["opening_fen"] == 0
    assert found["closing_fen"] == balance(kit.FUND).balance_fen
    assert found["closing_fen"] == found["credit_fen"] - found["debit_fen"]
    assert found["lines"][-1]["balance_fen"] == found["closing_fen"]
    assert found["total"] == len(found["lines"])
    nowhere = client.get(f"{BOOKS}/accounts/fund:none:150100/statement", SPAN)
    assert refused(nowhere, 404) == "ledger.account_not_found"
    backwards = {"since": "2026-12-01", "until": "2026-11-01"}
    answer = client.get(f"{BOOKS}/accounts/{kit.FUND}/statement", backwards)
    assert refused(answer, 422) == "ledger.stretch"


@pytest.mark.parametrize("by", ["account", "fund", "area", "institution"])
def test_the_trial_balance_balances(client: Client, by: str) -> None:
    found = told(client.get(f"{BOOKS}/trial-balance", {**SPAN, "by": by}))
    assert found["whole"]
    assert found["balances"]
    assert found["debit_fen"] == found["credit_fen"] > 0
    assert sum(one["closing_fen"] for one in found["rows"]) == found["closing_fen"] == 0
    part = told(client.get(f"{BOOKS}/trial-balance", {**SPAN, "kind": "fund"}))
    assert not part["whole"]


def test_a_figure_leads_to_its_entries_and_they_to_one_another(client: Client) -> None:
    trial = told(client.get(f"{BOOKS}/trial-balance", SPAN))
    for row in trial["rows"]:
        found = told(client.get(f"{BOOKS}/entries", {**SPAN, "account": row["group"]}))
        moved = [
            line["amount_fen"]
            for entry in found["entries"]
            for line in entry["lines"]
            if line["account"] == row["group"]
        ]
        assert sum(moved) == row["closing_fen"]
        assert sum(one for one in moved if one > 0) == row["debit_fen"]
    entries = told(client.get(f"{BOOKS}/entries"))["entries"]
    assert all(sum(line["amount_fen"] for line in one["lines"]) == 0 for one in entries)
    [mirror] = [one for one in entries if one["reverses"]]
    trace = told(client.get(f"{BOOKS}/entries/{mirror['id']}"))
    assert {one["id"] for one in trace["chain"]} == {mirror["id"], mirror["reverses"]}


@pytest.mark.parametrize("number", ["999999", "0", "-1", "99999999999999999999999"])
def test_an_entry_that_is_not_there(client: Client, number: str) -> None:
    assert refused(client.get(f"{BOOKS}/entries/{number}"), 404) == "ledger.entry_not_found"


@pytest.mark.parametrize("path", PATHS)
def test_who_may_read_the_books(client: Client, path: str) -> None:
    assert refused(Client().get(f"{BOOKS}{path}"), 401) == "platform.sign_in_needed"
    for role in ("officer", "station", "bank"):
        assert refused(clerk(f"no{role}", role).get(f"{BOOKS}{path}"), 404) == "platform.not_found"
    for role in ("leader", "operator"):
        assert clerk(f"yes{role}", role).get(f"{BOOKS}{path}").status_code == 200


def test_another_area_sees_none_of_it(client: Client) -> None:
    other = clerk("chifeng", area=CHIFENG)
    entry = told(client.get(f"{BOOKS}/entries"))["entries"][0]["id"]
    assert told(other.get(f"{BOOKS}/accounts"))["accounts"] == []
    assert told(other.get(f"{BOOKS}/trial-balance"))["rows"] == []
    assert told(other.get(f"{BOOKS}/entries"))["entries"] == []
    assert refused(other.get(f"{BOOKS}/entries/{entry}"), 404) == "ledger.entry_not_found"
    statement = other.get(f"{BOOKS}/accounts/{kit.FUND}/statement")
    assert refused(statement, 404) == "ledger.account_not_found"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"since": "yesterday"}, "api.unreadable_input"),
        ({"area": "xx"}, "kernel.not_region_code"),
        ({"kind": "horse"}, "api.unreadable_input"),
        ({"by": "horse"}, "api.unreadable_input"),
    ],
)
def test_words_of_the_address_are_checked(client: Client, query: dict[str, str], code: str) -> None:
    assert refused(client.get(f"{BOOKS}/trial-balance", query), 422) == code
