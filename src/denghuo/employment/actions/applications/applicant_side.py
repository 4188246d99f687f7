"""What an applicant does after applying: take the post, decline it, withdraw."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.employment.actions.applications.filling import fill_if_full
from denghuo.employment.actions.applications.turns import (
    Turn,
    finish,
    make,
    take,
    tell,
)
from denghuo.employment.logic.applications import (
    LIVE,
    Move,
    State,
    demand_place,
    next_state,
)
from denghuo.employment.models import Application
from denghuo.employment.queries.applications import ApplicationView, ids_of, places_held
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import SYSTEM, Actor


class OfferOverError(RefusalError):
    """The day to answer has passed."""

    code = "employment.offer_over"
    template = "答复的日子过了。还想去的话，请直接联系单位，它可以再约您。"
    status = 409


@transaction.atomic
def accept(*, actor: Actor, application_id: UUID, now: datetime) -> ApplicationView:
    """Take the offered post; the person's other live applications become obsolete.

    Races: the same person accepts at two firms at once, or withdraws in another window; a firm
    takes the offer back. All of the person's live applications are locked, in the order of their
    ids, so the second finds its own obsolete, withdrawn or refused. Raises ``OfferOverError``,
    ``ApplicationMovedError``, ``OpeningsTakenError`` (the post was made smaller since).
    """
    turn = take(
        application_id,
        actor=actor,
        hand="applicant",
        version=None,
        kind=Move.ACCEPT,
        with_others=True,
        now=now,
    )
    if turn.replayed:
        return turn.view
    next_state(State(turn.row.state), Move.ACCEPT, "applicant")
    if turn.row.offer_until is not None and turn.row.offer_until <= now:
        raise OfferOverError
    hired, _offered = places_held(turn.post)
    demand_place(openings=turn.post.openings, hired=hired, offered=0)
    make(turn, Move.ACCEPT)
    tell(
        turn, "hired", to="firm", title="对方接受了录用", body=f"“{turn.post.title}”录用成功一人。"
    )
    view = finish(turn, Move.ACCEPT)
    _end_others(turn)
    fill_if_full(turn.post, hired=hired + 1, now=now)
    return view


def _end_others(turn: Turn) -> None:
    """Whoever has found work is not kept waiting elsewhere, nor any firm for them."""
    others = (
        Application.objects.select_related("post")
        .filter(person_id__in=ids_of(turn.person), state__in=[str(one) for one in LIVE])
        .exclude(pk=turn.row.pk)
        .order_by("pk")
    )
    for row in others:
        other = Turn(row, row.post, SYSTEM, "system", turn.now)
        make(other, Move.SUPERSEDE)
        tell(
            other,
            "obsolete",
            to="firm",
            title="一位应聘人已在别处上岗",
            body=f"“{row.post.title}”的一份投递结束了：对方已在别处上岗。",
        )
        finish(other, Move.SUPERSEDE)


@transaction.atomic
def decline(
    *, actor: Actor, application_id: UUID, note: str = "", now: datetime
) -> ApplicationView:
    """Not take the offered post. What was shared is erased at once."""
    return _end(
        Move.DECLINE, "谢绝了录用", actor=actor, application_id=application_id, note=note, now=now
    )


@transaction.atomic
def withdraw(
    *, actor: Actor, application_id: UUID, note: str = "", now: datetime
) -> ApplicationView:
    """Take the application back, from any live state. What was shared is erased at once."""
    return _end(
        Move.WITHDRAW, "撤回了投递", actor=actor, application_id=application_id, note=note, now=now
    )


def _end(
    kind: Move, words: str, *, actor: Actor, application_id: UUID, note: str, now: datetime
) -> ApplicationView:
    turn = take(application_id, actor=actor, hand="applicant", version=None, kind=kind, now=now)
    if turn.replayed:
        return turn.view
    make(turn, kind, note=note)
    body = f"“{turn.post.title}”：对方{words}。"
    tell(turn, str(kind), to="firm", title=f"一位应聘人{words}", body=body)
    return finish(turn, kind)
