"""Posts as entries of the search: what of a post can be looked for, chosen, compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache

from django.db.models import QuerySet

from denghuo.employment.logic.terms import SCHOOLING_MAX, read_hours
from denghuo.employment.models import Advert, Post
from denghuo.employment.queries.occupations import OccupationsMissingError, occupation_table
from denghuo.kernel.clock import SHANGHAI
from denghuo.kernel.region import Level
from denghuo.places.public import DivisionView, divisions_of_level
from denghuo.search.public import (
    NOTHING_ELSE,
    Alternatives,
    Entry,
    Point,
    Shape,
    normal,
    put_up_shelf,
)

KIND = "post"
# ``schooling`` is turned round, so that "no more than I have" is a least number.
SHAPE = Shape(
    one=("place", "work"),
    many=("hours", "source"),
    numbers=("pay", "schooling", "posted"),
    newest="posted",
    highest="pay",
)
_CHUNK = 2_000
_DIGITS: tuple[tuple[Level, int], ...] = (("league", 4), ("banner", 6), ("township", 9))
_WORD_LENGTH_MIN = 2
_OTHER_WORDS_MAX = 12


def put_up_posts() -> None:
    """Say that posts can be found."""
    put_up_shelf(KIND, shape=SHAPE, entries=post_entries)


def key_of(post_id: int) -> str:
    """A post's key: its number, filled up so that keys stand in the order of numbers."""
    return f"{post_id:019}"


def post_entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """Posts whose state is ``open``; their days are looked at on every question.

    Together that is ``queries.openness``, so a post is found exactly while it may be seen.
    """
    places = _places()
    posts = Post.objects.filter(state=Post.State.OPEN).order_by("pk")
    if keys is not None:
        posts = posts.filter(pk__in=[int(key) for key in keys])
    for rows in _chunks(posts):
        kinds: dict[int, set[str]] = defaultdict(set)
        told = Advert.objects.filter(post_id__in=[row.pk for row in rows], withdrawn_on=None)
        for post_id, kind in told.values_list("post_id", "source__kind"):
            kinds[post_id].add(kind)
        for row in rows:
            yield _entry(row, kinds[row.pk], places)


def _chunks(posts: QuerySet[Post]) -> Iterator[list[Post]]:
    rows: list[Post] = []
    for row in posts.iterator(chunk_size=_CHUNK):
        rows.append(row)
        if len(rows) == _CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def _entry(row: Post, kinds: set[str], places: Mapping[str, DivisionView]) -> Entry:
    place = _place_of(row.place, places)
    return Entry(
        key=key_of(row.pk),
        title=row.title,
        names=(*_work_names(row.occupation), *(place.path if place else ())),
        # The employer first: a long text is read only so far.
        body=f"{row.employer_name}\n{row.place_words}\n{row.body}",
        one={"place": row.place, "work": row.occupation},
        many={"hours": read_hours(row.hours), "source": tuple(sorted(kinds))},
        numbers={
            "pay": row.pay_high_fen if row.pay_high_fen is not None else row.pay_low_fen,
            "schooling": SCHOOLING_MAX - min(row.schooling, SCHOOLING_MAX),
            "posted": int(row.created_at.timestamp()),
            "open_from": midnight(row.open_from),
            "open_until": midnight(row.open_until),
        },
        point=_point(row, place),
    )


def midnight(day: date) -> int:
    """The second a day begins here."""
    return int(datetime.combine(day, time(), SHANGHAI).timestamp())


def _point(row: Post, place: DivisionView | None) -> Point | None:
    """Where the work is; the place's own point where the post has none."""
    if row.latitude is not None and row.longitude is not None:
        return Point(float(row.latitude), float(row.longitude))
    if place is not None and place.point is not None:
        return Point(place.point.lat, place.point.lon)
    return None


def _places() -> dict[str, DivisionView]:
    """Every division by the digits that tell it apart."""
    found = {}
    for level, digits in _DIGITS:
        for one in divisions_of_level(level):
            found[one.code[:digits]] = one
    return found


def _place_of(code: str, places: Mapping[str, DivisionView]) -> DivisionView | None:
    known = (places.get(code[:digits]) for _, digits in reversed(_DIGITS) if len(code) >= digits)
    return next((one for one in known if one is not None), None)


def _work_names(code: str) -> tuple[str, ...]:
    if not code:
        return ()
    try:
        table = occupation_table()
    except OccupationsMissingError:  # words alone are searched then
        return ()
    return table.path_names(code)[-2:] if code in table.by_code else ()


@cache
def _works_by_name() -> Mapping[str, tuple[str, ...]]:
    """The occupations that a word is a name of."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in occupation_table().by_code.values():
        for name in {normal(alias) for alias in (*one.aliases, one.name)}:
            found[name].append(one.code)
    return {name: tuple(codes) for name, codes in found.items()}


def other_names(word: str) -> Alternatives:
    """What else a word is called: the names of its occupation, and posts coded to it."""
    if len(word) < _WORD_LENGTH_MIN:
        return NOTHING_ELSE
    try:
        codes = _works_by_name().get(word, ())
    except OccupationsMissingError:
        return NOTHING_ELSE
    if not codes:
        return NOTHING_ELSE
    table = occupation_table()
    names = {normal(alias) for code in codes for alias in table.by_code[code].aliases}
    return Alternatives(
        tuple(sorted(names - {word})[:_OTHER_WORDS_MAX]),
        tuple(("work", re.sub("(-00)+$", "", code)) for code in codes),
    )
