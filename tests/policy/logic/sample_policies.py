"""The sample policies, and small changes of them, as the tests load them."""

from __future__ import annotations

from pathlib import Path

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import KnownFact, known_facts
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import load_registry

SAMPLES = Path(__file__).parent / "samples"
FACTS = load_registry((SAMPLES / "facts.yaml").read_text(encoding="utf-8"))
REFUND = (SAMPLES / "refund.yaml").read_text(encoding="utf-8")


def refund(*changes: tuple[str, str]) -> PolicyDefinition:
    """The refund policy with some of its text changed; each old text must be there."""
    text = REFUND
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return load_definition(text, FACTS)


def skill(*changes: tuple[str, str]) -> PolicyDefinition:
    """The skill-up sample, with parts of its text replaced."""
    text = (SAMPLES / "skill.yaml").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return load_definition(text, FACTS)


def given(**values: object) -> dict[str, KnownFact]:
    """Facts as a program gives them."""
    return known_facts(FACTS, values)


GOOD_FIRM: dict[str, object] = {
    "insured_months": 24,
    "layoffs_last_year": 2,
    "headcount_last_year": 42,
    "in_arrears": False,
    "dishonest": False,
    "size_class": "small",
    "premium_last_year_fen": 18_640_000,
}

RETROACTIVE = (
    "cases:",
    """  - from: 2025-07-01
    until: 2026-01-01
    known_from: 2025-08-15
    replaces: true
    status: verified
    params: {min_months: {value: 12}, cap: {value: 0.055}, cap_tiny: {value: 0.2},
      tiny: {value: 30}, rate_small: {value: 0.9}, rate_large: {value: 0.5}}
cases:""",
)
"""A change for ``refund``: higher rates from July 2025, published only in August."""
