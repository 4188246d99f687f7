"""Today's matches of one person with their reasons; why a post is not among them; who fits a post.

Whether somebody agreed is asked of the people room at each question, never kept: an agreement
taken back holds for the very next list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from denghuo.employment.models import Post, Wish, WishedWork
from denghuo.employment.queries.columns import (
    MatchWords,
    PostRow,
    asked_of,
    offer_of,
    offers_of,
    post_rows,
    seeker_of,
)
from denghuo.employment.queries.live_posts import Found, live_posts
from denghuo.employment.queries.openness import open_on
from denghuo.employment.queries.wishes import (
    WishView,
    barred_today,
    resume_of,
    wish_of,
    wish_view,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.matching.public import (
    Offer,
    Said,
    Seeker,
    judge,
    offer_columns,
    relaxations,
    seeker_columns,
    why,
    why_not,
)
from denghuo.matching.public.lists import Lists
from denghuo.people.public import consenting, has_consent

SHOWN = 20
REASONS_SHOWN = 3
STEPS_SHOWN = 4
_LIST_MAX = 200
_PART = 500


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody's wish is live and matched; ``fitting`` is None where it is not known at once."""

    fitting: int | None


@dataclass(frozen=True, slots=True)
class PostBrief:
    """What a list shows of a post. Pay is fen a month."""

    id: int
    title: str
    employer: str
    place: str
    place_words: str
    pay_low_fen: int | None
    pay_high_fen: int | None
    pay_words: str
    open_from: date
    takes_applications: bool


@dataclass(frozen=True, slots=True)
class Match:
    """One post on somebody's list. ``reasons`` are the best parts in sentences, at most three;
    ``parts`` are all of them with their points."""

    post: PostBrief
    score: int
    reasons: tuple[str, ...]
    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One way to open more posts: ``limit`` gives way by ``km``, to ``pay_fen`` or for ``word``."""

    limit: str
    opens: int
    km: int | None
    pay_fen: int | None
    word: str
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """What somebody is shown today.

    ``ranked`` is False where the person has not agreed to matching: then the posts stand newest
    first, the same for everybody. ``assumed`` says that the weights rest on no document.
    """

    wish: WishView | None
    ranked: bool
    matches: tuple[Match, ...]
    newest: tuple[PostBrief, ...]
    steps: tuple[StepView, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One post for one person: limits not met, and the parts of the score it would have."""

    post: PostBrief
    fits: bool
    score: int
    unmet: tuple[Said, ...]
    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class PossibleCandidate:
    """Somebody who lets firms find them and fits a post. No name, no phone, no face; ``person_id``
    is for inviting and never shown. ``works`` and all other words are codes."""

    wish_id: UUID
    person_id: UUID
    score: int
    works: tuple[str, ...]
    home: str
    schooling: int
    years: int
    certificates: tuple[str, ...]
    skills: tuple[str, ...]
    start_on: date | None


def matches_for_person(
    person_id: UUID, now: datetime, k: int = SHOWN, *, language: str = "zh"
) -> Matches:
    """The best ``k`` open posts for somebody who agreed to matching; else the newest.

    Raises the matching's ``NoTextInForceError``: without a text in force nothing is ranked.
    """
    person = SubjectRef("person", person_id)
    wish = wish_of(person)
    ranked = has_consent(person_id, "job_matching")
    if wish is None or wish.state != Wish.State.LIVE or not ranked:
        return Matches(wish, False, (), newest_posts(now, k), (), False)
    words = live_posts.words(now)
    seeker = _seeker(person, wish, words, now)
    if seeker is None:
        return Matches(wish, False, (), newest_posts(now, k), (), False)
    matches = _explained(_best_open(seeker, k, now), seeker, words, language)
    return Matches(
        wish=wish,
        ranked=True,
        matches=matches,
        newest=(),
        steps=_steps(seeker, now, words, language),
        assumed=words.text.in_force(words.on).status == "assumed",
    )


