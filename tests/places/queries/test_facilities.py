"""Nearest by crow-fly: equal to measuring all, open ones only when asked, few questions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from denghuo.places.logic.hours import CHINA, read_hours
from denghuo.places.models import Division, Facility
from denghuo.places.public import Point, distance_m, nearest
from denghuo.places.queries.facilities import (
    FacilityNotFoundError,
    UnknownKindError,
    facility,
    list_facilities,
)
from tests.places.conftest import NOW, Loaded, MakeRow

Seed = Callable[..., None]
XINCHENG = Point(111.66, 40.86)


def scatter(count: int, seed: int) -> list[Facility]:
    """Facilities as they lie: most in towns, some alone in the steppe."""
    rng = random.Random(seed)
    towns = list(Division.objects.filter(level="banner", valid_until=None))
    rows = []
    for number in range(count):
        town = rng.choice(towns)
        spread = rng.choice([0.02, 0.05, 1.0])
        rows.append(
            Facility(
                register="散点",
                external_key=str(number),
                kind=rng.choice(["station", "hospital", "pharmacy"]),
                name=f"服务点{number}",
                hours=read_hours("周一至周五 08:30-17:30").stored(),
                division=town,
                lon=(town.lon or 0) + rng.gauss(0, spread),
                lat=(town.lat or 0) + rng.gauss(0, spread),
                datum="wgs84",
                accuracy_m=50,
                placed_by="given",
                source="测试",
                owner="测试",
                review_on=NOW.date(),
                updated_at=NOW,
                row_digest="",
            )
        )
    return Facility.objects.bulk_create(rows, batch_size=1000)


def test_the_nearest_are_those_that_measuring_all_would_give(region: Loaded) -> None:
    rows = scatter(1_500, seed=1)
    rng = random.Random(2)
    for _ in range(25):
        centre = Point(rng.uniform(97, 126), rng.uniform(37.5, 53))
        kind = rng.choice([None, "station", "hospital"])
        expected = sorted(
            distance_m(centre, Point(row.lon, row.lat))
            for row in rows
            if kind is None or row.kind == kind
        )[:10]
        found = nearest(centre, at=NOW, kind=kind, limit=10)
        assert [one.distance_m for one in found] == expected
        assert all(one.estimated for one in found)


def test_near_ones_are_found_without_reading_those_far_away(
    region: Loaded, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    """In town the first ring is enough: one look around, one reading of what is shown."""
    scatter(1_500, seed=3)
    towns = Counter(row.division_id for row in Facility.objects.filter(lon__isnull=False))
    busiest = Division.objects.get(pk=towns.most_common(1)[0][0])
    with django_assert_max_num_queries(2):
        assert len(nearest(Point(busiest.lon or 0, busiest.lat or 0), at=NOW, limit=2)) == 2


def test_only_those_open_when_asked(seeded: Seed, make_row: MakeRow) -> None:
    seeded(
        make_row("开着", lon=111.67),
        make_row("关着", hours=read_hours("周日 09:00-10:00"), lon=111.661),
        make_row("不清楚", hours=read_hours(""), lon=111.662),
        make_row("也开着", lon=111.7),
    )
    everything = nearest(XINCHENG, at=NOW)
    assert [(one.facility.external_key, one.open_now) for one in everything] == [
        ("关着", False),
        ("不清楚", None),
        ("开着", True),
        ("也开着", True),
    ]
    opened = nearest(XINCHENG, at=NOW, open_only=True)
    assert [one.facility.external_key for one in opened] == ["开着", "也开着"]
    night = datetime(2026, 11, 23, 23, 0, tzinfo=CHINA)
    assert nearest(XINCHENG, at=night, open_only=True) == ()


def test_holidays_come_from_the_calendar_given(seeded: Seed, make_row: MakeRow) -> None:
    seeded(make_row(hours=read_hours("周一至周五 08:30-17:30; 节假日 休息")))
    assert len(nearest(XINCHENG, at=NOW, open_only=True)) == 1
    closed = nearest(XINCHENG, at=NOW, open_only=True, working_day=lambda _day: False)
    assert closed == ()


def test_what_has_closed_for_good_is_gone_from_lists(seeded: Seed, make_row: MakeRow) -> None:
    seeded(make_row("1"), make_row("2"))
    Facility.objects.filter(external_key="1").update(closed_on=NOW.date())
    assert [one.facility.external_key for one in nearest(XINCHENG, at=NOW)] == ["2"]
    yesterday = NOW - timedelta(days=1)
    assert len(nearest(XINCHENG, at=yesterday)) == 2
    assert list_facilities(on=NOW.date()).total == 1


def test_a_place_is_gone_from_midnight_here_and_not_from_midnight_in_greenwich(
    seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("1"))
    Facility.objects.update(closed_on=NOW.date())
    midnight = datetime.combine(NOW.date(), datetime.min.time(), CHINA)
    instants = (midnight - timedelta(seconds=1), midnight)
    found = [len(nearest(XINCHENG, at=at.astimezone(UTC))) for at in instants]
    assert found == [1, 0]


def test_the_uncertainty_of_both_points_is_said(seeded: Seed, make_row: MakeRow) -> None:
    seeded(make_row("有坐标"), make_row("没坐标", lon=None, lat=None, division="150421100000"))
    near, far = nearest(XINCHENG, at=NOW, centre_accuracy_m=100)
    assert near.uncertain_m == 120
    assert far.facility.placed_by == "township"
    assert far.uncertain_m == 3_100


def test_limits_and_unknown_kinds(seeded: Seed, make_row: MakeRow) -> None:
    seeded(*[make_row(str(number)) for number in range(60)])
    assert len(nearest(XINCHENG, at=NOW, limit=1_000)) == 50
    assert nearest(XINCHENG, at=NOW, limit=0) == ()
    with pytest.raises(UnknownKindError, match="茶馆"):
        nearest(XINCHENG, at=NOW, kind="茶馆")


def test_lists_by_area_name_and_review(seeded: Seed, make_row: MakeRow) -> None:
    seeded(
        make_row("1", name="天山驿站", division="150421100000", lon=None, lat=None),
        make_row("2", name="新城驿站"),
        make_row("3", name="旧的驿站", review_on=NOW.date() - timedelta(days=1)),
    )
    today = NOW.date()
    assert [one.name for one in list_facilities(on=today, within="1504").entries] == ["天山驿站"]
    assert [one.name for one in list_facilities(on=today, text="新城").entries] == ["新城驿站"]
    [stale] = list_facilities(on=today, stale_only=True).entries
    assert stale.name == "旧的驿站"
    assert stale.stale_on(today)
    assert not stale.stale_on(stale.review_on)
    assert list_facilities(on=today, page=99).page == 1


def test_one_that_is_not_there_is_refused(db: None) -> None:
    with pytest.raises(FacilityNotFoundError):
        facility(uuid4())
