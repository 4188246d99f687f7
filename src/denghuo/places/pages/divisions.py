"""Divisions: browse downwards, search by any name, follow an old code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.places.pages import words
from denghuo.places.public import (
    ChangeView,
    DivisionView,
    children,
    division,
    divisions_of_level,
    history_of,
    search_divisions,
)
from denghuo.places.queries.divisions import Resolution, ancestors, resolve_code
from denghuo.places.queries.maps import RegionMap, map_review_number, region_map
from denghuo.platform.public import ActorRequest, allowed, anyone

SEARCH_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One change in words."""

    change: ChangeView
    word: str


def _steps(changes: tuple[ChangeView, ...]) -> list[Step]:
    return [Step(change, words.change_word(change.kind)) for change in changes]


def _map(level: str, within: str | None = None) -> RegionMap | None:
    """The map, only where the authority has reviewed it (docs/decisions/0025)."""
    if not map_review_number():
        return None
    return region_map("league" if level == "league" else "banner", within)


def _year_day(text: str) -> date | None:
    """The last day of a year, as the yearly lists date their codes."""
    return date(int(text), 12, 31) if text.isdecimal() and 1949 <= int(text[:4]) <= 2100 else None


def _resolved(code: str, year: str) -> tuple[Resolution | None, str]:
    """What became of the code, or the sentence why it cannot be looked up."""
    if not code:
        return None, ""
    try:
        return resolve_code(code, _year_day(year[:4])), ""
    except RefusalError as refusal:
        return None, _(refusal.template).format(**refusal.values)


@require_safe
@allowed(anyone)
def division_list(request: ActorRequest) -> HttpResponse:
    """The leagues, a search over all names, and the way from an old code to today's."""
    text = request.GET.get("q", "").strip()
    old_code = request.GET.get("code", "").strip()
    resolution, wrong = _resolved(old_code, request.GET.get("year", "").strip())
    found = search_divisions(text, limit=SEARCH_SHOWN_MAX) if text else ()
    return render(
        request,
        "places/divisions.html",
        {
            "q": text[:40],
            "found": [(view, words.level_word(view.level)) for view in found],
            "leagues": divisions_of_level("league"),
            "old_code": old_code[:12],
            "year": request.GET.get("year", "")[:4],
            "resolution": resolution,
            "reason": _(resolution.reason) if resolution else "",
            "steps": _steps(resolution.changes) if resolution else [],
            "wrong": wrong,
            "map": _map("league"),
        },
    )


@require_safe
@allowed(anyone)
def division_page(request: ActorRequest, code: str) -> HttpResponse:
    """One division in force: its parts, its facts, what it was before."""
    view: DivisionView = division(code)
    return render(
        request,
        "places/division.html",
        {
            "division": view,
            "level": words.level_word(view.level),
            "above": ancestors(view.code),
            "parts": children(view.code),
            "lines": words.division_lines(view),
            "steps": _steps(history_of(view.code)),
            "map": _map("banner", view.code) if view.level == "league" else None,
        },
    )
