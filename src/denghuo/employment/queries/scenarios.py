"""Places given out on paper, in three ways; and what was asked for before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, QuerySet

from denghuo.employment.access import answers_for_source
from denghuo.employment.logic.occupations.table import path_of
from denghuo.employment.models import Application, Post, Scenario, Wish
from denghuo.employment.queries.columns import match_words, offers_of, open_rows, seeker_of
from denghuo.employment.queries.occupations import occupation_table
from denghuo.employment.queries.wishes import barred_today, resume_of, wish_view
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.matching.public import offer_columns, seeker_columns
from denghuo.matching.public.lists import Assignment, Lists, choices_of, compare
from denghuo.people.public import consenting
from denghuo.platform.public import Actor

LIST_LENGTH = 20
SEEKERS_MAX = 20_000
_SHOWN = 200


class ScenarioNotFoundError(RefusalError):
    """No such scenario, or one of another area."""

    code = "employment.scenario_not_found"
    template = "没有找到这次试算，或者它不归您管。"
    status = 404


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question comes to: the three ways, ready to be kept."""

    posts: int
    seekers: int
    ways: list[dict[str, Any]]


def groups() -> list[tuple[str, str]]:
    """The eight great groups of occupations: code and name."""
    found = {path_of(code)[0] for code in occupation_table().by_code}
    table = occupation_table().by_code
    return sorted((code, table[code].name) for code in found if code in table)


def scenarios_for(actor: Actor) -> QuerySet[Scenario]:
    """Those of the actor's area, the newest first."""
    if actor.area is None:
        return Scenario.objects.none()
    rows = Scenario.objects.filter(area__startswith=actor.area.prefix).order_by("-created_at", "id")
    return rows.defer("ways")


def scenario_of(actor: Actor, scenario_id: UUID) -> Scenario:
    """One of the actor's area. Raises ``ScenarioNotFoundError``."""
    row = Scenario.objects.filter(pk=scenario_id).first()
    if row is None or not answers_for_source(actor, Region(row.area)):
        raise ScenarioNotFoundError
    return row


def work_out(area: str, group: str, seed: str, now: datetime) -> Outcome:
    """Give the open places of an area out to who looks for work there and agreed to matching.

    Only who lives there; a post counts with the places nobody holds or was promised. The lot
    settles equals, from the seed alone: who asks again with the seed gets the same.
    """
    inside = Region(area)
    words = match_words(day_of(now))
    rows = [
        one
        for one in open_rows(now)
        if one.place
        and inside.contains(Region(one.place.ljust(12, "0")))
        and one.occupation
        and group in {"", path_of(one.occupation)[0]}
    ]
    offers = offers_of(rows, words)
    seekers = _seekers(inside)
    made = [
        found
        for number, (wish, skills) in enumerate(seekers)
        if (
            found := seeker_of(
                wish,
                words,
                number=number,
                more_skills=skills,
                barred=barred_today(wish.person, words.on),
            )
        )
        is not None
    ]
    if not offers or not made:
        return Outcome(len(offers), len(made), [])
    left = _places_left([one.id for one in offers])
    lists = Lists(
        offer_columns(offers, words.words),
        seeker_columns(made, words.words),
        words.words,
        words.weights,
        seed=seed,
    ).for_seekers(min(LIST_LENGTH, len(offers)))
    capacity = np.array([left[one.id] for one in offers], np.int32)
    ids = np.array([one.id for one in made], np.int64)
    choices = choices_of(lists, capacity, ids, seed)
    posts = [one.id for one in offers]
    return Outcome(
        len(offers), len(made), [_kept(one, posts, choices.scores) for one in compare(choices)]
    )


def _kept(one: Assignment, posts: Sequence[int], scores: Any) -> dict[str, Any]:
    placed = [
        [posts[slot], row + 1, place + 1, int(scores[row, place])]
        for row, (slot, place) in enumerate(
            zip(one.slots.tolist(), one.chosen.tolist(), strict=True)
        )
        if place >= 0
    ]
    return {"way": one.way, "figures": asdict(one.figures), "placed": sorted(placed)}


def _seekers(inside: Region) -> list[Any]:
    """Live wishes of the area whose people agreed to matching, oldest first."""
    rows = list(
        Wish.objects.filter(state=Wish.State.LIVE, home__startswith=inside.prefix)
        .defer("skills_words")
        .order_by("created_at", "id")[:SEEKERS_MAX]
    )
    agreed = consenting([one.person_id for one in rows], "job_matching")
    found = []
    for row in rows:
        if row.person_id in agreed:
            wish = wish_view(row)
            resume = resume_of(wish.person)
            found.append((wish, resume.skills if resume else ()))
    return found


def _places_left(post_ids: Sequence[int]) -> dict[int, int]:
    """Places of each post that nobody holds or was promised."""
    left: dict[int, int] = {}
    for start in range(0, len(post_ids), 500):
        part = list(post_ids[start : start + 500])
        left.update(Post.objects.filter(pk__in=part).values_list("pk", "openings"))
        taken = (
            Application.objects.filter(post__in=part, state__in=["offered", "hired"])
            .order_by()
            .values_list("post")
            .annotate(n=Count("pk"))
        )
        for post_id, count in taken:
            left[post_id] = max(0, left[post_id] - count)
    return left
