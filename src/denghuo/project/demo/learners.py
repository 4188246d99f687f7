"""Who has a skill certificate of which the register tells, and is paid without asking.

On paper, before any door opens: who, which certificate, on which season's list. The same people
are on the office's table of that day and, with what came of it, in their own records of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from random import Random
from typing import Literal

from denghuo.kernel.period import add_months
from denghuo.kernel.region import Region
from denghuo.project.demo.population import Member

# A region of 600,000 is no better a demo for a hundred thousand more.
LEARNERS_MAX = 15_000
_SHARE, _YOUNGEST, _OLDEST = 0.79, 19, 57
# The last certificates whose rule is published (library: skill-up-subsidy).
_LAST_CERTIFICATE = date(2025, 12, 31)
# The list of the year before closed on a fixed day, because its texts were in force until then.
_FIRST_ON, _SECOND_LATEST = date(2025, 12, 9), date(2026, 12, 15)
_SECOND_DAYS, _SHOWN_DAYS = 60, 9
# From the first day of a season until its money has arrived.
SEASON_DAYS = 32
HOME_LEAGUE, _SHOWN_SHARE = "1501", 0.25
_UNREACHED = 1 / 15
_LEVELS = {"level_5": 45, "level_4": 38, "level_3": 17}
LEARNED = frozenset(
    {
        "has_skill_certificate", "certificate_on", "certificate_level", "certificate_in_shortage",
        "person_insured_months", "employed_insured", "drawing_unemployment_benefit",
        "skill_same_level_paid", "skill_higher_level_paid", "certificate_training_paid",
        "skill_paid_this_year", "skill_paid_ordinary_this_year",
    }
)  # fmt: skip
"""The facts told of a learner, in tables and in records."""
Kind = Literal["entitled", "insured", "trained", "level", "paid"]
_KINDS: dict[Kind, int] = {"entitled": 88, "insured": 3, "trained": 3, "level": 3, "paid": 3}


class Round(IntEnum):
    """The season on whose list somebody stands."""

    FIRST = 1  # the whole region, last December
    SECOND = 2  # the whole region, two months ago
    SHOWN = 3  # one league, in public notice


@dataclass(frozen=True, slots=True)
class Learner:
    """One certificate, and why its holder is or is not entitled."""

    member: Member
    round: Round
    kind: Kind
    certificate_on: date
    level: str
    in_shortage: bool
    insured_months: int
    with_account: bool

    def facts_then(self) -> dict[str, bool | int | str]:
        """What the offices' tables say on the season's day."""
        return {
            "has_skill_certificate": True,
            "certificate_on": self.certificate_on.isoformat(),
            "certificate_level": self.level,
            "certificate_in_shortage": self.in_shortage,
            "person_insured_months": self.insured_months,
            "employed_insured": True,
            "drawing_unemployment_benefit": False,
            "skill_same_level_paid": self.kind == "paid",
            "skill_higher_level_paid": False,
            "certificate_training_paid": self.kind == "trained",
            "skill_paid_this_year": 0,
            "skill_paid_ordinary_this_year": 0,
        }

    def facts_now(self, today: date) -> dict[str, bool | int | str]:
        """What the offices have on record today: what was paid is written down as paid."""
        began = day_of_round(self.round, today)
        months = (today.year - began.year) * 12 + today.month - began.month if began else 0
        found = {**self.facts_then(), "person_insured_months": self.insured_months + months}
        if not began or not self._paid_by(today):
            return found
        this_year = int((began + timedelta(days=SEASON_DAYS)).year == today.year)
        ordinary = 0 if self.in_shortage else this_year
        return {
            **found,
            "skill_same_level_paid": True,
            "skill_paid_this_year": this_year,
            "skill_paid_ordinary_this_year": ordinary,
        }

    def _paid_by(self, today: date) -> bool:
        return (
            self.kind == "entitled"
            and self.with_account
            and self.round is not Round.SHOWN
            and day_of_round(self.round, today) is not None
        )


def day_of_round(which: Round, today: date) -> date | None:
    """The first day of a season; None where today is too early or its rule is not published."""
    match which:
        case Round.FIRST:
            day = _FIRST_ON
        case Round.SECOND:
            day = min(today - timedelta(days=_SECOND_DAYS), _SECOND_LATEST)
        case Round.SHOWN:
            day = today - timedelta(days=_SHOWN_DAYS)
            return day if _FIRST_ON < day <= _SECOND_LATEST else None
    over = day + timedelta(days=SEASON_DAYS) <= today
    return day if over and day >= _FIRST_ON else None


def learner_of(member: Member, home: Region, *, seed: int, today: date) -> Learner | None:
    """What of certificates there is to say of somebody; None for most who head a household, who
    ask for themselves, and for whoever is too young or too old."""
    years = (today - member.born_on).days // 365
    chance = Random(f"{seed}:learner:{member.key}")
    if member.duplicate_of or member.relation == "head" or not _YOUNGEST <= years <= _OLDEST:
        return None
    if chance.random() >= _SHARE:
        return None
    which = Round.SECOND if chance.random() < 0.5 else Round.FIRST
    if home.code.startswith(HOME_LEAGUE) and chance.random() < _SHOWN_SHARE:
        which = Round.SHOWN
    as_of = day_of_round(which, today)
    first = add_months(as_of, -12) + timedelta(days=10) if as_of else None
    if as_of is None or first is None:
        return None
    last = min(_LAST_CERTIFICATE, as_of - timedelta(days=20))
    kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
    level = chance.choices(list(_LEVELS), list(_LEVELS.values()))[0]
    return Learner(
        member=member,
        round=which,
        kind=kind,
        certificate_on=first + timedelta(days=chance.randint(0, max(0, (last - first).days))),
        level="level_2" if kind == "level" else level,
        in_shortage=chance.random() < 0.2,
        insured_months=chance.randint(4, 8)
        if kind == "insured"
        else chance.randint(14, 14 + (years - _YOUNGEST) * 9),
        with_account=chance.random() >= _UNREACHED,
    )
