"""A text as the set of its short runs of characters, and how much two texts share."""

from __future__ import annotations

import re
import zlib

from denghuo.employment.logic.numerals import normal_text

LENGTH = 3
TEXT_MAX = 20_000
_SIGNS = re.compile(r"[\W_]+")
# 1、 2. （3） (二) at the start of a line: sources number the same lists differently.
_NUMBERING = re.compile(r"(?m)^\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.:：]\s*")

Shingles = frozenset[int]


def advert_text(title: str, body: str) -> str:
    """What is compared: letters and digits alone, without numbering, stops and gaps."""
    plain = _NUMBERING.sub("", body[:TEXT_MAX])
    return _SIGNS.sub("", normal_text(f"{title} {plain}"))


def shingles(text: str) -> Shingles:
    """CRC-32 of every run of three characters; a shorter text is one run."""
    if len(text) <= LENGTH:
        return frozenset({zlib.crc32(text.encode())} if text else ())
    runs = (text[at : at + LENGTH] for at in range(len(text) - LENGTH + 1))
    return frozenset(zlib.crc32(run.encode()) for run in runs)


def jaccard(one: Shingles, other: Shingles) -> float:
    """Shared runs over all runs: 1 for the same, 0 for nothing shared or nothing said."""
    every = len(one | other)
    return len(one & other) / every if every else 0.0
