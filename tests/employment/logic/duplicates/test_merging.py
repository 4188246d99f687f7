"""Adverts joined to posts: inside an employer, for the same work, with everybody's word kept."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.employment.logic.duplicates import Advert, merge_adverts

pytestmark = pytest.mark.no_postgres

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
FIRM, OTHER_FIRM = "91150100MA0N00000X", "91150200MA0N000011"
BODY = (
    "负责餐厅点单、上菜、收拾桌面，做好开餐前准备；"
    "身体健康，有健康证，能上晚班。包吃住，每月休四天。"
)


def advert(source: str = "bureau", reference: str = "1", **changes: object) -> Advert:
    plain = Advert(source, reference, FIRM, "150105000000", "餐厅服务员", BODY, NOON)
    return replace(plain, **changes)  # type: ignore[arg-type]


def groups(*adverts: Advert) -> list[set[int]]:
    return [set(post.adverts) for post in merge_adverts(adverts)]


def test_the_same_post_of_two_sources_is_one() -> None:
    board = advert("board", "77", title="急招服务员（包吃住）", seen_at=NOON + timedelta(hours=1))
    posts = merge_adverts([advert(), board])
    assert [post.adverts for post in posts] == [(1, 0)]
    lines = posts[0].provenance
    assert [(line.source, line.reference) for line in lines] == [("board", "77"), ("bureau", "1")]
    assert lines[0].overlap == 1
    assert 0.8 <= lines[1].overlap <= 1


def test_reworded_is_still_one() -> None:
    again = advert("board", "2", body=BODY.replace("能上晚班", "可以上晚班").replace("；", "。"))
    assert groups(advert(), again) == [{0, 1}]


def test_two_employers_are_never_joined() -> None:
    assert len(groups(advert(), advert("board", "2", employer=OTHER_FIRM))) == 2


def test_two_unknown_employers_are_never_joined() -> None:
    assert len(groups(advert(employer=""), advert("board", "2", employer=""))) == 2


def test_two_places_are_two_posts() -> None:
    assert len(groups(advert(), advert("board", "2", place="150204000000"))) == 2


def test_one_text_round_two_kinds_of_work_is_two_posts() -> None:
    assert len(groups(advert(), advert("bureau", "2", title="收银员"))) == 2


def test_what_stands_in_brackets_tells_work_apart() -> None:
    one = advert(title="研发工程师（生物方向）")
    other = advert("bureau", "2", title="研发工程师（材料化学方向）")
    assert len(groups(one, other)) == 2


def test_the_same_reference_is_one_advert_whatever_its_text() -> None:
    later = advert(
        body="改为招聘厨师。", title="厨师", employer="", seen_at=NOON + timedelta(days=1)
    )
    posts = merge_adverts([advert(), later])
    assert [post.adverts for post in posts] == [(1, 0)]


def test_sources_that_differ_are_told() -> None:
    one = advert(told=(("wage", "5000-6000元/月"), ("count", "2")))
    other = advert("board", "2", told=(("wage", "4000-5000元/月"), ("count", "2")))
    assert merge_adverts([one, other])[0].disagreements == ("wage",)


def test_an_older_word_of_the_same_source_is_no_disagreement() -> None:
    one = advert(told=(("wage", "5000元"),))
    later = advert(told=(("wage", "6000元"),), seen_at=NOON + timedelta(days=1))
    assert merge_adverts([one, later])[0].disagreements == ()


def test_of_one_moment_the_better_source_counts() -> None:
    posts = merge_adverts([advert(), advert("board", "2", source_rank=5)])
    assert posts[0].adverts == (1, 0)


titles = st.sampled_from(["餐厅服务员", "服务员", "收银员", "厨师"])
bodies = st.sampled_from([BODY, BODY + "五险。", BODY[:40], "开货车送货，要求有驾照，熟悉路线。"])
some_adverts = st.lists(
    st.builds(
        Advert,
        source=st.sampled_from(["bureau", "board"]),
        reference=st.integers(min_value=0, max_value=9).map(str),
        employer=st.sampled_from([FIRM, OTHER_FIRM, ""]),
        place=st.sampled_from(["150105000000", "150204000000"]),
        title=titles,
        body=bodies,
        seen_at=st.integers(min_value=0, max_value=9).map(lambda day: NOON + timedelta(days=day)),
    ),
    max_size=12,
    unique_by=lambda one: (one.source, one.reference, one.seen_at),
)


@settings(max_examples=30)
@given(some_adverts)
def test_every_advert_is_in_exactly_one_post(adverts: list[Advert]) -> None:
    held = [at for post in merge_adverts(adverts) for at in post.adverts]
    assert sorted(held) == list(range(len(adverts)))


@settings(max_examples=30)
@given(some_adverts, st.integers(min_value=0, max_value=2**32))
def test_the_order_adverts_come_in_decides_nothing(adverts: list[Advert], seed: int) -> None:
    mixed = list(adverts)
    random.Random(seed).shuffle(mixed)

    def told(given: list[Advert]) -> set[tuple[Advert, ...]]:
        return {tuple(given[at] for at in post.adverts) for post in merge_adverts(given)}

    assert told(adverts) == told(mixed)


@settings(max_examples=30)
@given(some_adverts)
def test_a_post_holds_one_employer_unless_a_reference_does(adverts: list[Advert]) -> None:
    for post in merge_adverts([replace(one, reference=f"{at}") for at, one in enumerate(adverts)]):
        held = [adverts[at] for at in post.adverts]
        assert len({(one.employer, one.place) for one in held}) == 1
        if not held[0].employer:
            assert len(held) == 1
