"""One seeker and one offer judged: every limit, every part of the score. This is the definition.

The kernels compute the same over columns; tests hold them to it. A score is a sum of parts that
are each rounded down to whole points, so the explanation is the score and not a story about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from denghuo.matching.logic.kinds import PERCENT
from denghuo.matching.logic.text import Weights
from denghuo.matching.logic.values import Offer, Seeker
from denghuo.matching.logic.vocabulary import Vocabulary

Fact = int | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Limit:
    """Something without which there is no match; ``facts`` say what was held against what."""

    name: str
    met: bool
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score."""

    name: str
    points: int
    points_max: int
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All limits and all parts of one pair."""

    limits: tuple[Limit, ...]
    parts: tuple[Part, ...]

    @property
    def eligible(self) -> bool:
        """Whether every limit is met."""
        return all(limit.met for limit in self.limits)

    @property
    def score(self) -> int:
        """The sum of the parts; it counts only when eligible."""
        return sum(part.points for part in self.parts)

    @property
    def failed(self) -> tuple[Limit, ...]:
        """The limits that are not met."""
        return tuple(limit for limit in self.limits if not limit.met)


def distance_metres(seeker: Seeker, offer: Offer) -> int:
    """Straight line, rounded down to a metre."""
    east = seeker.east_metres - offer.east_metres
    north = seeker.north_metres - offer.north_metres
    return isqrt(east * east + north * north)


def nearness(seeker: Seeker, offer: Offer, words: Vocabulary) -> tuple[int, str]:
    """The best percent over what is wanted, and the wish it comes from."""
    offered = words.kinds.find(offer.kind)
    found = [(words.kinds.percent(words.kinds.find(one), offered), one) for one in seeker.wants]
    return max(found, key=lambda pair: pair[0])


def judge(seeker: Seeker, offer: Offer, words: Vocabulary, weights: Weights) -> Judgement:
    """Every limit and every part of one pair."""
    return Judgement(
        _limits(seeker, offer, words),
        (
            _kind(seeker, offer, words, weights),
            _tags(seeker, offer, words, weights),
            _pay(seeker, offer, weights),
            _distance(seeker, offer, weights),
            _years(seeker, offer, weights),
        ),
    )


def _limits(seeker: Seeker, offer: Offer, words: Vocabulary) -> tuple[Limit, ...]:
    percent, wanted = nearness(seeker, offer, words)
    metres = distance_metres(seeker, offer)
    # Squares are compared, so a point exactly at the reach is inside and one beside it is not.
    east = seeker.east_metres - offer.east_metres
    north = seeker.north_metres - offer.north_metres
    near = east * east + north * north <= seeker.reach_metres * seeker.reach_metres
    accepted = offer.district is None or offer.district in seeker.districts
    missing = tuple(one for one in offer.required if one not in seeker.held)
    barred = tuple(one for one in offer.bars if one in seeker.barred)
    top = offer.pay_top_fen
    return (
        Limit("kind", percent > 0, {"wanted": wanted, "offered": offer.kind, "percent": percent}),
        Limit(
            "place",
            near or accepted,
            {"metres": metres, "reach_metres": seeker.reach_metres, "district": offer.district},
        ),
        Limit(
            "hours",
            any(one in seeker.hours for one in offer.hours),
            {"offered": offer.hours, "possible": seeker.hours},
        ),
        Limit("certificates", not missing, {"missing": missing}),
        Limit(
            "grade",
            offer.grade_least <= seeker.grade,
            {"grade": seeker.grade, "grade_least": offer.grade_least},
        ),
        Limit(
            "pay",
            top is None or top >= seeker.pay_least_fen,
            {"pay_fen": top, "floor_fen": seeker.pay_least_fen},
        ),
        Limit("law", not barred, {"bars": barred}),
    )


def _kind(seeker: Seeker, offer: Offer, words: Vocabulary, weights: Weights) -> Part:
    percent, wanted = nearness(seeker, offer, words)
    points = weights.kind * percent // PERCENT
    facts: dict[str, Fact] = {"wanted": wanted, "offered": offer.kind, "percent": percent}
    return Part("kind", points, weights.kind, facts)


def _tags(seeker: Seeker, offer: Offer, words: Vocabulary, weights: Weights) -> Part:
    asked = dict.fromkeys(offer.tags)
    matched = tuple(one for one in asked if one in seeker.tags)
    missing = tuple(one for one in asked if one not in seeker.tags)
    total = sum(int(words.tag_weights[words.tags.find(one)]) for one in asked)
    own = sum(int(words.tag_weights[words.tags.find(one)]) for one in matched)
    if total:
        points = weights.tags * own // total
    else:  # who asks for nothing is neither best nor last
        points = weights.tags * weights.tags_none_listed_percent // PERCENT
    return Part("tags", points, weights.tags, {"matched": matched, "missing": missing})


def _pay(seeker: Seeker, offer: Offer, weights: Weights) -> Part:
    floor = seeker.pay_least_fen or weights.pay_floor_if_none_fen
    span = max(1, floor * weights.pay_span_percent // PERCENT)
    points = 0
    if offer.pay_fen is not None:
        gain = min(max(offer.pay_fen - floor, 0), span)
        points = weights.pay * gain // span
    facts: dict[str, Fact] = {"pay_fen": offer.pay_fen, "floor_fen": floor}
    return Part("pay", points, weights.pay, facts)


def _distance(seeker: Seeker, offer: Offer, weights: Weights) -> Part:
    metres = distance_metres(seeker, offer)
    reach = seeker.reach_metres
    if offer.district is None:
        points = weights.distance
    elif metres >= reach:
        points = 0
    else:
        points = weights.distance * (reach - metres) // reach
    facts: dict[str, Fact] = {
        "metres": None if offer.district is None else metres,
        "reach_metres": reach,
    }
    return Part("distance", points, weights.distance, facts)


def _years(seeker: Seeker, offer: Offer, weights: Weights) -> Part:
    points = weights.years
    if seeker.years < offer.years_wanted:
        points = weights.years * seeker.years // offer.years_wanted
    facts = {"years": seeker.years, "years_wanted": offer.years_wanted}
    return Part("years", points, weights.years, facts)
