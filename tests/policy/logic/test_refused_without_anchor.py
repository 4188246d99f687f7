"""A refusal that needs no anchor day still says why."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.document_text import DocumentError
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
    assert found.verdict is Verdict.UNKNOWN
    assert found.missing == ("certified_on",)
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
    assert found.verdict is Verdict.UNKNOWN
    assert found.failed == ("certified",)


def test_without_what_the_day_presupposes_the_answer_is_no() -> None:
    gated = load_definition(
        POLICY.replace("anchor: certified_on", "anchor: certified_on\nanchor_needs: certified"),
        load_registry(FACTS),
    )
    for day in (None, date(2019, 5, 1), date(2025, 5, 1)):
        facts = {"certified": KnownFact(value=False)}
        facts |= {"certified_on": KnownFact(day)} if day else {}
        found = answer(gated, facts, ON)
        assert found.verdict is Verdict.NOT
        assert found.failed == ("certified",)
    outside = answer(gated, {"certified_on": KnownFact(date(2019, 5, 1))}, ON)
    assert outside.verdict is Verdict.UNKNOWN
    assert outside.missing == ("certified",)
    nothing = answer(gated, {}, ON)
    assert set(nothing.missing) == {"certified_on", "certified", "months"}
    # Refused by both versions for want of months; only the certificate could say so for good.
    short = answer(gated, {"months": KnownFact(3)}, ON)
    assert short.verdict is Verdict.UNKNOWN
    assert short.failed == ("insured",)
    assert set(short.missing) == {"certified_on", "certified"}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("anchor: certified_on", "anchor: as_of\nanchor_needs: certified", "按 as_of 选版本"),
        ("anchor: certified_on", "anchor: certified_on\nanchor_needs: certifed", "certified"),
        ("anchor: certified_on", "anchor: certified_on\nanchor_needs: insured", "不能用参数"),
        (
            "status: verified, params",
            f"status: verified, conditions: {{certified: {{expr: NOT certified, {SAYS}}}}}, params",
            "而且要一样",
        ),
        (
            "status: verified, params",
            "status: verified, conditions: {certified: null}, params",
            "每个版本里都要有",
        ),
    ],
)
def test_what_the_day_presupposes_is_the_same_in_every_version(
    before: str, after: str, problem: str
) -> None:
    text = POLICY.replace(before, after, 1)
    if "anchor_needs" not in text:
        text = text.replace("anchor: certified_on", "anchor: certified_on\nanchor_needs: certified")
    with pytest.raises(DocumentError, match=problem):
        load_definition(text, load_registry(FACTS))
