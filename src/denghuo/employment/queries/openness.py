"""Which posts may be seen and applied for: one condition for every reader."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from denghuo.employment.models import Post
from denghuo.kernel.clock import day_of


def open_now(now: datetime) -> Q:
    """The condition on ``Post``: in the state ``open``, and the day lies in its period."""
    on = day_of(now)
    return Q(state=Post.State.OPEN, open_from__lte=on, open_until__gt=on)


def is_open(post: Post, now: datetime) -> bool:
    """The same, of one row."""
    return post.state == Post.State.OPEN and post.open_from <= day_of(now) < post.open_until