def looking_today(person_id: UUID, now: datetime) -> Looking | None:
    """How many posts fit somebody today, at most ``SHOWN``, for a first page; None without a live
    wish and the agreement to matching.

    The first list of a day is made by whoever opens it; until then no number is known.
    """
    person = SubjectRef("person", person_id)
    wish = wish_of(person)
    if wish is None or wish.state != Wish.State.LIVE or not has_consent(person_id, "job_matching"):
        return None
    if not live_posts.standing(now):
        return Looking(None)
    seeker = _seeker(person, wish, live_posts.words(now), now)
    return Looking(None if seeker is None else len(live_posts.best(seeker, SHOWN, now)))


def why_not_post(person_id: UUID, post_id: int, now: datetime, *, language: str) -> WhyNot | None:
    """One open post judged for one person; None where either cannot be matched."""
    person = SubjectRef("person", person_id)
    wish = wish_of(person)
    if wish is None or not has_consent(person_id, "job_matching"):
        return None
    words = live_posts.words(now)
    seeker = _seeker(person, wish, words, now)
    rows = list(post_rows(Post.objects.filter(open_on(now), pk=post_id)))
    offers = offers_of(rows, words)
    if seeker is None or not offers:
        return None
    judged = judge(seeker, offers[0], words.words, words.weights)
    tongue, labels = _tongue(language), words.labels(language)
    return WhyNot(
        post=_briefs([post_id], now)[post_id],
        fits=judged.eligible,
        score=judged.score,
        unmet=why_not(judged, words.text, labels, tongue),
        parts=why(judged, words.text, labels, tongue),
    )


def newest_posts(now: datetime, k: int = SHOWN) -> tuple[PostBrief, ...]:
    """Open posts, newest first, the same for everybody (PIPL art. 24)."""
    rows = Post.objects.filter(open_on(now)).order_by("-open_from", "-id")[:k]
    return tuple(_brief(one) for one in rows)


def candidates_for_post(
    post_id: int, k: int = SHOWN, *, now: datetime
) -> tuple[PossibleCandidate, ...]:
    """The best ``k`` of those who let firms find them, best first, asked of the rows anew."""
    words = live_posts.words(now)
    rows = list(post_rows(Post.objects.filter(open_on(now), pk=post_id)))
    offers = offers_of(rows, words)
    if not offers:
        return ()
    wishes = _who_may_want(offers[0], words)
    seekers = [
        one
        for number, wish in enumerate(wishes)
        if (one := seeker_of(wish, words, number=number)) is not None
    ]
    if not seekers:
        return ()
    lists = Lists(
        offer_columns(offers, words.words),
        seeker_columns(seekers, words.words),
        words.words,
        words.weights,
        seed=f"{words.on:%Y-%m-%d}",
    )
    ranked = lists.for_offers(min(_LIST_MAX, len(seekers)))
    found: list[PossibleCandidate] = []
    for slot, score in ranked.row(0):
        wish = wishes[seekers[slot].id]
        # Ages are asked only for work that the law keeps minors from, and of those who would be
        # shown.
        if offers[0].bars and barred_today(wish.person, words.on):
            continue
        found.append(_candidate(wish, score))
        if len(found) == k:
            break
    return tuple(found)


def _seeker(person: SubjectRef, wish: WishView, words: MatchWords, now: datetime) -> Seeker | None:
    resume = resume_of(person)
    return seeker_of(
        wish,
        words,
        more_skills=resume.skills if resume else (),
        barred=barred_today(person, day_of(now)),
    )


def _best_open(seeker: Seeker, k: int, now: datetime) -> list[tuple[Found, PostRow]]:
    """The best, each checked against its row: what is not open there is not shown."""
    for _again in range(2):
        found = live_posts.best(seeker, k, now)
        ids = [one.post_id for one in found]
        rows = {one.id: one for one in post_rows(Post.objects.filter(open_on(now), pk__in=ids))}
        if len(rows) == len(ids):
            break
        live_posts.forget()  # a row went without a word (a restored backup): begin anew
    return [(one, rows[one.post_id]) for one in found if one.post_id in rows]


def _explained(
    found: Sequence[tuple[Found, PostRow]], seeker: Seeker, words: MatchWords, language: str
) -> tuple[Match, ...]:
    tongue, labels = _tongue(language), words.labels(language)
    asked = asked_of([row for _one, row in found], words.abilities)
    posts = Post.objects.in_bulk([row.id for _one, row in found])
    made = []
    for one, row in found:
        judged = judge(seeker, offer_of(row, asked[row.id], words), words.words, words.weights)
        parts = why(judged, words.text, labels, tongue)
        made.append(Match(_brief(posts[row.id]), one.score, _reasons(parts), parts))
    return tuple(made)


