"""An amount that rounds down: whole fen only, never a fen more than the rule gives."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.document_text import DocumentError
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import load_registry

FACTS = """
facts:
  interest:
    subject: person
    kind: money
    min: 0
    max: 1000000000000
    labels: 利息
    source: 银行
    question: 付了多少利息？
"""
POLICY = """
id: share
names: 贴息
summary: 利息的一部分由财政付。
audience: person
authority: 财政局
source: {doc: 文号}
delivery: auto
conditions:
  paid:
    expr: interest >= 0
    says: {pass: 付了, fail: 没付, unknown: 不知道}
amount: {expr: interest * p.share, label: 贴息, round: ROUND}
steps: {can: 能, bring: 不用, where: 不用去, how_long: 马上}
object_to: 打电话
versions:
  - from: 2020-01-01
    status: verified
    params:
      share: {value: SHARE, source: 文号}
"""
ON = date(2025, 1, 1)


def policy(share: str, rounding: str = "down") -> PolicyDefinition:
    registry = load_registry(FACTS)
    return load_definition(POLICY.replace("SHARE", share).replace("ROUND", rounding), registry)


def due(definition: PolicyDefinition, interest: int) -> int | None:
    return answer(definition, {"interest": KnownFact(interest)}, ON).amount


@given(st.integers(0, 10**12), st.sampled_from(["0.5", "0.3", "0.07", "0.999", "1", "0.0345"]))
def test_it_is_the_whole_part_of_the_exact_amount(interest: int, share: str) -> None:
    whole, _, decimals = share.partition(".")
    unscaled, scale = int(whole + decimals), 10 ** len(decimals)
    assert due(policy(share), interest) == interest * unscaled // scale


def test_half_up_stays_the_rule_where_nothing_is_said() -> None:
    assert due(policy("0.5", "half_up"), 2_126_679) == 1_063_340
    assert due(policy("0.5", "down"), 2_126_679) == 1_063_339


def test_the_arithmetic_shows_the_rule_and_the_dropped_remainder() -> None:
    found = answer(policy("0.5"), {"interest": KnownFact(2_126_679)}, ON)
    assert found.arithmetic == (
        "21,266.79 元 × 50% = 10,633.395 元",
        "不足的零头舍去：10,633.39 元",
    )
    exact = answer(policy("0.5"), {"interest": KnownFact(2_000_000)}, ON)
    assert exact.arithmetic == ("20,000.00 元 × 50% = 10,000.00 元",)


def test_another_way_of_rounding_is_refused_with_its_line() -> None:
    with pytest.raises(DocumentError) as refused:
        policy("0.5", "up")
    assert refused.value.line == POLICY.split("round", maxsplit=1)[0].count("\n") + 1
