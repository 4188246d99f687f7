"""The door of the places room: divisions, distances, facilities.

Codes are 12 digits; shorter ones are filled up. Points are WGS-84. Every distance is by
crow-fly and is shown with the words "直线距离，估算".
"""

from __future__ import annotations

from denghuo.places.actions.facilities import StoreCounts, seed_facilities
from denghuo.places.actions.load import LoadReport, load_divisions
from denghuo.places.logic.datum import Datum
from denghuo.places.logic.facility_rows import KINDS, FacilityRow
from denghuo.places.logic.geodesy import Point, distance_m
from denghuo.places.logic.hours import Hours, read_hours
from denghuo.places.queries.counted import facilities_open
from denghuo.places.queries.divisions import (
    ChangeView,
    DivisionView,
    UnknownDivisionError,
    children,
    division,
    divisions_of_level,
    history_of,
    names_of,
    search_divisions,
)
from denghuo.places.queries.facilities import FacilityView, NearFacility, nearest

__all__ = [
    "KINDS",
    "ChangeView",
    "Datum",
    "DivisionView",
    "FacilityRow",
    "FacilityView",
    "Hours",
    "LoadReport",
    "NearFacility",
    "Point",
    "StoreCounts",
    "UnknownDivisionError",
    "children",
    "distance_m",
    "division",
    "divisions_of_level",
    "facilities_open",
    "history_of",
    "load_divisions",
    "names_of",
    "nearest",
    "read_hours",
    "search_divisions",
    "seed_facilities",
]
