"""Fitting the model: one softmax over all codes, by stochastic gradient.

The loss is the likelihood of the code and, with a small weight, of each group above it, so that a
title taken for a neighbour costs less than one taken for another 大类, and so that an example
coded only to a 小类 still teaches. Everything is in a fixed order: the same examples give the same
model, whatever the process, and no chance is asked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from denghuo.employment.logic.occupations.coder import SCALE, Coder, group_numbers
from denghuo.employment.logic.occupations.examples import Example
from denghuo.employment.logic.occupations.grams import Floats, learn_vocabulary

_TINY = np.float32(1e-12)


@dataclass(frozen=True, slots=True)
class Fit:
    """How the model is fitted; the figures are the best of those tried on the coded titles."""

    rounds: int = 6
    rate: float = 0.3
    rate_last_share: float = 0.05
    bias_share: float = 0.1
    group_weight: float = 0.25
    decay: float = 1e-5


def train(examples: Sequence[Example], fit: Fit | None = None) -> Coder:
    """Fit a coder. Ten thousand examples and 1,700 codes take a few seconds of one core.

    Raises ``ValueError`` without an example.
    """
    if not examples:
        raise ValueError("nothing to learn from")
    chosen = fit or Fit()
    vocabulary = learn_vocabulary(one.title for one in examples)
    vectors = [vocabulary.vector(one.title) for one in examples]
    codes = tuple(sorted({one.code for one in examples}))
    place = {code: at for at, code in enumerate(codes)}
    groups = group_numbers(codes)
    # Members of each group of the three upper depths, so that a step touches only those.
    members = [
        [np.flatnonzero(groups[at] == number) for number in range(int(groups[at].max()) + 1)]
        for at in range(3)
    ]
    weights = np.zeros((len(vocabulary.keys), len(codes)), np.float32)
    bias = np.zeros(len(codes), np.float32)
    total = np.float32(1 + 3 * chosen.group_weight)
    for turn in range(chosen.rounds):
        rate = chosen.rate * (1 - turn / chosen.rounds) + chosen.rate * chosen.rate_last_share
        for at in _order(examples, turn):
            example = examples[at]
            places, values = vectors[at]
            scaled = values * np.float32(SCALE)
            rows = weights[places]
            found = _softmax_one(np.asarray(bias + scaled @ rows, np.float32))
            label = place[example.code]
            slope = total * found
            slope[label] -= 1
            for depth in range(3):
                inside = members[depth][groups[depth, label]]
                share = found[inside]
                slope[inside] -= share * (chosen.group_weight / (share.sum() + _TINY))
            step = np.float32(rate * example.weight)
            bias -= np.float32(chosen.bias_share) * step * slope
            rows *= np.float32(1 - step * chosen.decay)
            rows -= np.multiply.outer(step * scaled, slope)
            weights[places] = rows
    return Coder(codes, vocabulary, weights, bias)


def _softmax_one(scores: Floats) -> Floats:
    scores -= scores.max()
    np.exp(scores, out=scores)
    scores /= scores.sum()
    return scores


def _order(examples: Sequence[Example], turn: int) -> list[int]:
    """A mixed order that is the same every time."""
    return sorted(
        range(len(examples)),
        key=lambda at: (zlib.crc32(f"{turn}:{at}:{examples[at].title}".encode()), at),
    )
