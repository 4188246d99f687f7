"""Applying for a post."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.employment.actions.applications.turns import Turn, lawful_note, tell, write_event
from denghuo.employment.logic.applications import LIVE, Move, is_full
from denghuo.employment.logic.sharing import Line, chosen, read_words, write_shared
from denghuo.employment.models import Application, Post
from denghuo.employment.queries.applications import (
    ApplicationView,
    ids_of,
    person_at_hand,
    places_held,
    view_of,
)
from denghuo.employment.queries.openness import is_open
from denghuo.employment.queries.own_posts import ID_MAX, PostNotOpenError
from denghuo.employment.queries.sharing import parts_offered
from denghuo.kernel.clock import day_of
from denghuo.kernel.period import add_months
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import person_attributes_for_policy
from denghuo.platform.public import Actor, record_audit, take_audit_turn

# Ours, not law: a firm is not asked over and over, and nobody's finger falls asleep on the button.
TIMES_PER_POST_MAX = 3
PER_DAY_MAX = 50
# 劳动法 art. 15: nobody under sixteen is employed.
YOUNGEST_YEARS = 16


class PostNotHereError(RefusalError):
    """Its firm does not take applications here."""

    code = "employment.post_not_here"
    template = "这家单位还没在灯火收投递。请按岗位上写的办法直接联系它。"
    status = 409


class AppliedOftenError(RefusalError):
    """Enough tries for one post."""

    code = "employment.applied_often"
    template = "这个岗位您已经投过 {times} 次了，不能再投。"
    status = 409


class AppliedMuchError(RefusalError):
    """Enough for one day."""

    code = "employment.applied_much"
    template = "今天已经投了 {most} 份，明天再投吧。"
    status = 429


class TooYoungError(RefusalError):
    """The law lets nobody under sixteen be employed."""

    code = "employment.too_young"
    template = "不满 16 周岁不能就业（《劳动法》第十五条）。"
    status = 403


@transaction.atomic
def apply(
    *, actor: Actor, post_id: int, parts: Collection[str] = (), words: str = "", now: datetime
) -> ApplicationView:
    """The person at hand applies; the firm may read the parts ticked, with name and phone.

    A second click finds the first application and changes nothing. Races: the post is locked, so
    that it cannot close in between; two clicks meet at the unique key, and both get the one row.
    Raises ``PostNotOpenError``, ``PostNotHereError``, ``AppliedOftenError``, ``AppliedMuchError``,
    ``TooYoungError``, ``WordsTooLongError``, ``NoPowerError``.
    """
    person = person_at_hand(actor, "apply", now=now)
    said = lawful_note(read_words(words), now=now)
    take_audit_turn()
    post = (
        Post.objects.select_for_update(of=("self",)).filter(pk=post_id).first()
        if post_id <= ID_MAX
        else None
    )
    if post is None:
        raise PostNotOpenError
    running = _running(person, post_id)
    if running is not None:
        return view_of(running, "applicant")
    firm_id = _demand_may(person, post, now=now)
    offered = dict(parts_offered(person.id, actor=actor))
    if said:
        offered["words"] = (Line("想对单位说的话", said),)
    shared = chosen(offered, {*parts, "words"})
    row = Application(
        post=post,
        firm_id=firm_id,
        person_id=person.id,
        channel="self" if actor.mandate_id is None else "assisted",
        shared=write_shared(shared),
        parts=sorted(shared),
        created_at=now,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another click, on an engine whose lock did not put us in a queue
        found = _running(person, post_id)
        if found is None:
            raise
        return view_of(found, "applicant")
    turn = Turn(row, post, actor, "applicant", now)
    write_event(turn, Move.SEND, before=None)
    tell(turn, "sent", to="firm", title="有人投了您的岗位", body=f"“{post.title}”有一份新投递。")
    record_audit(
        actor=actor,
        action="employment.send_application",
        subject=person,
        entity=f"employment.Application:{row.pk}",
        detail={"post": post_id, "parts": ",".join(row.parts)},
        at=now,
    )
    return turn.view


def _running(person: SubjectRef, post_id: int) -> Application | None:
    return (
        Application.objects.select_related("post")
        .filter(post_id=post_id, person_id__in=ids_of(person), state__in=[str(s) for s in LIVE])
        .first()
    )


def _demand_may(person: SubjectRef, post: Post, *, now: datetime) -> UUID:
    """The firm's id. Raises the refusal that stands in the way."""
    hired, _offered = places_held(post)
    if not is_open(post, now) or is_full(openings=post.openings, hired=hired):
        raise PostNotOpenError
    if post.firm_id is None:
        raise PostNotHereError
    mine = Application.objects.filter(person_id__in=ids_of(person))
    times = mine.filter(post=post).count()
    if times >= TIMES_PER_POST_MAX:
        raise AppliedOftenError(times=times)
    if mine.filter(created_at__gt=now - timedelta(days=1)).count() >= PER_DAY_MAX:
        raise AppliedMuchError(most=PER_DAY_MAX)
    born = next(
        (one.value for one in person_attributes_for_policy(person) if one.name == "born_on"), None
    )
    if isinstance(born, date) and day_of(now) < add_months(born, 12 * YOUNGEST_YEARS):
        raise TooYoungError
    return post.firm_id
