"""The places part of the JSON API; the api room mounts it under ``/places``.

Reading only, open to anyone: divisions, what became of a code, facilities, the nearest ones.
Distances are by crow-fly and carry ``estimated: true``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from denghuo.kernel.region import Level
from denghuo.places.logic.datum import to_wgs84
from denghuo.places.logic.hours import write_hours
from denghuo.places.public import (
    ChangeView,
    Datum,
    DivisionView,
    FacilityView,
    Point,
    children,
    division,
    divisions_of_level,
    history_of,
    nearest,
    search_divisions,
)
from denghuo.places.queries.divisions import resolve_code
from denghuo.places.queries.facilities import facility, list_facilities
from denghuo.platform.public import anyone, opened, work_calendar

router = Router(tags=["places"])

Code = Annotated[str, Field(pattern=r"^[0-9]{2,12}$", json_schema_extra={"example": "150102"})]
Kind = Annotated[str, Field(max_length=20)]


class PointOut(Schema):
    """WGS-84."""

    lon: float
    lat: float


class DivisionOut(Schema):
    """A division; ``accuracy_m`` says how far the point may be from any door in it."""

    code: str
    name: str
    full_name: str
    level: str
    parent_code: str | None
    valid_from: date | None
    valid_until: date | None
    point: PointOut | None
    point_kind: str | None
    accuracy_m: int | None
    area_km2: float | None
    source: str

    @classmethod
    def of(cls, view: DivisionView) -> DivisionOut:
        return cls(
            code=view.code,
            name=view.name,
            full_name=view.full_name,
            level=view.level,
            parent_code=view.parent_code,
            valid_from=view.valid_from,
            valid_until=view.valid_until,
            point=_point_out(view.point),
            point_kind=view.point_kind,
            accuracy_m=view.point_accuracy_m,
            area_km2=view.area_km2,
            source=view.source,
        )


class ChangeOut(Schema):
    """One change of the lineage; dated to the year."""

    year: int
    kind: str
    old: DivisionOut | None
    new: DivisionOut | None
    source: str
    verified: bool

    @classmethod
    def of(cls, view: ChangeView) -> ChangeOut:
        return cls(
            year=view.year,
            kind=view.kind,
            old=DivisionOut.of(view.old) if view.old else None,
            new=DivisionOut.of(view.new) if view.new else None,
            source=view.source,
            verified=view.verified,
        )


class ResolutionOut(Schema):
    """What became of a code."""

    code: str
    on: date | None
    outcome: str
    reason: str
    holders: list[DivisionOut]
    changes: list[ChangeOut]
    successors: list[DivisionOut]


class FacilityOut(Schema):
    """A facility. ``hours`` is the written form of the opening hours, empty when not known."""

    id: UUID
    kind: str
    kind_name: str
    name: str
    services: list[str]
    hours: str
    address: str
    division_code: str
    division_name: str
    point: PointOut
    source_datum: str
    accuracy_m: int
    placed_by: str
    phone: str
    source: str
    owner: str
    review_on: date
    stale: bool
    closed_on: date | None

    @classmethod
    def of(cls, view: FacilityView, today: date) -> FacilityOut:
        return cls(
            id=view.id,
            kind=view.kind,
            kind_name=view.kind_name,
            name=view.name,
            services=list(view.services),
            hours=write_hours(view.hours),
            address=view.address,
            division_code=view.division.code,
            division_name=view.division.full_name,
            point=PointOut(lon=view.point.lon, lat=view.point.lat),
            source_datum=view.datum,
            accuracy_m=view.accuracy_m,
            placed_by=view.placed_by,
            phone=view.phone,
            source=view.source,
            owner=view.owner,
            review_on=view.review_on,
            stale=view.stale_on(today),
            closed_on=view.closed_on,
        )


class FacilityPageOut(Schema):
    """One page of facilities."""

    entries: list[FacilityOut]
    page: int
    pages: int
    total: int


class NearOut(Schema):
    """A facility with its crow-fly distance."""

    facility: FacilityOut
    distance_m: int
    uncertain_m: int
    estimated: Literal[True] = True
    open_now: bool | None


class NearestOut(Schema):
    """The nearest facilities and the instant "open" was judged at."""

    at: datetime
    method: Literal["crow_fly"] = "crow_fly"
    note: str = "直线距离，估算"
    entries: list[NearOut]


class NearestIn(Schema):
    """Where from, of what kind, how many."""

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False, json_schema_extra={"example": 111.66})
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, json_schema_extra={"example": 40.82})
    datum: Datum = "wgs84"
    kind: Kind | None = None
    open_now: bool = False
    limit: int = Field(10, ge=1, le=50)


def _point_out(point: Point | None) -> PointOut | None:
    return None if point is None else PointOut(lon=point.lon, lat=point.lat)


@router.get(
    "/divisions",
    auth=opened(anyone),
    response=list[DivisionOut],
    summary=_("按级别、上级或名称查区划"),
    description=_("写 q 就按名称、旧名、拼音和代码找；写 parent 就列出下一级。"),
)
def list_divisions(
    request: HttpRequest,
    level: Literal["province", "league", "banner", "township"] = "league",
    parent: Code | None = None,
    q: Annotated[str, Field(max_length=40)] = "",
) -> list[DivisionOut]:
    """With ``q`` a search over names, old names, pinyin and codes; with ``parent`` its parts."""
    chosen: Level = level
    if q:
        views = search_divisions(q, limit=50)
    elif parent:
        views = children(parent)
    else:
        views = divisions_of_level(chosen)
    return [DivisionOut.of(view) for view in views]


@router.get(
    "/divisions/{code}",
    auth=opened(anyone),
    response=DivisionOut,
    summary=_("一个区划"),
    description=_("现在用这个代码的，或某一天用这个代码的。"),
)
def get_division(request: HttpRequest, code: Code, on: date | None = None) -> DivisionOut:
    """The division that has the code now, or had it on a day."""
    return DivisionOut.of(division(code, on))


@router.get(
    "/divisions/{code}/resolve",
    auth=opened(anyone),
    response=ResolutionOut,
    summary=_("一个代码后来怎样了"),
    description=_("有的代码后来给了别的地方；代码是从哪天的材料上抄的，就在 on 里写哪天。"),
)
def get_resolution(request: HttpRequest, code: Code, on: date | None = None) -> ResolutionOut:
    """Codes were given to other places later; say ``on`` when the code is from a document."""
    found = resolve_code(code, on)
    return ResolutionOut(
        code=found.code,
        on=found.on,
        outcome=found.outcome,
        reason=found.reason,
        holders=[DivisionOut.of(view) for view in found.holders],
        changes=[ChangeOut.of(view) for view in found.changes],
        successors=[DivisionOut.of(view) for view in found.successors],
    )


@router.get(
    "/divisions/{code}/history",
    auth=opened(anyone),
    response=list[ChangeOut],
    summary=_("它以前叫什么、属于哪里"),
    description=_("从早到晚，一直到现在的区划。"),
)
def get_history(request: HttpRequest, code: Code) -> list[ChangeOut]:
    """Changes that led to the division in force, oldest first."""
    return [ChangeOut.of(view) for view in history_of(division(code).code)]


@router.get(
    "/facilities",
    auth=opened(anyone),
    response=FacilityPageOut,
    summary=_("一个地方的服务点"),
    description=_("正在服务的，按区划、种类和名称找；每页一批。"),
)
def get_facilities(
    request: HttpRequest,
    kind: Kind | None = None,
    within: Code | None = None,
    q: Annotated[str, Field(max_length=40)] = "",
    page: Annotated[int, Field(ge=1, le=100_000)] = 1,
) -> FacilityPageOut:
    """Facilities in service, by division and name."""
    today = timezone.localdate()
    found = list_facilities(on=today, kind=kind, within=within, text=q, page=page)
    return FacilityPageOut(
        entries=[FacilityOut.of(view, today) for view in found.entries],
        page=found.page,
        pages=found.pages,
        total=found.total,
    )


@router.get(
    "/facilities/{facility_id}",
    auth=opened(anyone),
    response=FacilityOut,
    summary=_("一个服务点"),
    description=_("时间、服务、位置和误差、谁负责；已经撤了的也能查到。"),
)
def get_facility(request: HttpRequest, facility_id: UUID) -> FacilityOut:
    """One facility, also when it has closed for good."""
    return FacilityOut.of(facility(facility_id), timezone.localdate())


@router.get(
    "/nearest",
    auth=opened(anyone),
    response=NearestOut,
    summary=_("最近的服务点"),
    description=_("按直线距离估算，实际走的路更长；uncertain_m 是两点位置的误差。"),
)
def get_nearest(request: HttpRequest, asked: Query[NearestIn]) -> NearestOut:
    """Estimated: what one walks or drives is longer. ``uncertain_m`` is the error of the points."""
    now = timezone.now()
    near = nearest(
        to_wgs84(Point(asked.lon, asked.lat), asked.datum),
        at=now,
        kind=asked.kind,
        limit=asked.limit,
        open_only=asked.open_now,
        working_day=work_calendar().is_working,
    )
    today = timezone.localdate()
    return NearestOut(
        at=now,
        entries=[
            NearOut(
                facility=FacilityOut.of(one.facility, today),
                distance_m=round(one.distance_m),
                uncertain_m=one.uncertain_m,
                open_now=one.open_now,
            )
            for one in near
        ],
    )
