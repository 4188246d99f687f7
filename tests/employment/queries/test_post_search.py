"""Looking for posts: what is found, by which words and choices, and what is counted beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from denghuo.employment.models import Advert
from denghuo.employment.queries.post_search import (
    PAGES_MAX,
    PageTooFarError,
    PostQuery,
    SearchedPosts,
    found_ids,
    read_query,
    search_posts,
)
from denghuo.kernel.region import Region
from denghuo.places.models import Division
from denghuo.search.public import forget_standing
from tests.employment.collected import source
from tests.employment.market import NOW, TODAY
from tests.employment.shelved import change, shelve

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(db: None) -> None:
    """Two leagues with a banner each, with the points of their seats."""
    above: dict[str, Division] = {}
    for code, name, parent, lat, lon in (
        ("150000000000", "内蒙古自治区", "", None, None),
        ("150100000000", "呼和浩特市", "150000000000", 40.84, 111.75),
        ("150200000000", "包头市", "150000000000", 40.66, 109.84),
        ("150102000000", "新城区", "150100000000", 40.86, 111.67),
        ("150203000000", "昆都仑区", "150200000000", 40.64, 109.84),
    ):
        above[code] = Division.objects.create(
            code=code, name=name, level=Region(code).level, parent=above.get(parent),
            sort_key=code, pinyin=code, initials=code, source="测试", lat=lat, lon=lon,
            point_kind="seat" if lat else "", point_accuracy_m=1_000 if lat else None,
            point_source="测试" if lat else "",
        )  # fmt: skip


@pytest.fixture(autouse=True)
def _new_process(data_dir: Path) -> Iterator[None]:
    forget_standing()
    yield
    forget_standing()


def search(asked_for: PostQuery | None = None, **asked: Any) -> SearchedPosts:
    return search_posts(asked_for or replace(PostQuery(), **asked), now=NOW)


def titles(**asked: Any) -> set[str]:
    return {one.post.title for one in search(**asked).posts}


def test_words_pinyin_slips_and_places_find_a_post() -> None:
    shelve("电焊工", place="150203", body="工地焊接，会氩弧焊的优先。")
    shelve("货车司机", place="150102", body="跑呼和浩特到包头。")
    for typed in ("电焊工", "dianhangong", "dhg", "电旱工", "昆都仑区电焊工", "氩弧焊"):
        assert titles(text=typed) == {"电焊工"}, typed
    assert titles(text="siji") == {"货车司机"}
    assert titles() == {"电焊工", "货车司机"}
    assert titles(text="宇航员") == set()


@pytest.mark.parametrize("hostile", ["%", "'; DROP TABLE", "*", "\\", "<script>", "a" * 500, "\0"])
def test_whatever_is_typed_has_an_answer(hostile: str) -> None:
    shelve("电焊工")
    assert search(read_query({"q": hostile})).total in {0, 1}


def test_a_post_is_found_exactly_while_it_is_open() -> None:
    post = shelve("挤奶工")
    assert titles() == {"挤奶工"}
    change(post, open_until=TODAY)
    assert titles() == set()
    change(post, open_until=TODAY + timedelta(days=1))
    assert titles() == {"挤奶工"}
    # The shelf hears of no midnight: days are looked at on every question.
    assert search_posts(PostQuery(), now=NOW + timedelta(days=1)).total == 0
    for state in ("held", "filled", "closed", "withdrawn"):
        change(post, state=state)
        assert titles() == set(), state


def test_choices_narrow_and_are_counted_over_the_rest(region: None) -> None:
    shelve("电焊工", place="150203", hours=["day"], pay_low_fen=700_000, pay_high_fen=None)
    shelve("保洁员", place="150102", hours=["part"], schooling=1)
    assert titles(place="150200000000") == {"电焊工"}
    assert titles(place="150100") == {"保洁员"}
    assert titles(pay_yuan=6_500) == {"电焊工"}
    assert titles(hours="part") == {"保洁员"}
    # Who left school after the primary grades is not shown what asks for more.
    assert titles(schooling=0) == {"电焊工"}
    assert titles(schooling=1) == {"电焊工", "保洁员"}
    found = search()
    assert {(one.name, one.count) for one in found.places} == {("呼和浩特市", 1), ("包头市", 1)}
    assert {one.value: one.count for one in found.pays}["6000"] == 2
    assert {one.value: one.count for one in found.pays}["8000"] == 0
    inside = search(place="150200000000")
    assert {one.name for one in inside.places} == {"昆都仑区"}
    assert inside.total == 1


def test_distance_counts_from_a_place_in_a_straight_line(region: None) -> None:
    shelve("近处的活", place="150102")
    shelve("远处的活", place="150203")
    near = search(near="新城区", sort="near")
    assert [one.post.title for one in near.posts] == ["近处的活", "远处的活"]
    metres = [one.metres for one in near.posts]
    assert metres[0] is not None
    assert metres[1] is not None
    assert metres[0] < 30_000
    assert 100_000 < metres[1] < 250_000
    assert titles(near="新城区", km=30) == {"近处的活"}
    lost = search(near="没有这个地方", km=30)
    assert lost.near_unknown
    assert lost.total == 2


def test_a_source_s_kind_is_a_choice_and_follows_withdrawal() -> None:
    board = source("招聘网", kind="board")
    post = shelve("电焊工")
    advert = Advert.objects.create(
        post=post, source=board, source_key="a", employer_name=post.employer_name,
        title=post.title, digest="0" * 64, told_at=NOW, first_seen_on=TODAY, last_seen_on=TODAY,
    )  # fmt: skip
    change(post)
    assert titles(source="board") == {"电焊工"}
    assert titles(source="bureau") == set()
    assert [(one.value, one.count) for one in search().sources] == [("board", 1)]
    Advert.objects.filter(pk=advert.pk).update(withdrawn_on=TODAY)
    change(post)
    assert titles(source="board") == set()
    assert search().sources == ()


def test_orders_and_pages_hold_every_post_once() -> None:
    for number in range(45):
        shelve(f"分拣员{number}", pay_low_fen=400_000 + number, pay_high_fen=None)
    seen: list[int] = []
    for page in (1, 2, 3):
        found = search_posts(PostQuery(sort="high"), now=NOW, page=page)
        assert (found.total, found.pages) == (45, 3)
        seen += [one.post.id for one in found.posts]
    assert len(set(seen)) == 45
    assert seen == sorted(seen, reverse=True)
    assert found_ids(PostQuery(sort="high"), now=NOW, limit=5) == seen[:5]
    assert search_posts(PostQuery(), now=NOW, page=4).posts == ()
    with pytest.raises(PageTooFarError):
        search_posts(PostQuery(), now=NOW, page=PAGES_MAX + 1)


def test_an_address_reads_back_as_it_was_written() -> None:
    asked = PostQuery(
        text="电焊工", place="1502", work="6-18", pay_yuan=5000, hours="day", schooling=2,
        source="board", days=7, near="新城区", km=30, sort="near",
    )  # fmt: skip
    assert read_query(asked.values()) == asked
    odd = {
        "place": "15x", "work": "六", "pay": "-1", "hours": "always", "schooling": "9",
        "source": "spy", "days": "9999", "km": "1e9", "sort": "worst",
    }  # fmt: skip
    assert read_query(odd).asks_nothing
