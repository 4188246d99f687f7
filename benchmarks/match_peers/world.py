"""A made-up region: offers and seekers as columns, the same for a seed at any size.

Shares follow the region: 103 counties of unequal size in 12 leagues, kinds as unequal as job
titles are, some one offer in seven asking for a certificate, wishes for one to three kinds, a fifth
of the seekers accepting whole counties. Skills belong to groups of kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.matching.public import Offers, Seekers, Vocabulary, Weights, kind_table, vocabulary

GROUPS = 79
SMALL_GROUPS = 450
KINDS = 1_636
COUNTIES = 103
LEAGUES = 12
TAGS = 4_096
CERTIFICATES = 60
HOURS = ("day", "early", "late", "night", "rotating", "free")
WEIGHTS = Weights(400, 300, 120, 120, 60, (0, 40, 70, 100), 50, 100, 200_000)


@dataclass(frozen=True)
class World:
    """Two lists and their words."""

    words: Vocabulary
    offers: Offers
    seekers: Seekers


def codes() -> list[str]:
    """Kinds in four levels, as many and as deep as the national classification of 2022 has."""
    rng = np.random.default_rng(22)
    small = np.sort(
        np.concatenate([np.arange(GROUPS), rng.integers(0, GROUPS, SMALL_GROUPS - GROUPS)])
    )
    fine = np.sort(
        np.concatenate(
            [np.arange(SMALL_GROUPS), rng.integers(0, SMALL_GROUPS, KINDS - SMALL_GROUPS)]
        )
    )
    return [
        f"{small[one] % 8 + 1}-{small[one] + 1:02}-{one + 1:03}-{at + 1:04}"
        for at, one in enumerate(fine.tolist())
    ]


def make_world(offers: int, seekers: int, seed: int = 1) -> World:
    """A region of so many offers and seekers."""
    rng = np.random.default_rng(seed)
    words = vocabulary(
        kind_table(codes(), WEIGHTS.shared_percent),
        tags=[f"t{number}" for number in range(TAGS)],
        tag_weights=rng.integers(256, 2_816, TAGS).tolist(),
        certificates=[f"c{number}" for number in range(CERTIFICATES)],
        hours=HOURS,
        bars=("minor_hazardous",),
        districts=[f"d{number}" for number in range(COUNTIES)],
    )
    region = _Region(words, rng)
    return World(words, region.offers(offers), region.seekers(seekers))


class _Region:
    def __init__(self, words: Vocabulary, rng: np.random.Generator) -> None:
        self.words, self.rng = words, rng
        share = (np.arange(KINDS) + 6.0) ** -1.25
        self.kind_share = rng.permutation(share / share.sum())
        # Leagues lie along the region; counties around their league's seat.
        seat = np.stack([np.linspace(-1e6, 1e6, LEAGUES), rng.uniform(-4e5, 4e5, LEAGUES)])
        league = rng.integers(0, LEAGUES, COUNTIES)
        self.centre = seat[:, league] + rng.normal(0, 90_000, (2, COUNTIES))
        self.size = rng.dirichlet(np.full(COUNTIES, 0.5))

    def places(self, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        county = self.rng.choice(COUNTIES, count, p=self.size)
        around = self.rng.normal(0, 12_000, (2, count))
        return county, (self.centre[:, county] + around).astype(np.int32)

    def tags(
        self, kind: npt.NDArray[np.int32], least: int, most: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """Different tags a row, most of them from the stretch that the kind's group uses."""
        count = self.rng.integers(least, most + 1, len(kind))
        start = np.zeros(len(kind) + 1, np.int32)
        start[1:] = np.cumsum(count)
        row = np.repeat(np.arange(len(kind)), count)
        within = np.arange(len(row)) - start[row]
        # A step of its own per row walks the stretch without meeting a tag twice.
        step = 2 * self.rng.integers(0, 12, len(kind)) + 1
        first = self.rng.integers(0, 48, len(kind))
        base = self.words.kinds.group[kind].astype(np.int64) * 50
        return start, ((base[row] + (first[row] + within * step[row]) % 48) % TAGS).astype(
            np.uint16
        )

    def offers(self, count: int) -> Offers:
        rng = self.rng
        county, place = self.places(count)
        kind = rng.choice(KINDS, count, p=self.kind_share).astype(np.int32)
        pay = rng.integers(220_000, 900_000, count).astype(np.int32)
        asks = rng.random(count) < 0.15
        required = np.where(asks, 1 << rng.integers(0, CERTIFICATES, count), 0)
        start, tags = self.tags(kind, 3, 10)
        anywhere = rng.random(count) < 0.005
        return Offers(
            np.arange(count),
            kind,
            place[0],
            place[1],
            np.where(anywhere, 127, county).astype(np.uint8),
            pay,
            (pay * 1.2).astype(np.int32),
            required.astype(np.uint64),
            np.zeros(count, np.uint64),
            rng.choice(6, count, p=[0.45, 0.25, 0.15, 0.1, 0.04, 0.01]).astype(np.int8),
            rng.choice([0, 0, 0, 1, 2, 3, 5], count).astype(np.int8),
            (1 << rng.choice(6, count, p=[0.6, 0.1, 0.1, 0.05, 0.1, 0.05])).astype(np.uint8),
            (rng.random(count) < 0.05).astype(np.uint8),
            start,
            tags,
        )

    def seekers(self, count: int) -> Seekers:
        rng = self.rng
        _, place = self.places(count)
        wants = rng.choice(KINDS, (count, 3), p=self.kind_share).astype(np.int32)
        number = rng.integers(1, 4, count)
        wants[number < 2, 1] = -1
        wants[number < 3, 2] = -1
        accepts = rng.random(count) < 0.2
        mask = np.zeros((2, count), np.uint64)
        for _ in range(3):
            other = rng.integers(0, COUNTIES, count)
            bit = np.where(accepts, np.uint64(1) << (other % 64).astype(np.uint64), np.uint64(0))
            mask[0] |= np.where(other < 64, bit, np.uint64(0))
            mask[1] |= np.where(other >= 64, bit, np.uint64(0))
        start, tags = self.tags(wants[:, 0], 2, 8)
        hours = rng.integers(0, 64, count) | np.where(rng.random(count) < 0.9, 1, 2)
        held = np.where(rng.random(count) < 0.3, 1 << rng.integers(0, CERTIFICATES, count), 0)
        return Seekers(
            np.arange(count),
            wants,
            place[0],
            place[1],
            rng.integers(10_000, 80_000, count).astype(np.int32),
            mask[0],
            mask[1],
            np.where(rng.random(count) < 0.3, 0, rng.integers(150_000, 450_000, count)).astype(
                np.int32
            ),
            held.astype(np.uint64),
            np.zeros(count, np.uint64),
            rng.choice(6, count, p=[0.1, 0.25, 0.25, 0.25, 0.13, 0.02]).astype(np.int8),
            rng.integers(0, 15, count).astype(np.int8),
            hours.astype(np.uint8),
            (rng.random(count) < 0.02).astype(np.uint8),
            start,
            tags,
        )
