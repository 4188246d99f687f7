"""A rule that is awaited: nothing in force, and the answer says what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.document_text import DocumentError
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import load_registry
from denghuo.policy.logic.verdict import Verdict

FACTS = """
facts:
  paid: {subject: firm, kind: bool, labels: 缴费, source: 社保, question: 缴了吗}
  year_ends_on: {subject: firm, kind: date, labels: 缴费年度, source: 社保, question: 哪年}
"""
POLICY = """
id: refund
names: 返还
summary: 交过就返。
audience: firm
authority: 人社局
source: {doc: 文号}
delivery: auto
anchor: year_ends_on
conditions:
  paid: {expr: paid, says: {pass: 交了, fail: 没交, unknown: 不知道}}
steps: {can: 能, bring: 不用, where: 不用去, how_long: 马上}
object_to: 打电话
versions:
  - {from: 2024-01-01, until: 2025-01-01, status: verified}
pending:
  - {from: FROM, until: UNTIL, note: 通知没有查到}
"""


def policy(start: str = "2025-01-01", until: str = "2026-01-01") -> PolicyDefinition:
    text = POLICY.replace("FROM", start).replace("UNTIL", until)
    return load_definition(text, load_registry(FACTS))


def asked(definition: PolicyDefinition, year_ends_on: str | None) -> Answer:
    day = date.fromisoformat(year_ends_on) if year_ends_on else None
    facts = {"paid": KnownFact(value=True), "year_ends_on": KnownFact(day)}
    return answer(definition, facts, date(2026, 6, 1))


def test_an_awaited_year_has_no_rule_and_says_so() -> None:
    found = asked(policy(), "2025-12-31")
    assert found.verdict is Verdict.NO_RULE
    assert found.pending is not None
    assert found.pending.note == "通知没有查到"


def test_the_wait_ends_where_it_says() -> None:
    found = asked(policy(), "2026-12-31")
    assert (found.verdict, found.pending) == (Verdict.NO_RULE, None)
    assert asked(policy(until="null"), "2030-12-31").pending is not None


def test_where_a_rule_is_in_force_or_the_day_is_unknown_nothing_is_awaited() -> None:
    assert asked(policy(), "2024-12-31").pending is None
    assert asked(policy(), "2024-12-31").verdict is Verdict.ENTITLED
    assert asked(policy(), None).pending is None


@pytest.mark.parametrize(
    ("start", "until", "problem"),
    [
        ("2024-12-31", "2026-01-01", "已有版本"),
        ("2023-01-01", "null", "已有版本"),
        ("2025-06-01", "2025-06-01", "until"),
    ],
)
def test_it_may_not_lie_over_a_rule_or_be_empty(start: str, until: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as refused:
        policy(start, until)
    assert refused.value.line == POLICY[: POLICY.index("  - {from: FROM")].count("\n") + 1


def test_it_is_part_of_the_digest() -> None:
    assert policy().digest != policy(until="2027-01-01").digest
