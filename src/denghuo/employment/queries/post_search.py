"""Posts looked for: what was asked, understood, found, and what the other choices would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from denghuo.employment.logic.terms import HOURS, SCHOOLING, SCHOOLING_MAX
from denghuo.employment.models import Source
from denghuo.employment.queries.occupations import OccupationsMissingError, occupation_table
from denghuo.employment.queries.post_shelf import KIND, other_names
from denghuo.employment.queries.posts import PostView, posts_of_ids
from denghuo.kernel.refusal import RefusalError
from denghuo.places.public import (
    DivisionView,
    UnknownDivisionError,
    children,
    division,
    search_divisions,
)
from denghuo.search.public import (
    TEXT_LENGTH_MAX,
    Found,
    Near,
    Point,
    Question,
    Sort,
    Word,
    answer,
    shelf_now,
    understand,
)

PAGE_SIZE = 20
# Nobody reads further; a list that goes on for ever is asked for by programs.
PAGES_MAX = 50
EXPORT_MAX = 1_000
PAY_STEPS_YUAN = (3_000, 4_000, 5_000, 6_000, 8_000, 10_000)
DAY_STEPS = (1, 3, 7, 30)
KM_STEPS = (5, 10, 30, 50, 100)
KM_MAX = 500
SORTS: tuple[Sort, ...] = ("fit", "near", "new", "high")
_FEN = 100
_HOURS = {str(one): said for one, said in HOURS.items()}
_REGION = "150000000000"
_PLACE_DIGITS = ((4, "0" * 8), (6, "0" * 6), (9, "000"))


class PageTooFarError(RefusalError):
    """Beyond the last page that is shown."""

    code = "employment.page_too_far"
    template = "只能看前 {pages} 页。请把条件写细一点。"


@dataclass(frozen=True, slots=True)
class PostQuery:
    """What somebody asks for; an empty value asks for nothing. ``place`` and ``work`` are codes.

    ``near`` is a place by its words or code, from which ``km`` and the order by distance count.
    """

    text: str = ""
    place: str = ""
    work: str = ""
    pay_yuan: int = 0
    hours: str = ""
    schooling: int | None = None
    source: str = ""
    days: int = 0
    near: str = ""
    km: int = 0
    sort: Sort = "fit"

    def values(self) -> dict[str, str]:
        """As it stands in an address and is kept: only what was asked for."""
        return {
            name: str(value)
            for name, value in (
                ("q", self.text),
                ("place", self.place),
                ("work", self.work),
                ("pay", self.pay_yuan or ""),
                ("hours", self.hours),
                ("schooling", "" if self.schooling is None else self.schooling),
                ("source", self.source),
                ("days", self.days or ""),
                ("near", self.near),
                ("km", self.km or ""),
                ("sort", "" if self.sort == "fit" else self.sort),
            )
            if value != ""
        }

    @property
    def asks_nothing(self) -> bool:
        """Whether it would find everything."""
        return not (self.values().keys() - {"sort"})


def read_query(given: Mapping[str, str]) -> PostQuery:
    """A query from an address, everything that is not understood left out."""
    sort = given.get("sort", "")
    source = given.get("source", "")
    return PostQuery(
        text=" ".join(given.get("q", "").replace("\0", " ").split())[:TEXT_LENGTH_MAX],
        place=_digits(given.get("place", ""), 12),
        work=_work(given.get("work", "")),
        pay_yuan=min(int(_digits(given.get("pay", ""), 7) or 0), 1_000_000),
        hours=hours if (hours := given.get("hours", "")) in HOURS else "",
        schooling=_grade(given.get("schooling", "")),
        source=source if source in Source.Kind.values else "",
        days=min(int(_digits(given.get("days", ""), 3) or 0), 365),
        near=" ".join(given.get("near", "").replace("\0", " ").split())[:40],
        km=min(int(_digits(given.get("km", ""), 4) or 0), KM_MAX),
        sort=next((one for one in SORTS if one == sort), "fit"),
    )


def _digits(text: str, most: int) -> str:
    plain = text.strip()
    return plain if plain.isascii() and plain.isdigit() and len(plain) <= most else ""


def _work(text: str) -> str:
    parts = text.strip().split("-")
    good = len(parts) <= 4 and all(one.isascii() and one.isdigit() for one in parts)
    return "-".join(parts)[:10] if good else ""


def _grade(text: str) -> int | None:
    digits = _digits(text, 1)
    return int(digits) if digits and int(digits) <= SCHOOLING_MAX else None


@dataclass(frozen=True, slots=True)
class FoundPost:
    """One line of the list. ``metres`` is the straight distance, None where unknown."""

    post: PostView
    metres: int | None


@dataclass(frozen=True, slots=True)
class Facet:
    """One value one could choose, and how many posts it would leave."""

    value: str
    name: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class SearchedPosts:
    """An answer. ``near`` is the place distances count from; ``near_unknown`` that it is none."""

    query: PostQuery
    total: int
    posts: tuple[FoundPost, ...]
    words: tuple[Word, ...]
    partly: bool
    page: int
    pages: int
    near: DivisionView | None
    near_unknown: bool
    places: tuple[Facet, ...]
    works: tuple[Facet, ...]
    pays: tuple[Facet, ...]
    hours: tuple[Facet, ...]
    schoolings: tuple[Facet, ...]
    sources: tuple[Facet, ...]
    days: tuple[Facet, ...]


def search_posts(
    query: PostQuery, *, now: datetime, page: int = 1, size: int = PAGE_SIZE
) -> SearchedPosts:
    """A page of posts that are open now. Raises ``PageTooFarError``, ``ShelfNotReadyError``."""
    if page > PAGES_MAX:
        raise PageTooFarError(pages=PAGES_MAX)
    shelf = shelf_now(KIND)
    near = place_near(query.near) if query.near else None
    words = understand(shelf, query.text, other_names)
    asked = replace(_question(query, words, near, now), offset=(page - 1) * size, limit=size)
    found = answer(shelf, asked)
    return _answered(query, found, words, near, page=page, size=size, now=now)


def found_ids(query: PostQuery, *, now: datetime, limit: int) -> list[int]:
    """The numbers of the first posts found, without their rows."""
    shelf = shelf_now(KIND)
    near = place_near(query.near) if query.near else None
    words = understand(shelf, query.text, other_names)
    asked = replace(_question(query, words, near, now), limit=limit, counted=(), steps={})
    return [int(hit.key) for hit in answer(shelf, asked).hits]


def place_near(text: str) -> DivisionView | None:
    """The place somebody wrote, if it has a point."""
    if text.isdigit():
        try:
            found = [division(text)]
        except (UnknownDivisionError, RefusalError):
            found = []
    else:
        found = list(search_divisions(text))
    return next((one for one in found if one.point is not None), None)


def _question(
    query: PostQuery, words: tuple[Word, ...], near: DivisionView | None, now: datetime
) -> Question:
    choices = {
        "place": _place_prefix(query.place),
        "work": query.work,
        "hours": query.hours,
        "source": query.source,
    }
    at_least = {
        "pay": query.pay_yuan * _FEN,
        "schooling": 0 if query.schooling is None else SCHOOLING_MAX - query.schooling,
        "posted": _since(query.days, now) if query.days else 0,
    }
    centre = None
    if near is not None and near.point is not None:
        point = Point(near.point.lat, near.point.lon)
        centre = Near(point, query.km * 1_000 if query.km else None)
    return Question(
        now=now,
        words=words,
        choices={name: (value,) for name, value in choices.items() if value},
        at_least={name: least for name, least in at_least.items() if least},
        near=centre,
        sort=query.sort,
        counted=("place", "work", "hours", "source"),
        steps={
            "pay": tuple(yuan * _FEN for yuan in PAY_STEPS_YUAN),
            "schooling": tuple(SCHOOLING_MAX - grade for grade in SCHOOLING),
            "posted": tuple(_since(days, now) for days in DAY_STEPS),
        },
    )


def _since(days: int, now: datetime) -> int:
    return int((now - timedelta(days=days)).timestamp())


def _place_prefix(code: str) -> str:
    """150100000000 → 1501: what all codes inside begin with."""
    for digits, rest in _PLACE_DIGITS:
        if code.ljust(12, "0").endswith(rest) and len(code) >= digits:
            return code[:digits]
    return code


def _answered(
    query: PostQuery,
    found: Found,
    words: tuple[Word, ...],
    near: DivisionView | None,
    *,
    page: int,
    size: int,
    now: datetime,
) -> SearchedPosts:
    views = posts_of_ids([int(hit.key) for hit in found.hits])
    lines = [
        FoundPost(views[int(hit.key)], hit.metres) for hit in found.hits if int(hit.key) in views
    ]
    steps = found.steps
    return SearchedPosts(
        query=query,
        total=found.total,
        posts=tuple(lines),
        words=words,
        partly=found.partly,
        page=page,
        pages=min(PAGES_MAX, max(1, -(-found.total // size))),
        near=near,
        near_unknown=bool(query.near) and near is None,
        places=_places(query, found.counts["place"]),
        works=_works(query, found.counts["work"]),
        pays=tuple(
            Facet(str(yuan), f"{yuan:,}", steps["pay"][yuan * _FEN], yuan == query.pay_yuan)
            for yuan in PAY_STEPS_YUAN
        ),
        hours=_named(_HOURS, found.counts["hours"], query.hours),
        schoolings=tuple(
            Facet(
                str(grade), name, steps["schooling"][SCHOOLING_MAX - grade],
                grade == query.schooling,
            )
            for grade, name in SCHOOLING.items()
        ),
        sources=_named(dict(Source.Kind.choices), found.counts["source"], query.source),
        days=tuple(
            Facet(str(days), str(days), steps["posted"][_since(days, now)], days == query.days)
            for days in DAY_STEPS
        ),
    )  # fmt: skip


def _named(names: Mapping[str, str], counts: Mapping[str, int], chosen: str) -> tuple[Facet, ...]:
    return tuple(
        Facet(value, str(name), counts.get(value, 0), value == chosen)
        for value, name in names.items()
        if counts.get(value) or value == chosen
    )


def _places(query: PostQuery, counts: Mapping[str, int]) -> tuple[Facet, ...]:
    """The leagues; with one chosen its banners, the chosen one marked."""
    league = query.place[:4]
    try:
        views = children(league.ljust(12, "0") if league else _REGION)
    except RefusalError:
        return ()
    digits = 6 if league else 4
    sums: Counter[str] = Counter()
    for code, count in counts.items():
        sums[code[:digits]] += count
    chosen = query.place[:6] if len(_place_prefix(query.place)) > 4 else ""
    return tuple(
        Facet(one.code[:digits], one.name, sums[one.code[:digits]], one.code[:digits] == chosen)
        for one in views
        if sums[one.code[:digits]] or one.code[:digits] == chosen
    )


def _works(query: PostQuery, counts: Mapping[str, int]) -> tuple[Facet, ...]:
    """The widest groups of work; with one chosen the next finer, the most posts first."""
    try:
        table = occupation_table().by_code
    except OccupationsMissingError:
        return ()
    group = query.work.split("-")[0] if query.work else ""
    parts = 2 if group else 1
    sums: Counter[str] = Counter()
    for code, count in counts.items():
        # A post coded no finer than the group itself has no finer group to stand under.
        if code.startswith(group) and not (group and code.startswith(f"{group}-00")):
            sums["-".join(code.split("-")[:parts])] += count
    chosen = "-".join(query.work.split("-")[:2]) if "-" in query.work else ""
    sums[chosen] += 0
    named = [(code, table.get(_whole(code)), count) for code, count in sums.items() if code]
    return tuple(
        Facet(code, one.name, count, code == chosen)
        for code, one, count in sorted(named, key=lambda each: (-each[2], each[0]))
        if one is not None
    )


def _whole(code: str) -> str:
    """6-29 → 6-29-00-00."""
    return code + "-00" * (3 - code.count("-"))


def place_name(code: str) -> str:
    """The name of a chosen place; the code itself where there is none."""
    try:
        return division(code.ljust(12, "0")).full_name
    except RefusalError:
        return code


def work_name(code: str) -> str:
    """The name of a chosen group of work; the code itself where there is none."""
    try:
        found = occupation_table().by_code.get(_whole(code))
    except OccupationsMissingError:
        return code
    return found.name if found else code
