"""Whether a post may be seen and applied to: one condition for lists, pages and the matching."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from denghuo.employment.models import Post
from denghuo.kernel.clock import day_of


def open_on(now: datetime, prefix: str = "") -> Q:
    """The condition on posts, or with ``prefix`` ("post__") on rows that point at one.

    The days are asked for too: a post is over at midnight, not when the daily job comes by.
    """
    day = day_of(now)
    return Q(
        **{
            f"{prefix}state": Post.State.OPEN,
            f"{prefix}open_from__lte": day,
            f"{prefix}open_until__gt": day,
        }
    )


def is_open(post: Post, now: datetime) -> bool:
    """The same for a row at hand."""
    return post.state == Post.State.OPEN and post.open_from <= day_of(now) < post.open_until
