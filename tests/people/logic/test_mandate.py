"""Mandates as a state machine, against a model that keeps its own books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from denghuo.kernel.clock import day_of
from denghuo.kernel.period import Period
from denghuo.people.logic.mandate import (
    SCOPES,
    Mandate,
    MandateEndedError,
    MandateInPastError,
    MandateNotOfferedError,
    MandateScopeError,
    MandateTooLongError,
    accept,
    allows,
    decline,
    latest_until,
    read_period,
    read_scopes,
    state_of,
    withdraw,
)

pytestmark = pytest.mark.no_postgres

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OFFER = Mandate(
    how="phone_code", scopes=frozenset({"read"}), period=Period(TODAY, date(2026, 12, 1))
)


def test_a_day_is_a_day_in_shanghai() -> None:
    assert day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert day_of(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)) == TODAY


def test_the_road_of_a_mandate() -> None:
    assert state_of(OFFER, now=NOON) == "offered"
    taken = accept(OFFER, now=NOON)
    assert state_of(taken, now=NOON) == "in_force"
    assert allows(taken, "read", now=NOON)
    assert not allows(taken, "money", now=NOON)
    last_second = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    assert state_of(taken, now=last_second) == "in_force"
    assert state_of(taken, now=last_second + timedelta(seconds=1)) == "expired"


def test_withdrawal_works_at_once() -> None:
    gone = withdraw(accept(OFFER, now=NOON), now=NOON + timedelta(seconds=1))
    assert state_of(gone, now=NOON + timedelta(seconds=1)) == "withdrawn"
    with pytest.raises(MandateEndedError):
        withdraw(gone, now=NOON + timedelta(seconds=2))


def test_an_offer_is_answered_once() -> None:
    for answered in (accept(OFFER, now=NOON), decline(OFFER, now=NOON)):
        with pytest.raises(MandateNotOfferedError):
            accept(answered, now=NOON)
        with pytest.raises(MandateNotOfferedError):
            decline(answered, now=NOON)


def test_scopes_are_named_and_known() -> None:
    assert read_scopes(["apply", "read"]) == {"apply", "read"}
    for wrong in ([], ["everything"], ["read", "everything"]):
        with pytest.raises(MandateScopeError):
            read_scopes(wrong)


def test_a_period_has_an_end_that_is_near() -> None:
    assert read_period(TODAY, date(2027, 11, 23), today=TODAY, to_staff=False).until == date(
        2027, 11, 23
    )
    with pytest.raises(MandateTooLongError, match="2027-11-23"):
        read_period(TODAY, date(2027, 11, 24), today=TODAY, to_staff=False)
    with pytest.raises(MandateTooLongError, match="2026-12-23"):
        read_period(TODAY, date(2026, 12, 24), today=TODAY, to_staff=True)
    for past in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(MandateInPastError):
            read_period(TODAY, past, today=TODAY, to_staff=False)
    assert latest_until(date(2028, 2, 29), to_staff=False) == date(2029, 2, 28)


class MandateLife(RuleBasedStateMachine):
    """Time goes forward, people answer in any order; the model remembers in plain flags."""

    @initialize(
        start_in=st.integers(-3, 5),
        days=st.one_of(st.none(), st.integers(1, 10)),
        scopes=st.sets(st.sampled_from(sorted(SCOPES)), min_size=1),
    )
    def offer(self, start_in: int, days: int | None, scopes: set[str]) -> None:
        self.now = NOON
        start = TODAY + timedelta(days=start_in)
        until = start + timedelta(days=days) if days else None
        self.mandate = Mandate(
            how="legal" if until is None else "phone_code",
            scopes=read_scopes(scopes),
            period=Period(start, until),
        )
        self.accepted = self.ended = False

    @property
    def over(self) -> bool:
        until = self.mandate.period.until
        return until is not None and day_of(self.now) >= until

    @rule(hours=st.integers(0, 50))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def accept(self) -> None:
        if self.accepted or self.ended or self.over:
            with pytest.raises(MandateNotOfferedError):
                accept(self.mandate, now=self.now)
        else:
            self.mandate = accept(self.mandate, now=self.now)
            self.accepted = True

    @rule()
    def decline(self) -> None:
        if self.accepted or self.ended or self.over:
            with pytest.raises(MandateNotOfferedError):
                decline(self.mandate, now=self.now)
        else:
            self.mandate = decline(self.mandate, now=self.now)
            self.ended = True

    @rule()
    def withdraw(self) -> None:
        if self.ended or self.over:
            with pytest.raises(MandateEndedError):
                withdraw(self.mandate, now=self.now)
        else:
            self.mandate = withdraw(self.mandate, now=self.now)
            self.ended = True

    @precondition(lambda self: hasattr(self, "mandate"))
    @invariant()
    def nobody_acts_without_a_mandate_in_force(self) -> None:
        begun = day_of(self.now) >= self.mandate.period.start
        may = self.accepted and not self.ended and begun and not self.over
        assert (state_of(self.mandate, now=self.now) == "in_force") is may
        for scope in SCOPES:
            assert allows(self.mandate, scope, now=self.now) is (
                may and scope in self.mandate.scopes
            )

    @precondition(lambda self: hasattr(self, "mandate"))
    @invariant()
    def what_has_ended_never_comes_back(self) -> None:
        if self.ended:
            later = self.now + timedelta(days=400)
            assert state_of(self.mandate, now=later) != "in_force"


TestMandateLife = MandateLife.TestCase
