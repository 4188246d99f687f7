"""Fill a demo database from a seed and a day, one step after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import find_staff
from denghuo.places.public import DivisionView, divisions_of_level, load_divisions
from denghuo.platform.public import SYSTEM, is_demo_database
from denghuo.policy.public import registry
from denghuo.project.demo.casting import Stage, cast_employers, cast_residents, cast_staff
from denghuo.project.demo.identities import IdNumbers

# The step's name, done, total.
Progress = Callable[[str, int, int], None]


class NotDemoDatabaseError(RefusalError):
    """Made-up people never go among real ones."""

    code = "project.not_demo_database"
    template = "这个数据库不是演示库，不能放进编造的人。"
    status = 409


class SeededAlreadyError(RefusalError):
    """A second seeding would collide with the first."""

    code = "project.seeded_already"
    template = "演示数据已经有了。要重新来，请删掉演示的数据文件夹。"
    status = 409


@dataclass(frozen=True, slots=True)
class Size:
    """How many of what."""

    persons: int
    firms: int
    region_firms: int
    region_persons: int
    stations: int


SIZES = {
    "test": Size(persons=60, firms=12, region_firms=2_000, region_persons=1_000, stations=24),
    "demo": Size(
        persons=6_000, firms=400, region_firms=100_000, region_persons=60_000, stations=1_244
    ),
    "full": Size(
        persons=600_000,
        firms=40_000,
        region_firms=1_000_000,
        region_persons=600_000,
        stations=1_244,
    ),
}


def seed_region(size: str, *, seed: int, today: date, now: datetime, progress: Progress) -> None:
    """Everything, in steps that each stand or fall whole.

    Raises ``NotDemoDatabaseError``, ``SeededAlreadyError``.
    """
    if not is_demo_database():
        raise NotDemoDatabaseError
    if find_staff("demo-station") is not None:
        raise SeededAlreadyError
    load_divisions(actor=SYSTEM, progress=progress)
    townships = divisions_of_level("township")
    stage = Stage(
        seed=seed,
        today=today,
        now=now,
        registry=registry(),
        townships=first_townships(townships),
        numbers=IdNumbers(),
    )
    with transaction.atomic():
        progress("人物", 0, 3)
        cast_residents(stage)
        progress("人物", 1, 3)
        cast_employers(stage)
        progress("人物", 2, 3)
        cast_staff(stage)
        progress("人物", 3, 3)


def first_townships(townships: tuple[DivisionView, ...]) -> dict[str, str]:
    """Banner to its first township by code."""
    first: dict[str, str] = {}
    for code in sorted(view.code for view in townships):
        first.setdefault(code[:6], code)
    return first
