"""Saying what work one wants: five answers, then live; paused, changed, withdrawn at once.

Every act takes the person at hand anew, so a mandate taken back a second ago is no power now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from denghuo.employment.actions.applications import hide_wish
from denghuo.employment.logic.abilities import read_certificates, read_skills
from denghuo.employment.logic.terms import SCHOOLING, read_hours
from denghuo.employment.logic.wishes import (
    DISTRICTS_MAX,
    REACHES_KM,
    SKILLS_WORDS_MAX,
    WORK_CONSENTS,
    PlaceNotFoundError,
    ReachNotChosenError,
    SchoolingNotChosenError,
    Step,
    TooManyDistrictsError,
    WishIncompleteError,
    WorkConsent,
    WorkNotChosenError,
    WorkNotKnownError,
    demand_old_enough,
    read_hours_possible,
    read_pay_floor,
    read_start,
    read_wanted,
    read_years,
)
from denghuo.employment.models import Wish, WishedWork
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.applications import person_at_hand
from denghuo.employment.queries.asking import suggest_occupations
from denghuo.employment.queries.wishes import WishView, born_on, own_wishes, wish_view
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import give_consent, withdraw_consent
from denghuo.places.public import UnknownDivisionError, division
from denghuo.platform.public import Actor, record_audit


class NoWishError(RefusalError):
    """There is no wish to change."""

    code = "employment.no_wish"
    template = "还没有填求职意愿，或者已经撤回了。想找工作就再填一次。"
    status = 404


def answer_what(*, actor: Actor, words: Sequence[str], now: datetime) -> WishView:
    """Up to three works as said; those that are plain are coded, the others stay to be chosen.

    Raises ``WorkNotKnownError`` for words that nothing answers to.
    """
    said = read_wanted(words)
    found = {one: suggest_occupations(one) for one in said}
    for place, one in enumerate(said):
        if not found[one].codes:
            raise WorkNotKnownError(field=("first", "second", "third")[place], words=one)
    with transaction.atomic():
        row = _own(actor, begin=True, now=now)
        known = {one.words: one.code for one in WishedWork.objects.filter(wish=row)}
        WishedWork.objects.filter(wish=row).delete()
        WishedWork.objects.bulk_create(
            WishedWork(
                wish=row,
                place=place,
                words=one,
                code=known.get(one) or (found[one].codes[0] if found[one].sure else ""),
            )
            for place, one in enumerate(said)
        )
        return _keep(row, "what", {}, actor=actor, now=now)


@transaction.atomic
def choose_work(*, actor: Actor, place: int, code: str, now: datetime) -> WishView:
    """What one of the words means. Raises ``WorkNotChosenError`` for a code nobody offered."""
    row = _own(actor, now=now)
    work = WishedWork.objects.filter(wish=row, place=place).first()
    if work is None or code not in suggest_occupations(work.words).codes:
        raise WorkNotChosenError(field="code")
    work.code = code
    work.save(update_fields=["code"])
    return _keep(row, "what", {}, actor=actor, now=now)


@transaction.atomic
def answer_where(
    *, actor: Actor, home: str, reach_km: int, districts: Collection[str], now: datetime
) -> WishView:
    """Home, how far from it, and banners beside that. Codes of divisions in force."""
    if reach_km not in REACHES_KM:
        raise ReachNotChosenError(field="reach")
    if len(set(districts)) > DISTRICTS_MAX:
        raise TooManyDistrictsError(field="districts", most=DISTRICTS_MAX)
    for field, code in (("home", home), *(("districts", one) for one in districts)):
        _demand_place(field, code)
    row = _own(actor, begin=True, now=now)
    values = {"home": home, "reach_km": reach_km, "districts": sorted(set(districts))}
    return _keep(row, "where", values, actor=actor, now=now)


@transaction.atomic
def answer_pay(*, actor: Actor, pay: str, now: datetime) -> WishView:
    """The least one would work for in a month; nothing is no floor."""
    values = {"pay_least_fen": read_pay_floor(pay)}
    return _keep(_own(actor, begin=True, now=now), "pay", values, actor=actor, now=now)


@transaction.atomic
def answer_when(
    *, actor: Actor, hours: Collection[str], start_on: date | None, now: datetime
) -> WishView:
    """Which hours are possible, and from which day."""
    values = {
        "hours": list(read_hours_possible(read_hours(hours))),
        "start_on": read_start(start_on, day_of(now)),
    }
    return _keep(_own(actor, begin=True, now=now), "when", values, actor=actor, now=now)


@transaction.atomic
def answer_held(
    *,
    actor: Actor,
    certificates: Collection[str],
    words: str,
    schooling: int,
    years: str,
    now: datetime,
) -> WishView:
    """Certificates ticked or named, skills in own words, schooling, years."""
    if schooling not in SCHOOLING:
        raise SchoolingNotChosenError(field="schooling")
    text = ability_text(day_of(now))
    words = words.strip()[:SKILLS_WORDS_MAX]
    named = {*certificates, *read_certificates(words, text)}
    values = {
        "certificates": [one for one in text.certificates if one in named],
        "skills": list(read_skills(words, text)),
        "skills_words": words,
        "schooling": schooling,
        "years": read_years(years),
    }
    return _keep(_own(actor, begin=True, now=now), "held", values, actor=actor, now=now)


@transaction.atomic
def publish_wish(*, actor: Actor, consents: Collection[WorkConsent], now: datetime) -> WishView:
    """From now on it is matched as far as the person agrees to. Raises ``WishIncompleteError``,
    ``TooYoungToWorkError``."""
    row = _own(actor, now=now)
    view = wish_view(row)
    if view.left:
        raise WishIncompleteError(left=len(view.left))
    demand_old_enough(born_on(view.person), day_of(now))
    for purpose in WORK_CONSENTS:
        _set_consent(view.person, purpose, purpose in consents, actor=actor, now=now)
    return _move(row, Wish.State.LIVE, actor=actor, now=now)


@transaction.atomic
def pause_wish(*, actor: Actor, now: datetime) -> WishView:
    """Nothing is looked for until it goes on; the answers stay."""
    row = _own(actor, now=now)
    if row.state != Wish.State.LIVE:
        return wish_view(row)
    return _move(row, Wish.State.PAUSED, actor=actor, now=now)


@transaction.atomic
def resume_wish(*, actor: Actor, now: datetime) -> WishView:
    """Go on looking. Raises ``TooYoungToWorkError``."""
    row = _own(actor, now=now)
    if row.state != Wish.State.PAUSED:
        return wish_view(row)
    demand_old_enough(born_on(SubjectRef("person", row.person_id)), day_of(now))
    return _move(row, Wish.State.LIVE, actor=actor, now=now)


@transaction.atomic
def withdraw_wish(*, actor: Actor, now: datetime) -> None:
    """Empty the answers and take every agreement back. Withdrawing twice is withdrawing once."""
    person = person_at_hand(actor, "apply", now=now)
    rows = own_wishes(person).exclude(state=Wish.State.WITHDRAWN).select_for_update()
    for row in rows:
        WishedWork.objects.filter(wish=row).delete()
        row.answered, row.home, row.reach_km, row.districts = [], "", 0, []
        row.pay_least_fen, row.hours, row.start_on, row.certificates = 0, [], None, []
        row.skills, row.skills_words, row.schooling, row.years = [], "", 0, 0
        _move(row, Wish.State.WITHDRAWN, actor=actor, now=now)
    for purpose in WORK_CONSENTS:
        _set_consent(person, purpose, False, actor=actor, now=now)
    hide_wish(person_id=person.id, actor=actor, now=now)


@transaction.atomic
def set_work_consent(*, actor: Actor, purpose: WorkConsent, given: bool, now: datetime) -> None:
    """Agree to one use or take it back; every list asks again, so it holds at once."""
    person = person_at_hand(actor, "apply", now=now)
    _set_consent(person, purpose, given, actor=actor, now=now)


def _set_consent(
    person: SubjectRef, purpose: WorkConsent, given: bool, *, actor: Actor, now: datetime
) -> None:
    change = give_consent if given else withdraw_consent
    change(person_id=person.id, purpose=purpose, actor=actor, now=now)


def _own(actor: Actor, *, now: datetime, begin: bool = False) -> Wish:
    """The wish at hand under its lock; ``begin`` makes one where there is none.

    Two tabs that begin at once: the unique row lets one in, and both write to it.
    """
    person = person_at_hand(actor, "apply", now=now)
    here = own_wishes(person).exclude(state=Wish.State.WITHDRAWN)
    row = here.select_for_update().first()
    if row is None and begin:
        made = Wish(
            person_id=person.id, said_by=actor.label, said_at=_said_at(actor), changed_at=now
        )
        Wish.objects.bulk_create([made], ignore_conflicts=True)
        row = here.select_for_update().first()
    if row is None:
        raise NoWishError
    return row


def _keep(
    row: Wish, step: Step, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> WishView:
    for name, value in values.items():
        setattr(row, name, value)
    if step not in row.answered:
        row.answered = [*row.answered, step]
    return _written(row, "employment.answer_wish", actor=actor, now=now, step=step)


def _move(row: Wish, state: Wish.State, *, actor: Actor, now: datetime) -> WishView:
    row.state = state
    return _written(row, f"employment.wish_{state}", actor=actor, now=now)


def _written(row: Wish, action: str, *, actor: Actor, now: datetime, **detail: str) -> WishView:
    row.version += 1
    row.said_by, row.said_at, row.mandate = actor.label, _said_at(actor), actor.mandate_id
    row.changed_at = now
    row.save()
    record_audit(
        actor=actor,
        action=action,
        subject=SubjectRef("person", row.person_id),
        detail={"wish": str(row.pk), **detail},
        at=now,
    )
    return wish_view(row)


def _said_at(actor: Actor) -> str:
    return "station" if actor.kind == "staff" else "web"


def _demand_place(field: str, code: str) -> None:
    try:
        found = division(code)
    except UnknownDivisionError:
        raise PlaceNotFoundError(field=field, words=code) from None
    if not found.in_force or found.point is None:
        raise PlaceNotFoundError(field=field, words=found.full_name)
