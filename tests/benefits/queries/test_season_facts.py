"""Evidence written in bulk is the evidence of one row, letter by letter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from denghuo.benefits.queries.season_facts import EvidenceWriter, answer_row, evidence_of
from denghuo.cases.public import service_item
from denghuo.policy.public import Verdict, policy

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 9, 1)
TOLD = {
    "insured_average": {"office": "社会保险登记", "on": "2025-08-31"},
    "size_class": {"office": "税务征收", "on": ""},
    "pool_reserve_months": {"office": "社会保险登记", "on": "2025-09-01"},
}
USUAL: dict[str, Any] = {
    "firm_kind": "enterprise",
    "size_class": "small",
    "unemployment_months_paid": 12,
    "laid_off_count": 2,
    "insured_average": 42,
    "unemployment_premium_paid": 1_234_525,
    "contribution_year_ends_on": date(2024, 12, 31),
    "pool_reserve_months": 24,
}


def rows() -> list[dict[str, Any]]:
    """Firms around every threshold of the refund: granted, refused and unknown ones."""
    definition = policy("stable-jobs-refund", None)
    usual: dict[str, Any] = {name: _usual(spec) for name, spec in definition.specs.items()}
    found = [usual]
    for name, spec in definition.specs.items():
        found += [{**usual, name: value} for value in _others(spec)]
    return [*found, *reversed(found)]


def _usual(spec: Any) -> Any:
    return USUAL.get(spec.name, False if spec.kind.value == "bool" else None)


def _others(spec: Any) -> list[Any]:
    match spec.kind.value:
        case "bool":
            return [True, None]
        case "code":
            return [*spec.values, None]
        case "date":
            return [date(2020, 1, 1), None]
        case _:
            return [0, 1, 2, 11, 12, 13, 30, 31, 1_000, None]


def test_each_row_by_both_roads() -> None:
    """Texts and digest; a row the bulk road leaves out is one the plain road does not grant."""
    definition, item = policy("stable-jobs-refund", None), service_item("stable-jobs-refund")
    writer = EvidenceWriter(definition, TOLD, item, as_of=AS_OF)
    granted = left = 0
    for row in rows():
        plain = answer_row(definition, row, TOLD, as_of=AS_OF)
        found = writer.write(row)
        if found is None:
            assert plain.verdict is not Verdict.ENTITLED or plain.amount is None
            left += 1
            continue
        evidence, values = found
        one = evidence_of(plain, item)
        assert evidence.texts == one.texts
        assert (evidence.amount_fen, evidence.rule_version) == (one.amount_fen, one.rule_version)
        assert values == {name: fact.value for name, fact in plain.facts.items()}
        granted += 1
    assert granted >= 30
    assert left >= 4


@pytest.mark.parametrize("name", ["", "2024-12-31"])
def test_the_day_of_the_rule_changes_the_text(name: str) -> None:
    """Two writers of two days share nothing."""
    definition, item = policy("stable-jobs-refund", None), service_item("stable-jobs-refund")
    day = date.fromisoformat(name) if name else AS_OF
    row = rows()[0]
    found = EvidenceWriter(definition, TOLD, item, as_of=day).write(row)
    plain = answer_row(definition, row, TOLD, as_of=day)
    if found is None:
        assert plain.verdict is not Verdict.ENTITLED
    else:
        assert found[0].texts == evidence_of(plain, item).texts
