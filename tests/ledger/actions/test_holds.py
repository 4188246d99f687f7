"""Sums set aside: what they leave available, how they end, and retries."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from denghuo.ledger.actions.accounts import AccountNotEmptyError
from denghuo.ledger.actions.holds import (
    HoldAmountError,
    HoldEndedError,
    HoldExceededError,
    expire_holds,
)
from denghuo.ledger.actions.refusals import (
    AccountClosedError,
    LedgerKeyReusedError,
    NoSuchAccountError,
)
from denghuo.ledger.logic.entries import EntryWordsError
from denghuo.ledger.public import (
    BelowFloorError,
    HoldsNotPlacedError,
    HoldView,
    Line,
    NewEntry,
    NewHold,
    balance,
    close_account,
    hold_of,
    place_hold,
    place_many_holds,
    release_hold,
    release_many_holds,
    settle_hold,
)
from denghuo.ledger.queries.checking import check_books
from denghuo.ledger.queries.holds import HoldNotFoundError, live_holds
from denghuo.ledger.tasks import expire
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, RunningJob
from tests.ledger.books import (
    ABOUT,
    BANK,
    FUND,
    GRANTS,
    NOW,
    ON,
    TRANSIT,
    in_fund,
    open_books,
    spend,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_books(given_fen=1000)


def hold(fen: int, *, key: str = "h", account: str = FUND, hours: int = 0) -> HoldView:
    return place_hold(
        actor=SYSTEM,
        key=key,
        account=account,
        amount_fen=fen,
        about=ABOUT,
        expires_at=NOW + timedelta(hours=hours) if hours else None,
        now=NOW,
    )


def out(fen: int, key: str = "out") -> NewEntry:
    return NewEntry(key, "grant", (Line(FUND, fen), Line(TRANSIT, -fen)), ABOUT, ON)


def test_a_hold_lowers_what_is_available_and_not_the_balance() -> None:
    placed = hold(600)
    assert (balance(FUND).balance_fen, balance(FUND).held_fen, in_fund()) == (1000, 600, 400)
    assert live_holds(FUND) == (placed,)
    with pytest.raises(BelowFloorError) as raised:
        spend(401)
    assert "可用 4.00 元，这次要 4.01 元" in raised.value.sentence
    with pytest.raises(BelowFloorError) as raised:
        hold(401, key="more")
    assert "可用 4.00 元，这次要 4.01 元" in raised.value.sentence
    spend(400)
    assert check_books().faults == ()


def test_the_same_hold_again_is_the_first() -> None:
    first = hold(600)
    rows = AuditEntry.objects.count()
    assert hold(600) == first
    assert (in_fund(), AuditEntry.objects.count()) == (400, rows)
    with pytest.raises(LedgerKeyReusedError):
        hold(601)


def test_released_it_is_free_again_and_stays_released() -> None:
    placed = hold(600)
    released = release_hold(actor=SYSTEM, hold_id=placed.id, now=NOW)
    assert (released.state, released.ended_at, in_fund()) == ("released", NOW, 1000)
    assert release_hold(actor=SYSTEM, hold_id=placed.id, now=NOW + timedelta(1)) == released
    with pytest.raises(HoldEndedError) as raised:
        settle_hold(actor=SYSTEM, hold_id=placed.id, entry=out(600), now=NOW)
    assert "已解冻" in raised.value.sentence
    assert hold(600) == released, "the same key places nothing new"


def test_settled_it_is_spent_and_the_rest_is_free() -> None:
    placed = hold(1000)
    entry = settle_hold(actor=SYSTEM, hold_id=placed.id, entry=out(700), now=NOW)
    assert (in_fund(), balance(FUND).held_fen) == (300, 0)
    settled = hold_of(placed.id)
    assert (settled.state, settled.entry_key) == ("settled", "out")
    assert settle_hold(actor=SYSTEM, hold_id=placed.id, entry=out(700), now=NOW) == entry
    with pytest.raises(HoldEndedError):
        settle_hold(actor=SYSTEM, hold_id=placed.id, entry=out(700, "other"), now=NOW)
    with pytest.raises(LedgerKeyReusedError):
        settle_hold(actor=SYSTEM, hold_id=placed.id, entry=out(699), now=NOW)
    with pytest.raises(HoldEndedError):
        release_hold(actor=SYSTEM, hold_id=placed.id, now=NOW)
    assert check_books().faults == ()


def many(*fen: int, about: str = ABOUT) -> dict[str, UUID]:
    holds = [NewHold(f"m{place}", FUND, each) for place, each in enumerate(fen)]
    return place_many_holds(actor=SYSTEM, holds=holds, about=about, now=NOW)


def test_many_are_set_aside_together_or_not_at_all() -> None:
    audited = AuditEntry.objects.count()
    assert set(many(300, 500)) == {"m0", "m1"}
    assert (balance(FUND).held_fen, in_fund()) == (800, 200)
    assert AuditEntry.objects.count() == audited + 1
    with pytest.raises(HoldsNotPlacedError):
        place_many_holds(
            actor=SYSTEM,
            holds=[NewHold("n0", FUND, 100), NewHold("n1", FUND, 101)],
            about=ABOUT,
            now=NOW,
        )
    with pytest.raises(HoldsNotPlacedError):
        many(1)  # a key that was used
    with pytest.raises(HoldsNotPlacedError):
        place_many_holds(actor=SYSTEM, holds=[NewHold("n2", "fund:none", 1)], about=ABOUT, now=NOW)
    with pytest.raises(HoldAmountError):
        many(0)
    assert balance(FUND).held_fen == 800
    assert not many()
    assert check_books().faults == ()


def test_many_are_freed_once_and_only_what_is_about_the_same() -> None:
    placed = many(300, 500)
    other = hold(100, key="other")
    release_hold(actor=SYSTEM, hold_id=placed["m1"], now=NOW)
    asked = {"actor": SYSTEM, "hold_ids": [*placed.values(), other.id], "now": NOW}
    assert release_many_holds(about="test.Thing:2", **asked) == {}  # type: ignore[arg-type]
    assert release_many_holds(about=ABOUT, **asked) == {  # type: ignore[arg-type]
        placed["m0"]: 300,
        other.id: 100,
    }
    assert release_many_holds(about=ABOUT, **asked) == {}  # type: ignore[arg-type]
    assert balance(FUND).held_fen == 0
    assert check_books().faults == ()


@pytest.mark.parametrize("fen", [601, -600])
def test_an_entry_takes_from_a_hold_at_most_what_it_holds(fen: int) -> None:
    placed = hold(600)
    with pytest.raises(HoldExceededError):
        settle_hold(actor=SYSTEM, hold_id=placed.id, entry=out(fen), now=NOW)
    other = NewEntry("out", "grant", (Line(BANK, 5), Line(TRANSIT, -5)), ABOUT, ON)
    with pytest.raises(HoldExceededError):
        settle_hold(actor=SYSTEM, hold_id=placed.id, entry=other, now=NOW)
    assert hold_of(placed.id).state == "live"


def test_a_settlement_that_is_refused_leaves_the_hold() -> None:
    placed = hold(600)
    entry = NewEntry("out", "grant", (Line(FUND, 600), Line("nowhere", -600)), ABOUT, ON)
    with pytest.raises(NoSuchAccountError):
        settle_hold(actor=SYSTEM, hold_id=placed.id, entry=entry, now=NOW)
    assert (hold_of(placed.id).state, in_fund()) == ("live", 400)


def test_holds_run_out_at_their_moment_and_others_do_not() -> None:
    first, second = hold(100, key="a", hours=1), hold(200, key="b", hours=2)
    third = hold(300, key="c")
    rows = AuditEntry.objects.count()
    assert expire_holds(actor=SYSTEM, now=NOW + timedelta(minutes=59)) == 0
    assert AuditEntry.objects.count() == rows
    assert expire_holds(actor=SYSTEM, now=NOW + timedelta(hours=1)) == 1
    assert AuditEntry.objects.count() == rows + 1
    assert [hold_of(one.id).state for one in (first, second, third)] == [
        "expired",
        "live",
        "live",
    ]
    assert in_fund() == 500
    with pytest.raises(HoldEndedError):
        release_hold(actor=SYSTEM, hold_id=first.id, now=NOW)


def test_the_job_lets_what_is_due_run_out() -> None:
    place_hold(
        actor=SYSTEM,
        key="old",
        account=FUND,
        amount_fen=50,
        about=ABOUT,
        expires_at=NOW - timedelta(days=3650),
        now=NOW,
    )
    expire(RunningJob(1, "ledger.expire_holds", None, {}, 1, lambda _done, _total: True))
    assert "old" not in {one.key for one in live_holds(FUND)}


@pytest.mark.parametrize("fen", [0, -5, 10**15 + 1, True])
def test_what_is_no_sum(fen: int) -> None:
    with pytest.raises(HoldAmountError):
        hold(fen)


def test_where_and_under_what_words() -> None:
    with pytest.raises(NoSuchAccountError):
        hold(5, account="nowhere")
    with pytest.raises(EntryWordsError):
        hold(5, key="有汉字")
    close_account(actor=SYSTEM, code=GRANTS, now=NOW)
    with pytest.raises(AccountClosedError):
        hold(5, account=GRANTS)
    for call in (release_hold, settle_hold):
        with pytest.raises(HoldNotFoundError):
            call(
                actor=SYSTEM,
                hold_id=uuid4(),
                now=NOW,
                **({"entry": out(5)} if call is settle_hold else {}),
            )
    hold(5, account=BANK)
    with pytest.raises(AccountNotEmptyError):
        close_account(actor=SYSTEM, code=BANK, now=NOW)
