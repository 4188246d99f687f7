"""Divisions: by code, by name, upwards and downwards, and what became of an old code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import LEVELS, Level, Region
from denghuo.places.logic.gazetteer import PointKind, township_stem
from denghuo.places.logic.geodesy import Point
from denghuo.places.logic.lineage import ChangeKind, stem_of
from denghuo.places.logic.pinyin import typed_key
from denghuo.places.models import Division, DivisionChange

SEARCH_MAX = 50
SEARCH_TEXT_MAX = 40
# Deep enough for a township: banner, league, region.
_WITH_PATH = "parent__parent__parent"
_CODE_START = re.compile(r"15\d{0,10}")


class UnknownDivisionError(RefusalError):
    """No division has this code."""

    code = "places.unknown_division"
    template = "没有找到区划代码 {division} 对应的地方。"
    status = 404


@dataclass(frozen=True, slots=True)
class DivisionView:
    """One division as it is or was. ``path`` runs from the league down to the division."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    path: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    point: Point | None
    point_kind: PointKind | None
    point_accuracy_m: int | None
    area_km2: float | None
    sort_key: str
    source: str

    @property
    def full_name(self) -> str:
        """赤峰市 阿鲁科尔沁旗 天山镇."""
        return " ".join(self.path)

    @property
    def in_force(self) -> bool:
        return self.valid_until is None

    @property
    def region(self) -> Region:
        return Region(self.code)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """``old`` became ``new`` in ``year`` (the day is not recorded)."""

    old: DivisionView | None
    new: DivisionView | None
    kind: ChangeKind
    year: int
    source: str
    verified: bool


Outcome = Literal[
    "in_force", "followed", "ambiguous", "ended", "not_in_use_then", "only_banner", "unknown"
]
REASONS: dict[Outcome, str] = {
    "in_force": "这个代码现在仍在使用。",
    "followed": "这个代码已经停用。一年一年查下来，现在是下面这个。",
    "ambiguous": "不同的年份，这个代码属于不同的地方。请说明是哪一年的代码。",
    "ended": "这个代码已经停用，没有记载由谁接替。",
    "not_in_use_then": "在您给的日期，没有地方使用这个代码。",
    "only_banner": "苏木乡镇没有历史记录，只找到它所在的旗县区。",
    "unknown": "1980 年以来的记录里没有这个代码。",
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a code: who held it, by which changes, and which divisions stand now."""

    code: str
    on: date | None
    outcome: Outcome
    holders: tuple[DivisionView, ...]
    changes: tuple[ChangeView, ...]
    successors: tuple[DivisionView, ...]

    @property
    def reason(self) -> str:
        """One Chinese sentence; the translation key too."""
        return REASONS[self.outcome]

    def lines(self) -> list[str]:
        """For a terminal: the sentence, the changes, the divisions that stand now."""
        steps = [
            f"{change.year}  {change.old.code if change.old else '–'} "
            f"{change.old.name if change.old else '–'} → "
            f"{change.new.code if change.new else '–'} {change.new.name if change.new else '–'}"
            for change in self.changes
        ]
        now = [f"现在：{view.code} {view.full_name}" for view in self.successors]
        return [self.reason, *steps, *now]


def view_of(row: Division) -> DivisionView:
    """The frozen view; load the row with its parents."""
    path: list[str] = []
    above: Division | None = row
    while above is not None and (above.level != "province" or above is row):
        path.append(above.name)
        above = above.parent
    point = None if row.lon is None or row.lat is None else Point(row.lon, row.lat)
    return DivisionView(
        code=row.code,
        name=row.name,
        level=row.level,  # type: ignore[arg-type]  # written from Region.level only
        parent_code=row.parent.code if row.parent else None,
        path=tuple(reversed(path)),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        point=point,
        point_kind=row.point_kind or None,  # type: ignore[arg-type]  # a TextChoices of the same
        point_accuracy_m=row.point_accuracy_m,
        area_km2=row.area_km2,
        sort_key=row.sort_key,
        source=row.source,
    )


def _in_force() -> QuerySet[Division]:
    return Division.objects.filter(valid_until=None).select_related(_WITH_PATH)


def in_force_on(day: date) -> Q:
    """Rows whose period holds the day; an unknown start lies before every day."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (
        Q(valid_until=None) | Q(valid_until__gt=day)
    )


