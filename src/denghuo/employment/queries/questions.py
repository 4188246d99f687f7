"""Questions about posts that a person has to answer, and how well sources do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from denghuo.employment.models import Advert, Post, PostQuestion
from denghuo.employment.queries.deliveries import sources_for, sources_in_area
from denghuo.employment.queries.posts import PostView, view_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor

LIST_MAX = 100
# A source whose adverts were not seen again for so long is stale.
STALE_DAYS = 14


class QuestionNotFoundError(RefusalError):
    """No such question, or one of another area."""

    code = "employment.question_not_found"
    template = "没有找到这个问题，或者它不归您管。"
    status = 404


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question with the post it is about."""

    id: UUID
    question: str
    state: str
    told: Mapping[str, Any]
    answer: Mapping[str, Any]
    answered_by: str
    answered_at: datetime | None
    created_at: datetime
    post: PostView


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """How well one source does: counts of its adverts that stand."""

    id: UUID
    name: str
    adverts: int
    paid: int
    placed: int
    coded: int
    held: int
    joined: int
    stale: int


def questions_for(actor: Actor, question: str = "") -> list[QuestionView]:
    """Open questions of the actor's area, the oldest first."""
    rows = in_area(actor).filter(state=PostQuestion.State.OPEN)
    if question:
        rows = rows.filter(question=question)
    return [_view(row) for row in rows.order_by("created_at", "id")[:LIST_MAX]]


def open_counts(actor: Actor) -> dict[str, int]:
    """How many questions of each kind are open."""
    rows = in_area(actor).filter(state=PostQuestion.State.OPEN).order_by()
    return dict(rows.values_list("question").annotate(n=Count("pk")))


def question_of(actor: Actor, question_id: UUID) -> QuestionView:
    """One question, answered or not. Raises ``QuestionNotFoundError``."""
    row = in_area(actor).filter(pk=question_id).first()
    if row is None:
        raise QuestionNotFoundError
    return _view(row)


def in_area(actor: Actor) -> QuerySet[PostQuestion]:
    """Questions about posts that a source of the actor's area tells.

    Whoever looks after the source can ask it; the post itself may lie elsewhere or nowhere yet.
    """
    told = Advert.objects.filter(
        post_id=OuterRef("post_id"), withdrawn_on=None, source__in=sources_in_area(actor)
    )
    return PostQuestion.objects.filter(Exists(told)).select_related("post")


def quality_of(actor: Actor, *, now: datetime) -> list[SourceQuality]:
    """Every source of the actor's area, by name; counted from the adverts that stand."""
    stale_before = day_of(now) - timedelta(days=STALE_DAYS)
    return [
        SourceQuality(one.id, one.name, **_counts(one.id, stale_before))
        for one in sources_for(actor)
    ]


def _counts(source_id: UUID, stale_before: Any) -> dict[str, int]:
    adverts = Advert.objects.filter(source_id=source_id, withdrawn_on=None)
    found = Counter(
        adverts.aggregate(
            adverts=Count("pk"),
            placed=Count("pk", filter=~Q(post__place="")),
            coded=Count("pk", filter=~Q(post__occupation="")),
            held=Count("pk", filter=Q(post__state=Post.State.HELD)),
            stale=Count("pk", filter=Q(last_seen_on__lt=stale_before)),
        )
    )
    asked = PostQuestion.objects.filter(
        post_id=OuterRef("post_id"),
        state=PostQuestion.State.OPEN,
        question="wage_not_understood",
    )
    other = Advert.objects.filter(post_id=OuterRef("post_id"), withdrawn_on=None).exclude(
        pk=OuterRef("pk")
    )
    found["paid"] = found["adverts"] - adverts.filter(Exists(asked)).count()
    found["joined"] = adverts.filter(Exists(other)).count()
    return dict(found)


def _view(row: PostQuestion) -> QuestionView:
    return QuestionView(
        id=row.pk,
        question=row.question,
        state=row.state,
        told=row.told,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        created_at=row.created_at,
        post=view_of(row.post),
    )
