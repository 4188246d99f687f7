"""Adverts of several sources joined to posts, keeping who said what, when.

Joined are adverts of one employer in one place for the same work whose texts overlap; the employer
is its unified social credit code, never a name. Firms write one text round all their posts, so the
work in the titles must agree too. An advert of an employer nobody could tell joins only
an advert of its own source with the same reference. The newest word counts, the source's rank
settles a tie, and what sources say differently is listed rather than lost.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from denghuo.employment.logic.duplicates.pairs import SAME_LEAST, near_pairs
from denghuo.employment.logic.duplicates.shingles import (
    Shingles,
    advert_text,
    jaccard,
    shingles,
)
from denghuo.employment.logic.occupations.titles import title_core

# Of the pairs of characters in both titles so many are shared: 服务员 and 餐厅服务员 are one work,
# 服务员 and 收银员 are two.
TITLE_LEAST = 0.4
_BRACKETS = str.maketrans(dict.fromkeys("()（）[]【】<>《》", " "))


@dataclass(frozen=True, slots=True)
class Advert:
    """One advert as one source brought it.

    ``employer`` is the 18-character code or empty where unknown. ``place`` is a division code or
    empty. ``told`` holds what else was read (wage, occupation, count), by field.
    """

    source: str
    reference: str
    employer: str
    place: str
    title: str
    body: str
    seen_at: datetime
    source_rank: int = 0
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, order=True, slots=True)
class Provenance:
    """Where an advert of a post came from, newest first; ``overlap`` with the one that counts."""

    seen_at: datetime
    source: str
    reference: str
    overlap: float


@dataclass(frozen=True, slots=True)
class MergedPost:
    """One post. ``adverts`` are places in the list given, the one that counts first."""

    adverts: tuple[int, ...]
    provenance: tuple[Provenance, ...]
    disagreements: tuple[str, ...]


def merge_adverts(adverts: Sequence[Advert], least: float = SAME_LEAST) -> list[MergedPost]:
    """Join adverts to posts; every advert is in exactly one. The order given does not matter.

    The same source's same reference is one advert said again, whatever became of its text.
    """
    texts = [shingles(advert_text(title_core(one.title), one.body)) for one in adverts]
    titles = [_title_runs(one.title) for one in adverts]
    above = list(range(len(adverts)))

    def root(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        above[high] = low

    for held in _grouped((one.source, one.reference) for one in adverts).values():
        for other in held[1:]:
            join(held[0], other)
    for key, held in _grouped((one.employer, one.place) for one in adverts).items():
        if not key[0]:
            continue  # an unknown employer is not the same as another unknown employer
        for pair in near_pairs([texts[at] for at in held], least):
            one, other = held[pair.one], held[pair.other]
            if jaccard(titles[one], titles[other]) >= TITLE_LEAST:
                join(one, other)
    posts: dict[int, list[int]] = {}
    for at in range(len(adverts)):
        posts.setdefault(root(at), []).append(at)
    made = [_post(adverts, texts, held) for held in posts.values()]
    return sorted(made, key=lambda post: _order(adverts[post.adverts[0]]))


def _grouped(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for at, key in enumerate(keys):
        found.setdefault(key, []).append(at)
    return found


def _order(advert: Advert) -> tuple[float, int, str, str]:
    """The newest first; of one moment the source of higher rank; then by name, so that the
    order adverts came in never decides."""
    return -advert.seen_at.timestamp(), -advert.source_rank, advert.source, advert.reference


def _title_runs(title: str) -> Shingles:
    """Pairs of characters of the work in a title, without pay, perks and the firm's name.

    What stands in brackets counts: （生物方向） and （材料方向） are two posts.
    """
    core = title_core(title.translate(_BRACKETS)).replace(" ", "")
    runs = (core[at : at + 2] for at in range(max(1, len(core) - 1)))
    return frozenset(zlib.crc32(run.encode()) for run in runs)


def _post(adverts: Sequence[Advert], texts: Sequence[Shingles], held: Sequence[int]) -> MergedPost:
    ranked = sorted(held, key=lambda at: _order(adverts[at]))
    lines = tuple(
        Provenance(
            adverts[at].seen_at,
            adverts[at].source,
            adverts[at].reference,
            1.0 if at == ranked[0] else jaccard(texts[at], texts[ranked[0]]),
        )
        for at in ranked
    )
    return MergedPost(tuple(ranked), lines, disagreements([adverts[at] for at in ranked]))


def disagreements(adverts: Sequence[Advert]) -> tuple[str, ...]:
    """Fields of which the newest words of the sources differ; the newest advert first."""
    newest: dict[str, Advert] = {}
    for one in adverts:
        newest.setdefault(one.source, one)
    said: dict[str, set[str]] = {}
    for one in newest.values():
        for name, value in one.told:
            said.setdefault(name, set()).add(value)
    return tuple(sorted(name for name, values in said.items() if len(values) > 1))
