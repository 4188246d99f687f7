"""Texts written in bulk are those of the plain road, letter by letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from denghuo.policy.logic import answer_texts
from denghuo.policy.logic.answer_json import answer_json, value_json
from denghuo.policy.logic.answer_texts import AnswerWriter
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import FactValueError, KnownFact, read_value
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict
from tests.policy.logic.sample_policies import GOOD_FIRM, refund
from tests.policy.logic.strategies import AS_OF_DAYS, REGISTRY, definitions, records

pytestmark = pytest.mark.no_postgres

ON = date(2024, 12, 31)
DAY = date(2024, 12, 1)
TOLD = {
    "insured_months": ("社会保险登记", DAY),
    "layoffs_last_year": ("社会保险登记", None),
    "n": ("甲", DAY),
}


def raw_of(record: Mapping[str, Value | None]) -> dict[str, object]:
    """A drawn record in the strict form a table holds."""
    return {name: value_json(REGISTRY[name], record[name]) for name in REGISTRY}


def plain(
    definition: PolicyDefinition, raw: Mapping[str, object], as_of: date, language: str = "zh"
) -> tuple[int, str] | None:
    """By ``answer`` alone; None where it does not grant a known amount."""
    facts = {
        name: KnownFact(
            read_value(spec, raw[name]).value, *TOLD.get(name, (spec.source, None)), None
        )
        for name, spec in definition.specs.items()
        if raw.get(name) is not None
    }
    found = answer(definition, facts, as_of, language=language)
    if found.verdict is not Verdict.ENTITLED or found.amount is None:
        return None
    told = answer_json(found, language)
    return found.amount, json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@settings(max_examples=60)
@drawn(definitions(), st.lists(records().map(raw_of), min_size=1, max_size=12), AS_OF_DAYS)
def test_any_rule_and_any_rows(
    definition: PolicyDefinition, rows: list[dict[str, object]], as_of: date
) -> None:
    """One writer for all rows, each row twice: what is kept changes nothing."""
    writer = AnswerWriter(definition, TOLD, as_of=as_of)
    for raw in (*rows, *reversed(rows)):
        found = writer.write(raw)
        assert (found and (found.amount, found.text)) == plain(definition, raw, as_of)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_near_each_other(language: str) -> None:
    """Values around every threshold of a real rule, in all combinations, in both languages."""
    definition = refund()
    writer = AnswerWriter(definition, TOLD, as_of=ON, language=language)
    granted = 0
    for months in (11, 12, 13, 400, None):
        for laid_off in (0, 2, 3, 50, None):
            for paid in (100, 123_456_700, None):
                raw = GOOD_FIRM | {
                    "insured_months": months,
                    "layoffs_last_year": laid_off,
                    "premium_last_year_fen": paid,
                }
                found = writer.write(raw)
                assert (found and (found.amount, found.text)) == plain(
                    definition, raw, ON, language
                )
                granted += found is not None
    assert granted >= 4


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for three values the texts are the same, and no more than three are kept."""
    monkeypatch.setattr(answer_texts, "KEPT_MAX", 3)
    definition = refund()
    writer = AnswerWriter(definition, TOLD, as_of=ON)
    for months in [*range(12, 30), *range(12, 30)]:
        raw = GOOD_FIRM | {"insured_months": months}
        found = writer.write(raw)
        assert found is not None
        assert (found.amount, found.text) == plain(definition, raw, ON)
    kept = writer._reads["insured_months"]
    assert 0 < len(kept) <= 3


def test_true_is_no_whole_number() -> None:
    """1 was read before; True is refused all the same."""
    writer = AnswerWriter(refund(), TOLD, as_of=ON)
    assert writer.write(GOOD_FIRM | {"layoffs_last_year": 1}) is not None
    with pytest.raises(FactValueError):
        writer.write(GOOD_FIRM | {"layoffs_last_year": True})
