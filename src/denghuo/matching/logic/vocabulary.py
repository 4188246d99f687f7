"""The words both lists are written in, each with its place in the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.kinds import KindTable
from denghuo.matching.logic.refusals import (
    DoubledError,
    OutOfRangeError,
    TooManyError,
    UnknownWordError,
)

TAGS_MAX = 1 << 16
TAG_WEIGHT_MAX = 1 << 12
CERTIFICATES_MAX = 128
HOURS_MAX = 8
BARS_MAX = 8
DISTRICTS_MAX = 127
ANYWHERE = DISTRICTS_MAX  # the district of an offer that is not bound to a place

_LOG_BITS = 8
Int32s = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class WordList:
    """Words of one sort, in order, found by name."""

    name: str
    words: tuple[str, ...]
    place: Mapping[str, int] = field(repr=False)

    def find(self, word: str) -> int:
        """The place of a word. Raises ``UnknownWordError``."""
        found = self.place.get(word)
        if found is None:
            raise UnknownWordError(word=word, listed=self.name)
        return found

    def places(self, words: Iterable[str]) -> list[int]:
        """The places of several words, each once, in order."""
        return sorted({self.find(word) for word in words})


def word_list(name: str, words: Sequence[str], most: int) -> WordList:
    """A list of at most ``most`` words. Raises ``TooManyError``, ``DoubledError``."""
    if len(words) > most:
        raise TooManyError(name=name, most=most, count=len(words))
    place: dict[str, int] = {}
    for at, word in enumerate(words):
        if word in place:
            raise DoubledError(name=name, value=word)
        place[word] = at
    return WordList(name, tuple(words), place)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Kinds, tags with their weights, certificates, hours, bars and districts.

    ``bars`` are what a law forbids to some; a text names the law of each (``text.py``).
    """

    kinds: KindTable
    tags: WordList
    tag_weights: Int32s
    certificates: WordList
    hours: WordList
    bars: WordList
    districts: WordList


def vocabulary(
    kinds: KindTable,
    *,
    tags: Sequence[str] = (),
    tag_weights: Sequence[int] | None = None,
    certificates: Sequence[str] = (),
    hours: Sequence[str] = (),
    bars: Sequence[str] = (),
    districts: Sequence[str] = (),
) -> Vocabulary:
    """The words of two lists. Tags without weights all weigh the same."""
    weights = np.array([1] * len(tags) if tag_weights is None else tag_weights, np.int64)
    if len(weights) != len(tags):
        raise OutOfRangeError(name="权重个数", value=len(weights), low=len(tags), high=len(tags))
    if weights.size and not 1 <= int(weights.min()) <= int(weights.max()) <= TAG_WEIGHT_MAX:
        worst = int(weights.min()) if int(weights.min()) < 1 else int(weights.max())
        raise OutOfRangeError(name="技能权重", value=worst, low=1, high=TAG_WEIGHT_MAX)
    return Vocabulary(
        kinds,
        word_list("技能", tags, TAGS_MAX),
        weights.astype(np.int32),
        word_list("证书", certificates, CERTIFICATES_MAX),
        word_list("时间", hours, HOURS_MAX),
        word_list("法定限制", bars, BARS_MAX),
        word_list("地区", districts, DISTRICTS_MAX),
    )


def rarity_weights(offers_with_tag: Sequence[int], offers: int) -> list[int]:
    """Weights of tags by how rare they are: 256 for each halving, 256 at least.

    A logarithm of base 2 in whole numbers (eight bits after the point), so that every machine
    computes the same. The weights are published with the lists they order, not renewed with each
    new offer: otherwise every arrival would change every list.
    """
    return [
        min(TAG_WEIGHT_MAX, (1 << _LOG_BITS) + _log2(max(offers, 1)) - _log2(max(count, 1)))
        if count <= offers
        else 1 << _LOG_BITS
        for count in offers_with_tag
    ]


def _log2(number: int) -> int:
    """Logarithm of base 2 of a whole number from 1 on, times 256, rounded down."""
    whole = number.bit_length() - 1
    result = whole
    # The number as a fraction between 1 and 2 with 62 bits; squaring it yields one bit each time.
    rest = number << (62 - whole) if whole <= 62 else number >> (whole - 62)
    for _ in range(_LOG_BITS):
        rest = (rest * rest) >> 62
        result <<= 1
        if rest >= 1 << 63:
            result |= 1
            rest >>= 1
    return result
