"""A whole post, and what of it a person has to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from denghuo.employment.logic.localities import place_table
from denghuo.employment.logic.occupations import Coding
from denghuo.employment.logic.posts import PostReading, RawPost, Readers, read_post
from denghuo.employment.queries.library import fraud_text, wage_text, wording

pytestmark = pytest.mark.no_postgres

ON = date(2026, 11, 1)
READERS = Readers(
    wage_text(ON),
    wording(ON),
    fraud_text(ON),
    place_table([("150000", "内蒙古自治区"), ("150100", "呼和浩特市"), ("150105", "赛罕区")], []),
)
SURE = Coding("4-03-02-05", (0.9, 0.9, 0.9, 0.9), "4-03-02-05", 4)
UNSURE = Coding("4-03-02-05", (0.1, 0.1, 0.1, 0.1), None, None)
GOOD = RawPost(
    "餐厅服务员", "点单、上菜，有健康证。", "4000-5000元/月", "呼和浩特市赛罕区", "91150100MA0N"
)


def read(changes: dict[str, str] | None = None, coding: Coding = SURE) -> PostReading:
    return read_post(replace(GOOD, **(changes or {})), READERS, coding)


def test_a_plain_post_asks_nothing() -> None:
    found = read()
    assert found.questions == ()
    assert not found.held
    assert found.wage.low_fen == 400_000
    assert found.place.code == "150105000000"
    assert (found.better_title, found.better_body) == (GOOD.title, GOOD.body)


@pytest.mark.parametrize(
    ("changes", "question", "held"),
    [
        ({"wage": "8000-5000"}, "wage_not_understood", False),
        ({"wage": "面议"}, "", False),
        ({"place": "城里"}, "place_not_resolved", False),
        ({"place": "北京市"}, "", False),
        ({"body": "限女性"}, "wording_forbidden", True),
        ({"title": "女服务员"}, "wording_forbidden", True),
        ({"body": "35岁以下"}, "wording_doubtful", False),
        ({"body": "先交500元押金"}, "fraud_look", False),
        ({"body": "刷单兼职"}, "fraud_hold", True),
        ({"employer": ""}, "", False),
    ],
)
def test_questions(changes: dict[str, str], question: str, held: bool) -> None:
    found = read(changes)
    assert found.questions == ((question,) if question else ())
    assert found.held is held


def test_an_unsure_occupation_is_asked() -> None:
    assert read(coding=UNSURE).questions == ("occupation_unsure",)


def test_a_better_wording_is_offered() -> None:
    found = read({"title": "女服务员", "body": "点单，限女性，有健康证。"})
    assert (found.better_title, found.better_body) == ("服务员", "点单，有健康证。")


def test_pay_far_above_is_a_sign() -> None:
    found = read_post(replace(GOOD, wage="3万/月"), READERS, SURE, usual_high_fen=600_000)
    assert [signal.id for signal in found.fraud.signals] == ["pay_above"]


def test_the_title_gives_the_law_s_exception() -> None:
    found = read({"title": "煤矿井下采掘工", "body": "限男性"})
    assert [one.grade for one in found.wording] == ["lawful"]
    assert found.questions == ()
