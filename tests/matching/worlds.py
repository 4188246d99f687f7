"""Small worlds of offers and seekers, drawn from a seed, dense enough that most limits bite."""

from __future__ import annotations

import random
from collections.abc import Sequence

from denghuo.matching.logic.kinds import RelatedKind, kind_table
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.values import Offer, Seeker
from denghuo.matching.logic.vocabulary import Vocabulary, vocabulary

WEIGHTS = Weights(
    kind=400,
    tags=300,
    pay=120,
    distance=120,
    years=60,
    kind_percent=(0, 40, 70, 100),
    tags_none_listed_percent=50,
    pay_span_percent=100,
    pay_floor_if_none_fen=200_000,
)
CODES = (
    "1-01-00-00",
    "1-01-01-00",
    "1-01-01-01",
    "1-01-01-02",
    "1-01-02-01",
    "1-02-01-01",
    "2-01-01-01",
    "2-01-01-02",
    "2-01-02-00",
    "2-01-02-03",
    "3-05-00-01",
    "3-05-00-02",
)
TAGS = tuple(f"t{number}" for number in range(12))
CERTIFICATES = tuple(f"c{number}" for number in range(70))  # more than one word of bits
HOURS = ("day", "night", "rotating")
DISTRICTS = tuple(f"d{number}" for number in range(70))
BARS = ("minor_hazardous",)


def words() -> Vocabulary:
    return vocabulary(
        kind_table(
            CODES,
            WEIGHTS.shared_percent,
            [
                RelatedKind("1-01-01-01", "3-05-00-02", 25),
                RelatedKind("2-01-01-01", "1-01-02-01", 60),
            ],
        ),
        tags=TAGS,
        tag_weights=[256 + 97 * number for number in range(len(TAGS))],
        certificates=CERTIFICATES,
        hours=HOURS,
        bars=BARS,
        districts=DISTRICTS,
    )


def some(rng: random.Random, from_: Sequence[str], most: int, least: int = 0) -> tuple[str, ...]:
    return tuple(rng.sample(from_, rng.randint(least, most)))


def draw_offer(rng: random.Random, number: int) -> Offer:
    pay = rng.choice([None, rng.randrange(150_000, 600_000)])
    top = rng.choice([None, (pay or 0) + rng.randrange(100_000, 400_000)])
    return Offer(
        id=number,
        kind=rng.choice(CODES),
        east_metres=rng.randrange(-100_000, 100_000),
        north_metres=rng.randrange(-60_000, 60_000),
        district=rng.choice([None, *rng.sample(DISTRICTS, 9)]),
        hours=some(rng, HOURS, 2, 1),
        pay_fen=pay,
        pay_top_fen=top,
        required=some(rng, (CERTIFICATES[0], CERTIFICATES[69]), 1) if rng.random() < 0.4 else (),
        grade_least=rng.randrange(4),
        years_wanted=rng.choice([0, 0, 1, 3, 5]),
        tags=some(rng, TAGS, 5),
        bars=BARS if rng.random() < 0.2 else (),
    )


def draw_seeker(rng: random.Random, number: int) -> Seeker:
    return Seeker(
        id=number,
        wants=some(rng, CODES, 3, 1),
        east_metres=rng.randrange(-120_000, 120_000),
        north_metres=rng.randrange(-70_000, 70_000),
        reach_metres=rng.choice([1, 10_000, 40_000, 90_000, 900_000]),
        hours=some(rng, HOURS, 3, 1),
        districts=some(rng, DISTRICTS, 20),
        pay_least_fen=rng.choice([0, rng.randrange(100_000, 500_000)]),
        held=some(rng, (CERTIFICATES[0], CERTIFICATES[69], CERTIFICATES[5]), 3),
        grade=rng.randrange(5),
        years=rng.randrange(7),
        tags=some(rng, TAGS, 6),
        barred=BARS if rng.random() < 0.2 else (),
    )


def draw_offers(seed: int, count: int, first: int = 0) -> list[Offer]:
    rng = random.Random(f"offers {seed} {first}")
    return [draw_offer(rng, number) for number in range(first, first + count)]


def draw_seekers(seed: int, count: int, first: int = 0) -> list[Seeker]:
    rng = random.Random(f"seekers {seed} {first}")
    return [draw_seeker(rng, number) for number in range(first, first + count)]
