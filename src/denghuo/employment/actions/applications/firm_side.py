"""What a firm does with an application: look, invite, offer, refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from denghuo.employment.actions.applications.turns import Turn, finish, make, take, tell
from denghuo.employment.logic.application_reasons import demand_ahead, read_reason
from denghuo.employment.logic.applications import Move, State, demand_place, next_state
from denghuo.employment.queries.applications import ApplicationView, places_held
from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor

MEET_DAYS_MAX = 60
OFFER_DAYS_DEFAULT = 7
OFFER_DAYS_MAX = 30
START_DAYS_MAX = 180
BULK_MAX = 100


class PlaceNeededError(RefusalError):
    """Nobody finds an interview without its place."""

    code = "employment.meet_place_needed"
    template = "请写清楚在哪里面试。"


class StartNotAheadError(RefusalError):
    """A first day of work lies ahead."""

    code = "employment.start_not_ahead"
    template = "上班的日子要从今天起、在 {days} 天以内。"


class BulkTooLargeError(RefusalError):
    """More at once than anybody reads."""

    code = "employment.bulk_too_large"
    template = "一次最多选 {most} 份。"


class NothingTickedError(RefusalError):
    """A bulk deed needs something to be done to."""

    code = "employment.nothing_ticked"
    template = "请先勾选要处理的投递。"


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one of many: empty ``sentence`` where it was done."""

    application_id: UUID
    sentence: str


@transaction.atomic
def look_at(*, actor: Actor, application_id: UUID, now: datetime) -> ApplicationView:
    """Somebody at the firm has opened it, and the applicant may know; once."""
    turn = take(
        application_id, actor=actor, hand="firm", version=None, kind=Move.LOOK, now=now
    )  # fmt: skip
    if turn.replayed or turn.row.state != State.SENT:
        return turn.view
    make(turn, Move.LOOK)
    return finish(turn, Move.LOOK)


@transaction.atomic
def invite(
    *, actor: Actor, application_id: UUID, version: int, at: datetime | None, place: str,
    note: str = "", now: datetime,
) -> ApplicationView:  # fmt: skip
    """Ask to an interview, or move it to another hour.

    Race: two people at the firm decide at once; the lock lets one through, and the version tells
    the other that something happened. Raises ``TimePastError``, ``PlaceNeededError``, what
    ``take`` and ``make`` raise.
    """
    turn = take(
        application_id, actor=actor, hand="firm", version=version, kind=Move.INVITE, now=now
    )
    if turn.replayed:
        return turn.view
    next_state(State(turn.row.state), Move.INVITE, "firm")
    row = turn.row
    row.meet_at = demand_ahead(at, now=now, days_max=MEET_DAYS_MAX)
    row.meet_place = place.replace("\x00", "").strip()[:120]
    if not row.meet_place:
        raise PlaceNeededError(field="place")
    make(turn, Move.INVITE, note=note)
    tell(
        turn,
        "interview",
        to="applicant",
        title="单位约您面试",
        body=f"{_post(turn)}：{_hour(row.meet_at)}，在{row.meet_place}。{row.note}",
    )
    return finish(turn, Move.INVITE)


@transaction.atomic
def offer(
    *, actor: Actor, application_id: UUID, version: int, start_on: date | None = None,
    days: int = OFFER_DAYS_DEFAULT, note: str = "", now: datetime,
) -> ApplicationView:  # fmt: skip
    """Promise the post. It is the applicant's to take until the day named.

    Race: two people at the firm promise the last place to two applicants; the post's lock puts
    them in a queue and the second counts the first's. Raises ``OpeningsTakenError``,
    ``PostOverError``, ``StartNotAheadError``, what ``take`` and ``make`` raise.
    """
    turn = take(application_id, actor=actor, hand="firm", version=version, kind=Move.OFFER, now=now)
    if turn.replayed:
        return turn.view
    next_state(State(turn.row.state), Move.OFFER, "firm")
    hired, offered = places_held(turn.post)
    demand_place(openings=turn.post.openings, hired=hired, offered=offered)
    today = day_of(now)
    if start_on is not None and not 0 <= (start_on - today).days <= START_DAYS_MAX:
        raise StartNotAheadError(field="start_on", days=START_DAYS_MAX)
    row = turn.row
    row.start_on = start_on
    row.offer_until = now + timedelta(days=min(max(days, 1), OFFER_DAYS_MAX))
    make(turn, Move.OFFER, note=note)
    tell(
        turn,
        "offered",
        to="applicant",
        title="单位想录用您",
        body=f"{_post(turn)}想录用您，请在 {_hour(row.offer_until)} 前答复去还是不去。{row.note}",
    )
    return finish(turn, Move.OFFER)


@transaction.atomic
def refuse(
    *, actor: Actor, application_id: UUID, version: int, reason: str, note: str = "", now: datetime
) -> ApplicationView:
    """Not hired, with a reason the applicant reads; an offer can be taken back this way.

    Race with the applicant who accepts that very offer: whoever has the lock first is right, and
    the other reads what happened. Raises ``ReasonNeededError``, what ``take`` and ``make`` raise.
    """
    why = read_reason(reason)
    turn = take(
        application_id, actor=actor, hand="firm", version=version, kind=Move.REFUSE, now=now
    )
    if turn.replayed:
        return turn.view
    make(turn, Move.REFUSE, reason=why.code, note=note)
    tell(
        turn,
        "refused",
        to="applicant",
        title="您的投递有结果了",
        body=f"{_post(turn)}：{why.said}{turn.row.note}{why.advice}",
    )
    return finish(turn, Move.REFUSE)


def refuse_many(
    *, actor: Actor, chosen: Sequence[tuple[UUID, int]], reason: str, now: datetime
) -> list[BulkResult]:
    """Refuse up to a hundred, each in a transaction of its own, with what became of each.

    ``chosen`` holds ids with the version that was seen. Raises ``NothingTickedError``,
    ``BulkTooLargeError``, ``ReasonNeededError`` before anything is done.
    """
    if not chosen:
        raise NothingTickedError
    if len(chosen) > BULK_MAX:
        raise BulkTooLargeError(most=BULK_MAX)
    read_reason(reason)
    done = []
    for application_id, version in chosen:
        try:
            refuse(
                actor=actor, application_id=application_id, version=version, reason=reason, now=now
            )
        except RefusalError as refused:
            done.append(BulkResult(application_id, refused.sentence))
        else:
            done.append(BulkResult(application_id, ""))
    return done


def _post(turn: Turn) -> str:
    return f"{turn.post.employer_name}的“{turn.post.title}”"


def _hour(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
