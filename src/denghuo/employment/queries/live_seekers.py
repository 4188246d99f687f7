"""Everybody who looks for work and agreed to matching, today, as the kernels read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.employment.models import Wish
from denghuo.employment.queries.columns import (
    MatchWords,
    match_words,
    offers_of,
    open_rows,
    seeker_of,
)
from denghuo.employment.queries.wishes import WishView, barred_today, resume_of, wish_view
from denghuo.kernel.clock import day_of
from denghuo.matching.public import Seeker, offer_columns, seeker_columns
from denghuo.matching.public.lists import Lists
from denghuo.people.public import consenting

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LiveSeeker:
    """A wish with what is beside it: skills of the résumé, bars of the law."""

    wish: WishView
    skills: tuple[str, ...]
    barred: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Everybody:
    """Today's two lists; a seeker's number is a place in ``wishes``."""

    lists: Lists
    wishes: tuple[UUID, ...]


def live_seekers(now: datetime, most: int | None = None) -> list[LiveSeeker]:
    """Live wishes of those who agreed to matching, in a fixed order, at most so many wishes."""
    found = []
    for rows in _wishes(most):
        agreed = consenting([one.person_id for one in rows], "job_matching")
        for row in rows:
            if row.person_id not in agreed:
                continue
            wish = wish_view(row)
            resume = resume_of(wish.person)
            skills = resume.skills if resume else ()
            found.append(LiveSeeker(wish, skills, barred_today(wish.person, day_of(now))))
    return found


def seeker_value(one: LiveSeeker, words: MatchWords, *, number: int = 0) -> Seeker | None:
    """Values for the kernels; None where the wish cannot be placed."""
    return seeker_of(one.wish, words, number=number, more_skills=one.skills, barred=one.barred)


def everybody(now: datetime) -> Everybody:
    """All who can be matched today and all open posts, with the lot of the day.

    Raises the matching's ``NoTextInForceError``.
    """
    words = match_words(day_of(now))
    offers = offer_columns(offers_of(open_rows(now), words), words.words)
    seekers: list[Seeker] = []
    wishes: list[UUID] = []
    for one in live_seekers(now):
        value = seeker_value(one, words, number=len(seekers))
        if value is not None:
            seekers.append(value)
            wishes.append(one.wish.id)
    columns = seeker_columns(seekers, words.words)
    seed = f"{words.on:%Y-%m-%d}"
    return Everybody(Lists(offers, columns, words.words, words.weights, seed=seed), tuple(wishes))


def _wishes(most: int | None) -> Iterator[list[Wish]]:
    ids = list(
        Wish.objects.filter(state=Wish.State.LIVE)
        .order_by("id")
        .values_list("id", flat=True)[:most]
    )
    for start in range(0, len(ids), _AT_ONCE):
        part = Wish.objects.filter(pk__in=ids[start : start + _AT_ONCE], state=Wish.State.LIVE)
        yield list(part.order_by("id"))
