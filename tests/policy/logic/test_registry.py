"""Declaring facts: what a registry file may say."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic import ir
from denghuo.policy.logic.document_text import DocumentError
from denghuo.policy.logic.registry import Ask, FactKind, load_registry
from tests.policy.logic.sample_policies import FACTS

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

ONE = "facts:\n  x: {subject: person, kind: %s, source: 甲, ask: free, labels: 甲%s}\n"


def test_types_come_from_the_declaration() -> None:
    types = FACTS.types()
    assert types["insured_months"] == ir.Type(ir.Kind.NUMBER, 0, 0, 1200)
    assert types["injury_rate"] == ir.Type(ir.Kind.NUMBER, 4, 0, 300)
    assert types["in_arrears"] == ir.BOOL
    assert types["size_class"].values == frozenset({"micro", "small", "medium", "large"})
    assert types["industry"].values is None
    spec = FACTS["size_class"]
    assert (spec.kind, spec.ask, spec.labels.in_language("en")) == (
        FactKind.CODE,
        Ask.CHEAP,
        "size",
    )
    assert spec.labels.in_language("mn") == "企业规模"
    assert FACTS["registered_on"].low == date(1900, 1, 1)
    assert FACTS["premium_last_year_fen"].unit == "元"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ONE % ("int", ""), "min 和 max"),
        (ONE % ("int", ", min: 5, max: 1"), "不能大于"),
        (ONE % ("int", ", min: 0.5, max: 1"), "min 和 max"),
        (ONE % ("int", ", min: 0, max: 1, scale: 2"), "scale"),
        (ONE % ("decimal", ", min: 0, max: 1"), "scale"),
        (ONE % ("decimal", ", scale: 2, min: 0, max: 0.125"), "min 和 max"),
        (ONE % ("bool", ", min: 0, max: 1"), "不写 min"),
        (ONE % ("bool", ", values: {a: 甲}"), "values"),
        (ONE % ("code", ", values: {'a b': 甲}"), "代码值"),
        (ONE % ("int", ", min: 0, max: 1, world: closed"), "closed"),
        (ONE % ("date", ", min: 1800-01-01"), "1900"),
        (ONE % ("date", ", min: 3"), "1900"),
        (ONE % ("float", ""), "这里只能写：bool、int"),
        (ONE % ("bool", ", colour: red"), "没有这一项"),
        ((ONE % ("bool", "")).replace("free", "cheap"), "question"),
        (ONE % ("bool", ", wish: 学手艺"), "愿望"),
        ((ONE % ("date", ", wish: 学, question: 哪天？")).replace("free", "cheap"), "愿望"),
        ((ONE % ("bool", "")).replace("  x:", "  as_of:"), "规则语言里的词"),
        ((ONE % ("bool", "")).replace("  x:", "  p:"), "规则语言里的词"),
        ((ONE % ("bool", "")).replace("  x:", "  Xy:"), "写法不对"),
        ("facts: {}", "至少"),
        ("fact: {}", "缺少"),
    ],
)
def test_declarations_that_could_mislead_are_refused(text: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        load_registry(text)


def test_a_refusal_names_the_place_and_line() -> None:
    text = (
        ONE % ("bool", "")
        + "  y: {subject: person, kind: int, source: 甲, ask: free, labels: 乙}\n"
    )
    with pytest.raises(DocumentError) as caught:
        load_registry(text)
    assert (caught.value.line, caught.value.path) == (3, ("facts", "y"))
