"""Coding a title as deep as the model is sure, and saying how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from denghuo.employment.logic.occupations.grams import Floats, Vocabulary
from denghuo.employment.logic.occupations.table import DEPTHS, Depth, path_of
from denghuo.employment.logic.occupations.titles import title_core

# Titles coded at once: 1,000 × 1,700 probabilities are 7 MB.
BATCH = 1_000
# Below this margin the model is mostly wrong; above it, mostly right (docs/employment.md).
MARGIN_LEAST = 0.4
SCALE = 3.0
Origin = Literal["model", "review"]


@dataclass(frozen=True, slots=True)
class Coding:
    """What a title was coded to.

    ``leaf`` is the best guess at the finest level, ``margins`` how far each of its groups leads
    the next best of its level (0 to 1, below 0 where another group leads). ``code`` is the
    deepest group with margin enough, None where even the 大类 is a guess: then a person codes.
    """

    leaf: str
    margins: tuple[float, float, float, float]
    code: str | None
    depth: Depth | None
    origin: Origin = "model"


@dataclass(frozen=True, slots=True)
class Coder:
    """A trained model: one row of weights a feature, one column an occupation."""

    codes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Floats
    bias: Floats
    groups: npt.NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", group_numbers(self.codes))

    def probabilities(self, titles: Sequence[str]) -> Floats:
        """One row a title, one column a code; a title of unknown features gets the prior."""
        scores = np.empty((len(titles), len(self.codes)), np.float32)
        for at, title in enumerate(titles):
            places, values = self.vocabulary.vector(title)
            scores[at] = self.bias + (values * np.float32(SCALE)) @ self.weights[places]
        return softmax(scores)

    def code_all(
        self,
        titles: Sequence[str],
        *,
        margin_least: float = MARGIN_LEAST,
        reviewed: Mapping[str, str] | None = None,
    ) -> list[Coding]:
        """Code titles in order. ``reviewed`` (see ``remembered``) goes before the model."""
        made: list[Coding] = []
        for start in range(0, len(titles), BATCH):
            batch = titles[start : start + BATCH]
            made += self._codings(self.probabilities(batch), margin_least)
        if reviewed:
            for at, title in enumerate(titles):
                known = reviewed.get(title_core(title))
                if known:
                    made[at] = coding_of_review(known)
        return made

    def code(self, title: str, *, reviewed: Mapping[str, str] | None = None) -> Coding:
        """Code one title."""
        return self.code_all([title], reviewed=reviewed)[0]

    def likely(self, title: str, count: int = 5) -> tuple[tuple[str, float], ...]:
        """The best codes with their probabilities, for whoever reviews."""
        found = self.probabilities([title])[0]
        best = np.argsort(-found, kind="stable")[:count]
        return tuple((self.codes[int(one)], float(found[one])) for one in best)

    def _codings(self, found: Floats, margin_least: float) -> Iterable[Coding]:
        leaves = found.argmax(axis=1)
        rows = np.arange(len(found))
        margins = np.empty((len(found), len(DEPTHS)), np.float32)
        for at in range(len(DEPTHS)):
            sums = group_sums(found, self.groups[at])
            own = self.groups[at][leaves]
            led = sums[rows, own].copy()
            sums[rows, own] = -1
            margins[:, at] = led - sums.max(axis=1).clip(min=0)
        for leaf, four in zip(leaves, margins, strict=True):
            yield _coding(self.codes[int(leaf)], four, margin_least)


def _coding(leaf: str, margins: Floats, margin_least: float) -> Coding:
    a, b, c, d = (float(one) for one in margins)
    sure = [depth for depth, one in zip(DEPTHS, (a, b, c, d), strict=True) if one >= margin_least]
    if not sure:
        return Coding(leaf, (a, b, c, d), None, None)
    code = path_of(leaf)[max(sure) - 1]
    depth = next(each for each in DEPTHS if path_of(leaf)[each - 1] == code)
    return Coding(leaf, (a, b, c, d), code, depth)


def coding_of_review(code: str) -> Coding:
    """What staff decided is sure, as deep as they went."""
    depth = next(each for each in DEPTHS if path_of(code)[each - 1] == code)
    return Coding(code, (1.0, 1.0, 1.0, 1.0), code, depth, "review")


def group_numbers(codes: Sequence[str]) -> npt.NDArray[np.int32]:
    """For each depth the number of the group each code lies in."""
    rows = []
    for at in range(len(DEPTHS)):
        names = {name: place for place, name in enumerate(sorted({path_of(c)[at] for c in codes}))}
        rows.append([names[path_of(code)[at]] for code in codes])
    return np.array(rows, np.int32)


def group_sums(found: Floats, groups: npt.NDArray[np.int32]) -> Floats:
    """Columns of one group added up."""
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(int(groups.max()) + 1))
    summed: Floats = np.add.reduceat(found[:, order], starts, axis=1)
    return summed


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities, row by row, in place."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
