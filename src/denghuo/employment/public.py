"""The door of the employment room: a post read, checked, coded; adverts joined to posts."""

from __future__ import annotations

from denghuo.employment.logic.dated import NoTextInForceError
from denghuo.employment.logic.duplicates import Advert, MergedPost, merge_adverts
from denghuo.employment.logic.fraud import FraudReading, Signal
from denghuo.employment.logic.localities import PlaceReading, PlaceTable, resolve_place
from denghuo.employment.logic.occupations import Coder, Coding, Review, remembered
from denghuo.employment.logic.occupations.table import UnknownOccupationError
from denghuo.employment.logic.posts import PostReading, RawPost, Readers, read_post
from denghuo.employment.logic.wages import Wage, read_wage, wage_line, why_sentence
from denghuo.employment.logic.wording import Finding, check_wording, reworded
from denghuo.employment.queries.library import fraud_text, wage_text, wording
from denghuo.employment.queries.localities import region_places
from denghuo.employment.queries.occupations import (
    OccupationsMissingError,
    occupation_table,
    train_coder,
)

__all__ = [
    "Advert",
    "Coder",
    "Coding",
    "Finding",
    "FraudReading",
    "MergedPost",
    "NoTextInForceError",
    "OccupationsMissingError",
    "PlaceReading",
    "PlaceTable",
    "PostReading",
    "RawPost",
    "Readers",
    "Review",
    "Signal",
    "UnknownOccupationError",
    "Wage",
    "check_wording",
    "fraud_text",
    "merge_adverts",
    "occupation_table",
    "read_post",
    "read_wage",
    "region_places",
    "remembered",
    "resolve_place",
    "reworded",
    "train_coder",
    "wage_line",
    "wage_text",
    "why_sentence",
    "wording",
]
