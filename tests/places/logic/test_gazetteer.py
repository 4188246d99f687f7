"""Seats and towns found by name inside their area, and only there."""

from __future__ import annotations

import pytest

from denghuo.places.logic.gazetteer import (
    Area,
    Candidate,
    area_km2,
    inside_point,
    seat_point,
    town_points,
    township_stem,
)
from denghuo.places.logic.geodesy import Point

HERE = Point(111.0, 41.0)
BLOCK = [[[(110.0, 40.0), (111.0, 40.0), (111.0, 41.0), (110.0, 41.0), (110.0, 40.0)]]]


def place(*names: str, population: int = 0, at: Point = HERE) -> Candidate:
    return Candidate(names, at, population)


def test_the_seat_bears_the_name_and_is_the_largest() -> None:
    large = Point(110.5, 40.5)
    found = seat_point(
        "乌达区", [place("乌达"), place("乌达区", population=9, at=large), place("别处")]
    )
    assert found is not None
    assert (found.point, found.kind) == (large, "seat")
    assert seat_point("新城区", [place("别处", population=9)]) is None


def test_the_full_name_beats_the_stem() -> None:
    exact = Point(110.1, 40.1)
    towns = town_points({"1": "锡尼镇"}, [place("锡尼", population=99), place("锡尼镇", at=exact)])
    assert towns["1"].point == exact


def test_a_stem_that_two_townships_share_names_neither() -> None:
    assert town_points({"1": "城关镇", "2": "城关街道"}, [place("城关")]) == {}
    assert set(town_points({"1": "城关镇", "2": "城关街道"}, [place("城关镇")])) == {"1"}


def test_stems_of_townships() -> None:
    assert [township_stem(name) for name in ("天山镇", "巴彦花苏木", "十家满族乡", "东苏木")] == [
        "天山",
        "巴彦花",
        "十家满族",
        "东苏木",
    ]


def test_a_degree_block_has_its_area_on_the_sphere() -> None:
    # R² · 1° · (sin 41° - sin 40°) = 9,401.8 km²
    assert area_km2(BLOCK) == pytest.approx(9401.8, rel=1e-4)


def test_a_point_inside_is_as_uncertain_as_the_area_is_large() -> None:
    placed = inside_point(BLOCK)
    assert placed.point in Area(BLOCK)
    assert 54_000 < placed.accuracy_m < 55_500
