"""Tables of the benefits room."""

from denghuo.benefits.models.imports import FactImport, FactMapping, ImportedFact
from denghuo.benefits.models.seasons import (
    KnownAccount,
    Proposal,
    SampleCheck,
    Season,
    SeasonDifference,
)

__all__ = [
    "FactImport",
    "FactMapping",
    "ImportedFact",
    "KnownAccount",
    "Proposal",
    "SampleCheck",
    "Season",
    "SeasonDifference",
]
