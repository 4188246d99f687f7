"""What somebody typed, understood: words written together parted, sounds and initials read,
one wrong character put right.

Nothing is put right that is found as it was typed. What is put right is said on the page, and
comes from what stands on the shelf: the commonest word there that differs in one sign or sounds
the same. So no list of words has to be kept, and a new word is known at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from denghuo.search.logic.grams import normal, runs_of, word_signs
from denghuo.search.logic.readings import (
    INITIALS_MAX,
    Signs,
    exactly,
    is_typed_sound,
    of_initial,
    of_syllable,
    sounding_like,
    ways_to_read,
)
from denghuo.search.logic.shelf import Layer, Shelf
from denghuo.search.logic.values import NOTHING_ELSE, Alternatives, Word

TEXT_LENGTH_MAX = 60
WORDS_MAX = 8
_WRONG_LENGTH_MIN = 3
_SPLIT_LENGTH_MIN = 3
_PART_LENGTH_MIN = 2
# A word longer than this is not looked through for a wrong sign: it would be a sentence.
_LOOKED_LENGTH_MAX = 12
Also = Callable[[str], Alternatives]


def nothing_else(_word: str) -> Alternatives:
    """A shelf without other names for its words."""
    return NOTHING_ELSE


def understand(shelf: Shelf, text: str, also: Also = nothing_else) -> tuple[Word, ...]:
    """The words of a text as they are looked for, at most ``WORDS_MAX``."""
    words: list[Word] = []
    for run in runs_of(normal(text[:TEXT_LENGTH_MAX])):
        words += _understood(shelf, run, also)
    unique = {word.text: word for word in words}
    return tuple(unique.values())[:WORDS_MAX]


def _understood(shelf: Shelf, run: str, also: Also) -> list[Word]:
    other = also(run)
    if other != NOTHING_ELSE or shelf.occurs(run):
        return [Word(run, run, other)]
    parts = _parted(shelf, run, also)
    if parts and all(known for _, known in parts):
        return [Word(part, part, also(part)) for part, _ in parts]
    if right := put_right(shelf, run):
        return [Word(right, run, also(right))]
    for at in range(len(run) - _WRONG_LENGTH_MIN, _PART_LENGTH_MIN - 1, -1):
        if not _known(shelf, run[:at], also):
            continue
        if right := put_right(shelf, run[at:]):
            return [Word(run[:at], run[:at], also(run[:at])), Word(right, run[at:], also(right))]
    return [Word(part, part, also(part)) for part, _ in parts] or [Word(run, run)]


def _parted(shelf: Shelf, run: str, also: Also) -> list[tuple[str, bool]]:
    """A run as the longest words the shelf knows from the left; what is left between is unknown."""
    if len(run) < _SPLIT_LENGTH_MIN:
        return []
    parts: list[tuple[str, bool]] = []
    at = 0
    while at < len(run):
        ends = range(min(len(run), at + _LOOKED_LENGTH_MAX), at + _PART_LENGTH_MIN - 1, -1)
        known = next((end for end in ends if _known(shelf, run[at:end], also)), None)
        if known is not None:
            parts.append((run[at:known], True))
            at = known
        elif parts and not parts[-1][1]:
            parts[-1] = (parts[-1][0] + run[at], False)
            at += 1
        else:
            parts.append((run[at], False))
            at += 1
    return parts


def _known(shelf: Shelf, text: str, also: Also) -> bool:
    return also(text) != NOTHING_ELSE or shelf.occurs(text)


def put_right(shelf: Shelf, run: str) -> str:
    """The commonest word of the shelf that was probably meant; empty if none is near enough."""
    if not _PART_LENGTH_MIN <= len(run) <= 2 * _LOOKED_LENGTH_MAX:
        return ""
    for patterns in _guesses(run):
        found: Counter[str] = Counter()
        for pattern in patterns:
            for layer in shelf.layers:
                found.update(_windows(layer, pattern))
        if found:
            # Ties by the word itself, so that every process says the same.
            return min(found, key=lambda word: (-found[word], word))
    return ""


def _guesses(run: str) -> Iterator[list[list[Signs]]]:
    """Kinds of guesses, the likelier first; each is a list of patterns."""
    if is_typed_sound(run):
        yield [[of_syllable(one) for one in way] for way in ways_to_read(run) if len(way) > 1]
        if len(run) <= INITIALS_MAX:
            yield [[of_initial(letter) for letter in run]]
        return
    if len(run) > _LOOKED_LENGTH_MAX:
        return
    yield [[sounding_like(char) for char in run]]
    if len(run) >= _WRONG_LENGTH_MIN:
        same = [exactly(char) for char in run]
        yield [[*same[:at], word_signs(), *same[at + 1 :]] for at in range(len(run))]


def _windows(layer: Layer, pattern: Sequence[Signs]) -> Counter[str]:
    """Words in titles and names that fit a pattern sign by sign, counted over standing entries.

    The rarest sign is looked for first: the others then cost next to nothing.
    """
    chars = layer.segment.chars
    length = len(pattern)
    if not length or len(chars) < length:
        return Counter()
    common = layer.segment.common
    first = min(range(length), key=lambda at: int(common[pattern[at]].sum()))
    starts = np.flatnonzero(pattern[first][chars[first : len(chars) - length + first + 1]])
    for at in range(length):
        if at != first and len(starts):
            starts = starts[pattern[at][chars[starts + at]]]
    starts = starts[layer.alive[layer.segment.owner[starts]]] if len(starts) else starts
    if not len(starts):
        return Counter()
    rows = chars[starts[:, None] + np.arange(length)]
    unique, counts = np.unique(rows, axis=0, return_counts=True)
    words = ("".join(map(chr, row)) for row in unique)
    return Counter(dict(zip(words, map(int, counts), strict=True)))
