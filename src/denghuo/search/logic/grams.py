"""Texts as pairs of neighbouring characters, for thousands of texts at once.

A pair is one whole number (first character times 65,536 plus the second), a single character
its own number; both fit into 32 bits, so a dictionary of words is a sorted column.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

Chars = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint32]
_PLANE = 1 << 16


def normal(text: str) -> str:
    """Half width, lower case, no character zero: how texts and questions are compared."""
    return unicodedata.normalize("NFKC", text).lower().replace("\0", " ")


@cache
def word_signs() -> npt.NDArray[np.bool_]:
    """Which characters belong to words: letters of any script, marks on them, and digits."""
    kinds = (unicodedata.category(chr(code))[0] for code in range(_PLANE))
    return np.fromiter((kind in "LNM" for kind in kinds), np.bool_, _PLANE)


def chars_of(texts: Sequence[str]) -> tuple[Chars, Ints]:
    """All texts one after another, each ended by a zero, what is no word a zero; and for each
    character the place of its text. Signs beyond the first plane count as gaps."""
    joined = "\0".join(texts) + "\0" if texts else ""
    raw = np.frombuffer(joined.encode("utf-16-le", "replace"), np.dtype("<u2")).astype(np.uint16)
    ends = raw == 0
    owner = (np.cumsum(ends) - ends).astype(np.int32)
    return np.where(word_signs()[raw], raw, 0).astype(np.uint16), owner


def pairs_of(chars: Chars, owner: Ints) -> tuple[Codes, Ints]:
    """Every pair of neighbours inside a word, with the text it stands in."""
    first, second = chars[:-1], chars[1:]
    whole = (first > 0) & (second > 0)
    codes: Codes = (first[whole].astype(np.uint32) << np.uint32(16)) | second[whole]
    return codes, owner[:-1][whole]


def singles_of(chars: Chars, owner: Ints) -> tuple[Codes, Ints]:
    """Every character of a word, with the text it stands in."""
    some = chars > 0
    return chars[some].astype(np.uint32), owner[some]


def codes_of_word(word: str) -> Codes:
    """What to look up for a word: its pairs, or itself where it is one character."""
    chars, owner = chars_of([word])
    found = pairs_of(chars, owner)[0] if len(word) > 1 else singles_of(chars, owner)[0]
    return np.unique(found)


def runs_of(text: str) -> list[str]:
    """The words of a normal text, parted at blanks and stops."""
    signs = word_signs()
    plain = "".join(c if ord(c) < _PLANE and signs[ord(c)] else " " for c in text)
    return plain.split()
