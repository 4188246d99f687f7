"""Posting and reversing: retries, refusals, all or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import EntryNotFoundError
from denghuo.ledger.actions.entries import ENTRIES_MAX, reverse_entries
from denghuo.ledger.actions.refusals import (
    AccountClosedError,
    AlreadyReversedError,
    LedgerKeyReusedError,
    ReversalOfReversalError,
    ReversedTwiceError,
)
from denghuo.ledger.logic.entries import EntryWordsError, NewReversal, UnbalancedEntryError
from denghuo.ledger.models import Entry, Posting
from denghuo.ledger.public import (
    BelowFloorError,
    Line,
    NewEntry,
    NoSuchAccountError,
    balance,
    close_account,
    entries_about,
    open_account,
    post,
    post_many,
    reverse_entry,
)
from denghuo.ledger.queries.checking import check_books
from denghuo.ledger.queries.entries import entry_of
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM
from tests.ledger.books import (
    ABOUT,
    BANK,
    FUND,
    GRANTS,
    NOW,
    ON,
    TRANSIT,
    give,
    in_fund,
    move,
    open_books,
    spend,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_books(given_fen=1000)


def new(number: int, fen: int = 10) -> NewEntry:
    lines = (Line(FUND, fen), Line(TRANSIT, -fen))
    return NewEntry(f"many-{number}", "grant", lines, f"cases.Case:{number}", ON)


def test_an_entry_moves_its_accounts_and_is_found_by_what_it_is_about() -> None:
    entry = spend(300, key="s1")
    assert (balance(FUND).balance_fen, balance(TRANSIT).balance_fen) == (700, 300)
    assert entry.lines == (Line(FUND, 300), Line(TRANSIT, -300))
    assert entry.total_fen == 300
    assert entry == entry_of(entry.id)
    assert entries_about(ABOUT)[-1] == entry
    assert check_books().faults == ()


def test_a_retry_gives_the_first_entry_back_and_writes_nothing() -> None:
    first = spend(300, key="s1")
    rows, audit = Posting.objects.count(), AuditEntry.objects.count()
    again = post(
        actor=SYSTEM,
        key="s1",
        kind="grant",
        lines=[Line(TRANSIT, -300), Line(FUND, 300)],  # the order says nothing
        about=ABOUT,
        on=ON,
        now=NOW + timedelta(days=400),
    )
    assert again == first
    assert (Posting.objects.count(), AuditEntry.objects.count()) == (rows, audit)


def test_a_key_with_other_content_is_refused() -> None:
    spend(300, key="s1")
    same = {"key": "s1", "about": ABOUT, "on": ON}
    for changed in (
        {"about": "cases.Case:2"},
        {"on": ON + timedelta(days=1)},
    ):
        with pytest.raises(LedgerKeyReusedError):
            spend(300, **{**same, **changed})  # type: ignore[arg-type]
    calls: list[Callable[[], object]] = [
        lambda: spend(301, key="s1"),
        lambda: move(FUND, BANK, 300, key="s1"),
        lambda: post(
            actor=SYSTEM,
            key="s1",
            kind="other",
            lines=[Line(FUND, 300), Line(TRANSIT, -300)],
            about=ABOUT,
            on=ON,
            now=NOW,
        ),
    ]
    for call in calls:
        with pytest.raises(LedgerKeyReusedError):
            call()
    assert in_fund() == 700


def test_a_fund_gives_its_last_fen_and_no_more() -> None:
    spend(1000)
    with pytest.raises(BelowFloorError) as raised:
        spend(1)
    assert raised.value.sentence == (
        "“失业保险基金”的钱不够：可用 0.00 元，这次要 0.01 元。没有记账。"
    )
    assert in_fund() == 0
    give(1)
    spend(1)


def test_a_credit_line_is_a_floor_below_nothing() -> None:
    open_account(actor=SYSTEM, code="line", name="透支", kind="fund", floor_fen=-50, now=NOW)
    move("line", BANK, 50, key="a")
    with pytest.raises(BelowFloorError) as raised:
        move("line", BANK, 1, key="b")
    assert "可用 0.00 元" in raised.value.sentence


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([Line(FUND, 5), Line("nowhere", -5)], NoSuchAccountError),
        ([Line(FUND, 5), Line(TRANSIT, -4)], UnbalancedEntryError),
    ],
)
def test_refused_entries_leave_nothing(lines: list[Line], error: type[RefusalError]) -> None:
    entries, audit = Entry.objects.count(), AuditEntry.objects.count()
    with pytest.raises(error):
        post(actor=SYSTEM, key="x", kind="grant", lines=lines, about=ABOUT, on=ON, now=NOW)
    assert (Entry.objects.count(), AuditEntry.objects.count()) == (entries, audit)


def test_nothing_is_posted_to_a_closed_account() -> None:
    close_account(actor=SYSTEM, code=GRANTS, now=NOW)
    with pytest.raises(AccountClosedError):
        move(GRANTS, FUND, 5, key="x")


def test_a_refusal_inside_a_longer_transaction_leaves_it_usable() -> None:
    with transaction.atomic():
        spend(400)
        with pytest.raises(BelowFloorError):
            spend(601)
        spend(600)
    assert in_fund() == 0


def test_many_in_one_transaction_with_one_audit_row() -> None:
    audit = AuditEntry.objects.count()
    views = post_many(actor=SYSTEM, entries=[new(n, 1) for n in range(700)], now=NOW)
    assert [view.key for view in views] == [f"many-{n}" for n in range(700)]
    assert [entry_of(view.id).about for view in views[::300]] == [
        f"cases.Case:{n}" for n in range(0, 700, 300)
    ]
    assert in_fund() == 300
    assert AuditEntry.objects.count() == audit + 1
    assert '"entries":700' in AuditEntry.objects.order_by("-seq").values_list("detail")[0][0]
    assert check_books().faults == ()


def test_many_are_all_or_none() -> None:
    before = Entry.objects.count()
    with pytest.raises(BelowFloorError):
        post_many(actor=SYSTEM, entries=[new(n, 11) for n in range(100)], now=NOW)
    assert Entry.objects.count() == before
    assert in_fund() == 1000


def test_many_again_are_the_first_and_only_new_ones_are_posted() -> None:
    firsts = post_many(actor=SYSTEM, entries=[new(n) for n in range(3)], now=NOW)
    again = post_many(actor=SYSTEM, entries=[new(n) for n in range(5)], now=NOW)
    assert again[:3] == firsts
    assert in_fund() == 950
    assert post_many(actor=SYSTEM, entries=[new(1), new(1)], now=NOW) == [firsts[1]] * 2
    with pytest.raises(LedgerKeyReusedError):
        post_many(actor=SYSTEM, entries=[new(9, 1), new(9, 2)], now=NOW)
    assert post_many(actor=SYSTEM, entries=[], now=NOW) == []


def test_a_list_without_end_is_no_call() -> None:
    with pytest.raises(ValueError, match="at most"):
        post_many(actor=SYSTEM, entries=[new(1)] * (ENTRIES_MAX + 1), now=NOW)


def test_a_post_is_few_statements() -> None:
    with CaptureQueriesContext(connection) as caught:
        spend(5)
    # Savepoint; twice the chain's lock on PostgreSQL; entry; the chain's last row and its next.
    assert len(caught) <= 7, [one["sql"][:60] for one in caught]


def test_a_reversal_is_the_mirror_and_about_the_same() -> None:
    first = spend(300)
    mirror = reverse_entry(
        actor=SYSTEM, entry_id=first.id, key="r1", reason="付错了人", on=ON, now=NOW
    )
    assert (mirror.reverses, mirror.about, mirror.memo) == (first.id, ABOUT, "付错了人")
    assert entry_of(first.id).reversed_by == mirror.id
    assert in_fund() == 1000
    again = reverse_entry(
        actor=SYSTEM, entry_id=first.id, key="r1", reason="付错了人", on=ON, now=NOW
    )
    assert again == mirror
    with pytest.raises(AlreadyReversedError) as raised:
        reverse_entry(actor=SYSTEM, entry_id=first.id, key="r2", reason="x", on=ON, now=NOW)
    assert str(mirror.id) in raised.value.sentence
    with pytest.raises(ReversalOfReversalError):
        reverse_entry(actor=SYSTEM, entry_id=mirror.id, key="r3", reason="x", on=ON, now=NOW)
    with pytest.raises(EntryNotFoundError):
        reverse_entry(actor=SYSTEM, entry_id=10**9, key="r4", reason="x", on=ON, now=NOW)
    with pytest.raises(LedgerKeyReusedError):
        reverse_entry(actor=SYSTEM, entry_id=first.id, key="r1", reason="y", on=ON, now=NOW)
    assert check_books().faults == ()


def test_money_already_spent_is_not_taken_back() -> None:
    first = give(500)
    spend(1400)
    with pytest.raises(BelowFloorError):
        reverse_entry(actor=SYSTEM, entry_id=first.id, key="r", reason="x", on=ON, now=NOW)
    assert in_fund() == 100


def test_many_reversals_all_or_none_and_again() -> None:
    firsts = post_many(actor=SYSTEM, entries=[new(n) for n in range(20)], now=NOW)
    asked = [NewReversal(one.id, f"r-{one.id}", "退票", ON) for one in firsts]
    with pytest.raises(ReversedTwiceError):
        reverse_entries(
            actor=SYSTEM,
            reversals=[*asked, NewReversal(firsts[0].id, "twice", "退票", ON)],
            now=NOW,
        )
    assert in_fund() == 800
    mirrors = reverse_entries(actor=SYSTEM, reversals=asked, now=NOW)
    assert in_fund() == 1000
    assert reverse_entries(actor=SYSTEM, reversals=asked, now=NOW) == mirrors


def test_a_memo_is_kept_as_written_and_words_are_checked() -> None:
    entry = post(
        actor=SYSTEM,
        key="m",
        kind="grant",
        lines=[Line(FUND, 5), Line(TRANSIT, -5)],
        about=ABOUT,
        on=ON,
        memo='引号"、百分号%s、ᠮᠣᠩᠭᠣᠯ',
        now=NOW,
    )
    assert entry_of(entry.id).memo == '引号"、百分号%s、ᠮᠣᠩᠭᠣᠯ'
    with pytest.raises(EntryWordsError):
        spend(5, key="有汉字")
