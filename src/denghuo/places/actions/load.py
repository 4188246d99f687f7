"""Fill divisions, their history, points and boundaries from the data packages.

Run as often as wanted: what is already there and equal is left alone, what left the lists is
closed, never deleted. All in one transaction with one audit row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction

from denghuo.kernel.region import CODE_LENGTH, LEVELS, Region
from denghuo.places.actions import sources
from denghuo.places.actions.geometry import Geography, build_geography
from denghuo.places.logic.gazetteer import PlacedPoint
from denghuo.places.logic.lineage import Change, Spell, spells_of, trace, with_renames
from denghuo.places.logic.pinyin import pinyin_keys
from denghuo.places.models import Boundary, Division, DivisionChange
from denghuo.platform.public import Actor, record_audit

# Tells how far the work is: the step's name, done, total.
Progress = Callable[[str, int, int], None]
Row = TypeVar("Row", bound=models.Model)
# A spell is named by its code and the day it ended, None while in force.
Key = tuple[str, date | None]
_BATCH = 500


@dataclass(slots=True)
class LoadReport:
    """Rows added, changed, closed and left alone, by table; counts of divisions in force."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    closed: int = 0
    in_force: dict[str, int] = field(default_factory=dict)

    @property
    def touched(self) -> int:
        return sum(self.added.values()) + sum(self.changed.values()) + self.closed


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One division row as it should be."""

    key: Key
    parent: Key | None
    values: Mapping[str, Any]


def quiet(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _full(code: str) -> str:
    return code.ljust(CODE_LENGTH, "0")


def _end_of(spell: Spell, last_year: int) -> date | None:
    return None if spell.last_year == last_year else date(spell.last_year + 1, 1, 1)


def _start_of(spell: Spell, first_year: int) -> date | None:
    # Before the first list nothing is recorded: the start is unknown, not that year.
    return None if spell.first_year == first_year else date(spell.first_year, 1, 1)


def _values(name: str, code: str, start: date | None, source: str) -> dict[str, Any]:
    keys = pinyin_keys(name)
    return {
        "name": name,
        "level": Region(code).level,
        "valid_from": start,
        "sort_key": keys.sort_key,
        "pinyin": keys.pinyin,
        "initials": keys.initials,
        "source": source,
    }


def _located(placed: PlacedPoint | None, area_km2: float | None) -> dict[str, Any]:
    if placed is None:
        return {}
    town = placed.kind in ("seat", "town")
    return {
        "lon": round(placed.point.lon, 6),
        "lat": round(placed.point.lat, 6),
        "point_kind": placed.kind,
        "point_accuracy_m": placed.accuracy_m,
        "point_source": sources.PLACES_SOURCE if town else sources.BOUNDARIES_SOURCE,
        "area_km2": None if area_km2 is None else round(area_km2, 1),
    }


class _History:
    """Spells of codes and the changes between them."""

    def __init__(self) -> None:
        renames = sources.read_renames()
        self.spells = with_renames(spells_of(sources.read_year_rows()), renames)
        self.first_year = min(spell.first_year for spell in self.spells)
        self.last_year = max(spell.last_year for spell in self.spells)
        self.changes: list[Change] = trace(self.spells, renames, sources.LISTS_SOURCE)

    def key(self, spell: Spell) -> Key:
        return _full(spell.code), _end_of(spell, self.last_year)

    def parent_key(self, spell: Spell) -> Key | None:
        if not spell.parent_code:
            return None
        for other in self.spells:
            if other.code == spell.parent_code and (
                other.first_year <= spell.last_year <= other.last_year
            ):
                return self.key(other)
        return None

    def past(self) -> Iterable[_Wanted]:
        """Spells that are over."""
        for spell in self.spells:
            key = self.key(spell)
            if key[1] is not None:
                start = _start_of(spell, self.first_year)
                yield _Wanted(
                    key,
                    self.parent_key(spell),
                    _values(spell.name, key[0], start, sources.LISTS_SOURCE),
                )

    def start_in_force(self, code: str, name: str) -> date | None:
        """Since when a division in force has had its code and name, if the lists tell."""
        for spell in self.spells:
            if (_full(spell.code), spell.name, spell.last_year) == (code, name, self.last_year):
                return _start_of(spell, self.first_year)
        return None


def _wanted_rows(
    gazetteer: sources.Gazetteer, history: _History, where: Geography
) -> list[_Wanted]:
    """Every division row, parents before their children."""
    rows = list(history.past())
    for one in gazetteer.divisions:
        start = history.start_in_force(one.code, one.name)
        located = _located(where.points.get(one.code), where.areas_km2.get(one.code))
        parent: Key | None = (one.parent_code, None) if one.parent_code else None
        rows.append(
            _Wanted(
                (one.code, None),
                parent,
                {**_values(one.name, one.code, start, gazetteer.source), **located},
            )
        )
    return sorted(rows, key=lambda row: LEVELS.index(row.values["level"]))


def _store(
    model: type[Row],
    stored: Iterable[tuple[Row | None, dict[str, Any]]],
    report: LoadReport,
    tell: Callable[[int], None] = lambda _done: None,
) -> list[Row]:
    """Add what is new, change what differs; the rows in the order given."""
    rows: list[Row] = []
    new: list[Row] = []
    differing: list[Row] = []
    fields: set[str] = set()
    for row, values in stored:
        if row is None:
            added = model(**values)
            new.append(added)
            rows.append(added)
            continue
        unlike = {name for name, value in values.items() if getattr(row, name) != value}
        if unlike:
            for name in unlike:
                setattr(row, name, values[name])
            differing.append(row)
            fields |= unlike
        rows.append(row)
    manager: models.Manager[Row] = model._default_manager  # noqa: SLF001  Django's public name
    for start in range(0, len(new), _BATCH):
        manager.bulk_create(new[start : start + _BATCH])
        tell(min(start + _BATCH, len(new)))
    if differing:
        manager.bulk_update(differing, sorted(fields), batch_size=_BATCH)
    table = model.__name__
    report.added[table] = report.added.get(table, 0) + len(new)
    report.changed[table] = report.changed.get(table, 0) + len(differing)
    return rows


def _store_divisions(
    wanted: list[_Wanted], on: date, report: LoadReport, progress: Progress
) -> dict[Key, UUID]:
    """Divisions level by level, so that a child always finds its parent's identifier."""
    there = {(row.code, row.valid_until): row for row in Division.objects.all()}
    ids: dict[Key, UUID] = {}
    done = 0
    for level in LEVELS:
        rows = [row for row in wanted if row.values["level"] == level]
        if not rows:
            continue
        pairs = [
            (
                there.pop(row.key, None),
                {
                    **row.values,
                    "code": row.key[0],
                    "valid_until": row.key[1],
                    "parent_id": ids[row.parent] if row.parent else None,
                },
            )
            for row in rows
        ]
        for row, stored in zip(rows, _store(Division, pairs, report), strict=True):
            ids[row.key] = stored.pk
        done += len(rows)
        progress("行政区划", done, len(wanted))
    _close_rest(there.values(), on, report)
    return ids


