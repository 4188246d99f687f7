"""Old codes followed, names found, orders equal on every database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.kernel.region import NotRegionCodeError
from denghuo.places.logic.pinyin import pinyin_keys
from denghuo.places.models import Division
from denghuo.places.public import (
    UnknownDivisionError,
    children,
    division,
    divisions_of_level,
    history_of,
    names_of,
    search_divisions,
)
from denghuo.places.queries.divisions import ancestors, resolve_code
from tests.places.conftest import Loaded


def names(code: str, on: date | None = None) -> list[str]:
    return [view.full_name for view in resolve_code(code, on).successors]


def test_a_division_knows_its_path(region: Loaded) -> None:
    view = division("150421100")
    assert view.full_name == "赤峰市 阿鲁科尔沁旗 天山镇"
    assert [above.name for above in ancestors(view.code)] == [
        "内蒙古自治区",
        "赤峰市",
        "阿鲁科尔沁旗",
    ]
    assert division("15").full_name == "内蒙古自治区"


def test_a_code_on_a_day_is_the_division_of_that_day(region: Loaded) -> None:
    assert division("152522").name == "阿巴嘎旗"
    assert division("152522", date(1981, 6, 1)).name == "达拉特旗"
    assert division("150105", date(1999, 12, 31)).name == "郊区"
    with pytest.raises(UnknownDivisionError):
        division("150603", date(2010, 1, 1))
    with pytest.raises(NotRegionCodeError):
        division("abc")


def test_a_reused_code_needs_its_day(region: Loaded) -> None:
    both = resolve_code("152522")
    assert both.outcome == "ambiguous"
    assert names("152522") == ["鄂尔多斯市 达拉特旗", "锡林郭勒盟 阿巴嘎旗"]
    assert names("152522", date(1981, 1, 1)) == ["鄂尔多斯市 达拉特旗"]
    assert names("152522", date(1990, 1, 1)) == ["锡林郭勒盟 阿巴嘎旗"]
    assert resolve_code("152522", date(1990, 1, 1)).outcome == "in_force"


def test_a_path_of_changes_is_told_in_order(region: Loaded) -> None:
    # 集宁: city under 152801, then 152601, then a district of the new city.
    found = resolve_code("152801", date(1981, 1, 1))
    assert [(step.year, step.kind) for step in found.changes] == [
        (1982, "recoded"),
        (2003, "reconstituted"),
    ]
    assert names("152801", date(1981, 1, 1)) == ["乌兰察布市 集宁区"]


def test_a_county_laid_out_anew_has_several_successors(region: Loaded) -> None:
    assert names("152401") == ["赤峰市 红山区", "赤峰市 元宝山区", "赤峰市 松山区"]
    assert any(not step.verified for step in resolve_code("152401").changes)


@pytest.mark.parametrize(
    ("code", "on", "outcome"),
    [
        ("150102", None, "in_force"),
        ("150105", None, "in_force"),
        ("152101", None, "followed"),
        ("152101", date(2020, 1, 1), "not_in_use_then"),
        ("152101005", None, "only_banner"),
        ("159999", None, "unknown"),
        ("110101", None, "unknown"),
    ],
)
def test_every_answer_says_why(region: Loaded, code: str, on: date | None, outcome: str) -> None:
    found = resolve_code(code, on)
    assert found.outcome == outcome
    assert found.reason


def test_every_code_that_ever_existed_leads_to_one_in_force(region: Loaded) -> None:
    in_force = set(Division.objects.filter(valid_until=None).values_list("code", flat=True))
    past = Division.objects.exclude(valid_until=None)
    assert past.count() == 132
    for row in past:
        day = date(row.valid_until.year - 1, 12, 31)  # type: ignore[union-attr]  # filtered above
        found = resolve_code(row.code, day)
        assert found.outcome in ("followed", "in_force"), row
        assert {view.code for view in found.successors} <= in_force
        assert found.successors, row
        assert {view.level for view in found.successors} == {row.level}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.from_regex(r"\A15[0-9]{4}([0-9]{3})?\Z"),
    st.none() | st.dates(date(1975, 1, 1), date(2030, 1, 1)),
)
def test_any_code_resolves_or_says_why(region: Loaded, code: str, on: date | None) -> None:
    found = resolve_code(code, on)
    stands = found.outcome in ("in_force", "followed", "only_banner", "ambiguous")
    assert bool(found.successors) is stands
    assert all(view.in_force for view in found.successors)


def test_history_leads_back_to_the_first_code(region: Loaded) -> None:
    told = [(step.year, step.old.code[:6] if step.old else None) for step in history_of("150981")]
    assert told == [(1982, "152828"), (1990, "152628"), (2003, "152602")]
    assert history_of("150603")[0].kind == "established"
    assert history_of("150102") == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("天山", "赤峰市 阿鲁科尔沁旗 天山镇"),
        ("赤峰 天山", "赤峰市 阿鲁科尔沁旗 天山镇"),
        ("阿鲁科尔沁旗 天山镇", "赤峰市 阿鲁科尔沁旗 天山镇"),
        ("hhht", "呼和浩特市"),
        ("Hu he", "呼和浩特市"),
        ("xilinguole", "锡林郭勒盟"),
        ("昭乌达盟", "赤峰市"),
        ("集宁市", "乌兰察布市 集宁区"),
        ("150421", "赤峰市 阿鲁科尔沁旗"),
    ],
)
def test_search_finds_names_old_names_pinyin_and_codes(
    region: Loaded, text: str, first: str
) -> None:
    assert search_divisions(text)[0].full_name == first


@pytest.mark.parametrize("text", ["", "   ", "\x00", "没有这样的地方", "%", "_", "'--"])
def test_search_for_nothing_finds_nothing(region: Loaded, text: str) -> None:
    assert search_divisions(text) == ()


def test_search_can_be_kept_to_a_level(region: Loaded) -> None:
    assert {view.level for view in search_divisions("朝", level="banner", limit=50)} <= {"banner"}
    assert len(search_divisions("镇", limit=500)) == 50


def test_the_database_sorts_as_bytes_do(region: Loaded) -> None:
    in_database = [view.sort_key for view in divisions_of_level("township")]
    assert in_database == sorted(in_database, key=lambda key: key.encode())
    assert [view.name for view in divisions_of_level("league")] == [
        "阿拉善盟", "巴彦淖尔市", "包头市", "赤峰市", "鄂尔多斯市", "呼和浩特市",
        "呼伦贝尔市", "通辽市", "乌海市", "乌兰察布市", "锡林郭勒盟", "兴安盟",
    ]  # fmt: skip
    assert in_database[0] == pinyin_keys(divisions_of_level("township")[0].name).sort_key


def test_children_and_names(region: Loaded) -> None:
    assert len(children("150000")) == 12
    assert len(children("1504")) == 12
    assert children("150421100") == ()
    assert names_of(["150102", "152201000000", "159999"]) == {
        "150102": "呼和浩特市 新城区",
        "152201000000": "兴安盟 乌兰浩特市",
    }
