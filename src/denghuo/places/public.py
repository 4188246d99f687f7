"""The door of the places room: divisions, distances, facilities.

Codes are 12 digits; shorter ones are filled up. Points are WGS-84. Every distance is by
crow-fly and is shown with the words "直线距离，估算".
"""

from __future__ import annotations

from denghuo.places.actions.facilities import (
    FacilityEdit,
    StoreCounts,
    change_facility,
    close_facility,
    seed_facilities,
)
from denghuo.places.actions.imports import (
    ImportReport,
    ImportView,
    apply_import,
    drop_import,
    facility_import,
    preview_import,
)
from denghuo.places.actions.load import LoadReport, load_divisions
from denghuo.places.actions.sources import DataPackageMissingError
from denghuo.places.logic.datum import Datum, to_wgs84
from denghuo.places.logic.facility_rows import HEADINGS, KINDS, FacilityRow
from denghuo.places.logic.geodesy import NotOnEarthError, Point, distance_m
from denghuo.places.logic.hours import Hours, read_hours, write_hours
from denghuo.places.queries.counted import facilities_open
from denghuo.places.queries.divisions import (
    ChangeView,
    DivisionView,
    Resolution,
    UnknownDivisionError,
    ancestors,
    children,
    division,
    divisions_of_level,
    history_of,
    names_of,
    resolve_code,
    search_divisions,
)
from denghuo.places.queries.facilities import (
    FacilityPage,
    FacilityView,
    NearFacility,
    facility,
    list_facilities,
    nearest,
)
from denghuo.places.queries.maps import (
    MapShape,
    RegionMap,
    banner_at,
    boundary_geojson,
    map_review_number,
    region_map,
)

__all__ = [
    "HEADINGS",
    "KINDS",
    "ChangeView",
    "DataPackageMissingError",
    "Datum",
    "DivisionView",
    "FacilityEdit",
    "FacilityPage",
    "FacilityRow",
    "FacilityView",
    "Hours",
    "ImportReport",
    "ImportView",
    "LoadReport",
    "MapShape",
    "NearFacility",
    "NotOnEarthError",
    "Point",
    "RegionMap",
    "Resolution",
    "StoreCounts",
    "UnknownDivisionError",
    "ancestors",
    "apply_import",
    "banner_at",
    "boundary_geojson",
    "change_facility",
    "children",
    "close_facility",
    "distance_m",
    "division",
    "divisions_of_level",
    "drop_import",
    "facilities_open",
    "facility",
    "facility_import",
    "history_of",
    "list_facilities",
    "load_divisions",
    "map_review_number",
    "names_of",
    "nearest",
    "preview_import",
    "read_hours",
    "region_map",
    "resolve_code",
    "search_divisions",
    "seed_facilities",
    "to_wgs84",
    "write_hours",
]
