"""Browsing divisions, following an old code, the map only with its review number."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.places.conftest import Loaded
from tests.places.pages.test_near import text_of


def test_leagues_stand_in_pinyin_order(client: Client, region: Loaded) -> None:
    words = text_of(client.get("/places/divisions/"))
    assert words.index("阿拉善盟") < words.index("鄂尔多斯市") < words.index("兴安盟")


def test_a_search_over_old_names(client: Client, region: Loaded) -> None:
    words = text_of(client.get("/places/divisions/", {"q": "昭乌达盟"}))
    assert "赤峰市" in words[words.index("找到的") :][:60]
    assert "没有找到这个地方" in text_of(client.get("/places/divisions/", {"q": "某处"}))


@pytest.mark.parametrize(
    ("code", "year", "parts"),
    [
        ("152522", "", ["请说明是哪一年", "达拉特旗", "阿巴嘎旗"]),
        ("152522", "1981", ["已经停用", "鄂尔多斯市 达拉特旗"]),
        ("152401", "", ["红山区", "待核实"]),
        ("159999", "", ["记录里没有这个代码"]),
        ("15x", "", ["不是行政区划代码"]),
        ("152522", "八一年", ["请说明是哪一年"]),
    ],
)
def test_an_old_code_is_followed(
    client: Client, region: Loaded, code: str, year: str, parts: list[str]
) -> None:
    words = text_of(client.get("/places/divisions/", {"code": code, "year": year}))
    for part in parts:
        assert part in words


def test_a_division_shows_its_parts_its_facts_and_its_past(client: Client, region: Loaded) -> None:
    words = text_of(client.get("/places/divisions/150981/"))
    assert "乌兰察布市 丰镇市" in words
    assert "152602" in words
    assert "改设" in words
    assert "2003 年起" in words
    words = text_of(client.get("/places/divisions/150400000000/"))
    assert "下辖 12 个" in words
    words = text_of(client.get("/places/divisions/150421100/"))
    assert "以前叫什么，没有记录" in words


def test_unknown_and_broken_codes(client: Client, region: Loaded) -> None:
    assert client.get("/places/divisions/159999/").status_code == 404
    assert client.get("/places/divisions/abc/").status_code == 422


def test_no_map_without_a_review_number(client: Client, region: Loaded, settings: Settings) -> None:
    settings.MAP_REVIEW_NUMBER = ""
    assert "<path d=" not in _figure(client.get("/places/divisions/").content.decode())
    settings.MAP_REVIEW_NUMBER = "蒙S(2026)001号"
    html = client.get("/places/divisions/").content.decode()
    assert _figure(html).count("<path d=") == 12
    assert "审图号：蒙S(2026)001号" in html
    league = client.get("/places/divisions/1504/").content.decode()
    assert _figure(league).count("<path d=") == 12
    assert "style=" not in _figure(league)


def _figure(html: str) -> str:
    _, _, rest = html.partition('<figure class="region-map">')
    return rest.partition("</figure>")[0]
