"""Sentences from posts: what is found, what is not, what the law allows."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.dated import DatedTextError, in_force
from denghuo.employment.logic.folding import folded
from denghuo.employment.logic.wording import (
    Finding,
    check_wording,
    load_wording,
    reworded,
)
from tests.employment.library import library_text

pytestmark = pytest.mark.no_postgres

WORDING = in_force(load_wording(library_text("wording.yaml")), date(2026, 11, 1))


def check(body: str, title: str = "") -> tuple[Finding, ...]:
    return check_wording(title, body, WORDING)


def rules(body: str, title: str = "") -> set[str]:
    return {one.rule for one in check(body, title)}


# sentence → the words found, by rule
FOUND = {
    "限男性，有驾照": {"sex": "限男性"},
    "仅招女性": {"sex": "仅招女性"},
    "性别：女": {"sex": "性别：女"},
    "性别要求：男": {"sex": "性别要求：男"},
    "男性优先": {"sex": "男性优先"},
    "女士优先考虑": {"sex": "女士优先"},
    "不要女生": {"sex": "不要女生"},
    "诚招女生若干": {"sex": "招女生"},
    "招女服务员2名": {"sex": "女服务员"},
    "急需男司机": {"sex": "男司机"},
    "普工（男）": {"sex": "（男）"},
    "男，35岁以下": {"sex": "男，", "age": "35岁以下"},
    "男2名，女3名": {"sex": "男2名"},
    "男女各5名": {"sex": "男女各5名"},
    "美女优先": {"sex": "美女优先"},
    "招小姐姐做直播": {"sex": "招小姐姐"},
    "招聘保洁阿姨": {"sex_word": "保洁阿姨"},
    "已婚已育优先": {"marriage": "已婚已育优先"},
    "限未婚": {"marriage": "限未婚"},
    "单身优先": {"marriage": "单身优先"},
    "两年内不得怀孕": {"marriage": "两年内不得怀孕"},
    "入职须提供验孕报告": {"marriage": "提供验孕报告"},
    "孕妇勿扰": {"marriage": "孕妇勿扰"},
    "请注明婚育情况": {"marriage": "请注明婚育情况"},
    "年龄18-35岁": {"age": "年龄18-35岁"},
    "２０～４０周岁": {"age": "２０～４０周岁"},
    "45岁以下": {"age": "45岁以下"},
    "年龄不超过40岁": {"age": "年龄不超过40岁"},
    "年龄：20-30": {"age": "年龄：20-30"},
    "要求25岁以上": {"age": "25岁以上"},
    "限90后": {"age": "限90后"},
    "95后优先": {"age": "95后优先"},
    "15岁以上即可": {"child_work": "15岁以上"},
    "限汉族": {"ethnicity": "限汉族"},
    "汉族优先": {"ethnicity": "汉族优先"},
    "不招少数民族": {"ethnicity": "不招少数民族"},
    "蒙古族勿扰": {"ethnicity": "蒙古族勿扰"},
    "要求无宗教信仰": {"religion": "要求无宗教信仰"},
    "信教者勿扰": {"religion": "信教者勿扰"},
    "限本地户口": {"origin": "限本地户口"},
    "仅限呼和浩特市户籍": {"origin": "仅限呼和浩特市户籍"},
    "外地人勿扰": {"origin": "外地人勿扰"},
    "不要河南人": {"origin": "不要河南人"},
    "东北人勿扰": {"origin": "东北人勿扰"},
    "不招农村户口": {"origin": "不招农村户口"},
    "本地人优先": {"origin_preferred": "本地人优先"},
    "无乙肝": {"hepatitis": "无乙肝"},
    "乙肝携带者勿扰": {"hepatitis": "乙肝携带者勿扰"},
    "入职体检查乙肝五项": {"hepatitis": "查乙肝五项"},
    "HBsAg阴性": {"hepatitis": "HBsAg阴性"},
    "无艾滋病": {"hiv": "无艾滋病"},
    "无传染病": {"infection": "无传染病"},
    "残疾人勿扰": {"disability": "残疾人勿扰"},
    "四肢健全": {"able_body": "四肢健全"},
    "限中共党员": {"party": "限中共党员"},
    "党员优先": {"party": "党员优先"},
    "五官端正，形象气质佳": {"looks": "五官端正"},
    "身高165cm以上": {"looks": "身高165cm以上"},
    "处女座勿扰": {"birth_sign": "处女座勿扰"},
}

HARMLESS = [
    "经营女装、男鞋、女包",
    "招女装店员",
    "男科医生",
    "妇科护士，女性健康门诊",
    "汉服体验馆店员",
    "会汉语和蒙古语",
    "蒙汉兼通",
    "性别不限",
    "男女不限，男女均可",
    "不限男女",
    "服务男性客户",
    "销售女性用品",
    "女频小说编辑",
    "员工子女入学补助",
    "有儿女需要照顾可调班",
    "婚礼策划师、婚纱摄影",
    "月嫂、孕婴护理、母婴店",
    "孕产妇产后修复",
    "未婚人士交友平台运营，服务未婚人群",
    "不问婚育情况",
    "年满18周岁",
    "18周岁以上",
    "60岁以下",
    "教3-6岁儿童",
    "照顾80岁老人",
    "面向16-25岁用户",
    "公司成立20年，营业时间8-18点",
    "80后90后团队，氛围好",
    "销售乙肝疫苗，乙肝试剂研发",
    "不查乙肝，乙肝携带者同等对待",
    "残疾人优先，安置残疾人",
    "有残疾人证者可享补贴",
    "党建活动，党员活动室",
    "企业形象好，品牌形象佳",
    "有健康证，身体健康",
    "熟悉本地市场",
    "内蒙古人民医院",
    "属地管理，A型车床",
    "宗教学专业教师",
    "美女与野兽剧场场务",
    "善男信女",
    "招男女普工",
    "单身人员可住宿",
    "女娲补天项目",
]


@pytest.mark.parametrize(("sentence", "expected"), FOUND.items())
def test_found(sentence: str, expected: dict[str, str]) -> None:
    found = check(sentence)
    assert {one.rule for one in found} >= set(expected), found
    for rule, words in expected.items():
        assert words in {one.words for one in found if one.rule == rule}
    for one in found:
        assert sentence[one.start : one.end] == one.words
        assert one.laws
        assert one.suggestion.zh
        assert one.suggestion.en


@pytest.mark.parametrize("sentence", HARMLESS)
def test_harmless(sentence: str) -> None:
    assert check(sentence) == ()


@pytest.mark.parametrize(
    ("title", "sentence", "rule", "grade", "exemption"),
    [
        ("采煤工", "矿山井下采掘，限男性", "sex", "lawful", "women_barred"),
        ("采煤工", "矿山井下采掘，限女性", "sex", "forbidden", ""),
        ("搬运", "每次负重超过25公斤，仅限男性", "sex", "lawful", "women_barred"),
        ("文员", "限男性", "sex", "forbidden", ""),
        ("宿管", "女生宿舍管理，限女性", "sex", "caution", "same_sex_care"),
        ("客车司机", "年龄60岁以下", "age", "", ""),
        ("客车司机", "年龄不超过45岁", "age", "caution", ""),
        ("党建干事", "要求中共党员", "party", "lawful", "party_work"),
        ("会计", "要求中共党员", "party", "caution", ""),
        ("厨师", "清真餐厅，限穆斯林", "religion", "caution", "faith_venue"),
        ("保洁员", "公益性岗位，限本地户籍", "origin", "lawful", "welfare_posts"),
        ("文员", "同等条件下少数民族优先", "ethnicity_care", "lawful", ""),
        ("井下电工", "煤矿井下作业，16周岁以上", "minors_hazard", "forbidden", ""),
    ],
)
def test_what_the_law_allows(
    title: str, sentence: str, rule: str, grade: str, exemption: str
) -> None:
    found = {one.rule: one for one in check(sentence, title)}
    if not grade:
        assert rule not in found
        return
    assert (found[rule].grade, found[rule].exemption) == (grade, exemption)


@pytest.mark.parametrize(
    ("sentence", "better"),
    [
        ("招女服务员2名", "招服务员2名"),
        ("普工（男），包吃住", "普工，包吃住"),
        ("初中以上，限男性，有驾照", "初中以上，有驾照"),
        ("诚招女生若干", "诚招若干"),
        ("年龄18-35岁，能久站", "年龄不限，能久站"),
        ("招聘保洁阿姨", "招聘保洁员"),
        ("身体健康，无传染病", "身体健康，有健康证"),
    ],
)
def test_rewording(sentence: str, better: str) -> None:
    assert reworded(sentence, check(sentence)) == better


def test_a_graver_finding_stands_over_a_lighter() -> None:
    found = check("限汉族本地人优先")
    assert [one.grade for one in found] == ["forbidden", "caution"]


@given(st.lists(st.sampled_from(sorted(FOUND)), min_size=1, max_size=5))
def test_a_rewording_leaves_nothing_forbidden(sentences: list[str]) -> None:
    body = "。".join(sentences)
    again = reworded(body, check(body))
    assert [one for one in check(again) if one.grade != "lawful"] == []


@given(
    st.lists(st.sampled_from(sorted(FOUND)), max_size=4),
    st.lists(st.sampled_from(HARMLESS), max_size=4),
)
def test_places_are_true_and_never_overlap(bad: list[str], good: list[str]) -> None:
    body = "；".join([*good, *bad])
    found = check(body)
    for one in found:
        assert body[one.start : one.end] == one.words
    assert all(one.end <= later.start for one, later in pairwise(found))
    if bad:
        assert found


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert len(folded(text)) == len(text)
    for one in check(text):
        assert text[one.start : one.end] == one.words


def test_every_rule_is_tried_here() -> None:
    tried = {rule for found in FOUND.values() for rule in found}
    known = {rule.id for rule in WORDING.rules}
    assert known - tried == {"ethnicity_care", "minors_hazard"}  # tried among the exceptions


def test_a_wrong_text_is_refused() -> None:
    text = library_text("wording.yaml")
    with pytest.raises(DatedTextError, match="no law"):
        load_wording(text.replace("laws: [promotion_29]", "laws: [nobody]", 1))
    with pytest.raises(DatedTextError, match="no rule"):
        load_wording(text.replace("rules: [party]", "rules: [nobody]", 1))
    with pytest.raises(DatedTextError, match="empty text"):
        load_wording(text.replace("find: '四肢健全|", "find: '|四肢健全|", 1))
    with pytest.raises(DatedTextError):
        load_wording(text.replace("grade: forbidden", "grade: perhaps", 1))
