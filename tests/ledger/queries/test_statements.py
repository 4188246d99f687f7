"""Statements, trial balances and the way back to entries: against sums taken by hand."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from denghuo.ledger.access import AccountNotFoundError, EntryNotFoundError
from denghuo.ledger.public import (
    Line,
    NewEntry,
    balance,
    open_account,
    post_many,
    reverse_entry,
    statement,
    trial_balance,
)
from denghuo.ledger.queries.accounts import fund_names, funds_in_sight, list_accounts
from denghuo.ledger.queries.entries import entry_seen
from denghuo.ledger.queries.statements import LINES_PER_PAGE, statement_lines
from denghuo.ledger.queries.tracing import trace, trace_entry
from denghuo.ledger.queries.trial import GROUPINGS, Grouping
from denghuo.platform.public import SYSTEM, Actor
from tests.ledger.books import (
    ABOUT,
    BANK,
    FUND,
    GRANTS,
    NOW,
    ON,
    TRANSIT,
    give,
    move,
    open_books,
    spend,
    treasurer,
)

pytestmark = pytest.mark.django_db
YEAR = date(2026, 1, 1)
NEXT_YEAR = date(2027, 1, 1)
PLACES = {"150100": "hohhot", "150105": "saihan", "150200": "baotou", "": "region"}


def many_books(seed: int = 7, count: int = 300) -> list[tuple[date, str, str, int]]:
    """Accounts of four places in two funds, and entries over a year in random order."""
    pick = random.Random(seed)
    codes = []
    for area, place in PLACES.items():
        for fund in ("a", "b"):
            for kind in ("asset", "expense"):
                code = f"{kind}:{fund}:{place}"
                codes.append(code)
                open_account(
                    actor=SYSTEM,
                    code=code,
                    name=code,
                    kind=kind,
                    area=area,
                    fund=fund,
                    institution=place if kind == "asset" else "",
                    now=NOW,
                )
    moves = []
    for _ in range(count):
        debit, credit = pick.sample(codes, 2)
        moves.append((YEAR + timedelta(pick.randrange(365)), debit, credit, pick.randint(1, 9999)))
    post_many(
        actor=SYSTEM,
        entries=[
            NewEntry(
                f"m-{n}", "grant", (Line(debit, fen), Line(credit, -fen)), f"cases.Case:{n}", on
            )
            for n, (on, debit, credit, fen) in enumerate(moves)
        ],
        now=NOW,
    )
    return moves


def test_a_statement_tells_opening_lines_and_closing() -> None:
    open_books()
    give(1000, on=date(2026, 1, 5))
    first = spend(300, on=date(2026, 2, 1))
    spend(200, on=date(2026, 2, 28))
    spend(100, on=date(2026, 3, 1))
    reverse_entry(
        actor=SYSTEM, entry_id=first.id, key="r", reason="错账", on=date(2026, 2, 28), now=NOW
    )
    found = statement(SYSTEM, FUND, since=date(2026, 2, 1), until=date(2026, 3, 1))
    assert (found.opening_fen, found.closing_fen) == (1000, 800)
    assert (found.debit_fen, found.credit_fen) == (500, 300)
    assert [(line.debit_fen, line.credit_fen, line.balance_fen) for line in found.lines] == [
        (300, 0, 700),
        (200, 0, 500),
        (0, 300, 800),
    ]
    assert found.lines[2].reverses == first.id
    empty = statement(SYSTEM, FUND, since=date(2027, 1, 1), until=date(2027, 1, 2))
    assert (empty.opening_fen, empty.closing_fen, empty.lines) == (700, 700, ())
    debit_side = statement(SYSTEM, BANK, since=YEAR, until=NEXT_YEAR)
    assert (debit_side.opening_fen, debit_side.closing_fen) == (0, 1000)


def test_pages_of_a_statement_join_without_a_seam() -> None:
    moves = many_books()
    code = "asset:a:hohhot"
    since, until = date(2026, 2, 1), date(2026, 12, 1)
    by_hand = [
        (on, fen if debit == code else -fen)
        for on, debit, credit, fen in moves
        if code in (debit, credit) and since <= on < until
    ]
    opening = sum(
        fen if debit == code else -fen
        for on, debit, credit, fen in moves
        if code in (debit, credit) and on < since
    )
    give_more = [  # enough for several pages
        NewEntry(f"x-{n}", "grant", (Line(code, 1), Line("asset:a:saihan", -1)), ABOUT, since)
        for n in range(2 * LINES_PER_PAGE)
    ]
    post_many(actor=SYSTEM, entries=give_more, now=NOW)
    by_hand += [(since, 1)] * len(give_more)
    first = statement(SYSTEM, code, since=since, until=until)
    assert (first.total, first.pages) == (len(by_hand), -(-len(by_hand) // LINES_PER_PAGE))
    assert first.pages >= 3
    lines = [
        line
        for page in range(1, first.pages + 1)
        for line in statement(SYSTEM, code, since=since, until=until, page=page).lines
    ]
    assert lines == list(statement_lines(SYSTEM, code, since=since, until=until))
    assert sorted((line.booked_on, line.amount_fen) for line in lines) == sorted(by_hand)
    standing = opening
    for line in lines:
        standing += line.amount_fen
        assert line.balance_fen == standing
    assert (first.opening_fen, first.closing_fen) == (opening, standing)
    assert statement(SYSTEM, code, since=since, until=until, page=99).page == first.pages


@pytest.mark.parametrize("by", GROUPINGS)
def test_a_trial_balance_is_the_sum_of_its_lines(by: Grouping) -> None:
    moves = many_books()
    since, until = date(2026, 4, 1), date(2026, 10, 1)
    found = trial_balance(SYSTEM, since=since, until=until, by=by)
    inside = [fen for on, _, _, fen in moves if since <= on < until]
    assert (found.debit_fen, found.credit_fen) == (sum(inside), sum(inside))
    assert found.balances
    assert found.whole
    assert found.opening_fen == found.closing_fen == 0
    for row in found.rows:
        mine = [
            (on, debit_fen)
            for on, debit, credit, fen in moves
            for code, debit_fen in ((debit, fen), (credit, -fen))
            if row.kind == code.split(":")[0] and row.group == group_of(code, by)
        ]
        assert row.opening_fen == sum(fen for on, fen in mine if on < since)
        assert row.debit_fen == sum(f for on, f in mine if since <= on < until and f > 0)
        assert row.credit_fen == -sum(f for on, f in mine if since <= on < until and f < 0)
        assert row.closing_fen == sum(fen for on, fen in mine if on < until)


def group_of(code: str, by: Grouping) -> str:
    kind, fund, place = code.split(":")
    areas = {place: area.ljust(12, "0") if area else "" for area, place in PLACES.items()}
    return {
        "account": code,
        "fund": fund,
        "area": areas[place],
        "institution": place if kind == "asset" else "",
    }[by]


def test_a_part_of_the_books_says_that_it_is_one() -> None:
    many_books()
    part = trial_balance(SYSTEM, since=YEAR, until=NEXT_YEAR, area="150100", fund="a")
    assert not part.whole
    assert {row.group.split(":")[2] for row in part.rows} == {"hohhot", "saihan"}
    assert {row.group.split(":")[1] for row in part.rows} == {"a"}
    only = trial_balance(SYSTEM, since=YEAR, until=NEXT_YEAR, kind="asset")
    assert {row.kind for row in only.rows} == {"asset"}


def test_from_a_figure_to_its_entries() -> None:
    moves = many_books()
    since, until = date(2026, 4, 1), date(2026, 10, 1)

    def by_hand(fits: tuple[str, ...]) -> int:
        return sum(
            since <= on < until
            and any(all(word in code.split(":") for word in fits) for code in (debit, credit))
            for on, debit, credit, _ in moves
        )

    wanted: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({"account": "asset:a:hohhot"}, ("asset", "a", "hohhot")),
        ({"fund": "a"}, ("a",)),
        ({"fund": "b", "kind": "expense"}, ("b", "expense")),
        ({"area": "150105", "fund": "b"}, ("saihan", "b")),
        ({"institution": "baotou"}, ("asset", "baotou")),
    ]
    for given, fits in wanted:
        found = trace(SYSTEM, since=since, until=until, **given)
        assert found.total == by_hand(fits), given
        assert 0 < found.total < len(moves)
    assert trace(SYSTEM, account="nowhere").total == 0
    assert [one.about for one in trace(SYSTEM, about="cases.Case:5").entries] == ["cases.Case:5"]


def test_pages_of_entries_hold_each_once() -> None:
    moves = many_books(count=120)
    first = trace(SYSTEM)
    assert (first.total, first.pages) == (len(moves), 3)
    ids = [one.id for page in (1, 2, 3) for one in trace(SYSTEM, page=page).entries]
    assert len(set(ids)) == len(moves)


def test_from_an_entry_to_what_it_is_about() -> None:
    open_books(given_fen=1000)
    first = spend(300)
    mirror = reverse_entry(actor=SYSTEM, entry_id=first.id, key="r", reason="错账", on=ON, now=NOW)
    second = spend(200)
    spend(100, about="cases.Case:other")
    found = trace_entry(SYSTEM, first.id)
    assert [one.id for one in found.chain] == [first.id, mirror.id]
    assert second.id in {one.id for one in found.siblings}
    assert {one.about for one in found.siblings} == {ABOUT}
    assert found == trace_entry(SYSTEM, first.id)
    assert trace_entry(SYSTEM, mirror.id).chain == found.chain
    with pytest.raises(EntryNotFoundError):
        trace_entry(SYSTEM, 10**9)


SIGHTS = {
    "150105": {"saihan"},
    "150100": {"hohhot", "saihan"},
    "150200": {"baotou"},
    "15": set(PLACES.values()),
}


@pytest.mark.parametrize("area", SIGHTS)
@pytest.mark.parametrize("role", ["treasurer", "leader", "operator"])
def test_each_reader_sees_their_own_area(area: str, role: str) -> None:
    moves = many_books(count=120)
    reader, places = treasurer(area=area, role=role), SIGHTS[area]

    def place(code: str) -> str:
        return code.split(":")[2]

    accounts = list_accounts(reader)
    assert {place(one.code) for one in accounts.entries} == places
    seen = {n for n, (_, *codes, _) in enumerate(moves) if places & {place(c) for c in codes}}
    assert trace(reader).total == len(seen)
    rows = trial_balance(reader, since=YEAR, until=NEXT_YEAR).rows
    assert {place(row.group) for row in rows} == places
    for code in ("asset:a:baotou", "asset:a:region", "asset:a:saihan"):
        if place(code) in places:
            assert statement(reader, code, since=YEAR, until=NEXT_YEAR).account.code == code
        else:
            with pytest.raises(AccountNotFoundError):
                statement(reader, code, since=YEAR, until=NEXT_YEAR)
            with pytest.raises(AccountNotFoundError):
                statement_lines(reader, code, since=YEAR, until=NEXT_YEAR)


@pytest.mark.parametrize(
    "nobody",
    [
        Actor(),
        treasurer(role="officer", area="15"),
        Actor(kind="staff", roles=frozenset({"treasurer"})),
    ],
)
def test_others_see_nothing(nobody: Actor) -> None:
    open_books(given_fen=5)
    entry = spend(5)
    assert list_accounts(nobody).total == trace(nobody).total == 0
    assert funds_in_sight(nobody) == {}
    assert trial_balance(nobody, since=YEAR, until=NEXT_YEAR).rows == ()
    with pytest.raises(EntryNotFoundError):
        entry_seen(nobody, entry.id)
    with pytest.raises(AccountNotFoundError):
        statement(nobody, FUND, since=YEAR, until=NEXT_YEAR)


def test_accounts_are_found_by_word_and_dimension() -> None:
    open_books(given_fen=5)
    assert [one.code for one in list_accounts(SYSTEM, text="在途").entries] == [TRANSIT]
    assert [one.code for one in list_accounts(SYSTEM, text="STABLE").entries] == [GRANTS]
    assert list_accounts(SYSTEM, kind="fund", fund="unemployment", area="1501").total == 1
    assert list_accounts(SYSTEM, area="150200").total == 0
    assert funds_in_sight(SYSTEM) == {"unemployment": "失业保险基金"}
    assert balance(FUND).balance_fen == 5
    move(GRANTS, BANK, 5, key="x")
    assert list_accounts(SYSTEM).entries[0].balance_fen == 0


def test_a_fund_is_called_by_its_own_account() -> None:
    open_books(given_fen=5)
    assert fund_names(["unemployment", "nobody's"]) == {
        "unemployment": "失业保险基金",
        "nobody's": "nobody's",
    }
