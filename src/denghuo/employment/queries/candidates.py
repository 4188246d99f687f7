"""Who could be asked to apply for a firm's post: those who let firms find them, without a name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from denghuo.employment.models import Application, Post, PostInvite
from denghuo.employment.queries.matches import PossibleCandidate, candidates_for_post
from denghuo.employment.queries.openness import is_open

POSSIBLE_MAX = 20


def possible_for(
    post: Post, *, now: datetime, k: int = POSSIBLE_MAX
) -> tuple[PossibleCandidate, ...]:
    """The best ``k`` for a post of the reader's firm who have not applied for it, best first.

    Asked of the rows anew: who takes the agreement back is gone from the very next list. Raises
    the matching's ``NoTextInForceError``.
    """
    if not is_open(post, now):
        return ()
    applied = set(Application.objects.filter(post=post).values_list("person_id", flat=True))
    found = candidates_for_post(post.pk, k + len(applied), now=now)
    return tuple(one for one in found if one.person_id not in applied)[:k]


def asked_for(post: Post) -> set[UUID]:
    """Who was asked already."""
    return set(PostInvite.objects.filter(post=post).values_list("person_id", flat=True))
