"""What will happen to each application of the demo year: decided on paper, before any door opens.

The shapes are those of a real office: four months with a crowd, a third sent back once for
something missing, an eighth refused, a few that take too long. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal
from uuid import UUID

from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.period import add_months
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.population import Member
from denghuo.project.demo.spread import Spread

DAYS = 365
SKILL, GRANT, RENT = "skill-up-subsidy", "startup-grant", "startup-rent"
# The office the visitor steps into; so that its desk is full, a fifth of all ask there.
HOME_BANNER, HOME_SHARE = "150105", 0.2
CORRECTED, REFUSED, APPEALED, CHANGED, LATE = 0.35, 0.12, 0.25, 0.34, 0.04
_WITHDRAWN, _NO_ACCOUNT, _RATED, _CHECKED = 0.02, 0.03, 0.35, 0.03
# March and April, June and July, November to January: when the crowds come.
_MONTHS = {1: 9, 2: 5, 3: 13, 4: 12, 5: 6, 6: 12, 7: 11, 8: 5, 9: 5, 10: 5, 11: 9, 12: 8}
# The last certificates whose rule is published (library: skill-up-subsidy).
_LAST_CERTIFICATE = date(2025, 12, 31)
_GROUPS = ("graduate", "registered_unemployed", "returned_migrant", "veteran", "laid_off")
_OPENING, _CLOSING = 9, 17
_RATINGS = (5, 5, 5, 5, 5, 4, 4, 3, 2, 1)

Channel = Literal["web", "station", "phone"]
Destiny = Literal[
    "", "confirmed", "recovered", "changed", "upheld", "audited", "returned", "late", "appealed",
    "withdrawn", "transferred", "asked",
]  # fmt: skip
# How many days ago each of these was opened: long enough to have come to where it stands.
DESTINIES: tuple[tuple[Destiny, int], ...] = (
    ("confirmed", 220), ("changed", 170), ("upheld", 160), ("recovered", 135), ("audited", 130),
    ("returned", 75), ("late", 52), ("appealed", 48), ("withdrawn", 30), ("transferred", 11),
    ("asked", 7),
)  # fmt: skip
# Two payments in a hundred come back.
_COMES_BACK = ("wrong_name", "closed_account", "frozen_account")
_COMES_BACK_SHARE = 0.02
Facts = dict[str, bool | int | str]
_CHANNELS: tuple[Channel, ...] = ("web", "station", "phone")
# What the officer will find, what of it the applicant says, and the period asked for.
Told = tuple[Facts, tuple[str, ...], str]
_REASONS = {
    SKILL: ("late", "paid", "insured"),
    GRANT: ("second", "young", "closed"),
    RENT: ("desk", "old", "outside"),
}
# Why an office may be wrong, and in which fact.
MISTAKES = {
    SKILL: ("paid", "skill_same_level_paid"),
    GRANT: ("closed", "venture_open"),
    RENT: ("desk", "free_desk_same_period"),
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks."""

    key: str
    name: str

    @property
    def id(self) -> UUID:
        """The identifier in every demo region."""
        return demo_id("person", self.key)


@dataclass(frozen=True, slots=True)
class Plan:
    """One application: who, what, when, and what befalls it unless today comes first."""

    order: int
    member: Applicant
    home: str
    item: str
    period: str
    channel: Channel
    at: datetime
    facts: Facts
    told: tuple[str, ...]
    refused: bool
    corrected: bool
    withdrawn: bool
    late: bool
    appealed: bool
    mistaken: str  # the fact an office has wrong, put right on appeal
    with_account: bool
    rating: int
    checked: bool
    # What befalls it for certain, so that every kind of case can be seen in every size.
    destiny: Destiny = ""
    quick: bool = False  # each step on the day of the last
    comes_back: str = ""  # why the bank gives the first payment back

    @property
    def chance(self) -> Random:
        """Its own stream, so that one more case changes no other."""
        return Random(f"case:{self.order}:{self.member.key}")


