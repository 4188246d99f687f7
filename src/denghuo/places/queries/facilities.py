"""Facilities: one by its identifier, lists, and those nearest to a point by crow-fly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.places.logic.datum import Datum
from denghuo.places.logic.facility_rows import KINDS
from denghuo.places.logic.geodesy import Box, Point, boxes_around, distance_m
from denghuo.places.logic.hours import Hours, WorkingDay, is_open, next_opening
from denghuo.places.models import Facility
from denghuo.places.queries.divisions import DivisionView, view_of

NEAREST_MAX = 50
PER_PAGE = 50
SEARCH_TEXT_MAX = 40
# Each look is four times as wide as the last; the final one takes the whole table.
_RADII_M = (5_000, 20_000, 80_000, 320_000, 1_280_000)
_HOURS_AT_ONCE = 100
_WITH_PATH = "division__parent__parent__parent"
_NOT_OF_A_PATH = (
    *("valid_from", "valid_until", "sort_key", "pinyin", "initials", "lon", "lat", "point_kind"),
    *("point_accuracy_m", "point_source", "area_km2", "source"),
)


class FacilityNotFoundError(RefusalError):
    """No facility has this identifier, or the actor may not know of it."""

    code = "places.facility_not_found"
    template = "没有找到这个服务点。"
    status = 404


class UnknownKindError(RefusalError):
    """Not a kind of facility."""

    code = "places.unknown_kind"
    template = "没有“{kind}”这类服务点。"


@dataclass(frozen=True, slots=True)
class FacilityView:
    """One facility. The point is WGS-84; ``accuracy_m`` says how far off it may be."""

    id: UUID
    register: str
    external_key: str
    kind: str
    name: str
    services: tuple[str, ...]
    hours: Hours
    address: str
    division: DivisionView
    point: Point
    datum: Datum
    accuracy_m: int
    placed_by: str
    phone: str
    source: str
    owner: str
    review_on: date
    closed_on: date | None
    updated_at: datetime

    @property
    def kind_name(self) -> str:
        """The official Chinese word; the translation key too."""
        return KINDS[self.kind]

    def stale_on(self, day: date) -> bool:
        """Whether nobody has looked the entry over in time."""
        return day > self.review_on

    def open_at(self, at: datetime, working_day: WorkingDay | None = None) -> bool | None:
        """Open, closed, or None when the hours are not known."""
        return is_open(self.hours, at, working_day)

    def next_opening(self, at: datetime, working_day: WorkingDay | None = None) -> datetime | None:
        """When it next opens, if that is known and within a month."""
        return next_opening(self.hours, at, working_day)


@dataclass(frozen=True, slots=True)
class NearFacility:
    """A facility with its crow-fly distance: estimated, never the way one walks.

    ``uncertain_m`` adds the inaccuracy of both points: the true distance lies within
    ``distance_m`` ± ``uncertain_m``.
    """

    facility: FacilityView
    distance_m: float
    uncertain_m: int
    open_now: bool | None
    estimated: bool = True


@dataclass(frozen=True, slots=True)
class FacilityPage:
    """One page of a list."""

    entries: tuple[FacilityView, ...]
    page: int
    pages: int
    total: int


def facility_view(row: Facility) -> FacilityView:
    """The frozen view; load the row with its division and the division's parents."""
    return FacilityView(
        id=row.pk,
        register=row.register,
        external_key=row.external_key,
        kind=row.kind,
        name=row.name,
        services=tuple(row.services),
        hours=Hours.from_stored(row.hours),
        address=row.address,
        division=view_of(row.division),
        point=Point(row.lon, row.lat),
        datum=row.datum,  # type: ignore[arg-type]  # a constraint keeps it to DATUMS
        accuracy_m=row.accuracy_m,
        placed_by=row.placed_by,
        phone=row.phone,
        source=row.source,
        owner=row.owner,
        review_on=row.review_on,
        closed_on=row.closed_on,
        updated_at=row.updated_at,
    )


def _with_path(rows: QuerySet[Facility]) -> QuerySet[Facility]:
    """Loaded with their division and, of the divisions above, what a path is made of: loading
    those whole too takes a quarter more time."""
    above = ("parent", "parent__parent", "parent__parent__parent")
    unread = [f"division__{way}__{name}" for way in above for name in _NOT_OF_A_PATH]
    return rows.select_related(_WITH_PATH).defer(*unread)


def open_to_public(day: date) -> QuerySet[Facility]:
    """Facilities that have not closed for good by the day."""
    return Facility.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day))


