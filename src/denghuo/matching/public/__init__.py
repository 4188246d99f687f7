"""The door of the matching room: values, texts, one judged pair and its words.

Lists for everybody and assignments are behind ``denghuo.matching.public.lists``: importing that
imports the compiler of the kernels, which a page that shows one pair has no use for.
"""

from __future__ import annotations

from denghuo.matching.logic.columns import Offers, Seekers, digest, offer_columns, seeker_columns
from denghuo.matching.logic.explain import Said, why, why_not
from denghuo.matching.logic.fairness import Audit, GroupExposure, audit, protected_columns
from denghuo.matching.logic.kinds import KindTable, RelatedKind, kind_table
from denghuo.matching.logic.pairs import Judgement, Limit, Part, judge
from denghuo.matching.logic.plane import plane_metres
from denghuo.matching.logic.refusals import (
    DoubledError,
    NoTextInForceError,
    NotHereError,
    NothingWantedError,
    OutOfRangeError,
    TextError,
    TooManyError,
    UnknownWordError,
)
from denghuo.matching.logic.relaxing import Relaxation, relaxations
from denghuo.matching.logic.text import MatchingText, TextVersion, Weights
from denghuo.matching.logic.ties import tie_places
from denghuo.matching.logic.values import Offer, Seeker
from denghuo.matching.logic.vocabulary import Vocabulary, rarity_weights, vocabulary
from denghuo.matching.queries import matching_text

__all__ = [
    "Audit",
    "DoubledError",
    "GroupExposure",
    "Judgement",
    "KindTable",
    "Limit",
    "MatchingText",
    "NoTextInForceError",
    "NotHereError",
    "NothingWantedError",
    "Offer",
    "Offers",
    "OutOfRangeError",
    "Part",
    "RelatedKind",
    "Relaxation",
    "Said",
    "Seeker",
    "Seekers",
    "TextError",
    "TextVersion",
    "TooManyError",
    "UnknownWordError",
    "Vocabulary",
    "Weights",
    "audit",
    "digest",
    "judge",
    "kind_table",
    "matching_text",
    "offer_columns",
    "plane_metres",
    "protected_columns",
    "rarity_weights",
    "relaxations",
    "seeker_columns",
    "tie_places",
    "vocabulary",
    "why",
    "why_not",
]
