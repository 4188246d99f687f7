"""Policy files: what loads, and what is refused with its place and line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from denghuo.policy.logic.definition import rate_of
from denghuo.policy.logic.document_text import DocumentError
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.policy_forms import json_schema, search_text
from denghuo.policy.logic.verdict import Verdict
from tests.policy.logic.sample_policies import FACTS, REFUND, RETROACTIVE, refund, skill

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

SECOND = "  - from: 2023-01-01\n    until: 2026-01-01\n    status: verified\n"


def test_a_definition_holds_what_the_file_says() -> None:
    policy = refund()
    assert (policy.id, policy.audience, policy.delivery) == ("sample.refund", "firm", "auto")
    assert policy.names.in_language("en") == "Job-stability refund"
    assert [version.key for version in policy.versions] == ["2022-01-01", "2023-01-01"]
    version = policy.versions[1]
    assert [each.name for each in version.conditions] == [
        "insured_a_year", "layoffs_low", "no_arrears", "not_dishonest",
    ]  # fmt: skip
    cap = version.params["cap"]
    assert (cap.held.value, cap.held.type.scale, cap.status) == (55, 3, "verified")
    assert cap.source == "《样例通知》样例〔2024〕1号第一条"
    assert set(policy.specs) == {
        "insured_months", "layoffs_last_year", "headcount_last_year", "in_arrears", "dishonest",
        "premium_last_year_fen", "size_class",
    }  # fmt: skip
    assert policy.status == "verified"
    assert policy.cases[0].expect.amount == 11_184_000
    assert policy.cases[3].expect.verdict is Verdict.NO_RULE


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("insured_months >= p.min_months", "insured_months >= p.min_month",
         "conditions.insured_a_year.expr", "第 1 行第 21 列：这个版本没有参数“min_month”"),
        ("insured_months >= p.min_months", "insured_months + p.min_months",
         "conditions.insured_a_year.expr", "这里要的是是或否"),
        ("'micro', 'small', 'medium'", "'micro', 'smal', 'medium'", "let.small", "“small”"),
        ("  small: size", "  headcount: size", "let.headcount", "已有别的意思"),
        ("{insured_months}，满", "{insured_month}，满", "conditions.insured_a_year.says.pass",
         "没有意思"),
        ("{insured_months}，满", "{insured_months，满", "conditions.insured_a_year.says.pass",
         "成对"),
        ("{insured_months}，满", "{registered_on}，满", "conditions.insured_a_year.says",
         "没有一条规则用到"),
        ("rate_large: {value: 0.30}", "rate_large: {value: 0.30}, spare: {value: 1}",
         "versions[1].params.spare", "没有用到"),
        ("rate_large: {value: 0.30}", "rate_large: {value: 三成}", "versions[1].params.rate_large",
         "代码值"),
        ("rate_large: {value: 0.30}", "rate_large: {value: 1800-01-01}",
         "versions[1].params.rate_large", "1900"),
        ("    until: 2023-01-01", "    until: 2023-02-01", "versions[1]", "重叠"),
        ("    until: 2023-01-01", "    until: 2022-11-01", "versions", "没有规定"),
        ("    until: 2023-01-01", "    until: 2021-01-01", "versions[0].until", "晚于"),
        ("expr: premium_last_year_fen *", "expr: 0 - premium_last_year_fen *", "amount.expr",
         "小于零"),
        ("expr: premium_last_year_fen *", "expr: premium_last_year_fen * 10000000 *", "amount.expr",
         "64 位"),
        ("audience: firm", "audience: person", "audience", "对象"),
        ("delivery: auto", "delivery: auto\nanchor: insured_months", "anchor", "不是日期"),
        ("delivery: auto", "delivery: auto\nanchor: registred_on", "anchor", "registered_on"),
        ("delivery: auto", "delivery: auto\nexcludes: [sample.refund]", "excludes", "和自己"),
        ("id: sample.refund", "id: Sample Refund", "id", "写法不对"),
        ("authority: ", "autority: ", "文件", "缺少“authority”"),
        ("once_per: year", "once_per: year\nonce_pre: year", "once_pre", "没有这一项"),
        ("kind: payment", "kind: gift", "amount.kind", "这里只能写：payment"),
        ("pass: {zh: 没有欠费}", "pas: {zh: 没有欠费}", "conditions.no_arrears.says", "缺少“pass”"),
        ("verdict: not,", "verdict: refused,", "cases[1].expect.verdict", "entitled"),
        ("failed: [layoffs_low]", "failed: [layoffs_lo]", "cases[1].expect.failed", "layoffs_low"),
        ("missing: [headcount_last_year]", "missing: [headcnt]", "cases[2].expect.missing",
         "headcount"),
        ("given: {insured_months: 24}", "given: {insured_month: 24}",
         "cases[3].given.insured_month", "insured_months"),
        ("given: {insured_months: 24}", "given: {insured_months: 两年}",
         "cases[3].given.insured_months", "读不懂"),
        ("expect: {no_rule: true}", "expect: {no_rule: true, verdict: not}", "cases[3].expect",
         "不一样"),
        ("amount: 11184000", "amount: 1118.4", "cases[0].expect.amount", "分"),
        (SECOND, f"{SECOND}    conditions: {{spare: null}}\n", "versions[1].conditions.spare",
         "没有这个条件"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_where_it_is_wrong(
    old: str, new: str, place: str, words: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        refund((old, new))
    assert words in caught.value.problem
    sentence = caught.value.sentence
    assert sentence.startswith(f"第 {caught.value.line} 行（{place}）：")
    line = REFUND.replace(old, new).splitlines()[caught.value.line - 1]
    last = place.rpartition(".")[2]
    if place == "文件":
        assert caught.value.line == 1
    else:
        assert line.startswith("  - ") if last.endswith("]") else f"{last}:" in line


def test_a_version_may_have_its_own_conditions_amount_and_let() -> None:
    said = "says: {pass: 好, fail: 坏, unknown: 问}"
    own = f"""{SECOND}    let:
      small: size_class IN ('micro', 'small')
    conditions:
      no_arrears: null
      calm: {{expr: NOT wage_arrears, {said}}}
      not_dishonest: {{expr: NOT dishonest, basis: 新条, {said}}}
    amount: null
