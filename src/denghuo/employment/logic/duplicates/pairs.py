"""Likely pairs by bands, each confirmed by its true overlap; and the slow way as an oracle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from denghuo.employment.logic.duplicates.shingles import Shingles, jaccard
from denghuo.employment.logic.duplicates.sketches import band_keys, sketch

# Posts of one employer and one place that share so much are one post said again.
SAME_LEAST = 0.8
# A firm with more adverts alike than this has a template; all of them are still compared.
PLAIN_MAX = 24


@dataclass(frozen=True, order=True, slots=True)
class Pair:
    """Two texts by their places in the list, the earlier first, and their true overlap."""

    one: int
    other: int
    overlap: float


def near_pairs_plainly(texts: Sequence[Shingles], least: float = SAME_LEAST) -> list[Pair]:
    """Every pair compared: n² of them. What the fast way is tested against."""
    return [
        Pair(one, other, share)
        for one, other in combinations(range(len(texts)), 2)
        if (share := jaccard(texts[one], texts[other])) >= least
    ]


def near_pairs(texts: Sequence[Shingles], least: float = SAME_LEAST) -> list[Pair]:
    """Pairs that overlap at least so much.

    Of few texts every pair is compared, so nothing is missed. Of many those that share a band
    are: at an overlap of .8 one pair in 4,600 is missed, at .9 fewer than one in a
    million; none that is reported is wrong, because each is confirmed. Of many texts that are
    the very same, each is paired with the first of them only: join pairs to groups.
    """
    if len(texts) <= PLAIN_MAX:
        return near_pairs_plainly(texts, least)
    return sorted(
        Pair(one, other, share)
        for one, other in _meeting(texts)
        if (share := jaccard(texts[one], texts[other])) >= least
    )


def _meeting(texts: Sequence[Shingles]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band, each once. Same texts are chained, not squared."""
    first: dict[Shingles, int] = {}
    buckets: dict[bytes, list[int]] = {}
    for at, runs in enumerate(texts):
        if not runs:
            continue  # nothing said is like nothing else
        known = first.setdefault(runs, at)
        if known != at:
            yield known, at
            continue
        for key in band_keys(sketch(runs)):
            buckets.setdefault(key, []).append(at)
    met: set[tuple[int, int]] = set()
    for held in buckets.values():
        met.update(combinations(held, 2))
    yield from met
