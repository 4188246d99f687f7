"""The region as the data packages give it, computed once and laid into each test's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker, Settings

from denghuo.kernel.region import Region
from denghuo.places.logic.facility_rows import FacilityRow
from denghuo.places.logic.hours import read_hours
from denghuo.places.models import Boundary, Division, DivisionChange
from denghuo.places.public import LoadReport, load_divisions, seed_facilities
from denghuo.platform.public import SYSTEM, Actor
from tests.places.actor_at_hand import at_hand

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in China
MakeRow = Callable[..., FacilityRow]


@dataclass(frozen=True)
class Loaded:
    report: LoadReport
    progress: list[tuple[str, int, int]]
    divisions: list[Division]
    changes: list[DivisionChange]
    boundaries: list[Boundary]


@pytest.fixture(scope="session")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Loaded:
    """All rows a load makes; rolled back, so that no other room's test sees them."""
    progress: list[tuple[str, int, int]] = []
    with django_db_blocker.unblock(), transaction.atomic():
        report = load_divisions(actor=SYSTEM, progress=lambda *step: progress.append(step))
        order = ("province", "league", "banner", "township")
        divisions = sorted(Division.objects.all(), key=lambda row: order.index(row.level))
        rows = Loaded(
            report,
            progress,
            divisions,
            list(DivisionChange.objects.all()),
            list(Boundary.objects.all()),
        )
        transaction.set_rollback(True)
    return rows


def lay(rows: Loaded) -> None:
    """Put the region into the database at hand."""
    Division.objects.bulk_create(rows.divisions, batch_size=500)
    DivisionChange.objects.bulk_create(rows.changes, batch_size=500)
    Boundary.objects.bulk_create(rows.boundaries, batch_size=500)


@pytest.fixture(scope="module")
def laid(loaded: Loaded, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """The region, once for all tests of a module; each test's own changes are rolled back.

    A module that uses it must not hold tests that commit (``in_threads``): those would wait
    for this transaction.
    """
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        lay(loaded)
    yield loaded
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def region(laid: Loaded, db: None) -> Loaded:
    """The whole region in this test's database."""
    return laid


@pytest.fixture
def make_row() -> MakeRow:
    def make(key: str = "1", **given: object) -> FacilityRow:
        values: dict[str, object] = {
            "external_key": key,
            "name": f"第{key}就业服务驿站",
            "kind": "station",
            "division": "150102000000",
            "source": "测试名录",
            "owner": "新城区人社局",
            "review_on": date(2027, 3, 31),
            "services": ("招聘登记", "政策咨询"),
            "hours": read_hours("周一至周五 08:30-12:00 14:30-17:30"),
            "address": "测试路 1 号",
            "lon": 111.66,
            "lat": 40.86,
            "datum": "wgs84",
            "accuracy_m": 20,
            "phone": "0471-2345678",
        }
        return FacilityRow(**{**values, **given})  # type: ignore[arg-type]

    return make


@pytest.fixture
def seeded(region: Loaded) -> Callable[..., None]:
    """Store facilities under one register."""

    def seed(*rows: FacilityRow, register: str = "测试") -> None:
        seed_facilities(rows, register=register, actor=SYSTEM, now=NOW)

    return seed


@pytest.fixture
def acting(settings: Settings) -> Iterator[Callable[[Actor], None]]:
    """``acting(actor)``: from now on every request of the test client is this actor's."""
    settings.MIDDLEWARE = [
        "tests.places.actor_at_hand.ActorAtHand" if "ActorMiddleware" in name else name
        for name in settings.MIDDLEWARE
    ]
    at_hand.clear()
    yield at_hand.append
    at_hand.clear()


def staff_of(area: str, *roles: str) -> Actor:
    return Actor(
        kind="staff",
        staff_id=uuid4(),
        name="王工",
        roles=frozenset(roles),
        area=Region.read(area),
    )
