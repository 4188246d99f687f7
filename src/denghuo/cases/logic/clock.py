"""The legal clock of a case, in China's working days.

The day of acceptance is day zero. The clock stands only from the day a correction is asked for
until the day the answer comes in, or outside the office (expert, bank, notice) where the item's
rule says so. Owner and priority are no argument of anything here, so changing them keeps the
elapsed time by construction.

The counting itself is the platform's; it comes in as ``Reckon``, because logic knows no table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, Protocol

from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError

PauseReason = Literal["correction", "expert", "bank", "notice"]
Colour = Literal["green", "amber", "red", "waiting"]
DueKind = Literal["accept", "decide", "appeal", "correct"]
DUE_WORDS: dict[str, str] = {
    "accept": "受理期限",
    "decide": "办理期限",
    "appeal": "复查期限",
    "correct": "",
}
# Administrative licence law, art. 32: ask for everything missing within five days, else it
# counts as accepted. The law's "days" are working days (art. 82).
ACCEPT_DAYS = 5
# Our choice, not law: when a reminder goes out, and how long an applicant is given to answer.
AMBER_DAYS = 3
ANSWER_DAYS = 15
_DAY = timedelta(days=1)


class Workdays(Protocol):
    """What a calendar can say."""

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        ...


@dataclass(frozen=True, slots=True)
class Due:
    """The last day in time, or None while the clock stands."""

    day: date | None
    provisional: bool = False


Reckon = Callable[[date, int, Sequence[Period]], Due]


class PauseNotAllowedError(RefusalError):
    """The clock stands for the reasons the law and the item name, and no other."""

    code = "cases.pause_not_allowed"
    template = "这项业务的期限不能因为“{why}”暂停。"


class AlreadyExtendedError(RefusalError):
    """A limit is extended once."""

    code = "cases.already_extended"
    template = "办理期限只能延长一次。"
    status = 409


class NoExtensionError(RefusalError):
    """The item's rule knows no extension."""

    code = "cases.no_extension"
    template = "这项业务的办理期限不能延长。"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days not counted, ``[from_on, until_on)``; open while ``until_on`` is None."""

    why: PauseReason
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit of ``days`` working days after ``started_on``, less the pauses."""

    started_on: date
    days: int
    pauses: tuple[Pause, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether a pause is open."""
        return any(pause.until_on is None for pause in self.pauses)


def stop(clock: Clock, why: PauseReason, *, on: date, allowed: Collection[PauseReason]) -> Clock:
    """The clock stands from ``on``. A correction always stops it; the rest only by the item.

    Raises ``PauseNotAllowedError``. Stopping a clock that stands changes nothing.
    """
    if why != "correction" and why not in allowed:
        words = {"expert": "专家评审", "bank": "等银行", "notice": "公示"}
        raise PauseNotAllowedError(why=words.get(why, why))
    if clock.stands:
        return clock
    return replace(clock, pauses=(*clock.pauses, Pause(why, on)))


def run_on(clock: Clock, *, on: date) -> Clock:
    """The answer came in on ``on``, which counts again. A running clock is left alone."""
    pauses = tuple(
        replace(pause, until_on=max(on, pause.from_on)) if pause.until_on is None else pause
        for pause in clock.pauses
    )
    return replace(clock, pauses=pauses)


def due_of(clock: Clock, reckon: Reckon) -> Due:
    """When the limit ends."""
    return reckon(clock.started_on, clock.days, periods_of(clock.pauses))


def periods_of(pauses: Sequence[Pause]) -> tuple[Period, ...]:
    """As periods; asked and answered on one day takes nothing out."""
    return tuple(
        Period(pause.from_on, pause.until_on)
        for pause in pauses
        if pause.until_on is None or pause.until_on > pause.from_on
    )


def amber_from(due_on: date, calendar: Workdays, *, days: int = AMBER_DAYS) -> date:
    """The working day on which ``days`` working days are left."""
    day, left = due_on, days
    while left or not calendar.is_working(day):
        if calendar.is_working(day):
            left -= 1
        day -= _DAY
    return day


def colour_of(due_on: date | None, amber_on: date | None, *, on: date) -> Colour:
    """How near the last day is, as a desk shows it."""
    if due_on is None:
        return "waiting"
    if on > due_on:
        return "red"
    return "amber" if amber_on is not None and on >= amber_on else "green"


def extended(clock: Clock, *, by: int, already: int) -> Clock:
    """A head adds ``by`` days, once. Raises ``NoExtensionError``, ``AlreadyExtendedError``."""
    if already:
        raise AlreadyExtendedError
    if by <= 0:
        raise NoExtensionError
    return replace(clock, days=clock.days + by)
