"""A person's wish and résumé as they, or who acts for them, read them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from denghuo.employment.logic.resumes import Entry, read_entries
from denghuo.employment.logic.wishes import (
    WORK_CONSENTS,
    Step,
    WantedWork,
    WorkConsent,
    bars_of,
    steps_left,
)
from denghuo.employment.models import Resume, Wish, WishedWork
from denghuo.employment.queries.applications import ids_of, person_at_hand
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import Scope, has_consent, person_attributes_for_policy
from denghuo.platform.public import Actor, record_look_up


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish as it stands; ``left`` are the questions still open."""

    id: UUID
    person: SubjectRef
    state: str
    state_text: str
    version: int
    works: tuple[WantedWork, ...]
    answered: tuple[str, ...]
    home: str
    reach_km: int
    districts: tuple[str, ...]
    pay_least_fen: int
    hours: tuple[str, ...]
    start_on: date | None
    certificates: tuple[str, ...]
    skills: tuple[str, ...]
    skills_words: str
    schooling: int
    years: int
    at_station: bool
    changed_at: datetime

    @property
    def left(self) -> tuple[Step, ...]:
        """What is still to be answered."""
        return steps_left(self.answered, self.works)

    @property
    def whole(self) -> bool:
        """Whether it can be matched."""
        return not self.left


@dataclass(frozen=True, slots=True)
class ResumeView:
    """What somebody says of themselves beyond the five answers."""

    id: UUID
    version: int
    about: str
    entries: tuple[Entry, ...]
    skills: tuple[str, ...]
    changed_at: datetime


def at_hand(actor: Actor, scope: Scope, *, now: datetime) -> SubjectRef:
    """The person whose work is at hand; a look of somebody else is written down first.

    Raises ``NotAllowedError`` where it is no person, ``NoPowerError``.
    """
    person = person_at_hand(actor, scope, now=now)
    if actor.person != person:
        record_look_up(
            actor=actor, subject=person, what=("work_wish",), purpose="替本人找工作", at=now
        )
    return person


def wish_of(person: SubjectRef) -> WishView | None:
    """The wish a person has now, finished or not."""
    row = own_wishes(person).exclude(state=Wish.State.WITHDRAWN).first()
    return wish_view(row) if row else None


def own_wishes(person: SubjectRef) -> QuerySet[Wish]:
    """All wishes of a person, also under records since merged into theirs; newest first."""
    return Wish.objects.filter(person_id__in=ids_of(person)).order_by("-changed_at", "id")


def wish_view(row: Wish, works: Collection[WishedWork] | None = None) -> WishView:
    """The frozen view of a row."""
    if works is None:
        works = WishedWork.objects.filter(wish=row).order_by("place")
    return WishView(
        id=row.pk,
        person=SubjectRef("person", row.person_id),
        state=row.state,
        state_text=Wish.State(row.state).label,
        version=row.version,
        works=tuple(WantedWork(one.words, one.code) for one in works),
        answered=tuple(row.answered),
        home=row.home,
        reach_km=row.reach_km,
        districts=tuple(row.districts),
        pay_least_fen=row.pay_least_fen,
        hours=tuple(row.hours),
        start_on=row.start_on,
        certificates=tuple(row.certificates),
        skills=tuple(row.skills),
        skills_words=row.skills_words or "",
        schooling=row.schooling,
        years=row.years,
        at_station=row.said_at == "station",
        changed_at=row.changed_at,
    )


def resume_of(person: SubjectRef) -> ResumeView | None:
    """What a person wrote about themselves, if they did."""
    row = Resume.objects.filter(person_id__in=ids_of(person)).order_by("-changed_at", "id").first()
    if row is None:
        return None
    return ResumeView(
        id=row.pk,
        version=row.version,
        about=row.about or "",
        entries=read_entries(json.loads(row.entries or "[]")),
        skills=tuple(row.skills),
        changed_at=row.changed_at,
    )


def work_consents(person: SubjectRef) -> dict[WorkConsent, bool]:
    """What a person agreed to here, asked of the people room each time: taken back is gone."""
    return {one: has_consent(person.id, one) for one in WORK_CONSENTS}


def born_on(person: SubjectRef) -> date | None:
    """The birthday in the register, where there is one: for what the law says of ages alone."""
    for one in person_attributes_for_policy(person):
        if one.name == "born_on" and isinstance(one.value, date):
            return one.value
    return None


def barred_today(person: SubjectRef, today: date) -> tuple[str, ...]:
    """What the law keeps the person from today, by name."""
    return bars_of(born_on(person), today)
