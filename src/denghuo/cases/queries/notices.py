"""Public notices: lists that anybody may read, with names that are not written out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.states import State
from denghuo.cases.models import Case, PublicNotice
from denghuo.cases.queries.items import service_item
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import firms_of, persons_of
from denghuo.places.public import names_of

LINES_PER_PAGE = 100
NOTICES_SHOWN = 50


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


def open_notices(on: date) -> tuple[NoticeView, ...]:
    """Lists shown today, the one that ends first at the top."""
    rows = PublicNotice.objects.filter(from_on__lte=on, last_on__gte=on).order_by("last_on", "pk")
    return _views(rows[:NOTICES_SHOWN])


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


def line_of(notice: NoticeView, case_id: UUID) -> NoticeLine:
    """One line. Raises ``NoticeNotFoundError``."""
    row = lines_of(notice).filter(pk=case_id).first()
    if row is None:
        raise NoticeNotFoundError
    return lines([row])[0]


def lines(rows: list[Case]) -> list[NoticeLine]:
    """Rows as they are shown, names looked up in one go."""
    refs = [
        SubjectRef("firm" if row.subject_kind == "firm" else "person", row.subject_id)
        for row in rows
    ]
    persons = persons_of([ref.id for ref in refs if ref.kind == "person"])
    firms = firms_of([ref.id for ref in refs if ref.kind == "firm"])
    named = {SubjectRef("person", key): view.name_masked for key, view in persons.items()}
    named |= {SubjectRef("firm", key): view.name for key, view in firms.items()}
    return [
        NoticeLine(row.pk, row.number, named.get(ref, ""), row.amount_fen)
        for row, ref in zip(rows, refs, strict=True)
    ]


def _views(rows: QuerySet[PublicNotice]) -> tuple[NoticeView, ...]:
    found = list(rows)
    places = names_of(row.area for row in found)
    return tuple(
        NoticeView(
            id=row.pk,
            title=row.title,
            item=service_item(row.item),
            area_name=places.get(row.area, ""),
            from_on=row.from_on,
            last_on=row.last_on,
            provisional=row.provisional,
        )
        for row in found
    )