def division(code: str, on: date | None = None) -> DivisionView:
    """The division that has this code now, or had it on a day.

    Takes 2 to 12 digits. Raises ``UnknownDivisionError`` and ``NotRegionCodeError``.
    """
    full = Region.read(code).code
    rows = Division.objects.select_related(_WITH_PATH).filter(code=full)
    row = rows.filter(in_force_on(on) if on else Q(valid_until=None)).first()
    if row is None:
        raise UnknownDivisionError(division=code[:12])
    return view_of(row)


def children(code: str) -> tuple[DivisionView, ...]:
    """Divisions one level below, in force, by pinyin."""
    full = Region.read(code).code
    rows = _in_force().filter(parent__code=full, parent__valid_until=None)
    return tuple(view_of(row) for row in rows.order_by("sort_key", "code"))


def ancestors(code: str) -> tuple[DivisionView, ...]:
    """From the region down to the parent of the division in force."""
    codes = []
    above = Region.read(code).parent
    while above:
        codes.append(above.code)
        above = above.parent
    rows = {row.code: row for row in _in_force().filter(code__in=codes)}
    return tuple(view_of(rows[one]) for one in reversed(codes) if one in rows)


def divisions_of_level(level: Level) -> tuple[DivisionView, ...]:
    """All divisions of one level in force, by pinyin."""
    rows = _in_force().filter(level=level).order_by("sort_key", "code")
    return tuple(view_of(row) for row in rows)


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Code to full name for divisions in force; codes nobody has are left out."""
    full = {code: Region.read(code).code for code in codes}
    rows = {row.code: row for row in _in_force().filter(code__in=set(full.values()))}
    return {code: view_of(rows[one]).full_name for code, one in full.items() if one in rows}


class _Lineage:
    """All recorded changes as identifiers, walked forwards; rows are read when asked for."""

    def __init__(self) -> None:
        self.by_old: dict[UUID, list[tuple[UUID, UUID | None]]] = {}
        links = DivisionChange.objects.filter(old__isnull=False)
        for change, old, new in links.values_list("pk", "old_id", "new_id"):
            if old is not None:
                self.by_old.setdefault(old, []).append((change, new))

    def follow(self, start: UUID) -> tuple[set[UUID], set[UUID]]:
        """Identifiers of the changes from ``start`` on, and of the divisions they end in."""
        changes: set[UUID] = set()
        ends: set[UUID] = set()
        waiting, met = [start], {start}
        while waiting:
            one = waiting.pop()
            onward = self.by_old.get(one, [])
            if not onward:
                ends.add(one)
            for change, new in onward:
                changes.add(change)
                if new is not None and new not in met:
                    met.add(new)
                    waiting.append(new)
        return changes, ends


def _standing(ids: Iterable[UUID]) -> dict[UUID, Division]:
    """Those of the divisions that are in force."""
    return {row.pk: row for row in _in_force().filter(pk__in=set(ids))}


def change_view(row: DivisionChange) -> ChangeView:
    """The frozen view; load the row with both sides and their parents."""
    return ChangeView(
        old=view_of(row.old) if row.old else None,
        new=view_of(row.new) if row.new else None,
        kind=row.kind,  # type: ignore[arg-type]  # a constraint keeps it to CHANGE_KINDS
        year=row.effective_on.year,
        source=row.source,
        verified=row.verified,
    )


def resolve_code(code: str, on: date | None = None) -> Resolution:
    """What became of a code that was in use, on a day if that is known.

    Codes were given to other places later (152522), so without a day a code may be
    ambiguous; then every holder is told with where it went. Never raises for a code that is
    well formed.
    """
    full = Region.read(code).code
    holders = list(
        Division.objects.select_related(_WITH_PATH)
        .filter(code=full)
        .order_by("valid_until", "valid_from")
    )
    if not holders:
        return _resolve_above(full, on)
    then = [row for row in holders if on is None or _holds(row, on)]
    if not then:
        views = tuple(view_of(row) for row in holders)
        return Resolution(full, on, "not_in_use_then", views, (), ())
    lineage = _Lineage()
    walks = [lineage.follow(row.pk) for row in then]
    standing = _standing(end for _, ends in walks for end in ends)
    distinct = {frozenset(end for end in ends if end in standing) for _, ends in walks}
    outcome: Outcome = "followed"
    if len(distinct) > 1:
        outcome = "ambiguous"
    elif not standing:
        outcome = "ended"
    elif any(row.valid_until is None for row in then):
        outcome = "in_force"
    return Resolution(
        code=full,
        on=on,
        outcome=outcome,
        holders=tuple(view_of(row) for row in then),
        changes=_changes({change for changes, _ in walks for change in changes}),
        successors=tuple(sorted((view_of(row) for row in standing.values()), key=_by_code)),
    )


def _by_code(view: DivisionView) -> str:
    return view.code


def _changes(ids: set[UUID]) -> tuple[ChangeView, ...]:
    """The changes in the order they took effect."""
    rows = DivisionChange.objects.filter(pk__in=ids).select_related(
        f"old__{_WITH_PATH}", f"new__{_WITH_PATH}"
    )
    return tuple(
        change_view(row) for row in rows.order_by("effective_on", "old__code", "new__code")
    )


def _holds(row: Division, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (
        row.valid_until is None or on < row.valid_until
    )


def _resolve_above(full: str, on: date | None) -> Resolution:
    """Nobody ever had the code: below a banner, say what became of the banner."""
    region = Region(full)
    parent = region.parent
    if region.level in ("township", "village") and parent:
        above = resolve_code(parent.code, on)
        if above.successors:
            return Resolution(
                full, on, "only_banner", above.holders, above.changes, above.successors
            )
    return Resolution(full, on, "unknown", (), (), ())


def history_of(code: str) -> tuple[ChangeView, ...]:
    """Changes that led to the division in force, oldest first."""
    full = Region.read(code).code
    by_new: dict[UUID, list[tuple[UUID, UUID | None]]] = {}
    for link, before, after in DivisionChange.objects.values_list("pk", "old_id", "new_id"):
        if after is not None:
            by_new.setdefault(after, []).append((link, before))
    start = Division.objects.filter(code=full, valid_until=None).values_list("pk", flat=True)
    waiting, found = list(start), set[UUID]()
    while waiting:
        for change, old in by_new.get(waiting.pop(), ()):
            if change not in found:
                found.add(change)
                if old is not None:
                    waiting.append(old)
    return _changes(found)


def _rank(view: DivisionView, word: str) -> tuple[int, int, str, str]:
    if view.name == word:
        close = 0
    elif word in (township_stem(view.name), stem_of(view.name)):
        close = 1
    else:
        close = 2 if view.name.startswith(word) else 3
    return close, LEVELS.index(view.level), view.sort_key, view.code


def _now(rows: Sequence[Division]) -> list[Division]:
    """Past divisions replaced by what they became."""
    if all(row.valid_until is None for row in rows):
        return list(rows)
    lineage = _Lineage()
    return list(_standing(end for row in rows for end in lineage.follow(row.pk)[1]).values())


def search_divisions(
    text: str, *, level: Level | None = None, limit: int = 20
) -> tuple[DivisionView, ...]:
    """Divisions in force by name, old name, pinyin, initials or code; the closest first.

    ``"赤峰 天山"`` finds 天山镇 inside 赤峰市. Old names find what they became.
    """
    words = text.replace("\x00", "").strip()[:SEARCH_TEXT_MAX].split()
    if text.isascii():
        words = ["".join(words)] if words else []  # "hu he hao te" is one name
    if not words:
        return ()
    *above, last = words
    latin = typed_key(last)
    if _CODE_START.fullmatch(last):
        asked = Q(code__startswith=last)
    elif latin:
        asked = Q(pinyin__startswith=latin) | Q(initials__startswith=latin)
    else:
        asked = Q(name__contains=last)
    rows = Division.objects.select_related(_WITH_PATH).filter(asked)
    views = {row.code: view_of(row) for row in _now(list(rows.order_by("code")))}
    fitting = [
        view
        for view in views.values()
        if (level is None or view.level == level)
        and all(any(word in name for name in view.path[:-1]) for word in above)
    ]
    fitting.sort(key=lambda view: _rank(view, last))
    return tuple(fitting[: max(0, min(limit, SEARCH_MAX))])
