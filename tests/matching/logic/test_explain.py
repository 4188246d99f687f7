"""The explanation is the score: its parts sum to it, its limits are those that failed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.matching.logic.explain import why, why_not
from denghuo.matching.logic.pairs import judge
from denghuo.matching.logic.values import Offer, Seeker
from denghuo.matching.queries import matching_text
from tests.matching.worlds import WEIGHTS, draw_offer, draw_seeker, words

pytestmark = pytest.mark.no_postgres

WORDS = words()
TEXT = matching_text("posts")
LABELS = {
    "1-01-01-01": "电工",
    "1-01-01-02": "焊工",
    "t1": "看图纸",
    "c0": "低压电工证",
    "day": "白班",
}
OFFER = Offer(
    id=1,
    kind="1-01-01-01",
    east_metres=0,
    north_metres=0,
    district="d1",
    hours=("day",),
    pay_fen=300_000,
    pay_top_fen=400_000,
    tags=("t0", "t1"),
    years_wanted=3,
)
SEEKER = Seeker(
    id=1,
    wants=("1-01-01-01",),
    east_metres=3_000,
    north_metres=4_000,
    reach_metres=10_000,
    hours=("day",),
    pay_least_fen=200_000,
    tags=("t0",),
    years=2,
)


def test_the_worked_example() -> None:
    """By hand: 300 x 256/(256+353) = 126; 120 x 100/200 = 60; 120 x 5/10 = 60; 60 x 2/3 = 40."""
    found = judge(SEEKER, OFFER, WORDS, WEIGHTS)
    assert found.eligible
    assert [part.points for part in found.parts] == [400, 126, 60, 60, 40]
    assert found.score == 686
    said = why(found, TEXT, LABELS, "zh")
    assert [one.sentence for one in said] == [
        "正是您想做的“电工”。",
        "要的 2 项本领您有 1 项，还差：看图纸。",
        "给 3,000 元，高于您的底线 2,000 元。",
        "离您 5 公里。",
        "希望有 3 年经验，您有 2 年。",
    ]
    assert sum(one.points or 0 for one in said) == 686
    assert sum(one.points_max or 0 for one in said) == 1000


@pytest.mark.parametrize(
    ("offer", "seeker", "limit", "sentence"),
    [
        (
            {"kind": "2-01-01-01"},
            {},
            "kind",
            "这是“2-01-01-01”，和您想做的不是一类。",
        ),
        (
            {"east_metres": 15_000, "north_metres": 4_000},
            {},
            "place",
            "离您 12 公里，您能接受 10 公里；放宽 10 公里就够得着。",
        ),
        ({}, {"hours": ("night",)}, "hours", "上班时间是“白班”，您能做的是“night”。"),
        ({"required": ("c0",)}, {}, "certificates", "法律要求先有证：低压电工证。"),
        ({"grade_least": 3}, {"grade": 2}, "grade", "要求的学历比您填的高。"),
        ({}, {"pay_least_fen": 450_050}, "pay", "最高给 4,000 元，比您要的少 500.50 元。"),
        (
            {"bars": ("minor_hazardous",)},
            {"barred": ("minor_hazardous",)},
            "law",
            "未满十八周岁不得从事这类劳动（《中华人民共和国劳动法》第六十四条）。",
        ),
    ],
)
def test_each_limit_says_what_is_missing(
    offer: dict[str, Any], seeker: dict[str, Any], limit: str, sentence: str
) -> None:
    found = judge(replace(SEEKER, **seeker), replace(OFFER, **offer), WORDS, WEIGHTS)
    assert not found.eligible
    said = why_not(found, TEXT, LABELS, "zh")
    assert [(one.name, one.sentence) for one in said] == [(limit, sentence)]


@pytest.mark.parametrize(
    ("offer", "seeker", "part", "points", "sentence"),
    [
        ({"kind": "1-01-01-02"}, {}, 0, 280, "是“焊工”，和您想做的“电工”相近（70%）。"),
        ({"tags": ()}, {}, 1, 150, "没有写要什么本领，按一半计。"),
        ({"tags": ("t0",)}, {}, 1, 300, "要的 1 项本领您都有。"),
        ({"tags": ("t1",)}, {}, 1, 0, "要的本领您还没有：看图纸。"),
        ({"pay_fen": None}, {}, 2, 0, "没有写工资，这一项不加分。"),
        ({"pay_fen": 400_000}, {}, 2, 120, "给 4,000 元，比您要的高出很多。"),
        ({"pay_fen": 200_000}, {}, 2, 0, "给 2,000 元，不高于底线 2,000 元，这一项不加分。"),
        ({}, {"pay_least_fen": 0}, 2, 60, "给 3,000 元，高于您的底线 2,000 元。"),
        ({"district": None, "east_metres": 900_000}, {}, 3, 120, "就在您身边，或者不限地点。"),
        (
            {"east_metres": 63_000, "north_metres": 4_000},
            {"districts": ("d1",)},
            3,
            0,
            "离您 60 公里，在您愿意去的地方，路远不加分。",
        ),
        ({"north_metres": -6_049}, {}, 3, 0, "离您 10.5 公里，在您愿意去的地方，路远不加分。"),
        ({"years_wanted": 0}, {}, 4, 60, "年限够了。"),
        ({}, {"years": 0}, 4, 0, "希望有 3 年经验，您还没有。"),
    ],
)
def test_each_part_says_what_it_counted(
    offer: dict[str, Any], seeker: dict[str, Any], part: int, points: int, sentence: str
) -> None:
    found = judge(replace(SEEKER, **seeker), replace(OFFER, **offer), WORDS, WEIGHTS)
    said = why(found, TEXT, LABELS, "zh")[part]
    assert (said.points, said.sentence) == (points, sentence)


@given(st.integers(0, 10**9))
def test_every_pair_has_whole_sentences_in_both_languages(seed: int) -> None:
    rng = random.Random(seed)
    found = judge(draw_seeker(rng, 1), draw_offer(rng, 1), WORDS, WEIGHTS)
    for language in ("zh", "en"):
        said = why(found, TEXT, {}, language)
        assert sum(one.points or 0 for one in said) == found.score
        assert 0 <= found.score <= 1000
        refused = why_not(found, TEXT, {}, language)
        assert [one.name for one in refused] == [limit.name for limit in found.failed]
        for one in (*said, *refused):
            assert one.sentence
            assert "{" not in one.sentence
            assert "None" not in one.sentence


def test_the_weights_of_the_worked_example_are_those_that_ship() -> None:
    assert TEXT.in_force(date(2026, 11, 1)).weights == WEIGHTS
