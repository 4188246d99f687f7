"""Open posts like one that did not work out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from denghuo.employment.logic.applications import LIVE
from denghuo.employment.models import Application, Post
from denghuo.employment.queries.applications import ids_of
from denghuo.employment.queries.openness import open_on
from denghuo.kernel.subject import SubjectRef

_LEAGUE, _BANNER = 4, 6
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SimilarPost:
    """One line of a list of posts."""

    id: int
    title: str
    employer: str
    place: str
    pay_words: str
    pay_low_fen: int | None
    pay_high_fen: int | None


def similar_posts(post_id: int, person: SubjectRef, *, now: datetime) -> list[SimilarPost]:
    """Up to five open posts of the same work near the post: its banner first, then its league.

    Posts the person has running applications for are left out. Without an occupation nothing
    can be said to be alike, and nothing is shown.
    """
    post = Post.objects.filter(pk=post_id).first()
    if post is None or not post.occupation:
        return []
    running = Application.objects.filter(
        person_id__in=ids_of(person), state__in=[str(one) for one in LIVE]
    ).values("post_id")
    alike = (
        Post.objects.filter(open_on(now), occupation__startswith=post.occupation)
        .exclude(pk=post_id)
        .exclude(pk__in=running)
    )
    league, banner = post.place[:_LEAGUE], post.place[:_BANNER]
    near = list(alike.filter(place__startswith=banner).order_by("-id")[:_SHOWN]) if banner else []
    if len(near) < _SHOWN and league:
        rest = alike.filter(Q(place__startswith=league) & ~Q(pk__in=[one.pk for one in near]))
        near += list(rest.order_by("-id")[: _SHOWN - len(near)])
    return [
        SimilarPost(
            one.pk, one.title, one.employer_name, one.place, one.pay_words,
            one.pay_low_fen, one.pay_high_fen,
        )
        for one in near
    ]  # fmt: skip
