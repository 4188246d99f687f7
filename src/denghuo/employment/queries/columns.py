"""Posts and wishes in the matching's words: occupations, hours, certificates, skills, districts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import translation

from denghuo.employment.logic.abilities import AbilityText, held_with_covered, read_asked
from denghuo.employment.logic.terms import HOURS, read_hours
from denghuo.employment.logic.wishes import MINOR_BAR
from denghuo.employment.models import Post, PostAsked
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.occupations import occupation_table
from denghuo.employment.queries.openness import open_on
from denghuo.employment.queries.wishes import WishView
from denghuo.matching.public import (
    KindTable,
    MatchingText,
    Offer,
    Seeker,
    Vocabulary,
    Weights,
    kind_table,
    matching_text,
    plane_metres,
    vocabulary,
)
from denghuo.places.public import DivisionView, divisions_of_level

TEXT = "posts"
_MICRO = 1_000_000
_METRES = 1000
_BANNER, _LEAGUE = 6, 4
_AT_ONCE = 500
# The widest the matching's columns hold (matching.logic.values).
_PAY_MAX_FEN, _YEARS_MAX, _GRADE_MAX = 2_000_000_000, 60, 15


class PostRow(NamedTuple):
    """What of a post its columns are made of."""

    id: int
    changed_at: datetime
    title: str
    body: str
    occupation: str
    pay_low_fen: int | None
    pay_high_fen: int | None
    place: str
    latitude: object
    longitude: object
    hours: list[str]
    certificates: list[str]
    schooling: int
    years_asked: int

    @property
    def mark(self) -> int:
        """Two rows of one mark are the same to the matching."""
        return hash(str(tuple(self)))


class AskedRow(NamedTuple):
    """What a post's text asks for."""

    required: tuple[str, ...]
    tags: tuple[str, ...]
    hazardous: bool


@dataclass(frozen=True)
class MatchWords:
    """Everything two sides are compared by on one day.

    ``points`` are east and north of each division; ``districts`` are banners and leagues.
    """

    on: date
    text: MatchingText
    weights: Weights
    words: Vocabulary
    abilities: AbilityText
    points: Mapping[str, tuple[int, int]]
    districts: frozenset[str]
    names: Mapping[str, str]

    def labels(self, language: str) -> dict[str, str]:
        """Words for every code a sentence may name, in a language."""
        occupations = {one.code: one.name for one in occupation_table().by_code.values()}
        abilities = {
            word: self.abilities.label(word, language)
            for word in (*self.abilities.tags, *self.abilities.certificates)
        }
        # In the language of the sentence, not in that of whoever asked last.
        with translation.override("en" if language == "en" else "zh-hans"):
            hours = {str(code): translation.gettext(words) for code, words in HOURS.items()}
        return {**occupations, **abilities, **hours, **self.names}


@lru_cache(maxsize=2)
def _kinds(weights: Weights) -> KindTable:
    return kind_table(sorted(occupation_table().by_code), weights.shared_percent)


def match_words(on: date) -> MatchWords:
    """The words of a day. Raises ``NoTextInForceError``: then a person decides."""
    text = matching_text(TEXT)
    weights = text.in_force(on).weights
    abilities = ability_text(on)
    places = [
        one for level in ("league", "banner", "township") for one in divisions_of_level(level)
    ]
    districts = [one.code for one in places if one.level in {"league", "banner"}]
    return MatchWords(
        on=on,
        text=text,
        weights=weights,
        words=vocabulary(
            _kinds(weights),
            tags=abilities.tags,
            certificates=abilities.by_law,
            hours=tuple(HOURS),
            bars=text.bar_names,
            districts=districts,
        ),
        abilities=abilities,
        points={one.code: plane for one in places if (plane := _plane(one)) is not None},
        districts=frozenset(districts),
        names={one.code: one.full_name for one in places if one.level != "township"},
    )


def open_rows(now: datetime) -> Iterator[PostRow]:
    """Posts that are open now, oldest first."""
    yield from post_rows(Post.objects.filter(open_on(now)).order_by("id"))


def post_rows(posts: QuerySet[Post]) -> Iterator[PostRow]:
    """The rows of a queryset of posts, in its order."""
    for one in posts.values_list(*PostRow._fields).iterator(chunk_size=_AT_ONCE):
        yield PostRow(*one)


def asked_of(rows: Sequence[PostRow], text: AbilityText) -> dict[int, AskedRow]:
    """What each post asks for: as it was read, or read now where it has changed since."""
    found: dict[int, AskedRow] = {}
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        kept = PostAsked.objects.in_bulk([one.id for one in part])
        for row in part:
            one = kept.get(row.id)
            if one and one.read_of == row.changed_at and one.text_from == text.span.start:
                found[row.id] = AskedRow(tuple(one.required), tuple(one.tags), one.hazardous)
            else:
                found[row.id] = read_row(row, text)
    return found


