"""Posts that the search knows of."""

from __future__ import annotations

from denghuo.employment.actions.indexing import index_posts
from denghuo.employment.models import Post
from denghuo.platform.public import Actor
from tests.employment.market import make_post


def shelve(title: str, firm: Actor | None = None, **changed: object) -> Post:
    """An open post, put on the shelf as the follower of changes does."""
    post = make_post(firm, title, **changed)
    index_posts([post.pk])
    return post


def change(post: Post, **changed: object) -> None:
    """Changed, and the search told."""
    if changed:
        Post.objects.filter(pk=post.pk).update(**changed)
    index_posts([post.pk])
