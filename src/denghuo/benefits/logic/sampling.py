"""Which rows of a list a second officer looks at, and when the list must not go on.

The sample is the rows with the smallest digests of seed and row: whoever knows the published
seed draws the same sample again, with any tool, in any order.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable

SHARE_PERCENT = 5
SIZE_MIN, SIZE_MAX = 20, 500
WRONG_PERCENT_MAX = 5


def sample_size(rows: int) -> int:
    """5 % of the list, at least 20 and at most 500, never more than there are."""
    share = -(-rows * SHARE_PERCENT // 100)
    return min(rows, max(SIZE_MIN, min(SIZE_MAX, share)))


def draw(rows: Iterable[int], *, seed: str, size: int) -> list[int]:
    """The rows of the sample, in the order in which they are looked at."""
    return [row for _, row in heapq.nsmallest(size, ((_rank(seed, row), row) for row in rows))]


def too_many_wrong(*, wrong: int, size: int) -> bool:
    """Whether the share of wrong rows stops the season: more than 5 % of the sample."""
    return wrong * 100 > size * WRONG_PERCENT_MAX


def _rank(seed: str, row: int) -> bytes:
    return hashlib.sha256(f"{seed}:{row}".encode()).digest()
