"""Places in free text, over a small table of real names and codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.localities import PlaceReading, place_table, resolve_place
from denghuo.kernel.region import Region

pytestmark = pytest.mark.no_postgres

DIVISIONS = {
    "150000": "内蒙古自治区",
    "150100": "呼和浩特市",
    "150102": "新城区",
    "150105": "赛罕区",
    "150102009": "呼伦贝尔北路街道",
    "150105100": "榆林镇",
    "150200": "包头市",
    "150203": "昆都仑区",
    "150204": "青山区",
    "150223": "达尔罕茂明安联合旗",
    "150300": "乌海市",
    "150303": "海南区",
    "150400": "赤峰市",
    "150425": "克什克腾旗",
    "150500": "通辽市",
    "150600": "鄂尔多斯市",
    "150602": "东胜区",
    "150622": "准格尔旗",
    "150700": "呼伦贝尔市",
    "150702": "海拉尔区",
    "152200": "兴安盟",
    "152500": "锡林郭勒盟",
    "152502": "锡林浩特市",
    "152526": "西乌珠穆沁旗",
    # one name, two banners
    "150123100": "城关镇",
    "150221100": "城关镇",
    "150123": "和林格尔县",
    "150221": "土默特右旗",
}
OLD = [
    ("伊克昭盟", "150600"),
    ("东胜市", "150602"),
    ("哲里木盟", "150500"),
    ("海拉尔市", "150702"),
    ("郊区", "150105"),
    ("郊区", "150203"),
]
TABLE = place_table(DIVISIONS.items(), OLD)


def resolve(text: str) -> PlaceReading:
    return resolve_place(text, TABLE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("内蒙古自治区呼和浩特市赛罕区", "150105"),
        ("呼和浩特赛罕区敕勒川大街", "150105"),
        ("呼和浩特市 新城区 呼伦贝尔北路街道", "150102009"),
        ("呼和浩特市赛罕区呼伦贝尔南路12号", "150105"),
        ("呼市赛罕", "150105"),
        ("包头", "150200"),
        ("包头市昆区", "150203"),
        ("包头青山", "150204"),
        ("达茂旗", "150223"),
        ("锡盟西乌旗", "152526"),
        ("锡林浩特市", "152502"),
        ("准格尔旗薛家湾", "150622"),
        ("乌海市海南区", "150303"),
        ("内蒙古", "150000"),
        ("和林格尔县城关镇", "150123100"),
        ("榆林镇", "150105100"),
    ],
)
def test_resolved(text: str, code: str) -> None:
    read = resolve(text)
    assert (read.outcome, read.code) == ("resolved", Region.read(code).code)
    assert not read.old_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("伊克昭盟", "150600"),
        ("伊盟", "150600"),
        ("原东胜市", "150602"),
        ("伊克昭盟东胜市", "150602"),
        ("哲盟", "150500"),
        ("呼伦贝尔海拉尔市", "150702"),
    ],
)
def test_old_names(text: str, code: str) -> None:
    read = resolve(text)
    assert (read.outcome, read.code) == ("resolved", Region.read(code).code)
    assert read.old_name


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", "not_found"),
        ("某某大厦", "not_found"),
        ("青山", "not_found"),  # a banner's short name alone may be anywhere
        ("城关镇", "ambiguous"),
        ("郊区", "ambiguous"),  # divided since
        ("内蒙古城关镇", "broader"),
        ("包头市赛罕区", "contradiction"),
        ("呼和浩特市、包头市均可", "several"),
        ("广东省广州市海珠区", "outside"),
        ("海南海口市", "outside"),
        ("北京市朝阳区", "outside"),
    ],
)
def test_what_is_not_resolved(text: str, outcome: str) -> None:
    read = resolve(text)
    assert read.outcome == outcome
    assert (read.code is None) == (outcome != "broader")
    assert read.sentence.endswith("。")


def test_a_street_of_another_province_is_a_street() -> None:
    assert resolve("北京路8号，包头市青山区").code == Region.read("150204").code


def test_candidates_are_shown() -> None:
    assert resolve("城关镇").candidates == ("150123100000", "150221100000")
    assert resolve("郊区").candidates == ("150105000000", "150203000000")


@given(st.sampled_from(sorted(DIVISIONS)))
def test_a_full_path_always_resolves(code: str) -> None:
    region: Region | None = Region.read(code)
    names = []
    while region is not None:
        if (short := next((one for one in DIVISIONS if Region.read(one) == region), None)) is None:
            break
        names.append(DIVISIONS[short])
        region = region.parent
    read = resolve("".join(reversed(names)))
    assert (read.outcome, read.code) == ("resolved", Region.read(code).code)


@given(st.text(alphabet="".join({*"".join(DIVISIONS.values()), *"路街道省原 、"}), max_size=30))
def test_any_text(text: str) -> None:
    read = resolve(text)
    known = {Region.read(code).code for code in DIVISIONS}
    assert set(read.candidates) <= known
    assert (read.code is not None) == (read.outcome in {"resolved", "broader"})
