"""However a policy text is written, reading it is bounded work."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from denghuo.policy.logic import ir
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.document_text import SIZE_MAX, DocumentError
from denghuo.policy.logic.loading import PARTS_MAX, load_definition
from denghuo.policy.logic.policy_shape import CASES_MAX, VERSIONS_MAX
from denghuo.policy.logic.registry import load_registry
from tests.policy.logic.operations import calls_during

pytestmark = pytest.mark.no_postgres

REGISTRY = load_registry(
    "facts:\n  n: {subject: firm, kind: int, min: 0, max: 9, labels: 数, source: 表, question: 几}"
)
SAYS = "says: {pass: 是, fail: 否, unknown: 问}"


def text_of(lets: int, versions: int, terms: int, cases: int = 0) -> str:
    """Lets that each copy in the least of ``terms``, filled up to the size limit."""
    smallest = f"LEAST({', '.join(['n'] * terms)})"
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(versions + 1)]
    lines = [
        "id: big",
        "names: 大",
        "summary: 大",
        "audience: firm",
        "authority: 局",
        "source: {doc: 文}",
        "delivery: auto",
        "let:",
        *(f"  l{number}: {smallest if not number else 'l0'}" for number in range(lets)),
        "conditions:",
        *(f"  c{number}: {{expr: l0 >= 0, {SAYS}}}" for number in range(5)),
        "steps: {can: 能, bring: 带, where: 去, how_long: 快}",
        "object_to: 局",
        "versions:",
        *(
            f"  - {{from: {first}, until: {last}, status: assumed}}"
            for first, last in pairwise(days)
        ),
        *(["cases:"] if cases else []),
        *(
            "  - {name: 例, as_of: 2020-01-01, given: {n: 1}, expect: {verdict: entitled}}"
            for _ in range(cases)
        ),
    ]
    text = "\n".join(lines) + "\n"
    return text + "#" + "x" * (SIZE_MAX - len(text.encode()) - 2) + "\n"


def parts_of(definition: PolicyDefinition) -> int:
    return sum(
        sum(1 for _ in ir.walk(root))
        for version in definition.versions
        for root in (*version.lets.values(), *(each.expr for each in version.conditions))
    )


def test_the_largest_text_accepted_is_bounded_work() -> None:
    text = text_of(lets=24, versions=VERSIONS_MAX, terms=15, cases=CASES_MAX)
    found = load_definition(text, REGISTRY)
    assert PARTS_MAX * 0.9 < parts_of(found) <= PARTS_MAX
    # Some half a million; each part more is about fifteen.
    assert calls_during(lambda: load_definition(text, REGISTRY)) < 1_000_000


def test_a_text_that_multiplies_is_refused_with_its_place() -> None:
    with pytest.raises(DocumentError, match="加起来超过 30000 个部分") as caught:
        load_definition(text_of(lets=40, versions=VERSIONS_MAX, terms=190), REGISTRY)
    assert "let" in caught.value.sentence
    refused = calls_during(lambda: _refused(text_of(40, VERSIONS_MAX, 190)))
    assert refused < 1_000_000


def _refused(text: str) -> None:
    with pytest.raises(DocumentError):
        load_definition(text, REGISTRY)


def test_more_cases_than_anybody_reads_are_refused() -> None:
    with pytest.raises(DocumentError, match="cases"):
        load_definition(text_of(1, 1, 2, CASES_MAX + 1), REGISTRY)
