"""Answering what is asked about posts: each question once, by whoever was first.

An answer is kept with the words it is about (``collecting.settling``), so that the same words
sent again are not asked about again and other words are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from denghuo.employment.access import post_officers
from denghuo.employment.actions.collecting.posting import leads_of, write_posts
from denghuo.employment.actions.collecting.settling import words_of
from denghuo.employment.actions.followers import tell_followers
from denghuo.employment.actions.posts import end_post
from denghuo.employment.logic.occupations import title_core
from denghuo.employment.logic.occupations.table import depth_of
from denghuo.employment.logic.wages import read_wage
from denghuo.employment.models import OccupationReview, Post, PostQuestion
from denghuo.employment.queries.library import wage_text
from denghuo.employment.queries.occupations import occupation_table
from denghuo.employment.queries.questions import QuestionNotFoundError, in_area
from denghuo.employment.queries.reading import reading_desk
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.places.public import division
from denghuo.platform.public import Actor, NotAllowedError, record_audit, take_audit_turn

BULK_MAX = 100
_WORDING = ("wording_forbidden", "wording_doubtful")
_FRAUD = ("fraud_hold", "fraud_look")
_WORK_MAX = 120


class QuestionAnsweredError(RefusalError):
    """Somebody was faster, or the post has changed since."""

    code = "employment.question_answered"
    template = "这个问题已经有人回答了，或者岗位已经改了。您的回答没有写进去。"
    status = 409


class WrongAnswerError(RefusalError):
    """The answer does not fit the question."""

    code = "employment.wrong_answer"
    template = "这个回答和问题对不上。请照页面上的选项回答。"


class WageStillUnclearError(RefusalError):
    """A correction that cannot be read either."""

    code = "employment.wage_still_unclear"
    template = "这样写还是看不懂。请写成“5000-8000元/月”这样，或者选“面议”。"


class AnswerReasonNeededError(RefusalError):
    """Refusing a post or sending it back needs a reason the employer can use."""

    code = "employment.answer_reason_needed"
    template = "请写明原因，对方要看。"


class TooManyAnswersError(RefusalError):
    """More at once than one person has looked at."""

    code = "employment.too_many_answers"
    template = "一次最多回答 {most} 个。"


def give_occupation(*, actor: Actor, question_id: UUID, code: str, now: datetime) -> None:
    """Say which occupation a title is; it teaches the coder.

    Raises ``UnknownOccupationError``, ``QuestionAnsweredError``.
    """
    occupation = occupation_table().find(code)
    with transaction.atomic():
        row = _taken(actor, question_id, ("occupation_unsure",), {"code": occupation.code}, now)
        OccupationReview.objects.create(
            title=row.post.title[:_WORK_MAX],
            work=title_core(row.post.title)[:_WORK_MAX],
            code=occupation.code,
            level=depth_of(occupation.code),
            decided_by=actor.label,
            decided_at=now,
        )
        _settle(row, now)


def give_wage(*, actor: Actor, question_id: UUID, wage: str, now: datetime) -> None:
    """Say what a post pays, in words the reader understands; 面议 is an answer too.

    Raises ``WageStillUnclearError``, ``QuestionAnsweredError``.
    """
    read = read_wage(wage, wage_text(day_of(now)))
    if read.outcome == "not_understood":
        raise WageStillUnclearError(field="wage")
    answer = {"low": read.low_fen, "high": read.high_fen, "words": wage.strip()[:120]}
    with transaction.atomic():
        _settle(_taken(actor, question_id, ("wage_not_understood",), answer, now), now)


def give_place(*, actor: Actor, question_id: UUID, code: str, now: datetime) -> None:
    """Say in which division a post is. Raises ``UnknownDivisionError``,
    ``QuestionAnsweredError``."""
    found = division(code)
    with transaction.atomic():
        _settle(_taken(actor, question_id, ("place_not_resolved",), {"code": found.code}, now), now)


def accept_wording(
    *, actor: Actor, question_id: UUID, title: str, body: str, now: datetime
) -> None:
    """Show a post in lawful words: the suggested ones, or as staff wrote them.

    The source's own text stays in its advert. Raises ``WrongAnswerError`` where nothing is left.
    """
    if not title.strip():
        raise WrongAnswerError(field="title")
    answer = {"title": title.strip()[:120], "body": body.strip()[:20_000]}
    with transaction.atomic():
        row = _taken(actor, question_id, _WORDING, answer, now)
        _settle(row, now, also=_WORDING)


def leave_wording(*, actor: Actor, question_id: UUID, why: str, now: datetime) -> None:
    """Say that the words are lawful as they stand, and why.

    Raises ``AnswerReasonNeededError``.
    """
    with transaction.atomic():
        row = _taken(actor, question_id, _WORDING, {"why": _reason(why)}, now)
        _settle(row, now, also=_WORDING)


def release_post(*, actor: Actor, question_id: UUID, why: str, now: datetime) -> None:
    """Say that what looked like fraud is none, and why. Raises ``AnswerReasonNeededError``."""
    with transaction.atomic():
        row = _taken(actor, question_id, _FRAUD, {"why": _reason(why)}, now)
        _settle(row, now, also=_FRAUD)


def refuse_post(*, actor: Actor, question_id: UUID, why: str, now: datetime) -> None:
    """Keep a post from being shown, whatever is asked about it; no source opens it again.

    Raises ``AnswerReasonNeededError``, ``PostEndedError``.
    """
    reason = _reason(why)
    with transaction.atomic():
        answer = {"refused": True, "why": reason}
        row = _taken(actor, question_id, None, answer, now)
        end_post(actor=actor, post=row.post, state=Post.State.CLOSED, why=reason, now=now)


def leave_questions(
    *, actor: Actor, question_ids: Sequence[UUID], why: str, now: datetime
) -> tuple[int, int]:
    """Answer many doubtful ones with "stays as it is"; how many were, and were taken by others.

    Only questions that hold nothing back can be answered so. Raises ``TooManyAnswersError``,
    ``AnswerReasonNeededError``, ``QuestionNotFoundError``.
    """
    reason = _reason(why)
    if len(set(question_ids)) > BULK_MAX:
        raise TooManyAnswersError(most=BULK_MAX)
    done = late = 0
    for question_id in dict.fromkeys(question_ids):
        try:
            with transaction.atomic():
                kinds = ("wording_doubtful", "fraud_look")
                _settle(_taken(actor, question_id, kinds, {"why": reason}, now), now)
        except QuestionAnsweredError:
            late += 1
        else:
            done += 1
    return done, late


def _reason(why: str) -> str:
    if not why.strip():
        raise AnswerReasonNeededError(field="why")
    return why.strip()[:200]


def _taken(
    actor: Actor,
    question_id: UUID,
    kinds: tuple[str, ...] | None,
    answer: Mapping[str, Any],
    now: datetime,
) -> PostQuestion:
    """The question, answered by this actor.

    Race: two clerks answer one question. The row turns where it is still open; whoever comes
    second turns none and is told. The post is locked after it, in the audit's turn, so that a
    delivery at work on it is before or after.
    """
    if not post_officers(actor):
        raise NotAllowedError
    take_audit_turn()
    row = in_area(actor).filter(pk=question_id).first()
    if row is None:
        raise QuestionNotFoundError
    if kinds is not None and row.question not in kinds:
        raise WrongAnswerError
    turned = PostQuestion.objects.filter(pk=question_id, state=PostQuestion.State.OPEN).update(
        state=PostQuestion.State.ANSWERED,
        answer=dict(answer),
        answered_by=actor.label,
        answered_at=now,
    )
    if not turned:
        raise QuestionAnsweredError
    row.post = Post.objects.select_for_update().get(pk=row.post_id)
    row.answer = dict(answer)
    record_audit(
        actor=actor,
        action="employment.answer_question",
        entity=f"employment.PostQuestion:{row.pk}",
        detail={"question": row.question, "post": row.post_id},
        at=now,
    )
    return row


def _settle(row: PostQuestion, now: datetime, *, also: Sequence[str] = ()) -> None:
    """Keep the answer with the words it is about, and write the post anew from them."""
    lead = leads_of([row.post_id]).get(row.post_id)
    if lead is None:
        raise QuestionAnsweredError  # the last source took it back meanwhile
    settled = dict(row.post.settled)
    for question in (row.question, *also):
        settled[question] = {**row.answer, "of": words_of(question, lead.advert)}
    row.post.settled = settled
    row.post.save(update_fields=["settled"])
    desk = reading_desk(day_of(now))
    changed = write_posts([row.post], desk=desk, readings={}, firms={}, now=now)
    tell_followers(changed | {row.post_id})
