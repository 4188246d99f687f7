"""The open posts in the memory of this process, for finding one person's best at once.

Posts are public, so a copy of them may stand in memory; wishes are not here: a person is asked of
the database each time, and what was withdrawn a second ago is gone (decision 0097). The copy
follows the rows by their change, and begins anew each day, when posts open and end, the lot among
equals is drawn anew and another version of the text may hold. It is always what a rebuild is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from denghuo.employment.models import Post
from denghuo.employment.queries.columns import (
    MatchWords,
    PostRow,
    match_words,
    offers_of,
    open_rows,
    post_rows,
)
from denghuo.employment.queries.openness import open_on
from denghuo.kernel.clock import day_of
from denghuo.matching.public import Offers, Seeker, offer_columns, seeker_columns
from denghuo.matching.public.lists import LiveLists

# A transaction may commit rows whose change lies a while back; rows are compared, so reading some
# twice costs little.
OVERLAP = timedelta(minutes=10)
_KEY_BITS = 52


@dataclass(frozen=True, slots=True)
class Found:
    """One post on somebody's list."""

    post_id: int
    score: int


class LivePosts:
    """The copy. One thread at a time works on it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self._day: date | None = None
        self._asked_at: datetime | None = None
        self._upto: datetime | None = None
        self._marks: dict[int, int] = {}
        self._here: set[int] = set()
        self._offers: Offers | None = None

    def forget(self) -> None:
        """Drop the copy; the next question builds it anew."""
        with self._lock:
            self._forget()

    def standing(self, now: datetime) -> bool:
        """Whether this process has today's copy, so that a question costs next to nothing."""
        return self._day == day_of(now)

    def words(self, now: datetime) -> MatchWords:
        """The words the copy is written in."""
        with self._lock:
            self._follow(now)
            return self._words

    def offers(self, now: datetime) -> tuple[Offers, MatchWords]:
        """All offers as columns, for "why not"."""
        with self._lock:
            self._follow(now)
            if self._offers is None:
                self._offers = self._lists.offers
            return self._offers, self._words

    def best(self, seeker: Seeker, k: int, now: datetime) -> list[Found]:
        """The best ``k`` posts of one person, best first."""
        with self._lock:
            self._follow(now)
            seekers = seeker_columns([seeker], self._words.words)
            ids, keys = self._lists.for_others(seekers, k)
        return [
            Found(post_id, key >> _KEY_BITS)
            for post_id, key in zip(ids[0].tolist(), keys[0].tolist(), strict=True)
            if post_id >= 0
        ]

    def _follow(self, now: datetime) -> None:
        day = day_of(now)
        # A clock set back, or another database under our feet: begin anew rather than guess.
        if self._day != day or self._asked_at is None or now < self._asked_at:
            self._build(day, now)
        elif self._upto is not None:
            since = Post.objects.filter(changed_at__gte=self._upto - OVERLAP)
            self._take(list(post_rows(since.order_by("id"))), now)
        else:
            self._take(list(open_rows(now)), now)
        self._asked_at = now

    def _build(self, day: date, now: datetime) -> None:
        self._forget()
        self._words = match_words(day)
        rows = list(open_rows(now))
        offers = offers_of(rows, self._words)
        words = self._words.words
        self._lists = LiveLists(
            offer_columns(offers, words),
            seeker_columns([], words),
            words,
            self._words.weights,
            k=1,
            seed=f"{day:%Y-%m-%d}",
        )
        self._here = {one.id for one in offers}
        self._marks = {one.id: one.mark for one in rows}
        self._reach(rows, now)
        self._day = day

    def _take(self, rows: list[PostRow], now: datetime) -> None:
        """Put changed rows in the place of what stood here of them."""
        changed = [one for one in rows if self._marks.get(one.id) != one.mark]
        ids = [one.id for one in changed]
        still = _open_among([one.id for one in rows], now)
        leaving = self._here & {*ids, *(one.id for one in rows if one.id not in still)}
        if leaving:
            self._lists.withdraw_offers(sorted(leaving))
            self._here -= leaving
            for one in leaving:
                self._marks.pop(one, None)
        able = [one for one in changed if one.id in still]
        arriving = offers_of(able, self._words)
        if arriving:
            self._lists.add_offers(offer_columns(arriving, self._words.words))
            self._here |= {one.id for one in arriving}
        if leaving or arriving:
            self._offers = None
        self._marks.update({one.id: one.mark for one in able})
        self._reach(rows, now)

    def _reach(self, rows: list[PostRow], now: datetime) -> None:
        # A row from a clock ahead of ours must not hide what is written until then.
        if rows:
            latest = min(now, max(one.changed_at for one in rows))
            self._upto = latest if self._upto is None else max(self._upto, latest)


def _open_among(ids: Collection[int], now: datetime) -> set[int]:
    found: set[int] = set()
    asked = list(ids)
    for start in range(0, len(asked), 500):
        part = Post.objects.filter(open_on(now), pk__in=asked[start : start + 500])
        found.update(part.values_list("pk", flat=True))
    return found


live_posts = LivePosts()