"""
    # Its rates are read by nothing once the amount is gone.
    bare = ", rate_small: {value: 0.60}, rate_large: {value: 0.30}"
    policy = refund((SECOND, own), (bare, ""))
    first, second = policy.versions
    assert [each.name for each in second.conditions] == [
        "insured_a_year", "layoffs_low", "not_dishonest", "calm",
    ]  # fmt: skip
    assert second.conditions[2].basis == "新条"
    assert first.conditions[3].basis == ""
    assert (first.amount is None, second.amount is None) == (False, True)
    assert first.lets["small"] != second.lets["small"]


def test_gaps_are_allowed_only_when_said() -> None:
    change = ("    until: 2023-01-01", "    until: 2022-11-01")
    policy = refund(change, ("delivery: auto", "delivery: auto\ngaps: true"))
    assert [segment.until for segment in policy.in_force()] == [date(2022, 11, 1), date(2026, 1, 1)]


def test_a_later_text_may_replace_an_earlier_one_only_when_it_says_so() -> None:
    policy = refund(RETROACTIVE)
    keys = [segment.version.key for segment in policy.in_force()]
    assert keys == ["2022-01-01", "2023-01-01", "2025-07-01@2025-08-15"]
    assert len(policy.in_force(date(2025, 8, 14))) == 2
    assert policy.in_force(date(2021, 1, 1)) == ()
    with pytest.raises(DocumentError, match="重叠"):
        refund((RETROACTIVE[0], RETROACTIVE[1].replace("replaces: true", "replaces: false")))
    with pytest.raises(DocumentError, match="重叠"):
        refund((RETROACTIVE[0], RETROACTIVE[1].replace("2025-08-15", "2022-08-15")))


def test_the_digest_names_the_content_not_the_spelling() -> None:
    base = refund().digest
    assert refund(("once_per: year", 'once_per:   "year"  # said otherwise')).digest == base
    assert refund(("0.60", "0.61")).digest != base
    assert refund(("object_to: {zh: 当地就业服务局}", "object_to: 当地就业服务局")).digest != base
    swapped = refund(
        ("  no_arrears:\n    expr: NOT in_arrears", "  late:\n    expr: NOT in_arrears"),
    )
    assert swapped.digest != base
    assert len(base) == 64


def test_a_rate_is_held_in_millionths() -> None:
    policy = refund(
        ("unit: fen\n  kind: payment", "unit: rate\n  kind: rate"),
        ("expr: premium_last_year_fen * CASE", "expr: injury_rate * CASE"),
        ("amount: 11184000", "amount: 0.0033"),
    )
    assert policy.cases[0].expect.amount == 3_300
    assert rate_of(3_300) == Decimal("0.0033")


def test_the_form_has_a_property_for_every_fact() -> None:
    schema = json_schema(skill())
    assert set(schema["properties"]) == set(skill().specs)
    assert schema["additionalProperties"] is False
    level = schema["properties"]["certificate_level"]
    assert (level["type"], level["minimum"], level["maximum"]) == (["integer", "null"], 1, 5)
    assert schema["properties"]["certificate_on"]["format"] == "date"
    assert schema["properties"]["shortage_trade"]["readOnly"] is True
    size = json_schema(refund(), "en")["properties"]["size_class"]
    assert size["enum"] == ["micro", "small", "medium", "large", None]
    assert size["x-labels"]["small"] == "small"
    assert json_schema(refund())["properties"]["premium_last_year_fen"]["x-unit"] == "fen"


def test_search_reads_names_sources_and_steps() -> None:
    text = search_text(refund())
    for words in (
        "稳岗返还",
        "人力资源和社会保障厅",
        "样例〔2024〕1号",
        "欠缴社会保险",
        "就业服务局",
    ):
        assert words in text
    assert len(text.splitlines()) == len(set(text.splitlines()))


def test_the_registry_decides_what_a_file_may_read() -> None:
    with pytest.raises(DocumentError, match="没有登记过"):
        load_definition(REFUND.replace("in_arrears", "owes_wages"), FACTS)