def read_row(row: PostRow, text: AbilityText) -> AskedRow:
    """A post's own words read."""
    asked = read_asked(f"{row.title}\n{row.body}", [str(one) for one in row.certificates], text)
    return AskedRow(asked.required, asked.tags, asked.hazardous)


def offers_of(rows: Iterable[PostRow], words: MatchWords) -> list[Offer]:
    """Those posts that can be matched. Without an occupation or a place nobody could be told
    why, so they wait for their question to be answered."""
    able = [one for one in rows if _matchable(one, words)]
    asked = asked_of(able, words.abilities)
    return [offer_of(one, asked[one.id], words) for one in able]


def offer_of(row: PostRow, asked: AskedRow, words: MatchWords) -> Offer:
    """One post in the matching's words. Hours that are not said refuse nobody."""
    east, north = _place_of(row, words)
    low = row.pay_low_fen if row.pay_low_fen is not None else row.pay_high_fen
    top = row.pay_high_fen if row.pay_high_fen is not None else row.pay_low_fen
    by_law = words.words.certificates.place
    return Offer(
        id=row.id,
        kind=row.occupation,
        east_metres=east,
        north_metres=north,
        district=district_of(row.place, words),
        hours=read_hours(row.hours) or tuple(HOURS),
        pay_fen=None if low is None else min(low, _PAY_MAX_FEN),
        pay_top_fen=None if top is None else min(top, _PAY_MAX_FEN),
        required=tuple(one for one in asked.required if one in by_law),
        grade_least=min(row.schooling, _GRADE_MAX),
        years_wanted=min(row.years_asked, _YEARS_MAX),
        tags=tuple(one for one in asked.tags if one in words.words.tags.place),
        bars=(MINOR_BAR,) if asked.hazardous else (),
    )


def seeker_of(
    wish: WishView,
    words: MatchWords,
    *,
    number: int = 0,
    more_skills: Collection[str] = (),
    barred: tuple[str, ...] = (),
) -> Seeker | None:
    """One wish in the matching's words; None while nothing of it can be matched.

    ``number`` is its id in a list of several. A league accepted is every banner in it.
    """
    known = words.words.kinds.place
    wants = tuple(dict.fromkeys(one.code for one in wish.works if one.code in known))
    point = words.points.get(_whole(wish.home))
    if not wants or point is None or not wish.reach_km or not wish.hours:
        return None
    held = held_with_covered(wish.certificates, words.abilities)
    skills = dict.fromkeys((*wish.skills, *more_skills, *(f"cert:{one}" for one in held)))
    return Seeker(
        id=number,
        wants=wants,
        east_metres=point[0],
        north_metres=point[1],
        reach_metres=wish.reach_km * _METRES,
        hours=read_hours(wish.hours),
        districts=_accepted(wish.districts, words),
        pay_least_fen=wish.pay_least_fen,
        held=tuple(one for one in held if one in words.words.certificates.place),
        grade=wish.schooling,
        years=min(wish.years, _YEARS_MAX),
        tags=tuple(one for one in skills if one in words.words.tags.place),
        barred=barred,
    )


def district_of(place: str, words: MatchWords) -> str | None:
    """The banner a place lies in, or its league where only that is known."""
    for digits in (_BANNER, _LEAGUE):
        code = _whole(place[:digits])
        if code in words.districts:
            return code
    return None


def _accepted(districts: Iterable[str], words: MatchWords) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in districts:
        if one in words.districts:
            found[one] = None
            if not one[_LEAGUE:].strip("0"):
                inside = (each for each in words.districts if each[:_LEAGUE] == one[:_LEAGUE])
                found.update(dict.fromkeys(sorted(inside)))
    return tuple(found)


def _matchable(row: PostRow, words: MatchWords) -> bool:
    return (
        row.occupation in words.words.kinds.place
        and district_of(row.place, words) is not None
        and (row.latitude is not None or _whole(row.place) in words.points)
    )


def _place_of(row: PostRow, words: MatchWords) -> tuple[int, int]:
    if row.latitude is not None and row.longitude is not None:
        return plane_metres(_micro(row.longitude), _micro(row.latitude))
    return words.points[_whole(row.place)]


def _plane(place: DivisionView) -> tuple[int, int] | None:
    if place.point is None:
        return None
    return plane_metres(_micro(place.point.lon), _micro(place.point.lat))


def _whole(code: str) -> str:
    return code.ljust(12, "0")


def _micro(degrees: object) -> int:
    return round(float(str(degrees)) * _MICRO)
