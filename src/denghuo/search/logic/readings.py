"""How characters sound: typed sounds and initials read as words, characters that sound alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
from pypinyin.constants import PINYIN_DICT

_PLANE = 1 << 16
_SYLLABLE_LENGTH_MAX = 6
_WAYS_MAX = 8
INITIALS_MAX = 6
Signs = npt.NDArray[np.bool_]
_LETTERS = re.compile(r"[a-z]+")


def _plain(reading: str) -> str:
    """zhōng → zhong, lǘ → lv: as it is typed."""
    bare = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(sign for sign in bare if sign.isascii())


@cache
def _sounds() -> tuple[dict[str, frozenset[str]], dict[str, tuple[int, ...]]]:
    """The readings of every character, and the characters of every syllable."""
    of_char: dict[str, frozenset[str]] = {}
    of_syllable: dict[str, list[int]] = {}
    for code, readings in PINYIN_DICT.items():
        if code >= _PLANE:
            continue
        plain = frozenset(filter(None, map(_plain, readings.split(","))))
        of_char[chr(code)] = plain
        for one in plain:
            of_syllable.setdefault(one, []).append(code)
    return of_char, {one: tuple(codes) for one, codes in of_syllable.items()}


def _signs(codes: Iterator[int]) -> Signs:
    made = np.zeros(_PLANE, np.bool_)
    made[list(codes)] = True
    return made


def exactly(char: str) -> Signs:
    """The character alone."""
    return _signs(iter([ord(char)]) if ord(char) < _PLANE else iter([]))


def sounding_like(char: str) -> Signs:
    """All characters that share a reading with this one, itself among them."""
    of_char, of_syllable = _sounds()
    made = exactly(char)
    for one in of_char.get(char, ()):
        made[list(of_syllable[one])] = True
    return made


def of_syllable(syllable: str) -> Signs:
    """The characters read so."""
    return _signs(iter(_sounds()[1].get(syllable, ())))


@cache
def of_initial(letter: str) -> Signs:
    """The characters whose reading begins so."""
    found = (
        code for one, codes in _sounds()[1].items() if one.startswith(letter) for code in codes
    )
    return _signs(found)


def is_typed_sound(text: str) -> bool:
    """Whether a word could be sounds or initials: letters only."""
    return bool(_LETTERS.fullmatch(text))


def ways_to_read(text: str) -> list[tuple[str, ...]]:
    """A row of letters as syllables, fewest first: siji → si ji. None if it is no such row."""
    known = _sounds()[1]
    ends: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(text) + 1):
        ways = [
            (*before, text[start:end])
            for start in range(max(0, end - _SYLLABLE_LENGTH_MAX), end)
            if text[start:end] in known
            for before in ends[start]
        ]
        ends.append(sorted(ways, key=len)[:_WAYS_MAX])
    return ends[-1]
