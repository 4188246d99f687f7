"""A title as numbers: characters and pairs of them, and how the first part begins and ends.

The last characters of a Chinese title name the trade (…司机, …会计), hence features of their own.
A feature is the CRC-32 of its text: the same on every machine and in every process.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.employment.logic.occupations.titles import title_core, whole_title

LONGEST = 2
ENDINGS = (1, 2, 3)
# What stands around the work (brackets, pay, perks) says a little about it.
WEIGHT_AROUND = 0.3
WEIGHT_ENDING = 0.7
WEIGHT_BEGINNING = 0.7

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def grams(title: str) -> dict[int, float]:
    """Features of one title and how often each stands there."""
    core, whole = title_core(title), whole_title(title)
    found: dict[int, float] = {}

    def add(text: str, weight: float) -> None:
        key = zlib.crc32(text.encode())
        found[key] = found.get(key, 0.0) + weight

    for text, weight in ((core, 1.0), ("" if whole == core else whole, WEIGHT_AROUND)):
        for part in text.split():
            for length in range(1, LONGEST + 1):
                for at in range(len(part) - length + 1):
                    add(part[at : at + length], weight)
    first = core.split()[0] if core else ""
    for length in ENDINGS:
        if len(first) >= length:
            add("$" + first[-length:], WEIGHT_ENDING)
    if len(first) >= LONGEST:
        add("^" + first[:LONGEST], WEIGHT_BEGINNING)
    return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features a model knows, ascending, and how telling each is."""

    keys: Ints
    weights: Floats

    def vector(self, title: str) -> tuple[Ints, Floats]:
        """Places of the known features of a title and their values, of length one together."""
        counted = grams(title)
        keys = np.fromiter(counted, np.int64, len(counted))
        counts = np.fromiter(counted.values(), np.float32, len(counted))
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = self.keys[places] == keys if len(self.keys) else np.zeros(len(keys), np.bool_)
        places, counts = places[known], counts[known]
        values = np.sqrt(counts) * self.weights[places]
        size = float(np.sqrt((values * values).sum()))
        return places, (values / size if size else values).astype(np.float32)


def learn_vocabulary(titles: Iterable[str]) -> Vocabulary:
    """Every feature of the titles, the rarer the more telling (inverse document frequency)."""
    held: dict[int, int] = {}
    count = 0
    for title in titles:
        count += 1
        for key in grams(title):
            held[key] = held.get(key, 0) + 1
    keys = np.array(sorted(held), np.int64)
    often = np.array([held[int(key)] for key in keys], np.float64)
    weights = np.log((1 + count) / (1 + often)) + 1
    return Vocabulary(keys, weights.astype(np.float32))
