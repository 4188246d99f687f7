"""Cases of the people a visitor may step into, true to their stories."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from denghuo.project.demo.case_plans import (
    RENT,
    SKILL,
    Applicant,
    Destiny,
    Facts,
    Plan,
    office_time,
)
from denghuo.project.demo.casting import Stage
from denghuo.project.demo.residents import RESIDENTS, Resident, asked_on

_FOUNDER_ASKED_DAYS_AGO = 6
_BY_KEY = {one.key: one for one in RESIDENTS}
# What each says on the form; the rest an officer finds.
_TOLD = {
    SKILL: ("certificate_on", "certificate_level"),
    RENT: ("graduated_on", "rent_paid_this_year"),
}
# All that the rule of each asks about.
_NAMES = {
    SKILL: (
        "has_skill_certificate", "certificate_on", "certificate_level", "certificate_in_shortage",
        "person_insured_months", "employed_insured", "drawing_unemployment_benefit",
        "skill_same_level_paid", "skill_higher_level_paid", "certificate_training_paid",
        "skill_paid_this_year", "skill_paid_ordinary_this_year",
    ),
    RENT: (
        "is_graduate", "graduated_on", "in_incubator", "rent_years_paid",
        "free_desk_same_period", "rent_paid_this_year",
    ),
}  # fmt: skip


def persona_plans(stage: Stage, *, first: int) -> list[Plan]:
    """The welder a day too late, the fitter on the last day, the founder asked for a paper.
    ``first``: the order of the first, behind all others."""
    asked = asked_on(stage.today)
    founder = stage.today - timedelta(days=_FOUNDER_ASKED_DAYS_AGO)
    level = "level_4"
    return [
        _plan(stage, first, "welder", SKILL, asked, refused=True, level=level),
        _plan(stage, first + 1, "fitter", SKILL, asked, level=level),
        _plan(stage, first + 2, "founder", RENT, founder, destiny="asked"),
    ]


def _plan(
    stage: Stage,
    order: int,
    key: str,
    item: str,
    day: date,
    *,
    refused: bool = False,
    destiny: Destiny = "",
    level: str = "",
) -> Plan:
    one = _BY_KEY[key]
    facts = _facts(one, stage.today, _NAMES[item])
    told_on = facts.get("certificate_on")
    return Plan(
        order=order,
        member=Applicant(one.key, one.name),
        home=stage.region(one.residence).code,
        item=item,
        period=f"{told_on} {level}" if level else f"{day.year}",
        channel="web",
        at=office_time(day, Random(f"persona:{key}")),
        facts=facts,
        told=_TOLD[item],
        refused=refused,
        corrected=destiny == "asked",
        withdrawn=False,
        late=False,
        appealed=False,
        mistaken="",
        with_account=True,
        rating=0,
        checked=False,
        destiny=destiny,
        quick=True,
    )


def _facts(one: Resident, today: date, names: tuple[str, ...]) -> Facts:
    """What offices hold of them, as an officer would note it."""
    found: Facts = {}
    for name, value in one.facts(today).items():
        if name in names:
            found[name] = value.isoformat() if isinstance(value, date) else _plain(value)
    return found


def _plain(value: object) -> bool | int | str:
    return value if isinstance(value, bool | int) else str(value)