def office_time(day: date, chance: Random) -> datetime:
    """An instant of office hours, on the next weekday if the day is none."""
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    minute = chance.randrange(_OPENING * 60, _CLOSING * 60)
    return datetime.combine(day, time(minute // 60, minute % 60), SHANGHAI)


def make_plans(
    count: int, members: Sequence[Member], *, seed: int, today: date, spread: Spread
) -> list[Plan]:
    """``count`` plans in the order of their days; nobody asks for one thing twice."""
    chance = Random(f"{seed}:cases")
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    weights = [_MONTHS[day.month] if day.isoweekday() < 6 else 1 for day in days]
    # The last five weeks are what still lies on the desks: nobody wants to see an empty one.
    recent = today - timedelta(days=35)
    weights = [each * (2 if day > recent else 1) for each, day in zip(weights, days, strict=True)]
    fated = [(today - timedelta(days=back), destiny) for destiny, back in DESTINIES]
    drawn = chance.choices(days, weights, k=max(0, count - len(fated)))
    chosen = sorted([*fated, *((day, "") for day in drawn)], key=lambda one: one[0])
    there = [one for one in members if spread.codes[one.township].startswith(HOME_BANNER)]
    elsewhere = [one for one in members if not spread.codes[one.township].startswith(HOME_BANNER)]
    chance.shuffle(there)
    chance.shuffle(elsewhere)
    plans = []
    left = len(there) + len(elsewhere)
    for order, (day, destiny) in enumerate(chosen):
        # Fewer people than wished: those whose case is to be seen ask, the others do not.
        fates_left = sum(bool(one) for _, one in chosen[order:])
        if not destiny and left <= fates_left:
            continue
        pool = there if there and chance.random() < HOME_SHARE else elsewhere or there
        if not pool:
            break
        member, left = pool.pop(), left - 1
        applicant = Applicant(member.key, member.name)
        plan = _plan(order, applicant, day, spread.codes[member.township], seed=seed)
        plans.append(_fated(plan, destiny) if destiny else plan)
    return plans


def _fated(plan: Plan, destiny: Destiny) -> Plan:
    """The same application with a certain end; nothing else befalls it on the way."""
    refused = destiny in ("changed", "upheld", "appealed")
    mistaken = destiny == "changed"
    chance = Random(f"fate:{plan.order}:{plan.member.key}")
    why = "" if not refused else MISTAKES[plan.item][0] if mistaken else _REASONS[plan.item][0]
    facts, told, period = _MAKERS[plan.item](day_of(plan.at), chance, why)
    return replace(
        plan,
        facts=facts,
        told=told,
        period=period,
        refused=refused,
        corrected=destiny == "asked",
        withdrawn=destiny == "withdrawn",
        late=destiny == "late",
        appealed=refused,
        mistaken=MISTAKES[plan.item][1] if mistaken else "",
        with_account=True,
        checked=False,
        destiny=destiny,
        quick=destiny != "late",
        comes_back=_COMES_BACK[0] if destiny == "returned" else "",
    )


def _plan(order: int, member: Applicant, day: date, home: str, *, seed: int) -> Plan:
    chance = Random(f"{seed}:case:{order}")
    item = chance.choices((SKILL, GRANT, RENT), (55, 30, 15))[0]
    refused = chance.random() < REFUSED
    corrected = chance.random() < CORRECTED
    appealed = refused and chance.random() < APPEALED
    mistaken = appealed and chance.random() < CHANGED
    why = ""
    if refused:
        why = MISTAKES[item][0] if mistaken else chance.choice(_REASONS[item])
    facts, told, period = _MAKERS[item](day, chance, why)
    return Plan(
        order=order,
        member=member,
        home=home,
        item=item,
        period=period,
        channel=chance.choices(_CHANNELS, (72, 20, 8))[0],
        at=office_time(day, chance),
        facts=facts,
        told=told,
        refused=refused,
        corrected=corrected,
        withdrawn=chance.random() < _WITHDRAWN,
        late=chance.random() < LATE,
        appealed=appealed,
        mistaken=MISTAKES[item][1] if mistaken else "",
        with_account=chance.random() >= _NO_ACCOUNT,
        rating=chance.choice(_RATINGS) if chance.random() < _RATED else 0,
        checked=chance.random() < _CHECKED,
        comes_back=chance.choice(_COMES_BACK) if chance.random() < _COMES_BACK_SHARE else "",
    )


def _certificate(day: date, chance: Random, why: str) -> Told:
    first = add_months(day, -12) + timedelta(days=10)
    last = max(first, min(_LAST_CERTIFICATE, day - timedelta(days=5)))
    on = first + timedelta(days=chance.randint(0, (last - first).days))
    level = chance.choices(("level_5", "level_4", "level_3"), (5, 3, 2))[0]
    if why == "late":
        on = add_months(day, -12) - timedelta(days=chance.randint(1, 60))
    facts: Facts = {
        "has_skill_certificate": True,
        "certificate_on": on.isoformat(),
        "certificate_level": level,
        "certificate_in_shortage": False,
        "person_insured_months": 7 if why == "insured" else chance.randint(13, 180),
        "employed_insured": True,
        "drawing_unemployment_benefit": False,
        "skill_same_level_paid": why == "paid",
        "skill_higher_level_paid": False,
        "certificate_training_paid": False,
        "skill_paid_this_year": 0,
        "skill_paid_ordinary_this_year": 0,
    }
    return facts, ("certificate_on", "certificate_level"), f"{on.isoformat()} {level}"


def _venture(day: date, chance: Random, why: str) -> Told:
    months = chance.randint(3, 10) if why == "young" else chance.randint(13, 34)
    jobs = 0 if why == "young" else chance.choices((0, 1, 2, 3, 5), (35, 25, 15, 15, 10))[0]
    facts: Facts = {
        "key_group": chance.choice(_GROUPS),
        "venture_registered": True,
        "venture_registered_on": add_months(day, -months).isoformat(),
        "venture_open": why != "closed",
        "venture_is_first": why != "second",
        "jobs_insured_12m": jobs,
        "jobs_lowest_36m": 0,
        "startup_grant_paid": 0,
    }
    told = ("key_group", "venture_registered_on", "venture_is_first", "jobs_insured_12m")
    return facts, told, ""


def _rent(day: date, chance: Random, why: str) -> Told:
    months = chance.randint(62, 80) if why == "old" else chance.randint(4, 55)
    facts: Facts = {
        "is_graduate": True,
        "graduated_on": add_months(day, -months).isoformat(),
        "in_incubator": why != "outside",
        "rent_years_paid": chance.randint(0, 2),
        "free_desk_same_period": why == "desk",
        "rent_paid_this_year": chance.randrange(150_000, 780_000, 10_000),
    }
    return facts, ("graduated_on", "rent_paid_this_year"), f"{day.year}"


_MAKERS = {SKILL: _certificate, GRANT: _venture, RENT: _rent}
