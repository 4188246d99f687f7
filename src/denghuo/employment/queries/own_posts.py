"""Posts as the pages of applying and of a firm's desk read them."""

from __future__ import annotations

from datetime import datetime

from denghuo.employment.models import Post
from denghuo.employment.queries.openness import is_open
from denghuo.kernel.refusal import RefusalError

ID_MAX = 2**63 - 1


class PostNotOpenError(RefusalError):
    """One applies for what is open."""

    code = "employment.post_not_open"
    template = "这个岗位已经不招了。看看差不多的岗位吧。"
    status = 409


def open_post(post_id: int, *, now: datetime) -> Post:
    """An open post. Raises ``PostNotOpenError``."""
    post = Post.objects.filter(pk=post_id).first() if post_id <= ID_MAX else None
    if post is None or not is_open(post, now):
        raise PostNotOpenError
    return post
