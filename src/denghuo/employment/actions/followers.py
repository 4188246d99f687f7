"""Who is told when posts change: the index of the search, the lists of matches.

Each entry names a job kind; its payload is ``{"posts": [ids]}``. The jobs are asked for in the
transaction that changes the posts, so nobody hears of a change that was rolled back.
"""

from __future__ import annotations

from collections.abc import Collection

from denghuo.platform.public import enqueue

FOLLOWERS: list[str] = [
    "employment.settle_applications",
    "employment.read_asked",
    "employment.index_posts",
]
_POSTS_A_JOB = 500


def tell_followers(post_ids: Collection[int]) -> None:
    """Ask every follower to look at these posts."""
    ids = sorted(set(post_ids))
    for start in range(0, len(ids), _POSTS_A_JOB):
        for kind in FOLLOWERS:
            enqueue(kind, {"posts": list(ids[start : start + _POSTS_A_JOB])})
