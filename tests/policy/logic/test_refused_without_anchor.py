"""A refusal that needs no anchor day still says why."""

from __future__ import annotations

from datetime import date

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import load_registry
from denghuo.policy.logic.verdict import Verdict

FACTS = """
facts:
  certified:
    {subject: person, kind: bool, labels: 有证, source: 证书库, question: 有证吗}
  certified_on:
    {subject: person, kind: date, labels: 发证日期, source: 证书库, question: 哪天}
  months:
    {subject: person, kind: int, min: 0, max: 900, labels: 参保月数, source: 社保, question: 几个月}
"""
SAYS = "says: {pass: 是, fail: 不是, unknown: 不知道}"
POLICY = f"""
id: skill
names: 补贴
summary: 有证就补。
audience: person
authority: 人社局
source: {{doc: 文号}}
delivery: auto
anchor: certified_on
conditions:
  certified: {{expr: certified, {SAYS}}}
  insured: {{expr: months >= p.months, {SAYS}}}
steps: {{can: 能, bring: 不用, where: 不用去, how_long: 马上}}
object_to: 打电话
versions:
  - {{from: 2024-01-01, until: 2025-01-01, status: verified, params: {{months: {{value: 36}}}}}}
  - {{from: 2025-01-01, until: 2026-01-01, status: verified, params: {{months: {{value: 12}}}}}}
"""
ON = date(2025, 6, 1)


def policy() -> PolicyDefinition:
    return load_definition(POLICY, load_registry(FACTS))


def test_what_every_version_refuses_is_told() -> None:
    facts = {"certified": KnownFact(value=False), "months": KnownFact(20)}
    found = answer(policy(), facts, ON)
    assert found.verdict is Verdict.NOT
    # 20 months fail the older version only, so they are no reason.
    assert found.failed == ("certified",)
    assert found.conditions[0].sentence == "不是"
    assert (found.version, found.fail_mask, found.unknown_mask) == (None, 0, 0)


def test_an_open_question_is_not_a_refusal() -> None:
    found = answer(policy(), {"certified": KnownFact(value=True), "months": KnownFact(20)}, ON)
    assert found.verdict is Verdict.UNKNOWN
    assert found.conditions == ()
    assert found.missing[0] == "certified_on"


def test_when_each_version_has_its_own_reason_the_newest_speaks() -> None:
    text = POLICY.replace("months: {value: 12}", "months: {value: 12}", 1).replace(
        "params: {months: {value: 36}}",
        f"params: {{months: {{value: 0}}}}, conditions: "
        f"{{certified: null, rested: {{expr: months > 400, {SAYS}}}}}",
    )
    found = answer(
        load_definition(text, load_registry(FACTS)),
        {"certified": KnownFact(value=False), "months": KnownFact(20)},
        ON,
    )
    assert found.verdict is Verdict.NOT
    assert found.failed == ("certified",)
