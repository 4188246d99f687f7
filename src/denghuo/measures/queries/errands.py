"""Errands saved: sums by item and by area, and the cases they are sums of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import Substr

from denghuo.cases.public import ServiceItem, items, service_item
from denghuo.kernel.period import Period
from denghuo.kernel.region import Region
from denghuo.measures.logic.errands import Errands, ErrandSums, OldErrands
from denghuo.measures.models import ErrandCount

ROWS_PER_PAGE = 50
_CHUNK = 2_000
_DIGITS_BELOW = {"province": 4, "league": 6, "banner": 9, "township": 12}
_SUMS: dict[str, Any] = {
    f"sum_{name}": Sum(name)
    for name in (
        "trips", "forms", "fields", "sittings", "seconds", "old_trips", "old_forms",
        "old_minutes",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemErrands:
    """One item's sums."""

    item: ServiceItem
    sums: ErrandSums


@dataclass(frozen=True, slots=True)
class ErrandRow:
    """One case's."""

    number: str
    item: str
    area: str
    decided_on: date
    sums: ErrandSums


@dataclass(frozen=True, slots=True)
class ErrandRowsPage:
    """One page of cases, with the sums of all of them."""

    rows: tuple[ErrandRow, ...]
    sums: ErrandSums
    page: int
    pages: int


def errand_sums(span: Period, area: Region, item: str = "") -> ErrandSums:
    """All decided cases of a period and area, or those of one item.

    Raises ``ItemNotFoundError``.
    """
    return _sums(_rows(span, area, item).aggregate(n=Count("pk"), **_SUMS))


def errands_by_item(span: Period, area: Region) -> tuple[ItemErrands, ...]:
    """Every listed item with its sums, those without cases too; then others that have some."""
    found = _grouped(_rows(span, area), "item")
    nothing = ErrandSums(0, Errands(), OldErrands())
    return tuple(
        ItemErrands(each, found.get(code, nothing))
        for code, each in items().items()
        if each.listed or code in found
    )


def errands_by_area(span: Period, area: Region, item: str = "") -> dict[str, ErrandSums]:
    """The areas one level down that have cases, by the digits of their code."""
    digits = _DIGITS_BELOW.get(area.level)
    if digits is None:
        return {}
    return _grouped(_rows(span, area, item).annotate(part=Substr("area", 1, digits)), "part")


def errand_rows(span: Period, area: Region, item: str = "", *, page: int) -> ErrandRowsPage:
    """One page of the cases, the latest first. A page beyond the last is the last."""
    sums = errand_sums(span, area, item)
    pages = max(1, -(-sums.cases // ROWS_PER_PAGE))
    number = min(max(1, page), pages)
    start = (number - 1) * ROWS_PER_PAGE
    rows = _listed(span, area, item)[start : start + ROWS_PER_PAGE]
    return ErrandRowsPage(tuple(_row(one) for one in rows), sums, number, pages)


def all_errand_rows(span: Period, area: Region, item: str = "") -> Iterator[ErrandRow]:
    """All of them, read in pieces."""
    for one in _listed(span, area, item).iterator(chunk_size=_CHUNK):
        yield _row(one)


def counted_until() -> datetime | None:
    """When errands were last counted; None before the first time."""
    found: datetime | None = ErrandCount.objects.aggregate(at=Max("counted_at"))["at"]
    return found


def _rows(span: Period, area: Region, item: str = "") -> QuerySet[ErrandCount]:
    rows = ErrandCount.objects.filter(decided_on__gte=span.start)
    if span.until is not None:
        rows = rows.filter(decided_on__lt=span.until)
    if area.level != "province":
        rows = rows.filter(area__startswith=area.prefix)
    return rows.filter(item=service_item(item).code) if item else rows


def _listed(span: Period, area: Region, item: str) -> QuerySet[ErrandCount]:
    return _rows(span, area, item).order_by("-decided_on", "number")


def _grouped(rows: QuerySet[ErrandCount], name: str) -> dict[str, ErrandSums]:
    # order_by(): a model's own ordering would join the grouping.
    grouped = rows.order_by().values(name).annotate(n=Count("pk"), **_SUMS)
    found: list[dict[str, Any]] = [dict(one) for one in grouped]
    return {one[name]: _sums(one) for one in found}


def _sums(found: dict[str, Any]) -> ErrandSums:
    def of(name: str) -> int:
        return found[f"sum_{name}"] or 0

    return ErrandSums(
        cases=found["n"],
        now=Errands(of("trips"), of("forms"), of("fields"), of("sittings"), of("seconds")),
        old=OldErrands(of("old_trips"), of("old_forms"), of("old_minutes")),
    )


def _row(one: ErrandCount) -> ErrandRow:
    return ErrandRow(
        number=one.number,
        item=one.item,
        area=one.area,
        decided_on=one.decided_on,
        sums=ErrandSums(
            1,
            Errands(one.trips, one.forms, one.fields, one.sittings, one.seconds),
            OldErrands(one.old_trips, one.old_forms, one.old_minutes),
        ),
    )
