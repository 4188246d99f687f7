"""The search hears of posts that changed."""

from __future__ import annotations

from collections.abc import Sequence

from denghuo.employment.queries.post_shelf import KIND, key_of
from denghuo.search.public import note_changes

INDEX_POSTS = "employment.index_posts"


def index_posts(post_ids: Sequence[int]) -> None:
    """Every process reads these posts anew before its next question."""
    note_changes(kind=KIND, keys=[key_of(one) for one in post_ids])