def _of_kind(rows: QuerySet[Facility], kind: str | None) -> QuerySet[Facility]:
    if not kind:
        return rows
    if kind not in KINDS:
        raise UnknownKindError(kind=kind[:20])
    return rows.filter(kind=kind)


def facility(facility_id: UUID) -> FacilityView:
    """One facility, closed ones too. Raises ``FacilityNotFoundError``."""
    row = _with_path(Facility.objects.filter(pk=facility_id)).first()
    if row is None:
        raise FacilityNotFoundError
    return facility_view(row)


def list_facilities(
    *,
    on: date,
    kind: str | None = None,
    within: str | None = None,
    text: str = "",
    stale_only: bool = False,
    page: int = 1,
) -> FacilityPage:
    """Facilities by division and name; ``within`` is a division code, ``text`` part of a name."""
    rows = _of_kind(open_to_public(on), kind)
    if within:
        rows = rows.filter(division__code__startswith=Region.read(within).prefix)
    word = text.replace("\x00", "").strip()[:SEARCH_TEXT_MAX]
    if word:
        rows = rows.filter(name__contains=word)
    if stale_only:
        rows = rows.filter(review_on__lt=on)
    total = rows.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * PER_PAGE
    shown = _with_path(rows).order_by("division__code", "name", "pk")
    entries = tuple(facility_view(row) for row in shown[start : start + PER_PAGE])
    return FacilityPage(entries=entries, page=page, pages=pages, total=total)


def _in_boxes(boxes: Iterable[Box]) -> Q:
    found = Q(pk__in=())
    for box in boxes:
        found |= Q(lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north)
    return found


def _by_distance(rows: QuerySet[Facility], centre: Point) -> list[tuple[float, UUID]]:
    """Distance and identifier, nearest first; the identifier breaks ties for good."""
    pairs = [
        (distance_m(centre, Point(lon, lat)), pk)
        for pk, lon, lat in rows.values_list("pk", "lon", "lat")
    ]
    pairs.sort(key=lambda pair: (pair[0], pair[1].bytes))
    return pairs


def _rings(rows: QuerySet[Facility], centre: Point) -> Iterator[list[tuple[float, UUID]]]:
    """Candidates ring by ring: all within the radius, then only those farther out."""
    inner = -1.0
    for radius in _RADII_M:
        found = _by_distance(rows.filter(_in_boxes(boxes_around(centre, radius))), centre)
        # The box's corners lie beyond the circle; they belong to the next ring.
        yield [pair for pair in found if inner < pair[0] <= radius]
        inner = radius
    yield [pair for pair in _by_distance(rows, centre) if pair[0] > inner]


def _open_only(
    pairs: list[tuple[float, UUID]], open_now: Callable[[Any], bool | None]
) -> Iterator[tuple[float, UUID]]:
    """Those that are open, hours read only for as many as are asked for."""
    for start in range(0, len(pairs), _HOURS_AT_ONCE):
        some = pairs[start : start + _HOURS_AT_ONCE]
        hours = dict(
            Facility.objects.filter(pk__in=[pk for _, pk in some]).values_list("pk", "hours")
        )
        yield from (pair for pair in some if open_now(hours[pair[1]]))


def nearest(
    centre: Point,
    *,
    at: datetime,
    kind: str | None = None,
    limit: int = 10,
    open_only: bool = False,
    centre_accuracy_m: int = 0,
    working_day: WorkingDay | None = None,
) -> tuple[NearFacility, ...]:
    """The nearest facilities by crow-fly at an instant, the nearest first.

    ``centre`` is WGS-84 (``to_wgs84`` turns others into it). With ``open_only`` those closed
    at ``at`` and those whose hours nobody knows are left out. Exact: the same as measuring
    the distance to every facility. Raises ``UnknownKindError``.
    """
    limit = max(0, min(limit, NEAREST_MAX))
    rows = _of_kind(open_to_public(day_of(at)), kind)
    chosen: list[tuple[float, UUID]] = []
    if limit:
        for ring in _rings(rows, centre):
            fitting: Iterable[tuple[float, UUID]] = ring
            if open_only:
                fitting = _open_only(
                    ring, lambda stored: is_open(Hours.from_stored(stored), at, working_day)
                )
            for pair in fitting:
                chosen.append(pair)
                if len(chosen) == limit:
                    break
            if len(chosen) == limit:
                break
    full = _with_path(Facility.objects.all()).in_bulk([pk for _, pk in chosen])
    near = []
    for distance, pk in chosen:
        view = facility_view(full[pk])
        near.append(
            NearFacility(
                facility=view,
                distance_m=distance,
                uncertain_m=view.accuracy_m + centre_accuracy_m,
                open_now=view.open_at(at, working_day),
            )
        )
    return tuple(near)
