"""The load: official counts, run twice, a list that changed, what is missing."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from pytest_django import Settings

from denghuo.kernel.region import Region
from denghuo.places.actions import sources
from denghuo.places.actions.sources import DataPackageMissingError
from denghuo.places.logic.gazetteer import Area
from denghuo.places.logic.geodesy import Point
from denghuo.places.models import Boundary, Division, DivisionChange
from denghuo.places.public import load_divisions
from denghuo.places.queries.divisions import resolve_code
from denghuo.platform.public import SYSTEM
from tests.places.conftest import Loaded

SHARED = Path(__file__).parents[4] / "shared" / "data"


def test_the_region_has_12_leagues_103_banners_and_1033_townships(region: Loaded) -> None:
    assert region.report.in_force == {
        "province": 1,
        "league": 12,
        "banner": 103,
        "township": 1033,
    }
    counts = {
        level: Division.objects.filter(level=level, valid_until=None).count()
        for level in ("province", "league", "banner", "township")
    }
    assert counts == region.report.in_force


def test_every_division_hangs_under_the_one_its_code_names(region: Loaded) -> None:
    for row in Division.objects.filter(valid_until=None).select_related("parent"):
        if row.level == "province":
            assert row.parent is None
        else:
            assert row.parent is not None
            assert Region(row.code).parent == Region(row.parent.code)


def test_a_second_load_puts_right_what_was_altered_and_closes_what_left_the_list(
    region: Loaded,
) -> None:
    Division.objects.filter(code="150102000000").update(name="旧城区")
    county = Division.objects.get(code="150122000000", valid_until=None)
    Division.objects.create(
        code="150122999000", name="撤掉的镇", level="township", parent=county,
        sort_key="che", pinyin="che", initials="c", source="以前的名录",
    )  # fmt: skip
    report = load_divisions(actor=SYSTEM)
    assert Division.objects.get(code="150102000000").name == "新城区"
    gone = Division.objects.get(code="150122999000")
    assert gone.valid_until is not None
    # Everything else was equal, to the last corner, and was left alone.
    assert report.changed == {"Division": 1, "DivisionChange": 0, "Boundary": 0}
    assert (sum(report.added.values()), report.closed) == (0, 1)
    assert resolve_code("150122999000").outcome == "ended"


def test_progress_is_told_and_ends_at_the_whole(loaded: Loaded) -> None:
    last = {name: (done, total) for name, done, total in loaded.progress}
    assert set(last) == {"读取数据", "行政区划", "边界"}
    assert all(done == total for done, total in last.values())


def test_a_missing_package_is_named_and_nothing_is_written(
    region: Loaded, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_PACKAGES = str(tmp_path)
    with pytest.raises(DataPackageMissingError, match=r"divisions_v1\.json"):
        load_divisions(actor=SYSTEM)
    assert Division.objects.count() == len(region.divisions)


def test_each_point_lies_in_its_own_banner(region: Loaded) -> None:
    areas = {code: Area(shape) for code, shape in sources.read_areas().items()}
    for row in Division.objects.filter(level="banner", valid_until=None):
        assert row.lon is not None
        assert row.lat is not None
        assert Point(row.lon, row.lat) in areas[row.code], row.name


def test_197_townships_have_a_town_and_the_rest_say_how_vague_they_are(region: Loaded) -> None:
    townships = Division.objects.filter(level="township", valid_until=None)
    assert townships.filter(point_kind="town").count() == 197
    vague = townships.exclude(point_kind="town")
    assert set(vague.values_list("point_kind", flat=True)) == {"above"}
    assert not vague.filter(point_accuracy_m__lte=3_000).exists()


def test_the_area_of_the_leagues_is_that_of_their_banners(region: Loaded) -> None:
    def area(level: str) -> float:
        rows = Division.objects.filter(level=level, valid_until=None)
        return sum(row.area_km2 or 0 for row in rows)

    assert area("league") == pytest.approx(area("banner"), rel=1e-4)
    # Official: 1.183 million km²; the map's own total is 1.144 million.
    assert area("province") == pytest.approx(1_143_700, rel=0.002)


def test_all_drawn_boundaries_fit_in_60_kilobytes(region: Loaded) -> None:
    paths = Boundary.objects.filter(division__level__in=("league", "banner"))
    assert paths.count() == 115
    text = json.dumps(dict(paths.values_list("division__code", "svg_path")))
    assert len(gzip.compress(text.encode())) < 60 * 1024 / 3


def test_every_change_of_the_history_has_a_source(region: Loaded) -> None:
    assert DivisionChange.objects.count() == 140
    assert not DivisionChange.objects.filter(source="").exists()
    unverified = DivisionChange.objects.filter(verified=False)
    assert all("待核" in change.source for change in unverified)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference copies are not beside this checkout")
def test_divisions_equal_the_reference_copy(region: Loaded) -> None:
    with (SHARED / "im_divisions_mca_202609.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {line["code12"]: line["name"] for line in csv.DictReader(file)}
    rows = Division.objects.filter(valid_until=None).values_list("code", "name")
    assert dict(rows) == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference copies are not beside this checkout")
def test_town_points_equal_the_reference_copy(region: Loaded) -> None:
    with (SHARED / "im_places_geonames.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {line["township12"] for line in csv.DictReader(file) if line["township12"]}
    rows = Division.objects.filter(level="township", point_kind="town", valid_until=None)
    assert set(rows.values_list("code", flat=True)) == expected
