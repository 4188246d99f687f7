"""Seasons of the demo: a refund that nobody applied for, at every step where one can stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from uuid import UUID

from denghuo.benefits.public import (
    NoProposalsError,
    NoticeStillOpenError,
    SeasonStanding,
    SeasonState,
    announce_season,
    create_season,
    draw_sample,
    finish_sample,
    judge_row,
    pay_season,
    season_standing,
    sign_season,
    start_season,
    work_season,
)
from denghuo.cases.public import (
    BULK_MAX,
    SaidAccount,
    SeasonCase,
    confirm_accounts_in_bulk,
    season_rows,
    tell_decided,
)
from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.region import Region
from denghuo.people.public import firms_of, subject_name
from denghuo.platform.public import SYSTEM, Actor
from denghuo.project.demo.identities import bank_card

REFUND = "stable-jobs-refund"
_SAID_IN = {"firm": "办税软件（演示）", "person": "银行手机应用（演示）"}
BANK = "内蒙古银行（演示）"
# One firm in twelve has not said where the money goes.
_UNREACHED_EVERY = 12
_ACCOUNT = 15_990_000_000_000
_CARDS = 10**14
_OFFICE_HOUR = time(10)
# From the order to the bank's answer.
BANK_TAKES = timedelta(days=4)


class Until(IntEnum):
    """How far a season has come by now."""

    PROPOSED = 1
    SAMPLING = 2
    OPENED = 3
    ANNOUNCED = 4
    PAID_OUT = 5


@dataclass(frozen=True, slots=True)
class Planned:
    """A season on paper. ``started_on``: the first day; the others follow from it."""

    period: str
    area: str
    started_on: date
    until: Until
    # How long the fund would last, as its accounts of the year before say; only the refund asks.
    reserve_months: int | None = None
    kept_waiting: frozenset[UUID] = frozenset()  # who is asked for an account and has not said
    item: str = REFUND


@dataclass(frozen=True, slots=True)
class Hands:
    """Three people for a season, and a chief for what is above the line."""

    officer: Actor
    checker: Actor
    signer: Actor
    chief: Actor


def _constants(plan: Planned) -> dict[str, str | int | bool]:
    """What is the same for everybody on the list."""
    if plan.reserve_months is None:
        return {}
    return {"pool_reserve_months": plan.reserve_months}


def weekday(day: date) -> datetime:
    """Ten in the morning of that day, or of the Friday before."""
    while day.isoweekday() > 5:
        day -= timedelta(days=1)
    return datetime.combine(day, _OFFICE_HOUR, SHANGHAI)


class Road:
    """One season, walked as far as its plan says. ``at`` is the hour of the last step."""

    def __init__(self, plan: Planned, hands: Hands, *, now: datetime) -> None:
        self.plan = plan
        self.hands = hands
        self.now = now
        self.at = weekday(plan.started_on)
        self.with_account: list[UUID] = []  # cases whose money can go out, in the list's order
        self.ordered = False
        self.id = create_season(
            actor=hands.officer,
            item=plan.item,
            period=plan.period,
            area=Region.read(plan.area),
            as_of=day_of(self.at),
            constants=_constants(plan),
            now=self.at,
        )

    @property
    def standing(self) -> SeasonStanding:
        """As it stands."""
        return season_standing(self.id)

    def walk(self) -> None:
        """Every step up to the last of the plan, each on its own day."""
        start_season(actor=self.hands.officer, season_id=self.id, now=self.at)
        self._work()
        if self.standing.state is SeasonState.NO_RULE or self.plan.until < Until.SAMPLING:
            return
        self._later(1)
        if not self._sample() or self.plan.until < Until.OPENED:
            return
        finish_sample(actor=self.hands.checker, season_id=self.id, now=self.at)
        self._work()
        if self.plan.until < Until.ANNOUNCED:
            return
        self._later(1)
        self._sign()
        self._later(1)
        announce_season(actor=self.hands.officer, season_id=self.id, now=self.at)
        self._work()
        tell_decided(key=self.standing.key, first=0, last=2**31 - 1, now=self.at)
        self._later(1)
        self._confirm()
        if self.plan.until is Until.PAID_OUT:
            self._pay()

    def _later(self, days: int) -> None:
        later = self.at + timedelta(days=days)
        while later.isoweekday() > 5:
            later += timedelta(days=1)
        self.at = later

    def _work(self) -> None:
        """The job of the present step."""
        work_season(
            self.id,
            attempt=self.standing.attempt,
            progress=lambda _done, _total: None,
            clock=lambda: self.at,
        )

    def _sample(self) -> bool:
        """Drawn; all rows judged, or the first third where the checking still goes on."""
        try:
            draw_sample(actor=self.hands.checker, season_id=self.id, now=self.at)
        except NoProposalsError:
            return False
        self._later(1)
        places = self.standing.unjudged
        if self.plan.until is Until.SAMPLING:
            places = places[: len(places) // 3]
        for place in places:
            judge_row(
                actor=self.hands.checker, season_id=self.id, place=place, wrong=False, now=self.at
            )
        return True

    def _sign(self) -> None:
        sign_season(actor=self.hands.signer, season_id=self.id, now=self.at)
        self._work()
        if self.standing.waits_for_second:
            sign_season(actor=self.hands.chief, season_id=self.id, now=self.at)
            self._work()

    def _confirm(self) -> None:
        """Most say where the money goes, in a program they use anyway."""
        for first, rows in self._rows():
            said = list(self._said(rows, first))
            self.with_account += [one.case_id for one in said]
            confirm_accounts_in_bulk(
                actor=SYSTEM,
                key=self.standing.key,
                accounts=said,
                said_in=_SAID_IN[rows[0].subject.kind],
                now=self.at,
            )

    def _said(self, rows: Sequence[SeasonCase], first: int) -> Iterator[SaidAccount]:
        """An account in the own name of each who says one."""
        firms = firms_of([row.subject.id for row in rows if row.subject.kind == "firm"])
        for place, one in enumerate(rows, start=first + 1):
            if one.subject.id in self.plan.kept_waiting:
                continue
            if one.subject.kind == "person":
                card = bank_card(one.subject.id.int % _CARDS)
                yield SaidAccount(one.id, subject_name(one.subject), card, BANK)
            elif place % _UNREACHED_EVERY:
                account = f"{_ACCOUNT + one.row}"
                yield SaidAccount(one.id, firms[one.subject.id].name, account, BANK)

    def _rows(self) -> Iterator[tuple[int, Sequence[SeasonCase]]]:
        """Cases without an account, by the thousand, with how many came before."""
        first, after = 0, -1
        while rows := season_rows(self.standing.key, after_row=after, limit=BULK_MAX):
            yield first, rows
            first, after = first + len(rows), rows[-1].row

    def _pay(self) -> None:
        """On the first day after the notice; a long holiday makes it longer."""
        self._later(7)
        while self.at + BANK_TAKES <= self.now:
            try:
                pay_season(actor=self.hands.officer, season_id=self.id, now=self.at)
            except NoticeStillOpenError:
                self._later(1)
            else:
                self._work()
                self.ordered = True
                return
