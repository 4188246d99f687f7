"""Which year and area a page is about, from its address; how to get to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.measures.access import own_area, read_area
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.logic.spans import read_month, read_year, span_of, year_span, years
from denghuo.places.public import children, division
from denghuo.platform.public import ActorRequest

_PAGE_DIGITS_MAX = 7
TARGET_PERIOD = "target"


@dataclass(frozen=True, slots=True)
class Scope:
    """One year, one area, as of one day; ``turned``: persons for person-times, or back."""

    year: int
    area: Region
    on: date
    turned: bool

    def turned_to(self, turned: bool) -> str:
        """The address of the same year and area, counted this way or the other."""
        return f"?{replace(self, turned=turned).query()}"

    def query(self, **more: object) -> str:
        """The words of an address that keep the scope."""
        words: dict[str, object] = {"year": self.year, "area": self.area.code}
        if self.turned:
            words["count"] = "other"
        return urlencode({**words, **{name: word for name, word in more.items() if word}})


def read_scope(request: ActorRequest) -> Scope:
    """The scope a request names. A year or an area that is not there is answered 404."""
    on = timezone.localdate()
    return Scope(
        year=read_year(request.GET.get("year", ""), on),
        area=read_area(request.actor, request.GET.get("area", "")),
        on=on,
        turned=request.GET.get("count") == "other",
    )


def read_period(request: ActorRequest, scope: Scope, definition: MeasureDefinition) -> Period:
    """The year, one month of it, or the stretch the year's target is set for."""
    asked = request.GET.get("month", "")
    if asked == TARGET_PERIOD:
        target = definition.target(scope.year, scope.area.code)
        return target.span if target else year_span(scope.year)
    return span_of(scope.year, read_month(asked))


def area_name(area: Region) -> str:
    """赤峰市 阿鲁科尔沁旗; the code where no division has it."""
    try:
        return division(area.code).full_name
    except RefusalError:
        return area.code


def scope_choices(request: ActorRequest, scope: Scope) -> dict[str, Any]:
    """The year and area boxes: the own area, those inside it, and where the reader is."""
    own = own_area(request.actor)
    codes = [own.code, *(one.code for one in children(own.code))]
    if scope.area.code not in codes:
        codes.append(scope.area.code)
    names = {one.code: one.name for one in children(own.code)}
    areas = [{"value": code, "text": names.get(code) or area_name(Region(code))} for code in codes]
    return {
        "years": [
            {"value": year, "text": _("%(year)d 年") % {"year": year}} for year in years(scope.on)
        ],
        "areas": areas,
        "scope": scope,
        "area_shown": area_name(scope.area),
        "now": timezone.now(),
    }


def page_number(text: str) -> int:
    """The page asked for; the first where the address says nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _PAGE_DIGITS_MAX else 1


def day_text(day: date) -> str:
    """2026-11-23."""
    return day.isoformat()


def span_text(span: Period) -> str:
    """2026 年, 2026 年 3 月, or the two days."""
    if span == year_span(span.start.year):
        return _("%(year)d 年") % {"year": span.start.year}
    if span == span_of(span.start.year, span.start.month):
        return _("%(year)d 年 %(month)d 月") % {"year": span.start.year, "month": span.start.month}
    last = date.fromordinal(span.until.toordinal() - 1) if span.until else span.start
    return _("%(first)s 到 %(last)s") % {"first": day_text(span.start), "last": day_text(last)}
