"""Stored once, corrected by those who keep them, closed and never deleted."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from denghuo.places.actions.facilities import FacilityEdit, change_facility, close_facility
from denghuo.places.logic.datum import gcj02_from_wgs84
from denghuo.places.logic.hours import read_hours
from denghuo.places.models import Facility
from denghuo.places.public import Point, StoreCounts, distance_m, seed_facilities
from denghuo.places.queries.facilities import FacilityNotFoundError, facility
from denghuo.platform.public import SYSTEM
from tests.places.conftest import NOW, Loaded, MakeRow, staff_of

KEEPER = staff_of("150102", "station")


def edit(**changes: object) -> FacilityEdit:
    values: dict[str, object] = {
        "name": "改了名的驿站",
        "services": ("招聘登记",),
        "hours": read_hours("每天 09:00-18:00"),
        "address": "新地址",
        "phone": "0471-7654321",
        "owner": "新城区人社局",
        "review_on": date(2028, 1, 1),
    }
    return FacilityEdit(**{**values, **changes})  # type: ignore[arg-type]


def test_seeding_twice_changes_nothing(region: Loaded, make_row: MakeRow) -> None:
    rows = [make_row(str(number)) for number in range(5)]
    told: list[tuple[int, int]] = []

    def seed() -> StoreCounts:
        return seed_facilities(
            rows, register="甲", actor=SYSTEM, now=NOW, progress=lambda *at: told.append(at)
        )

    assert seed() == StoreCounts(5, 0, 0)
    assert seed() == StoreCounts(0, 0, 5)
    assert told == [(5, 5), (5, 5)]
    rows[0] = make_row("0", name="换了")
    assert seed() == StoreCounts(0, 1, 4)
    assert Facility.objects.count() == 5


def test_two_registers_may_use_the_same_number(region: Loaded, make_row: MakeRow) -> None:
    for register in ("甲", "乙"):
        seed_facilities([make_row("1")], register=register, actor=SYSTEM, now=NOW)
    assert Facility.objects.count() == 2


def test_points_are_kept_in_wgs84_with_their_accuracy(region: Loaded, make_row: MakeRow) -> None:
    there = Point(111.66, 40.86)
    shifted = gcj02_from_wgs84(there)
    rows = [
        make_row("高德", lon=shifted.lon, lat=shifted.lat, datum="gcj02", accuracy_m=None),
        make_row("不明", datum="unknown", accuracy_m=20),
        make_row("乡镇", lon=None, lat=None, division="150421100000"),
        make_row("旗县", lon=None, lat=None, division="150102000000"),
    ]
    seed_facilities(rows, register="甲", actor=SYSTEM, now=NOW)
    stored = {row.external_key: row for row in Facility.objects.all()}
    converted = Point(stored["高德"].lon, stored["高德"].lat)
    assert distance_m(converted, there) < 0.01
    assert (stored["高德"].accuracy_m, stored["高德"].datum) == (50, "gcj02")
    assert stored["不明"].accuracy_m == 720
    assert (stored["乡镇"].placed_by, stored["乡镇"].accuracy_m) == ("township", 3_000)
    assert stored["旗县"].placed_by == "banner"
    assert stored["旗县"].accuracy_m > 3_000


def test_a_division_that_is_not_in_force_is_a_programming_error(
    region: Loaded, make_row: MakeRow
) -> None:
    with pytest.raises(KeyError):
        seed_facilities([make_row(division="152101000000")], register="甲", actor=SYSTEM, now=NOW)
    assert not Facility.objects.exists()


def test_a_keeper_corrects_and_an_unchanged_list_leaves_the_correction(
    region: Loaded, make_row: MakeRow
) -> None:
    seed_facilities([make_row("1")], register="甲", actor=SYSTEM, now=NOW)
    row = Facility.objects.get()
    view = change_facility(actor=KEEPER, facility_id=row.pk, edit=edit(), now=NOW)
    assert (view.name, view.review_on) == ("改了名的驿站", date(2028, 1, 1))
    again = seed_facilities([make_row("1")], register="甲", actor=SYSTEM, now=NOW)
    assert again == StoreCounts(0, 0, 1)
    assert facility(row.pk).name == "改了名的驿站"
    # The list itself now says something new: the list speaks.
    seed_facilities([make_row("1", name="名录的新名字")], register="甲", actor=SYSTEM, now=NOW)
    assert facility(row.pk).name == "名录的新名字"


@pytest.mark.parametrize(
    "actor",
    [
        staff_of("1504", "station", "operator"),
        staff_of("150103", "operator"),
        staff_of("15", "bank"),
        SYSTEM,
    ],
)
def test_others_cannot_even_learn_that_it_exists(
    region: Loaded, make_row: MakeRow, actor: object
) -> None:
    seed_facilities([make_row("1")], register="甲", actor=SYSTEM, now=NOW)
    row = Facility.objects.get()
    with pytest.raises(FacilityNotFoundError):
        change_facility(actor=actor, facility_id=row.pk, edit=edit(), now=NOW)  # type: ignore[arg-type]
    with pytest.raises(FacilityNotFoundError):
        close_facility(actor=actor, facility_id=row.pk, on=NOW.date(), now=NOW)  # type: ignore[arg-type]
    with pytest.raises(FacilityNotFoundError):
        change_facility(actor=KEEPER, facility_id=uuid4(), edit=edit(), now=NOW)
    assert facility(row.pk).name == "第1就业服务驿站"


def test_closing_keeps_the_row_and_an_unchanged_list_does_not_open_it(
    region: Loaded, make_row: MakeRow
) -> None:
    seed_facilities([make_row("1")], register="甲", actor=SYSTEM, now=NOW)
    row = Facility.objects.get()
    close_facility(actor=KEEPER, facility_id=row.pk, on=NOW.date(), now=NOW)
    close_facility(actor=KEEPER, facility_id=row.pk, on=NOW.date(), now=NOW)
    seed_facilities([make_row("1")], register="甲", actor=SYSTEM, now=NOW)
    assert facility(row.pk).closed_on == NOW.date()
