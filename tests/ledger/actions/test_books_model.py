"""Random entries, reversals and holds against books kept in a dictionary."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.actions.holds import HoldEndedError
from denghuo.ledger.actions.refusals import (
    AlreadyReversedError,
    LedgerKeyReusedError,
    ReversalOfReversalError,
)
from denghuo.ledger.models import Posting
from denghuo.ledger.public import (
    BelowFloorError,
    Line,
    NewEntry,
    balance,
    open_account,
    place_hold,
    post,
    release_hold,
    reverse_entry,
    settle_hold,
)
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.public import SYSTEM
from tests.ledger.books import ABOUT, NOW, ON

pytestmark = pytest.mark.django_db
# Side and floor of each account.
ACCOUNTS: dict[str, tuple[str, int, int | None]] = {
    "bank": ("asset", 1, None),
    "cash": ("asset", 1, 0),
    "fund:a": ("fund", -1, 0),
    "fund:b": ("fund", -1, -500),
    "grants": ("expense", 1, None),
}
CODES = sorted(ACCOUNTS)
KEYS = st.integers(0, 30).map(lambda number: f"key-{number}")


class Books(RuleBasedStateMachine):
    """What the ledger does, beside what it should."""

    entries = Bundle("entries")
    holds = Bundle("holds")

    @initialize()
    def open(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        for code, (kind, _, floor) in ACCOUNTS.items():
            open_account(actor=SYSTEM, code=code, name=code, kind=kind, floor_fen=floor, now=NOW)
        self.standing = dict.fromkeys(CODES, 0)
        self.held = dict.fromkeys(CODES, 0)
        self.posted: dict[str, tuple[int, dict[str, int], int | None]] = {}
        self.reversed: dict[int, int] = {}
        self.placed: dict[str, tuple[str, int, str]] = {}

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def fits(self, moves: dict[str, int], *, freed: dict[str, int] | None = None) -> bool:
        for code, fen in moves.items():
            _, side, floor = ACCOUNTS[code]
            held = self.held[code] - (freed or {}).get(code, 0)
            if floor is not None and side * (self.standing[code] + fen) - held < floor:
                return False
        return True

    def take(self, moves: dict[str, int]) -> None:
        for code, fen in moves.items():
            self.standing[code] += fen

    @rule(
        target=entries,
        key=KEYS,
        codes=st.lists(st.sampled_from(CODES), min_size=2, max_size=4, unique=True),
        fens=st.lists(st.integers(1, 400), min_size=3, max_size=3),
        back=st.booleans(),
    )
    def post_one(self, key: str, codes: list[str], fens: list[int], back: bool) -> Any:
        fens = fens[: len(codes) - 1]
        sign = -1 if back else 1
        moves = dict(zip(codes, [*fens, -sum(fens)], strict=True))
        moves = {code: sign * fen for code, fen in moves.items()}
        expected: type[RefusalError] | None = None
        if key in self.posted:
            if self.posted[key][1:] != (moves, None):
                expected = LedgerKeyReusedError
        elif not self.fits(moves):
            expected = BelowFloorError
        found = self.call(
            expected,
            post,
            key=key,
            kind="grant",
            lines=[Line(code, fen) for code, fen in moves.items()],
            about=ABOUT,
            on=ON,
        )
        if found is None:
            return multiple()
        if key not in self.posted:
            self.take(moves)
            self.posted[key] = (found.id, moves, None)
        assert found.id == self.posted[key][0]
        return key

    @rule(target=entries, key=KEYS, first=entries)
    def reverse_one(self, key: str, first: str) -> Any:
        number, moves, mirrors = self.posted[first]
        mirror = {code: -fen for code, fen in moves.items()}
        expected: type[RefusalError] | None = None
        if mirrors is not None:
            expected = ReversalOfReversalError
        elif key in self.posted:
            if self.posted[key][1:] != (mirror, number):
                expected = LedgerKeyReusedError
        elif number in self.reversed:
            expected = AlreadyReversedError
        elif not self.fits(mirror):
            expected = BelowFloorError
        found = self.call(expected, reverse_entry, entry_id=number, key=key, reason="错账", on=ON)
        if found is None:
            return multiple()
        if key not in self.posted:
            self.take(mirror)
            self.posted[key] = (found.id, mirror, number)
            self.reversed[number] = found.id
        assert (found.id, found.reverses) == (self.posted[key][0], number)
        return key

    @rule(target=holds, key=KEYS, code=st.sampled_from(CODES), fen=st.integers(1, 300))
    def hold_one(self, key: str, code: str, fen: int) -> Any:
        _, side, floor = ACCOUNTS[code]
        expected: type[RefusalError] | None = None
        if key in self.placed:
            if self.placed[key][:2] != (code, fen):
                expected = LedgerKeyReusedError
        elif floor is not None and side * self.standing[code] - self.held[code] - fen < floor:
            expected = BelowFloorError
        found = self.call(expected, place_hold, key=key, account=code, amount_fen=fen, about=ABOUT)
        if found is None:
            return multiple()
        if key not in self.placed:
            self.placed[key] = (code, fen, "live")
            self.held[code] += fen
        return key, found.id

    @rule(hold=holds)
    def release_one(self, hold: Any) -> None:
        key, number = hold
        code, fen, state = self.placed[key]
        ended = HoldEndedError if state == "settled" else None
        if self.call(ended, release_hold, hold_id=number) is not None and state == "live":
            self.held[code] -= fen
            self.placed[key] = (code, fen, "released")

    @rule(
        target=entries,
        hold=holds,
        part=st.integers(1, 300),
        other=st.sampled_from(CODES),
    )
    def settle_one(self, hold: Any, part: int, other: str) -> Any:
        key, number = hold
        code, fen, state = self.placed[key]
        if other == code:
            return multiple()
        part = min(part, fen)
        _, side, _ = ACCOUNTS[code]
        moves = {code: -side * part, other: side * part}
        entry_key = f"settle-{key}"
        expected: type[RefusalError] | None = None
        if state == "released":
            expected = HoldEndedError
        elif state == "settled":
            if self.posted[entry_key][1:] != (moves, None):
                expected = LedgerKeyReusedError
        elif not self.fits(moves, freed={code: fen}):
            expected = BelowFloorError
        lines = tuple(Line(*move) for move in moves.items())
        found = self.call(
            expected,
            settle_hold,
            hold_id=number,
            entry=NewEntry(entry_key, "grant", lines, ABOUT, ON),
        )
        if found is None:
            return multiple()
        if state == "live":
            self.held[code] -= fen
            self.placed[key] = (code, fen, "settled")
            self.take(moves)
            self.posted[entry_key] = (found.id, moves, None)
        return entry_key

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "standing"):
            return
        for code in CODES:
            found, (_, side, floor) = balance(code), ACCOUNTS[code]
            assert found.balance_fen == side * self.standing[code]
            assert found.held_fen == self.held[code]
            assert floor is None or found.available_fen >= floor
        assert sum(self.standing.values()) == 0
        assert Posting.objects.count() == sum(len(moves) for _, moves, _ in self.posted.values())

    def call(self, expected: type[RefusalError] | None, action: Any, **given: Any) -> Any:
        """The action's answer, or None where it refuses as it should."""
        if expected is None:
            return action(actor=SYSTEM, now=NOW, **given)
        with pytest.raises(expected):
            action(actor=SYSTEM, now=NOW, **given)
        return None


def test_the_books_are_those_of_the_dictionary(db: None) -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert check_books().faults == ()
