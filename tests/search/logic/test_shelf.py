"""Words are found, choices counted, and a shelf that followed changes answers as one built anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.search.logic.answering import answer
from denghuo.search.logic.segment import EntryShapeError, build
from denghuo.search.logic.shelf import Layer, Shelf
from denghuo.search.logic.understanding import understand
from denghuo.search.logic.values import (
    Alternatives,
    Entry,
    Found,
    Near,
    Point,
    Question,
    Shape,
    Sort,
)

pytestmark = pytest.mark.no_postgres

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
SHAPE = Shape(("place", "work"), ("hours",), ("pay", "at"), newest="at", highest="pay")


def shelf_of(*entries: Entry) -> Shelf:
    return Shelf(SHAPE, (Layer.whole(build(entries, SHAPE)),))


def entry(key: str, title: str, **more: object) -> Entry:
    return Entry(key, title, **more)  # type: ignore[arg-type]


def found(shelf: Shelf, text: str = "", **more: object) -> Found:
    return answer(shelf, Question(NOW, understand(shelf, text), **more))  # type: ignore[arg-type]


def keys(answered: Found) -> list[str]:
    return [hit.key for hit in answered.hits]


POSTS = shelf_of(
    entry("1", "挖掘机司机", names=("呼和浩特市新城区",), one={"place": "150102", "work": "6-1"}, numbers={"pay": 800_000, "at": 10}, point=Point(40.86, 111.66)),  # noqa: E501
    entry("2", "电焊工（包吃住）", names=("包头市昆都仑区",), one={"place": "150203", "work": "6-2"}, many={"hours": ("day", "night")}, numbers={"pay": 700_000, "at": 20}, point=Point(40.64, 109.84)),  # noqa: E501
    entry("3", "收银员", body="负责收银，会开挖掘机者不要求", names=("呼和浩特市回民区",), one={"place": "150103", "work": "4-1"}, many={"hours": ("day",)}, numbers={"pay": 350_000, "at": 30}),  # noqa: E501
    entry("4", "货车司机 C1", names=("呼和浩特市新城区",), one={"place": "150102", "work": "6-1"}, numbers={"at": 40}, point=Point(40.80, 111.70)),  # noqa: E501
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "first", "total"),
    [
        ("司机", "1", 2),
        ("挖掘机", "1", 2),  # the title before the body
        ("Ｃ１", "4", 1),  # full width
        ("呼和浩特司机", "4", 2),  # written together
        ("包头 电焊工", "2", 1),
        ("siji", "4", 2),  # sounds
        ("dianhangong", "2", 1),
        ("syy", "3", 1),  # initials
        ("电汗工", "2", 1),  # sounds the same
        ("挖崛机", "1", 2),  # sounds the same
        ("收很员", "3", 1),  # one wrong character
        ("呼和浩特挖绝机", "1", 2),  # both at once
        ("货", "4", 1),
    ],
)
def test_words_are_understood(text: str, first: str, total: int) -> None:
    answered = found(POSTS, text)
    assert (answered.total, answered.partly) == (total, False)
    assert first in keys(answered)[:2]


def test_what_was_put_right_is_said() -> None:
    (word,) = understand(POSTS, "电汗工")
    assert (word.typed, word.text) == ("电汗工", "电焊工")


def test_two_wrong_characters_are_not_guessed() -> None:
    (word,) = understand(POSTS, "收很圆圈")
    assert word.text == word.typed


@pytest.mark.parametrize(
    "text", ["", "  ", "！？。", "\0", "\ud800", "𠮷", "a" * 5000, "' OR 1=1 --"]
)
def test_odd_texts_are_answered(text: str) -> None:
    assert found(POSTS, text).total >= 0


def test_half_of_the_words_are_said_to_be_partly() -> None:
    answered = found(POSTS, "电焊工 收银")
    assert answered.partly
    assert answered.total == 2


def test_another_name_is_found_and_stands_below_the_word_itself() -> None:
    def also(word: str) -> Alternatives:
        return Alternatives(("货车",), (("work", "6"),)) if word == "挖掘机" else Alternatives()

    answered = answer(POSTS, Question(NOW, understand(POSTS, "挖掘机", also)))
    assert keys(answered)[0] == "1"
    assert set(keys(answered)) == {"1", "2", "3", "4"}


def test_counts_leave_the_own_filter_aside() -> None:
    answered = found(
        POSTS,
        choices={"place": ("1501",)},
        counted=("place", "work", "hours"),
        at_least={"pay": 500_000},
        steps={"pay": (300_000, 500_000)},
    )
    assert keys(answered) == ["1"]
    assert answered.counts["place"] == {"150102": 1, "150203": 1}
    assert answered.counts["work"] == {"6-1": 1}
    assert answered.steps["pay"] == {300_000: 2, 500_000: 1}


def test_several_values_to_an_entry() -> None:
    answered = found(POSTS, choices={"hours": ("night",)}, counted=("hours",))
    assert keys(answered) == ["2"]
    assert answered.counts["hours"] == {"day": 2, "night": 1}


@pytest.mark.parametrize(
    ("sort", "order"),
    [("new", ["4", "3", "2", "1"]), ("high", ["1", "2", "3", "4"]), ("near", ["1", "4", "2", "3"])],
)
def test_orders(sort: Sort, order: list[str]) -> None:
    assert keys(found(POSTS, sort=sort, near=Near(Point(40.87, 111.66)))) == order


def test_the_edge_of_a_distance_is_in() -> None:
    here = Point(40.0, 110.0)
    shelf = shelf_of(entry("1", "甲", point=Point(40.0, 110.1)), entry("2", "乙"))
    metres = found(shelf, near=Near(here)).hits[0].metres
    assert metres is not None
    assert 8_500 < metres < 8_530  # cos 40° × 11.12 km
    assert keys(found(shelf, near=Near(here, metres))) == ["1"]
    assert keys(found(shelf, near=Near(here, metres - 1))) == []


def test_open_from_is_in_and_until_is_out() -> None:
    at = int(NOW.timestamp())
    shelf = shelf_of(
        entry("1", "甲", numbers={"open_from": at, "open_until": at + 1}),
        entry("2", "乙", numbers={"open_from": at - 1, "open_until": at}),
        entry("3", "丙", numbers={"open_from": at + 1}),
    )
    assert keys(found(shelf)) == ["1"]
    assert found(shelf, offset=1).hits == ()


def test_pages_part_the_whole() -> None:
    shelf = shelf_of(*(entry(f"{n:03}", "司机") for n in range(50)))
    pages = [keys(found(shelf, "司机", offset=at, limit=20)) for at in (0, 20, 40, 60)]
    assert [len(page) for page in pages] == [20, 20, 10, 0]
    assert len({key for page in pages for key in page}) == 50


@pytest.mark.parametrize(
    "wrong",
    [entry("", "甲"), entry("长" * 13, "甲"), entry("1", "甲", one={"colour": "red"})],
)
def test_an_entry_that_does_not_fit(wrong: Entry) -> None:
    with pytest.raises(EntryShapeError):
        shelf_of(wrong)


_TITLES = st.text("司机电焊工收银员货车 ", min_size=1, max_size=6)
_ENTRIES = st.builds(
    Entry,
    key=st.sampled_from([f"{n:02}" for n in range(12)]),
    title=_TITLES,
    names=st.tuples(st.sampled_from(["新城区", "回民区"])),
    body=_TITLES,
    one=st.fixed_dictionaries({"place": st.sampled_from(["", "150102", "150203"])}),
    many=st.fixed_dictionaries({"hours": st.sampled_from([(), ("day",), ("day", "night")])}),
    numbers=st.fixed_dictionaries(
        {"pay": st.none() | st.integers(1, 9), "at": st.integers(0, 2_000_000_000)}
    ),
    point=st.none() | st.builds(Point, st.floats(38, 52), st.floats(98, 125)),
)


@settings(max_examples=60)
@given(
    first=st.lists(_ENTRIES, max_size=12),
    later=st.lists(st.lists(_ENTRIES, max_size=4), max_size=3),
    gone=st.sets(st.sampled_from([f"{n:02}" for n in range(12)]), max_size=4),
    text=_TITLES,
    sort=st.sampled_from(["fit", "new", "high", "near"]),
)
def test_followed_is_as_built_anew(
    first: list[Entry], later: list[list[Entry]], gone: set[str], text: str, sort: Sort
) -> None:
    followed = shelf_of(*first)
    rows = {one.key: one for one in first}
    for number, changed in enumerate(later, start=1):
        newest = {one.key: one for one in changed}
        rows |= newest
        followed = followed.changed(sorted(newest), newest.values(), number)
    for key in gone:
        rows.pop(key, None)
    followed = followed.changed(sorted(gone), [], 9)
    anew = shelf_of(*rows.values())
    asked = Question(
        NOW + timedelta(days=1),
        understand(anew, text),
        sort=sort,
        near=Near(Point(40, 110)),
        counted=("place", "hours"),
        steps={"pay": (3,)},
        limit=8,
    )
    assert understand(followed, text) == understand(anew, text)
    assert answer(followed, asked) == answer(anew, asked)
    assert len(followed) == len(rows)


@given(st.lists(_ENTRIES, max_size=12, unique_by=lambda one: one.key), _TITLES)
def test_words_as_a_plain_reading_finds_them(entries: list[Entry], text: str) -> None:
    """The index against looking through every text: an entry has a word if it has all its pairs."""
    (word,) = text.split()[:1] or ["司"]
    pairs = {word[at : at + 2] for at in range(len(word) - 1)}
    plain = {
        one.key
        for one in entries
        if all(pair in one.title or pair in one.names[0] or pair in one.body for pair in pairs)
        and (pairs or word in one.title)
    }
    shelf = shelf_of(*entries)
    assert set(keys(found(shelf, word))) == plain or not plain
