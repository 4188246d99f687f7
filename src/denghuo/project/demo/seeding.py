"""Fill a demo database from a seed and a day, one step after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import find_staff, personas
from denghuo.places.public import (
    DivisionView,
    divisions_of_level,
    load_divisions,
    seed_facilities,
)
from denghuo.platform.public import SYSTEM, is_demo_database
from denghuo.policy.public import ask_for_kernels, registry
from denghuo.project.demo.case_seeding import seed_cases
from denghuo.project.demo.casting import (
    FIRMS_CAST,
    PERSONS_CAST,
    Stage,
    cast_employers,
    cast_numbers,
    cast_residents,
    register_codes,
)
from denghuo.project.demo.columns import Column
from denghuo.project.demo.desks import cast_staff
from denghuo.project.demo.employers import EMPLOYERS
from denghuo.project.demo.facilities import REGISTER, make_facilities
from denghuo.project.demo.fact_files import (
    held_columns,
    write_bad_rows,
    write_demo_firms,
    write_region_firms,
    write_region_persons,
)
from denghuo.project.demo.filling import fill_firms, fill_people, firm_blocks, new_firms
from denghuo.project.demo.history import write_history
from denghuo.project.demo.identities import IdNumbers
from denghuo.project.demo.job_seeding import Jobs, seed_jobs
from denghuo.project.demo.spread import Spread, spread_of

# The step's name, done, total.
Progress = Callable[[str, int, int], None]


class NotDemoDatabaseError(RefusalError):
    """Made-up people never go among real ones."""

    code = "project.not_demo_database"
    template = "这个数据库不是演示库，不能放进编造的人。"
    status = 409


@dataclass(frozen=True, slots=True)
class Size:
    """How many of what."""

    persons: int
    firms: int
    region_firms: int
    region_persons: int
    stations: int
    cases: int
    jobs: Jobs


SIZES = {
    "test": Size(
        persons=60,
        firms=13,
        region_firms=2_000,
        region_persons=1_000,
        stations=24,
        cases=25,
        jobs=Jobs(posts=20, sources=3, wishes=6, applications=12, answers=40, trained=False),
    ),
    "demo": Size(
        persons=6_000,
        firms=400,
        region_firms=100_000,
        region_persons=60_000,
        stations=1_244,
        cases=120,
        jobs=Jobs(posts=5_800, sources=40, wishes=200, applications=50, answers=30, trained=True),
    ),
    "full": Size(
        persons=600_000,
        firms=40_000,
        region_firms=1_000_000,
        region_persons=600_000,
        stations=1_244,
        cases=1_500,
        jobs=Jobs(
            posts=58_000, sources=40, wishes=3_000, applications=300, answers=30, trained=True
        ),
    ),
}


def seed_region(
    size: str, *, seed: int, today: date, now: datetime, folder: Path, progress: Progress
) -> dict[str, int]:
    """Everything, in steps that each stand or fall whole; what is there already is left alone.

    ``folder`` is where the files of facts go. Returns how many there are of what. Raises
    ``NotDemoDatabaseError``.
    """
    if not is_demo_database():
        raise NotDemoDatabaseError
    wanted = SIZES[size]
    load_divisions(actor=SYSTEM, progress=progress)
    townships, banners = divisions_of_level("township"), divisions_of_level("banner")
    spread = spread_of(townships, banners)
    stage = Stage(
        seed=seed,
        today=today,
        now=now,
        registry=registry(),
        townships=first_townships(townships),
        numbers=IdNumbers(),
    )
    _cast(stage, progress)
    facilities = make_facilities(
        townships, banners, stations=wanted.stations, seed=seed, today=today
    )
    seed_facilities(
        facilities, register=REGISTER, actor=SYSTEM, now=now, progress=partial(progress, "机构")
    )
    persons = max(0, wanted.persons - PERSONS_CAST)
    filled = fill_people(stage, spread, persons, seed=seed, tell=partial(progress, "居民"))
    firms = max(0, wanted.firms - FIRMS_CAST)
    fill_firms(stage, spread, firms, filled.heads, seed=seed, tell=partial(progress, "单位"))
    _write_files(stage, spread, wanted, firms, seed=seed, folder=folder, progress=progress)
    counted = seed_cases(stage, spread, wanted.cases, firms, filled, seed=seed, tell=progress)
    jobs = seed_jobs(stage, spread, wanted.jobs, firms, filled, seed=seed, tell=progress)
    # So that the first visitor who sweeps a million firms does not wait for the compiler.
    ask_for_kernels(key="demo")
    return {
        "人物": len(personas()),
        "居民": PERSONS_CAST + persons,
        "单位": FIRMS_CAST + firms,
        "机构": len(facilities),
        "苏木乡镇街道": len(townships),
        "办件": counted,
        **jobs,
        "全区企业数据": wanted.region_firms,
        "全区居民数据": wanted.region_persons,
    }


def _cast(stage: Stage, progress: Progress) -> None:
    """The personas; their records are made again, so that their numbers stay theirs."""
    progress("人物", 0, 1)
    with transaction.atomic():
        people = cast_numbers(stage)
        if find_staff("demo-station") is None:
            cast_residents(stage, people)
            cast_employers(stage, people)
            write_history(cast_staff(stage, people), now=stage.now)
    progress("人物", 1, 1)


def _write_files(
    stage: Stage,
    spread: Spread,
    wanted: Size,
    firms: int,
    *,
    seed: int,
    folder: Path,
    progress: Progress,
) -> None:
    """The files of facts on the officers' page."""
    folder.mkdir(parents=True, exist_ok=True)
    told_of = [one.facts(stage.today) for one in EMPLOYERS]
    parts: list[Mapping[str, Column]] = [held_columns(stage.registry, told_of)]
    codes = register_codes()
    entities = [f"{one.name} {codes[one.key]}" for one in EMPLOYERS]
    regions = [stage.region(one.region).code for one in EMPLOYERS]
    for first, block in firm_blocks(stage, spread, firms, seed=seed):
        parts.append(block.columns)
        for firm in new_firms(stage, spread, block, first, seed=seed):
            entities.append(f"{firm.name} {firm.uscc}")
            regions.append(firm.region.code)
    write_demo_firms(folder, stage.registry, entities, regions, parts)
    write_bad_rows(folder, stage.registry, spread, seed=seed, today=stage.today)
    for write, rows, step in (
        (write_region_firms, wanted.region_firms, "全区企业数据"),
        (write_region_persons, wanted.region_persons, "全区居民数据"),
    ):
        write(
            folder,
            stage.registry,
            spread,
            rows,
            seed=seed,
            today=stage.today,
            tell=partial(progress, step),
        )


def first_townships(townships: tuple[DivisionView, ...]) -> dict[str, str]:
    """Banner to its first township by code."""
    first: dict[str, str] = {}
    for code in sorted(view.code for view in townships):
        first.setdefault(code[:6], code)
    return first
