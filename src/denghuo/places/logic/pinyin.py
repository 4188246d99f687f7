"""Sort and search keys from Chinese names, the same on every database.

A database sorts Chinese by code point or by a collation that differs between engines. The
sort key here holds only ``0-9a-z``, which every collation orders alike: syllables in order,
parted by ``0`` so that 西安 (xi0an) stands before 先 (xian).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pypinyin import lazy_pinyin

# Readings in place names that a general dictionary gets wrong. Names that came from
# Mongolian keep the reading of the official romanisation: 都 is du (昆都仑, 毛都), 勒 is le
# (锡林郭勒), 什 is shi (克什克腾, 康巴什).
_READINGS = {"勒": "le", "都": "du", "什": "shi", "长": "chang", "卜": "bu", "泊": "bo"}
_PHRASES = {
    "呼和浩特": "hu he hao te",
    "阿拉善": "a la shan",
    "巴彦淖尔": "ba yan nao er",
    "鄂尔多斯": "e er duo si",
    "喀喇沁": "ka la qin",
    "达斡尔": "da wo er",
    "扎赉": "zha lai",
    "和林格尔": "he lin ge er",
    "额济纳": "e ji na",
    "朝阳": "chao yang",
    "查干": "cha gan",
}
_PHRASE = re.compile("|".join(map(re.escape, sorted(_PHRASES, key=len, reverse=True))))
_PLAIN = re.compile(r"[0-9a-z]+")
_TYPED = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class PinyinKeys:
    """``sort_key`` hu0he, ``pinyin`` huhe, ``initials`` hh."""

    sort_key: str
    pinyin: str
    initials: str


def _each(run: str) -> Any:
    """Characters without a reading, one by one: the library would keep the run together."""
    return list(run)


def _general(text: str) -> list[str]:
    """Readings by the general dictionary, one per character, with our corrections."""
    readings = lazy_pinyin(text, v_to_u=False, errors=_each)
    return [_READINGS.get(char, reading) for char, reading in zip(text, readings, strict=True)]


def syllables_of(name: str) -> list[str]:
    """One plain syllable for each character; a character without a reading gives its code."""
    readings: list[str] = []
    at = 0
    for found in _PHRASE.finditer(name):
        readings += _general(name[at : found.start()])
        readings += _PHRASES[found.group()].split()
        at = found.end()
    readings += _general(name[at:])
    plain: list[str] = []
    for char, reading in zip(name, readings, strict=True):
        lowered = reading.lower()
        if _PLAIN.fullmatch(lowered):
            plain.append(lowered)
        elif char.isalnum():
            plain.append(f"u{ord(char):x}")
    return plain


def pinyin_keys(name: str) -> PinyinKeys:
    """The keys a row keeps beside its name."""
    syllables = syllables_of(name)
    return PinyinKeys(
        sort_key="0".join(syllables),
        pinyin="".join(syllables),
        initials="".join(syllable[0] for syllable in syllables),
    )


def typed_key(text: str) -> str:
    """What a person typed in Latin letters, as it compares with ``pinyin`` and ``initials``.

    ``"Hu he-hao'te"`` gives ``huhehaote``; text without Latin letters gives ``""``.
    """
    return _TYPED.sub("", text.lower()) if text.isascii() else ""
