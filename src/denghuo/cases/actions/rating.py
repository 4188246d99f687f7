"""How it was, said after the end; a negative word is followed up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.actions.turns import (
    NoteNeededError,
    demand_applicant,
    finish,
    take,
    tell,
    write_step,
)
from denghuo.cases.logic.states import HandNotAllowedError, State
from denghuo.cases.models import Rating
from denghuo.cases.models.ratings import NEGATIVE_MAX
from denghuo.cases.queries.calendar import working_days_after
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor

# 政务服务“好差评”: put right within fifteen working days (other provinces' rules; assumed here).
FOLLOW_UP_DAYS = 15


class NotClosedError(RefusalError):
    """One rates what is over."""

    code = "cases.not_closed"
    template = "这件事还没办结，办结以后再评价。急事请打 {phone}。"
    status = 409


class RatedError(RefusalError):
    """One rating per case."""

    code = "cases.rated"
    template = "您已经评价过这件事了，谢谢。"
    status = 409


class NotLevelError(RefusalError):
    """Five levels, no more."""

    code = "cases.not_level"
    template = "请从五档里选一档。"


class NoRatingError(RefusalError):
    """There is no negative rating that waits."""

    code = "cases.no_rating"
    template = "这件事没有等答复的评价。"
    status = 409


@transaction.atomic
def rate(
    *, actor: Actor, case_id: UUID, version: int | None = None, level: int, words: str = "",
    now: datetime,
) -> CaseView:  # fmt: skip
    """One of five levels. One or two: somebody answers within 15 working days.

    Raises ``NotClosedError``, ``RatedError``, ``NotLevelError``, ``NoMandateError``.
    """
    if not 1 <= level <= 5:
        raise NotLevelError(field="level")
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_applicant(turn, "apply")
    if turn.state is not State.CLOSED:
        raise NotClosedError(phone=turn.item.ask_office)
    due = working_days_after(day_of(now), FOLLOW_UP_DAYS)
    negative = level <= NEGATIVE_MAX
    try:
        with transaction.atomic():
            Rating.objects.create(
                case=turn.row,
                level=level,
                words=words.strip()[:500],
                rated_by=actor.label,
                follow_up_due_on=due.day if negative else None,
                follow_up_provisional=due.provisional and negative,
                created_at=now,
            )
    except IntegrityError:
        raise RatedError from None
    write_step(turn, "rated")
    if negative and due.day is not None:
        tell(
            turn,
            "rated",
            title="您的评价我们看到了",
            body=f"没让您满意，对不起。{due.day:%Y-%m-%d} 前会有人联系您，告诉您怎么改。",
        )
    return finish(turn, "rate", level=level)


@transaction.atomic
def answer_rating(*, actor: Actor, case_id: UUID, answer: str, now: datetime) -> CaseView:
    """What was put right, told to the applicant. Raises ``NoteNeededError``, ``NoRatingError``."""
    if not answer.strip():
        raise NoteNeededError(field="answer")
    turn = take(case_id, actor=actor, version=None, now=now)
    if not turn.hands & {"officer", "reviewer", "supervisor"}:
        raise HandNotAllowedError(move="答复评价", hands="经办人员")
    row = Rating.objects.filter(
        case=turn.row, follow_up_due_on__isnull=False, answered_at__isnull=True
    ).first()
    if row is None:
        raise NoRatingError
    row.answer, row.answered_by, row.answered_at = answer.strip()[:500], actor.staff_id, now
    row.save()
    write_step(turn, "rating_answered")
    tell(turn, "rating_answered", title="您的评价有答复了", body=row.answer)
    return finish(turn, "answer_rating")
