"""Fill the desks: offices, funds, a year of applications, and the errands they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction

from denghuo.kernel.clock import SHANGHAI
from denghuo.measures.public import count_new_errands
from denghuo.people.public import find_staff
from denghuo.project.demo.case_clock import Clock
from denghuo.project.demo.case_money import Treasury
from denghuo.project.demo.case_offices import endow_funds, open_offices
from denghuo.project.demo.case_personas import persona_plans
from denghuo.project.demo.case_plans import DAYS, make_plans
from denghuo.project.demo.case_runs import Year
from denghuo.project.demo.case_stations import Stations
from denghuo.project.demo.casting import Stage
from denghuo.project.demo.filling import Filled
from denghuo.project.demo.season_seeding import seasons_begin_on, seed_seasons
from denghuo.project.demo.skill_seasons import seed_skill_seasons
from denghuo.project.demo.spread import Spread

_TOLD_EVERY = 500


def seed_cases(
    stage: Stage,
    spread: Spread,
    count: int,
    firms: int,
    filled: Filled,
    *,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> int:
    """Seasons and a year of applications in one transaction: there or not there. How many
    applications were planned.

    The year begins two weeks before the first application, so that office and fund are there.
    """
    plans = make_plans(count, filled.heads, seed=seed, today=stage.today, spread=spread)
    if find_staff("desk-region-officer") is not None:
        return len(plans)
    begin = datetime.combine(stage.today - timedelta(days=DAYS + 14), time(9), SHANGHAI)
    opened = min(begin, datetime.combine(seasons_begin_on(), time(9), SHANGHAI))
    clock = Clock(stage.now)
    done = 0

    def progress() -> None:
        nonlocal done
        done += 1
        if done % _TOLD_EVERY == 0:
            share = min(len(plans) - 1, len(plans) * done // (len(plans) * 12))
            tell("办件", share, len(plans))

    with transaction.atomic():
        offices = open_offices(seed=seed, now=opened)
        endow_funds(now=opened)
        # Before the year: a season's file to the bank takes all that waits in a fund.
        seed_seasons(stage, spread, offices, firms, seed=seed, tell=partial(tell, "免申即享批次"))
        seed_skill_seasons(stage, offices, filled.learners)
        stations = Stations(seed=seed)
        year = Year(offices, stations, stage.registry, clock, first_day=_next(begin, 2))
        Treasury(year, first_day=_next(begin, 4))
        year.take_in(plans)
        year.take_in(persona_plans(stage, first=len(plans)))
        clock.run(progress)
    count_new_errands(now=stage.now)
    tell("办件", len(plans), len(plans))
    return len(plans)


def _next(begin: datetime, weekday: int) -> datetime:
    """Ten in the morning of the next such weekday, Monday being one."""
    days = (weekday - begin.isoweekday()) % 7
    return begin.replace(hour=10) + timedelta(days=days)
