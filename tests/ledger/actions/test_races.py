"""Several at once: the last fen, one key, two mirrors, a hold against a post; no ring of locks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from denghuo.ledger.actions.holds import expire_holds
from denghuo.ledger.actions.refusals import AlreadyReversedError, LedgerKeyReusedError
from denghuo.ledger.models import Entry, Hold
from denghuo.ledger.public import (
    BelowFloorError,
    EntryView,
    HoldView,
    Line,
    NewEntry,
    open_account,
    place_hold,
    post_many,
    release_hold,
    reverse_entry,
    settle_hold,
)
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.audit import verify_chain
from denghuo.platform.public import SYSTEM, record_audit
from tests.ledger.books import (
    ABOUT,
    BANK,
    FUND,
    GRANTS,
    NOW,
    ON,
    TRANSIT,
    in_fund,
    move,
    open_books,
    spend,
)

pytestmark = pytest.mark.django_db(transaction=True)
InThreads = Callable[..., list[object]]


@pytest.fixture(autouse=True)
def _books(transactional_db: None) -> None:
    open_books(given_fen=1000)


def sound() -> bool:
    return check_books().faults == () and verify_chain(heads={}) is None


def hold(fen: int, key: str = "h") -> HoldView:
    return place_hold(actor=SYSTEM, key=key, account=FUND, amount_fen=fen, about=ABOUT, now=NOW)


def test_the_last_fen_goes_once(in_threads: InThreads) -> None:
    spend(999)
    found = in_threads(*[partial(spend, 1, key=f"k{n}") for n in range(6)])
    assert sum(isinstance(one, EntryView) for one in found) == 1
    assert sum(isinstance(one, BelowFloorError) for one in found) == 5
    assert in_fund() == 0
    assert sound()


def test_one_key_at_once_is_one_entry(in_threads: InThreads) -> None:
    found = in_threads(*[partial(spend, 100, key="same") for _ in range(6)])
    assert all(isinstance(one, EntryView) for one in found), found
    assert len({one.id for one in found if isinstance(one, EntryView)}) == 1
    assert in_fund() == 900
    assert sound()


def test_one_key_with_two_contents_at_once_is_one_entry(in_threads: InThreads) -> None:
    found = in_threads(*[partial(spend, 100 + n, key="same") for n in range(4)])
    assert sum(isinstance(one, EntryView) for one in found) == 1
    assert sum(isinstance(one, LedgerKeyReusedError) for one in found) == 3
    assert sound()


def test_two_mirrors_at_once_are_one(in_threads: InThreads) -> None:
    first = spend(100)
    found = in_threads(
        *[
            partial(
                reverse_entry,
                actor=SYSTEM,
                entry_id=first.id,
                key=f"r{n}",
                reason="错",
                on=ON,
                now=NOW,
            )
            for n in range(4)
        ]
    )
    assert sum(isinstance(one, EntryView) for one in found) == 1
    assert sum(isinstance(one, AlreadyReversedError) for one in found) == 3, found
    assert in_fund() == 1000
    assert sound()


def test_a_hold_against_a_post(in_threads: InThreads) -> None:
    found = in_threads(partial(hold, 600), partial(spend, 600, key="s"), partial(hold, 600, "h2"))
    assert sum(isinstance(one, BelowFloorError) for one in found) == 2, found
    assert in_fund() == 400
    assert sound()


def test_a_hold_ends_one_way(in_threads: InThreads) -> None:
    placed = place_hold(
        actor=SYSTEM,
        key="h",
        account=FUND,
        amount_fen=600,
        about=ABOUT,
        expires_at=NOW,
        now=NOW - timedelta(hours=1),
    )
    entry = NewEntry("out", "grant", (Line(FUND, 600), Line(TRANSIT, -600)), ABOUT, ON)
    in_threads(
        partial(release_hold, actor=SYSTEM, hold_id=placed.id, now=NOW),
        partial(settle_hold, actor=SYSTEM, hold_id=placed.id, entry=entry, now=NOW),
        partial(settle_hold, actor=SYSTEM, hold_id=placed.id, entry=entry, now=NOW),
        partial(expire_holds, actor=SYSTEM, now=NOW),
    )
    ended = Hold.objects.get()
    assert Entry.objects.filter(key="out").exists() == (ended.state == "settled")
    assert in_fund() == (400 if ended.state == "settled" else 1000)
    assert sound()


def test_one_account_opened_by_many_is_one(in_threads: InThreads) -> None:
    call = partial(open_account, actor=SYSTEM, code="new", name="新", kind="asset", now=NOW)
    found = in_threads(*[call for _ in range(4)])
    assert len({str(one) for one in found}) == 1
    assert sound()


def test_accounts_in_any_order_never_lock_in_a_ring(in_threads: InThreads) -> None:
    """Each thread posts over the same accounts, the other way round, many at a time."""

    def there(number: int) -> None:
        ways = [(GRANTS, BANK), (BANK, GRANTS), (TRANSIT, GRANTS), (GRANTS, TRANSIT)]
        for turn in range(5):
            entries = []
            for n in range(8):
                debit, credit = ways[(number + n) % 4]
                entries.append(
                    NewEntry(
                        f"{number}-{turn}-{n}",
                        "grant",
                        (Line(debit, 1), Line(credit, -1)),
                        ABOUT,
                        ON,
                    )
                )
            post_many(actor=SYSTEM, entries=entries, now=NOW)

    found = in_threads(*[partial(there, number) for number in range(4)])
    assert found == [None] * 4
    assert Entry.objects.filter(key__contains="-").count() >= 160
    assert sound()


def test_an_audit_row_before_a_post_makes_no_ring(in_threads: InThreads) -> None:
    """An action that wrote its own audit row first meets one that posts first."""

    def other_way(number: int) -> None:
        for turn in range(5):
            with transaction.atomic():
                if number % 2:
                    record_audit(actor=SYSTEM, action="test.write")
                    move(GRANTS, BANK, 1, key=f"{number}-{turn}")
                else:
                    move(BANK, GRANTS, 1, key=f"{number}-{turn}")
                    record_audit(actor=SYSTEM, action="test.write")

    found = in_threads(*[partial(other_way, number) for number in range(4)])
    assert found == [None] * 4
    assert sound()
