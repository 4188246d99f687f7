"""Public notices: lists that anybody may read, with names that are not written out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.states import State
from denghuo.cases.models import Case, PublicNotice
from denghuo.cases.queries.cases import subject_of
from denghuo.cases.queries.items import service_item
from denghuo.cases.queries.list_names import list_names
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import shown_like
from denghuo.places.public import names_of

LINES_PER_PAGE = 100
LINES_PRINTED_MAX = 5_000
LINES_FOUND_MAX = 500
NOTICES_SHOWN = 50
_DIGITS_LEAST = 4


class NoticeNotFoundError(RefusalError):
    """No such list, or not shown any more."""

    code = "cases.notice_not_found"
    template = "没有找到这份公示。公示可能已经结束。"
    status = 404


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One list."""

    id: UUID
    title: str
    item: ServiceItem
    area: str
    area_name: str
    from_on: date
    last_on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One case of a list: masked for a person; a firm is public anyway."""

    case_id: UUID
    number: str
    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which lists to show; empty fields filter nothing. ``area`` and all below it."""

    area: Region | None = None
    item: str = ""
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeChoices:
    """What today's lists can be narrowed to: areas by code and name, items, first days."""

    areas: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    days: tuple[date, ...]


def open_notices(on: date, wanted: NoticeFilter | None = None) -> tuple[NoticeView, ...]:
    """Lists shown today, the one that ends first at the top."""
    rows = _shown_on(on)
    if wanted and wanted.area is not None:
        rows = rows.filter(area__startswith=wanted.area.prefix)
    if wanted and wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted and wanted.from_on:
        rows = rows.filter(from_on=wanted.from_on)
    return _views(rows.order_by("last_on", "area", "pk")[:NOTICES_SHOWN])


def notice_choices(on: date) -> NoticeChoices:
    """By what today's lists differ: an area is offered with the league it lies in."""
    found = set(_shown_on(on).values_list("area", "item", "from_on"))
    codes = {code for area, _item, _day in found for code in _with_league(area)}
    names = names_of(codes)
    return NoticeChoices(
        areas=tuple((code, names.get(code, code)) for code in sorted(codes)),
        items=tuple(sorted({item for _area, item, _day in found})),
        days=tuple(sorted({day for _area, _item, day in found}, reverse=True)),
    )


def _with_league(area: str) -> Iterator[str]:
    """The area's code and the codes of what it lies in, up to its league."""
    here: Region | None = Region.read(area)
    while here is not None and here.level != "province":
        yield here.code
        here = here.parent


def _shown_on(on: date) -> QuerySet[PublicNotice]:
    return PublicNotice.objects.filter(from_on__lte=on, last_on__gte=on)


def notice_of(notice_id: UUID, *, on: date) -> NoticeView:
    """A list that is shown today. After its last day it is gone: it names people.

    Raises ``NoticeNotFoundError``.
    """
    found = _views(PublicNotice.objects.filter(pk=notice_id, from_on__lte=on, last_on__gte=on))
    if not found:
        raise NoticeNotFoundError
    return found[0]


def lines_of(notice: NoticeView) -> QuerySet[Case]:
    """The cases of a list, by number; for a paginator."""
    return Case.objects.filter(notice=notice.id, state=State.PUBLIC_NOTICE).order_by("number")


def lines_found(notice: NoticeView, words: str) -> QuerySet[Case]:
    """The lines whose number holds the words or whose name, as the list shows it, answers to
    them; at most ``LINES_FOUND_MAX``. Hidden characters of a name are not searched."""
    rows = lines_of(notice)
    words = words.strip()
    if not words:
        return rows
    if sum(char.isdigit() for char in words) >= _DIGITS_LEAST:
        found = rows.filter(Q(number__contains=words.upper()) | Q(number__endswith=words))
        return rows.filter(pk__in=list(found.values_list("pk", flat=True)[:LINES_FOUND_MAX]))
    refs = [
        SubjectRef("firm" if kind == "firm" else "person", pk)
        for kind, pk in rows.values_list("subject_kind", "subject_id")
    ]
    like = [ref.id for ref in islice(shown_like(refs, words), LINES_FOUND_MAX)]
    return rows.filter(subject_id__in=like)


def line_of(notice: NoticeView, case_id: UUID) -> NoticeLine:
    """One line. Raises ``NoticeNotFoundError``."""
    row = lines_of(notice).filter(pk=case_id).first()
    if row is None:
        raise NoticeNotFoundError
    return lines([row])[0]


def lines(rows: list[Case]) -> list[NoticeLine]:
    """Rows as they are shown, names looked up in one go."""
    names = list_names(subject_of(row) for row in rows)
    return [
        NoticeLine(row.pk, row.number, names.get(subject_of(row), ""), row.amount_fen)
        for row in rows
    ]


def _views(rows: QuerySet[PublicNotice]) -> tuple[NoticeView, ...]:
    found = list(rows)
    places = names_of(row.area for row in found)
    return tuple(
        NoticeView(
            id=row.pk,
            title=row.title,
            item=service_item(row.item),
            area=row.area,
            area_name=places.get(row.area, ""),
            from_on=row.from_on,
            last_on=row.last_on,
            provisional=row.provisional,
        )
        for row in found
    )
