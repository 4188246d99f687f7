"""The desk's list: by due date, filtered, searched, page after page by key.

Pages go by the last row seen, not by a count to skip: what is done meanwhile moves nothing, and
the thousandth page costs what the first does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from denghuo.cases.access import case_staff
from denghuo.cases.logic.clock import Colour
from denghuo.cases.logic.states import STATE_WORDS, Hand, State, hands_of
from denghuo.cases.models import Case, Reminder
from denghuo.cases.queries.cases import CaseView, case_view, number_or_none, scoped, subject_of
from denghuo.cases.queries.list_names import list_names
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.people.public import subjects_named
from denghuo.platform.public import Actor

PAGE = 50
EXPORT_MAX = 20_000
_LATER_THAN_ALL = date(9999, 12, 31)
Owner = Literal["", "me", "nobody"]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What to show. Empty fields filter nothing; ``text`` is a number or a name."""

    states: frozenset[State] = frozenset()
    item: str = ""
    owner: Owner = ""
    colour: Colour | Literal[""] = ""
    area: Region | None = None
    text: str = ""
    ended: bool = False

    @property
    def text_form(self) -> str:
        """For the audit: what was asked for, and that a name was, but not the name."""
        parts = [*sorted(self.states), self.item, self.owner, self.colour]
        parts += [self.area.code if self.area else "", "text" if self.text else ""]
        return ",".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line: the case and its subject's name, a person's masked."""

    case: CaseView
    name: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some lines; ``after`` asks for the next, empty when there is none."""

    rows: tuple[QueueRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ReminderView:
    """Something that wants looking at."""

    id: UUID
    kind: str
    kind_text: str
    case_id: UUID
    number: str
    due_on: date
    at: datetime


def queue_for(
    actor: Actor, filters: QueueFilter, *, after: str = "", size: int = PAGE, now: datetime
) -> QueuePage:
    """The next page of the actor's list, soonest due first, what waits for applicants last."""
    rows = list(_after(_filtered(actor, filters, now), after)[: size + 1])
    shown = rows[:size]
    more = _cursor(shown[-1]) if len(rows) > size and shown else ""
    return QueuePage(_lines(actor, shown, now), more)


def all_rows(actor: Actor, filters: QueueFilter, *, on_now: datetime) -> tuple[QueueRow, ...]:
    """Every line of the list, up to twenty thousand: for an export."""
    return _lines(actor, list(_filtered(actor, filters, on_now)[:EXPORT_MAX]), on_now)


def counts_for(actor: Actor, *, now: datetime) -> dict[str, int]:
    """How many cases of the actor's list stand in which colour."""
    today = day_of(now)
    rows = scoped(actor).filter(in_work=True)
    colours: tuple[Colour, ...] = ("red", "amber", "green", "waiting")
    return {colour: rows.filter(_colour(colour, today)).count() for colour in colours}


def reminders_for(actor: Actor, *, limit: int = 100) -> tuple[ReminderView, ...]:
    """What the clock reminds this actor of, newest first: their own, and nobody's."""
    rows = Reminder.objects.filter(seen_at__isnull=True, case__in=scoped(actor)).filter(
        Q(staff_id=actor.staff_id) | Q(staff__isnull=True)
    )
    return tuple(
        ReminderView(
            one.pk,
            one.kind,
            one.get_kind_display(),
            one.case_id,
            one.case.number,
            one.due_on,
            one.created_at,
        )
        for one in rows.select_related("case").order_by("-created_at")[:limit]
    )


def _filtered(actor: Actor, filters: QueueFilter, now: datetime) -> QuerySet[Case]:
    rows = scoped(actor)
    if not filters.ended and not filters.states:
        rows = rows.filter(in_work=True)
    if filters.states:
        rows = rows.filter(state__in=[str(state) for state in filters.states])
    if filters.item:
        rows = rows.filter(item=filters.item)
    if filters.owner == "me":
        rows = rows.filter(owner_id=actor.staff_id)
    elif filters.owner == "nobody":
        rows = rows.filter(owner__isnull=True)
    if filters.area is not None:
        rows = rows.filter(area__startswith=filters.area.prefix)
    if filters.colour:
        rows = rows.filter(_colour(filters.colour, day_of(now)))
    if filters.text.strip():
        rows = rows.filter(_text(filters.text))
    return rows.annotate(
        due_key=Coalesce("due_on", Value(_LATER_THAN_ALL), output_field=DateField())
    ).order_by("due_key", "pk")


def _colour(colour: Colour, today: date) -> Q:
    """``logic.clock.colour_of``, said to the database."""
    if colour == "waiting":
        return Q(due_on__isnull=True)
    if colour == "red":
        return Q(due_on__lt=today)
    if colour == "amber":
        return Q(due_on__gte=today, amber_on__lte=today)
    return Q(due_on__gte=today) & (Q(amber_on__gt=today) | Q(amber_on__isnull=True))


def _text(text: str) -> Q:
    number = number_or_none(text)
    if number is not None:
        return Q(number=number)
    found = subjects_named(text)
    by_name = Q(
        subject_id__in=[ref.id for ref in found],
        subject_kind__in={ref.kind for ref in found} or {""},
    )
    # The end of a number as it is read over the telephone.
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) < 4:
        return by_name
    with_check = f"{digits[:-1]}-{digits[-1]}"
    return by_name | Q(number__contains=digits) | Q(number__endswith=with_check)


def _after(rows: QuerySet[Case], after: str) -> QuerySet[Case]:
    place = _read_cursor(after)
    if place is None:
        return rows
    due, pk = place
    return rows.filter(Q(due_key__gt=due) | Q(due_key=due, pk__gt=pk))


def _cursor(row: Case) -> str:
    due = row.due_on or _LATER_THAN_ALL
    return base64.urlsafe_b64encode(f"{due:%Y%m%d}{row.pk.hex}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[date, UUID] | None:
    """None for the first page, and for whatever is not one of ours."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return date.fromisoformat(plain[:8]), UUID(plain[8:])
    except (ValueError, binascii.Error):
        return None


def _lines(actor: Actor, rows: Iterable[Case], now: datetime) -> tuple[QueueRow, ...]:
    found = list(rows)
    names = list_names(subject_of(row) for row in found)
    today = day_of(now)
    hands: frozenset[Hand] = (
        hands_of(roles=actor.roles, applicant=False, system=False)
        if case_staff(actor)
        else frozenset()
    )
    lines = []
    for row in found:
        view = case_view(row, hands)
        lines.append(QueueRow(view, names.get(subject_of(row), ""), view.colour(today)))
    return tuple(lines)


def state_choices() -> tuple[tuple[str, str], ...]:
    """The states a list can be filtered by."""
    return tuple((str(state), word) for state, word in STATE_WORDS.items())
