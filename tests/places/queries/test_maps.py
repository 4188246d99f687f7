"""Shapes for a choropleth, valid polygons, and which banner a point lies in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pytest_django import Settings

from denghuo.places.logic.rings import meeting_pairs, shape_holds, signed_area
from denghuo.places.models import Boundary
from denghuo.places.public import Point, division
from denghuo.places.queries.maps import banner_at, region_map
from tests.places.conftest import Loaded


def test_all_leagues_and_banners_are_drawn(region: Loaded) -> None:
    leagues, banners = region_map("league"), region_map("banner")
    assert (len(leagues.shapes), len(banners.shapes)) == (12, 103)
    assert leagues.view_box == banners.view_box
    assert len(region_map("banner", "1504").shapes) == 12
    for shape in banners.shapes:
        assert shape.path.startswith("M")
        assert shape.path.endswith("z")


def test_the_map_says_whether_it_was_reviewed(region: Loaded, settings: Settings) -> None:
    settings.MAP_REVIEW_NUMBER = ""
    assert region_map("league").review_number is None
    settings.MAP_REVIEW_NUMBER = "蒙S(2026)001号"
    reviewed = region_map("league")
    assert reviewed.review_number == "蒙S(2026)001号"
    assert "天地图" in reviewed.source
    assert "审图号" in reviewed.note


def test_every_boundary_is_a_valid_polygon(region: Loaded) -> None:
    for row in Boundary.objects.select_related("division"):
        for polygon in row.geometry["coordinates"]:
            for place, ring in enumerate(polygon):
                corners = [(x, y) for x, y in ring]
                assert corners[0] == corners[-1]
                assert len(corners) >= 4
                # RFC 7946: outer rings counter-clockwise, holes clockwise.
                assert (signed_area(corners) > 0) is (place == 0), row
            if row.division.level == "banner":
                segments = [pair for ring in polygon for pair in pairwise(map(tuple, ring))]
                assert not list(meeting_pairs(segments)), row


def test_the_mining_district_is_a_hole_in_the_banner_around_it(region: Loaded) -> None:
    today = Boundary.objects.filter(division__valid_until=None)
    around = today.get(division__code="150223000000").geometry
    assert division("150206").point is not None
    point = division("150206").point
    assert point is not None
    assert not shape_holds(around["coordinates"], (point.lon, point.lat))
    assert banner_at(point) == "150206000000"


def test_every_banner_point_is_found_in_its_banner(region: Loaded) -> None:
    for row in region.divisions:
        if row.level == "banner" and row.valid_until is None:
            assert row.lon is not None
            assert row.lat is not None
            assert banner_at(Point(row.lon, row.lat)) == row.code


@pytest.mark.parametrize("point", [Point(116.4, 39.9), Point(106.9, 47.9), Point(0, 0)])
def test_a_point_outside_the_region_lies_in_no_banner(region: Loaded, point: Point) -> None:
    assert banner_at(point) is None


def test_townships_have_no_boundary(region: Loaded) -> None:
    assert not Boundary.objects.filter(division__level="township").exists()
