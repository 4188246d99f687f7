"""Adverts a source takes back, and what becomes of their posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from denghuo.employment.actions.collecting.posting import ENDED, drop_questions, write_posts
from denghuo.employment.models import Advert, Post
from denghuo.employment.queries.reading import ReadingDesk
from denghuo.kernel.clock import day_of


def withdraw_adverts(
    advert_ids: Sequence[int], *, desk: ReadingDesk, now: datetime
) -> tuple[int, set[int]]:
    """How many stood and are withdrawn now, and the posts that changed by it.

    A post that another source still tells goes on in that source's words. Inside the caller's
    transaction.
    """
    rows = Advert.objects.filter(pk__in=list(advert_ids), withdrawn_on=None)
    posts = set(rows.values_list("post_id", flat=True))
    count = rows.update(withdrawn_on=day_of(now))
    left = set(
        Advert.objects.filter(post_id__in=posts, withdrawn_on=None).values_list(
            "post_id", flat=True
        )
    )
    gone = sorted(posts - left)
    changed = set(
        Post.objects.filter(pk__in=gone).exclude(state__in=[*ENDED]).values_list("pk", flat=True)
    )
    Post.objects.filter(pk__in=changed).update(
        state=Post.State.WITHDRAWN, questions=[], changed_at=now
    )
    drop_questions(gone)
    told_still = list(Post.objects.filter(pk__in=left))
    changed |= write_posts(told_still, desk=desk, readings={}, firms={}, now=now)
    return count, changed
