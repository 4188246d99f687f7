"""One shelf as it stands now: columns built at once, columns of what changed since, what is gone.

Words are found here, and counted exactly as if all had been built at once: an entry that was
changed or taken away counts nowhere, not even in how rare a pair is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.search.logic.grams import Ints
from denghuo.search.logic.segment import TITLE_WORTH_MIN, Segment, build, codes_in
from denghuo.search.logic.values import Entry, Shape, Word

Scores = npt.NDArray[np.int64]
# Above so many, a look-up by a table of all entries is quicker than by halving.
_MANY = 4_000
# What an alternative is worth beside the word itself.
_ALSO_SHARE = 2
# What a choice is worth that stands for a word nobody has written.
_LEAST = 1_000


@dataclass(frozen=True, slots=True)
class Layer:
    """Columns, and which of their entries still stand."""

    segment: Segment
    alive: npt.NDArray[np.bool_]
    dead: Ints

    @classmethod
    def whole(cls, segment: Segment) -> Layer:
        """All of them stand."""
        return cls(segment, np.ones(len(segment), np.bool_), np.zeros(0, np.int32))

    def without(self, keys: Sequence[str]) -> Layer:
        """The same, with these entries gone."""
        alive = self.alive.copy()
        alive[self.segment.place_of(keys)] = False
        return Layer(self.segment, alive, np.flatnonzero(~alive).astype(np.int32))


@dataclass(frozen=True, slots=True)
class Matched:
    """Entries of one layer that have the words, rising, with their points."""

    docs: Ints
    score: Scores


@dataclass(frozen=True, slots=True)
class Shelf:
    """All layers. ``number`` is the change it has followed to."""

    shape: Shape
    layers: tuple[Layer, ...]
    number: int = 0

    def __len__(self) -> int:
        return sum(int(layer.alive.sum()) for layer in self.layers)

    def changed(self, keys: Sequence[str], entries: Iterable[Entry], number: int) -> Shelf:
        """The shelf after these keys changed; ``entries`` are those that (still) are there.

        Each call adds a layer; whoever holds the shelf keeps their number small.
        """
        base, *later = self.layers
        recent = Layer.whole(build(entries, self.shape))
        rest = [layer.without(keys) for layer in later]
        recents = [recent] if len(recent.segment) else []
        return Shelf(self.shape, (base.without(keys), *rest, *recents), number)

    def rarity(self, codes: Iterable[int]) -> dict[int, int]:
        """How much a pair says: the fewer entries have it, the more. In whole points."""
        total = len(self)
        said = {}
        for code in codes:
            having = 0
            for layer in self.layers:
                docs, _ = layer.segment.posting(code)
                having += len(docs) - int(_inside(docs, layer.dead).sum())
            said[code] = round(100 * math.log1p(total / having)) if having else 0
        return said

    def occurs(self, text: str) -> bool:
        """Whether any entry has all pairs of a word."""
        codes = codes_in(text)
        return bool(codes) and any(len(_having(layer, codes)) for layer in self.layers)

    def all_words(self, words: Sequence[Word]) -> list[Matched]:
        """Per layer: the entries that have every word (or what it also stands for)."""
        texts = {text for word in words for text in (word.text, *word.also.words)}
        codes = {text: codes_in(text) for text in texts}
        rare = self.rarity({code for each in codes.values() for code in each})
        return [_all_words(layer, words, codes, rare) for layer in self.layers]

    def some_words(self, words: Sequence[Word]) -> list[Matched]:
        """Per layer: the entries that have at least half of all pairs of the words."""
        codes = sorted({code for word in words for code in codes_in(word.text)})
        rare = self.rarity(codes)
        least = max(1, len(codes) // 2)
        return [_some_pairs(layer, codes, rare, least) for layer in self.layers]

    def everything(self) -> list[Matched]:
        """Per layer: all entries that stand."""
        found = []
        for layer in self.layers:
            docs = np.flatnonzero(layer.alive).astype(np.int32)
            found.append(Matched(docs, np.zeros(len(docs), np.int64)))
        return found


def _inside(many: Ints, few: Ints) -> npt.NDArray[np.bool_]:
    """Which of ``few`` stand in ``many``; both rise."""
    if not len(many) or not len(few):
        return np.zeros(len(few), np.bool_)
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    found: npt.NDArray[np.bool_] = many[at] == few
    return found


def _where(many: Ints, few: Ints, total: int) -> Ints:
    """For each of ``few`` its place in ``many``, -1 where it is not there."""
    if len(few) > _MANY:
        table = np.full(total, -1, np.int32)
        table[many] = np.arange(len(many), dtype=np.int32)
        return table[few]
    if not len(many):
        return np.full(len(few), -1, np.int32)
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    return np.where(many[at] == few, at, -1).astype(np.int32)


def _having(layer: Layer, codes: Sequence[int]) -> Ints:
    """The standing entries that have all pairs, without points."""
    lists = sorted((layer.segment.posting(code)[0] for code in codes), key=len)
    docs = lists[0]
    for other in lists[1:]:
        if not len(docs):
            break
        docs = docs[_where(other, docs, len(layer.segment)) >= 0]
    return docs[layer.alive[docs]]


def _one_text(layer: Layer, codes: Sequence[int], rare: dict[int, int]) -> Matched:
    """The standing entries that have all pairs of one text."""
    if not codes:
        return Matched(np.zeros(0, np.int32), np.zeros(0, np.int64))
    lists = sorted(((layer.segment.posting(code), rare[code]) for code in codes), key=_length)
    (docs, worth), points = lists[0]
    score = worth.astype(np.int64) * points
    for (other, weight), points in lists[1:]:
        if not len(docs):
            break
        at = _where(other, docs, len(layer.segment))
        has = at >= 0
        docs, score = docs[has], score[has] + weight[at[has]].astype(np.int64) * points
    stands = layer.alive[docs]
    return Matched(docs[stands], score[stands])


def _length(listed: tuple[tuple[Ints, npt.NDArray[np.uint8]], int]) -> int:
    return len(listed[0][0])


def _one_word(
    layer: Layer, word: Word, codes: dict[str, list[int]], rare: dict[int, int]
) -> Matched:
    own = _one_text(layer, codes[word.text], rare)
    if not word.also.words and not word.also.choices:
        return own
    best = np.zeros(len(layer.segment), np.int64)
    best[own.docs] = own.score
    usual = sum(rare[code] for code in codes[word.text]) * TITLE_WORTH_MIN
    for other in word.also.words:
        found = _one_text(layer, codes[other], rare)
        best[found.docs] = np.maximum(best[found.docs], found.score // _ALSO_SHARE)
    for name, prefix in word.also.choices:
        has = chosen(layer.segment, name, (prefix,)) & layer.alive
        best[has] = np.maximum(best[has], max(_LEAST, usual // _ALSO_SHARE))
    docs = np.flatnonzero(best).astype(np.int32)
    return Matched(docs, best[docs])


def _all_words(
    layer: Layer, words: Sequence[Word], codes: dict[str, list[int]], rare: dict[int, int]
) -> Matched:
    found = sorted((_one_word(layer, word, codes, rare) for word in words), key=_size)
    docs, score = found[0].docs, found[0].score
    for other in found[1:]:
        at = _where(other.docs, docs, len(layer.segment))
        has = at >= 0
        docs, score = docs[has], score[has] + other.score[at[has]]
    return Matched(docs, score)


def _size(found: Matched) -> int:
    return len(found.docs)


def _some_pairs(layer: Layer, codes: Sequence[int], rare: dict[int, int], least: int) -> Matched:
    has = np.zeros(len(layer.segment), np.int16)
    score = np.zeros(len(layer.segment), np.int64)
    for code in codes:
        docs, worth = layer.segment.posting(code)
        has[docs] += 1
        score[docs] += worth.astype(np.int64) * rare[code]
    docs = np.flatnonzero((has >= least) & layer.alive).astype(np.int32)
    return Matched(docs, score[docs])


def chosen(segment: Segment, name: str, prefixes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which entries have a value of a choice that begins with any of these."""
    choices = segment.choice(name)
    wanted = [value.startswith(tuple(prefixes)) for value in choices.values]
    if choices.many:
        mask = np.int64(sum(1 << at for at, one in enumerate(wanted) if one))
        some: npt.NDArray[np.bool_] = (choices.column & mask) != 0
        return some
    # One more, for those without a value: the column has -1 there.
    yes: npt.NDArray[np.bool_] = np.array([*wanted, False], dtype=np.bool_)[choices.column]
    return yes
