"""Near me: the place is typed or chosen, the list says how far and whether it is open."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.places.logic.datum import to_wgs84
from denghuo.places.logic.geodesy import NotOnEarthError
from denghuo.places.pages import words
from denghuo.places.public import (
    KINDS,
    Datum,
    DivisionView,
    NearFacility,
    Point,
    children,
    division,
    nearest,
    search_divisions,
)
from denghuo.places.queries.facilities import facility
from denghuo.platform.public import ActorRequest, allowed, anyone, work_calendar

REGION_CODE = "150000000000"
SHOWN_MAX = 20
# What a phone's own position is good for, when it does not say.
OWN_POSITION_ACCURACY_M = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address bar asks for, with everything that is not understood left out."""

    text: str
    at: str
    inside: str
    kind: str
    open_only: bool
    point: Point | None

    @classmethod
    def read(cls, request: ActorRequest) -> Asked:
        asked = request.GET
        kind = asked.get("kind", "")
        return cls(
            text=asked.get("q", "").strip(),
            at=asked.get("at", ""),
            inside=asked.get("in", ""),
            kind=kind if kind in KINDS else "",
            open_only=asked.get("open") == "1",
            point=_point(asked.get("lon", ""), asked.get("lat", ""), asked.get("datum", "")),
        )

    def address(self, **changes: str) -> str:
        """The query of the same question about another place."""
        kept = {"kind": self.kind, "open": "1" if self.open_only else ""}
        return "?" + urlencode(
            {name: value for name, value in {**kept, **changes}.items() if value}
        )


@dataclass(frozen=True, slots=True)
class Centre:
    """The point distances are counted from, and what it is called."""

    point: Point
    name: str
    accuracy_m: int
    vague: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One facility of the list with its words."""

    near: NearFacility
    distance: str
    where: str
    state: words.OpenState
    kind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A division to look in, or to go down into."""

    view: DivisionView
    level: str
    here: str
    deeper: str


def _point(lon: str, lat: str, datum: str) -> Point | None:
    try:
        point = Point(float(lon), float(lat))
    except (ValueError, NotOnEarthError):
        return None
    known: dict[str, Datum] = {"gcj02": "gcj02"}
    return to_wgs84(point, known.get(datum, "wgs84"))


def _division(code: str) -> DivisionView | None:
    try:
        return division(code) if code else None
    except RefusalError:
        return None


def _choice(asked: Asked, view: DivisionView) -> Choice:
    return Choice(
        view=view,
        level=words.level_word(view.level),
        here=asked.address(at=view.code),
        deeper=asked.address(**{"in": view.code}) if view.level in ("league", "banner") else "",
    )


def _centre(asked: Asked, found: tuple[DivisionView, ...]) -> Centre | None:
    if asked.point:
        return Centre(asked.point, _("您现在的位置"), OWN_POSITION_ACCURACY_M, vague=False)
    chosen = _division(asked.at) or (found[0] if len(found) == 1 else None)
    if chosen is None or chosen.point is None:
        return None
    vague = chosen.point_kind in ("area", "above")
    return Centre(chosen.point, chosen.full_name, chosen.point_accuracy_m or 0, vague)


def _list_near(asked: Asked, centre: Centre) -> tuple[list[Shown], list[Shown]]:
    """Facilities whose point is known, and apart those of which only the banner is known:
    their point is the banner's, so they would stand first for whoever lives in its seat."""
    now = timezone.now()
    working_day = work_calendar().is_working
    near = nearest(
        centre.point,
        at=now,
        kind=asked.kind or None,
        limit=SHOWN_MAX,
        open_only=asked.open_only,
        centre_accuracy_m=centre.accuracy_m,
        working_day=working_day,
    )
    shown = [
        Shown(
            near=one,
            distance=words.distance_words(one),
            where=words.where_words(one.facility),
            state=words.open_state(
                one.open_now, one.facility.next_opening(now, working_day), now=now
            ),
            kind=_(one.facility.kind_name),
        )
        for one in near
    ]
    return (
        [one for one in shown if one.near.facility.placed_by != "banner"],
        [one for one in shown if one.near.facility.placed_by == "banner"],
    )


@require_safe
@allowed(anyone)
def find_near(request: ActorRequest) -> HttpResponse:
    """Type a place or choose league, banner, township; then the nearest facilities."""
    asked = Asked.read(request)
    found = search_divisions(asked.text) if asked.text else ()
    centre = _centre(asked, found)
    inside = _division(asked.inside)
    shown, somewhere = _list_near(asked, centre) if centre else ([], [])
    choices = found or children(inside.code if inside else REGION_CODE)
    return render(
        request,
        "places/near.html",
        {
            "asked": asked,
            "centre": centre,
            "shown": shown,
            "somewhere": somewhere,
            "choices": [] if centre else [_choice(asked, view) for view in choices],
            "nothing_found": bool(asked.text) and not found and centre is None,
            "inside": inside,
            "inside_here": _choice(asked, inside).here if inside else "",
            "again": asked.address(),
            "kinds": [(kind, _(name)) for kind, name in KINDS.items()],
        },
    )


@require_safe
@allowed(anyone)
def facility_page(request: ActorRequest, facility_id: UUID) -> HttpResponse:
    """One facility: open now, when, what is done there, where, by phone, how sure."""
    view = facility(facility_id)
    now = timezone.localtime()
    working_day = work_calendar().is_working
    return render(
        request,
        "places/facility.html",
        {
            "facility": view,
            "kind": _(view.kind_name),
            "state": words.open_state(
                view.open_at(now, working_day), view.next_opening(now, working_day), now=now
            ),
            "hours": words.hours_lines(view.hours),
            "lines": words.facility_lines(view),
            "stale": view.stale_on(day_of(now)),
            "review_on": words.date_words(view.review_on),
            "updated_on": day_of(view.updated_at).isoformat(),
            "closed": view.closed_on is not None and view.closed_on <= day_of(now),
            "others": f"?at={view.division.code}&kind={view.kind}",
        },
    )