def _close_rest(rows: Iterable[Division], on: date, report: LoadReport) -> None:
    """Divisions in force that the list no longer has end on the day of the list."""
    for row in rows:
        if row.valid_until is None:
            row.valid_until = on
            row.save(update_fields=["valid_until"])
            report.closed += 1


def _store_changes(history: _History, ids: Mapping[Key, UUID], report: LoadReport) -> None:
    there = {
        (row.old_id, row.new_id, row.effective_on): row for row in DivisionChange.objects.all()
    }
    pairs = []
    for change in history.changes:
        old = ids[history.key(change.old)] if change.old else None
        new = ids.get(history.key(change.new)) if change.new else None
        effective_on = date(change.year, 1, 1)
        values = {
            "old_id": old,
            "new_id": new,
            "kind": change.kind,
            "effective_on": effective_on,
            "source": change.source[:300],
            "verified": change.verified,
        }
        pairs.append((there.pop((old, new, effective_on), None), values))
    _store(DivisionChange, pairs, report)
    # Derived rows: one that a better list no longer yields would only mislead.
    for row in there.values():
        row.delete()


def _store_boundaries(
    where: Geography, ids: Mapping[Key, UUID], report: LoadReport, progress: Progress
) -> None:
    there = {row.division_id: row for row in Boundary.objects.all()}
    pairs = []
    for code, drawn in where.boundaries.items():
        division = ids[(code, None)]
        pairs.append((there.get(division), {"division_id": division, **drawn}))
    _store(Boundary, pairs, report, lambda done: progress("边界", done, len(pairs)))


@transaction.atomic
def load_divisions(*, actor: Actor, progress: Progress = quiet) -> LoadReport:
    """Bring divisions, history, points and boundaries to what the data packages say.

    Raises ``DataPackageMissingError`` when a package is not installed.
    """
    report = LoadReport()
    progress("读取数据", 0, 3)
    gazetteer = sources.read_divisions()
    history = _History()
    progress("读取数据", 1, 3)
    where = build_geography(gazetteer.divisions)
    progress("读取数据", 3, 3)
    wanted = _wanted_rows(gazetteer, history, where)
    ids = _store_divisions(wanted, gazetteer.fetched_on, report, progress)
    _store_changes(history, ids, report)
    _store_boundaries(where, ids, report, progress)
    for row in wanted:
        if row.key[1] is None:
            level = row.values["level"]
            report.in_force[level] = report.in_force.get(level, 0) + 1
    if report.touched:
        record_audit(
            actor=actor,
            action="places.load_divisions",
            detail={
                "added": dict(report.added),
                "changed": dict(report.changed),
                "closed": report.closed,
            },
        )
    return report