def _reasons(parts: Sequence[Said]) -> tuple[str, ...]:
    """The sentences of the parts that weigh most, in the order of the text."""
    earned = [one for one in parts if one.points]
    best = sorted(earned, key=lambda one: -(one.points or 0))[:REASONS_SHOWN]
    return tuple(one.sentence for one in parts if one in best)


def _steps(seeker: Seeker, now: datetime, words: MatchWords, language: str) -> tuple[StepView, ...]:
    """The nearest ways to more: the first of each sort, most opening first."""
    offers, _words = live_posts.offers(now)
    found = relaxations(
        seeker_columns([seeker], words.words), 0, offers, words.words, words.weights
    )
    labels = words.labels(language)
    first: dict[tuple[str, bool], StepView] = {}
    for one in found:
        view = StepView(
            limit=one.limit,
            opens=one.opens,
            km=None if one.metres is None else one.metres // 1000,
            pay_fen=one.pay_least_fen,
            word=labels.get(one.word or "", one.word or ""),
            examples=tuple(int(offers.ids[row]) for row in one.examples),
        )
        first.setdefault((one.limit, one.word is None), view)
    return tuple(sorted(first.values(), key=lambda one: -one.opens)[:STEPS_SHOWN])


def _who_may_want(offer: Offer, words: MatchWords) -> list[WishView]:
    """Live wishes near to the offer's work whose people let firms find them, oldest first."""
    kinds = words.words.kinds
    at = kinds.find(offer.kind)
    near = kinds.from_kind[int(kinds.from_start[at]) : int(kinds.from_start[at + 1])]
    codes = [kinds.codes[one] for one in near.tolist()]
    ids = {
        wish_id
        for start in range(0, len(codes), _PART)
        for wish_id in WishedWork.objects.filter(
            code__in=codes[start : start + _PART], wish__state=Wish.State.LIVE
        ).values_list("wish_id", flat=True)
    }
    rows = _in_parts(sorted(ids))
    agreed = consenting([one.person_id for one in rows], "found_by_firms")
    rows = [one for one in rows if one.person_id in agreed]
    works: Mapping[UUID, list[WishedWork]] = {one.pk: [] for one in rows}
    for start in range(0, len(rows), _PART):
        part = [one.pk for one in rows[start : start + _PART]]
        for work in WishedWork.objects.filter(wish__in=part).order_by("place"):
            works[work.wish_id].append(work)
    return [wish_view(one, works[one.pk]) for one in rows]


def _in_parts(ids: Sequence[UUID]) -> list[Wish]:
    found: list[Wish] = []
    for start in range(0, len(ids), _PART):
        part = Wish.objects.filter(pk__in=ids[start : start + _PART], state=Wish.State.LIVE)
        # Sealed words are not opened for a list.
        found += part.defer("skills_words")
    return sorted(found, key=lambda one: (one.created_at, one.pk))


def _candidate(wish: WishView, score: int) -> PossibleCandidate:
    return PossibleCandidate(
        wish_id=wish.id,
        person_id=wish.person.id,
        score=score,
        works=tuple(one.code for one in wish.works),
        home=wish.home[:6].ljust(12, "0"),
        schooling=wish.schooling,
        years=wish.years,
        certificates=wish.certificates,
        skills=wish.skills,
        start_on=wish.start_on,
    )


def _briefs(ids: Sequence[int], now: datetime) -> dict[int, PostBrief]:
    rows = Post.objects.filter(open_on(now), pk__in=ids)
    return {one.pk: _brief(one) for one in rows}


def _brief(post: Post) -> PostBrief:
    return PostBrief(
        id=post.pk,
        title=post.title,
        employer=post.employer_name,
        place=post.place,
        place_words=post.place_words,
        pay_low_fen=post.pay_low_fen,
        pay_high_fen=post.pay_high_fen,
        pay_words=post.pay_words,
        open_from=post.open_from,
        takes_applications=post.firm_id is not None,
    )


def _tongue(language: str) -> Literal["zh", "en"]:
    return "en" if language == "en" else "zh"
