"""A measure as a text: whose it is, what counts, against which target, by which stored query.

Written in YAML beside the product (``measures/library``), read once, checked whole. A measure
has exactly one place its actual comes from: a stored query, a published series, or an open
word that nothing counts it yet (``missing``). There is no place to write a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import yaml

from denghuo.kernel.period import Period
from denghuo.kernel.region import Region
from denghuo.measures.logic.units import UNITS, NotFigureError, Unit, read_figure

Group = Literal["plan", "service"]
Better = Literal["more", "less"]
Grain = Literal["year", "quarter", "month"]
Status = Literal["published", "assumed"]
SIZE_MAX = 256 * 1024
_KEYS = {
    "id", "group", "order", "name", "owner", "unit", "period", "better", "query", "params",
    "series", "missing", "method", "targets",
}  # fmt: skip
_NEEDED = ("id", "group", "order", "name", "owner", "unit", "period", "method")


class MeasureTextError(ValueError):
    """A measure's text is wrong; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached in a period by an area. ``status``: read in a published paper, or
    assumed until the owner says."""

    span: Period
    area: str
    value: int
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """One measure. ``params`` are those of its query, as sorted pairs."""

    id: str
    group: Group
    order: int
    name: str
    name_en: str
    owner: str
    unit: Unit
    period: Grain
    better: Better
    query: str
    params: tuple[tuple[str, Any], ...]
    series: str
    missing: str
    method: str
    targets: tuple[Target, ...]

    def target(self, year: int, area: str) -> Target | None:
        """The target that begins in a year for exactly this area."""
        for each in self.targets:
            if each.span.start.year == year and each.area == area:
                return each
        return None


@dataclass(frozen=True, slots=True)
class SeriesDefinition:
    """A monthly series another office publishes."""

    id: str
    name: str
    name_en: str
    unit: Unit
    source: str


def load_measures(text: str) -> tuple[MeasureDefinition, ...]:
    """All measures of one file. Raises ``MeasureTextError``."""
    return tuple(_measure(one) for one in _entries(text))


def load_series(text: str) -> tuple[SeriesDefinition, ...]:
    """All series of one file. Raises ``MeasureTextError``."""
    found = []
    for one in _entries(text):
        where = str(one.get("id", "?"))
        name = one.get("name")
        if not isinstance(name, dict) or not one.get("source"):
            raise MeasureTextError(f"{where}: name and source are needed")
        found.append(
            SeriesDefinition(where, name["zh"], name["en"], _unit(one, where), one["source"])
        )
    return tuple(found)


def _entries(text: str) -> list[dict[str, Any]]:
    if len(text) > SIZE_MAX:
        raise MeasureTextError("the file is too large")
    read = yaml.safe_load(text)
    if not isinstance(read, list) or not all(isinstance(one, dict) for one in read):
        raise MeasureTextError("a list of entries is needed")
    return read


def _unit(one: Mapping[str, Any], where: str) -> Unit:
    unit = UNITS.get(str(one.get("unit")))
    if unit is None:
        raise MeasureTextError(f"{where}: unknown unit {one.get('unit')!r}")
    return unit


def _choice(one: Mapping[str, Any], key: str, kinds: Any, default: str, where: str) -> Any:
    value = one.get(key, default)
    if value not in get_args(kinds):
        raise MeasureTextError(f"{where}: {key} is one of {', '.join(get_args(kinds))}")
    return value


def _measure(one: dict[str, Any]) -> MeasureDefinition:
    where = str(one.get("id", "?"))
    if unknown := set(one) - _KEYS:
        raise MeasureTextError(f"{where}: unknown keys {', '.join(sorted(unknown))}")
    if absent := [key for key in _NEEDED if not one.get(key)]:
        raise MeasureTextError(f"{where}: {', '.join(absent)} needed")
    sources = [key for key in ("query", "series", "missing") if one.get(key)]
    if len(sources) != 1:
        raise MeasureTextError(f"{where}: exactly one of query, series, missing")
    unit = _unit(one, where)
    targets = tuple(_target(each, unit, where) for each in one.get("targets", ()))
    starts = [(each.span.start.year, each.area) for each in targets]
    if len(set(starts)) != len(starts):
        raise MeasureTextError(f"{where}: two targets of one year and area")
    return MeasureDefinition(
        id=where,
        group=_choice(one, "group", Group, "", where),
        order=int(one["order"]),
        name=one["name"]["zh"],
        name_en=one["name"]["en"],
        owner=one["owner"],
        unit=unit,
        period=_choice(one, "period", Grain, "", where),
        better=_choice(one, "better", Better, "more", where),
        query=one.get("query", ""),
        params=tuple(
            (key, tuple(value) if isinstance(value, list) else value)
            for key, value in sorted((one.get("params") or {}).items())
        ),
        series=one.get("series", ""),
        missing=one.get("missing", "").strip(),
        method=one["method"].strip(),
        targets=targets,
    )


def _target(one: Mapping[str, Any], unit: Unit, where: str) -> Target:
    start, until = one.get("from"), one.get("until")
    if not (isinstance(start, date) and isinstance(until, date)):
        raise MeasureTextError(f"{where}: a target has from and until as days")
    if not one.get("source"):
        raise MeasureTextError(f"{where}: a target has a source")
    try:
        value = read_figure(str(one.get("value", "")), unit)
    except NotFigureError as refused:
        raise MeasureTextError(f"{where}: {refused}") from None
    if not value:
        raise MeasureTextError(f"{where}: a target of nothing is no target")
    return Target(
        span=Period(start, until),
        area=Region.read(str(one.get("area", "15"))).code,
        value=value,
        status=_choice(one, "status", Status, "", where),
        source=str(one["source"]),
    )
