"""Fill the list of posts, who looks for work, and what became of it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from denghuo.employment.public import (
    accept_wording,
    count_usual_pay,
    give_occupation,
    leave_wording,
    questions_for,
    sources_for,
    suggest_occupations,
    train_if_news,
)
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor
from denghuo.project.demo.case_offices import staff_actor
from denghuo.project.demo.case_stations import Stations
from denghuo.project.demo.casting import Stage
from denghuo.project.demo.filling import Filled
from denghuo.project.demo.job_applications import Applicants
from denghuo.project.demo.job_seekers import make_wishes, persona_wishes, say_wish
from denghuo.project.demo.job_sources import bring_posts, hirers_of, outlets
from denghuo.project.demo.spread import Spread

# The officer of the whole region looks after the lists.
_CLERK = "demo-season"
_TOLD_EVERY = 50


@dataclass(frozen=True, slots=True)
class Jobs:
    """How much of it. ``trained``: titles are coded by a trained coder; else a person says what
    each is, which a handful of posts bears and some seconds of training do not."""

    posts: int
    sources: int
    wishes: int
    applications: int
    answers: int
    trained: bool


def seed_jobs(
    stage: Stage,
    spread: Spread,
    wanted: Jobs,
    firms: int,
    filled: Filled,
    *,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> dict[str, int]:
    """There or not there. How many there are of what."""
    counts = {"岗位信息": wanted.posts, "岗位来源": wanted.sources}
    clerk = staff_actor(_CLERK)
    if sources_for(clerk):
        return counts
    if wanted.trained:
        # Beside the database: a transaction rolled back leaves a coder nobody minds.
        train_if_news()
    with transaction.atomic():
        chosen = outlets(spread, stage.today, most=wanted.sources)
        hirers = hirers_of(stage, spread, firms, seed=seed)
        for done in bring_posts(hirers, chosen, wanted.posts, clerk, seed=seed):
            tell("岗位信息", done, wanted.posts)
        applicants = Applicants(today=stage.today, now=stage.now, seed=seed)
        applicants.publish()
        _answer(clerk, wanted.answers, stage)
        people = _wish(stage, spread, filled, wanted.wishes, seed=seed, tell=tell)
        applicants.apply_all(people, wanted.applications)
        count_usual_pay(now=stage.now)
    return counts


def _answer(clerk: Actor, most: int, stage: Stage) -> None:
    """Some questions are answered, others wait for whoever steps in."""
    now = stage.now
    for one in questions_for(clerk, "occupation_unsure")[:most]:
        codes = suggest_occupations(one.post.title).codes
        if codes:
            give_occupation(actor=clerk, question_id=one.id, code=codes[0], now=now)
    for one in questions_for(clerk, "wording_forbidden")[: most // 3]:
        accept_wording(
            actor=clerk,
            question_id=one.id,
            title=one.told["better_title"] or one.post.title,
            body=one.told["better_body"] or one.post.body,
            now=now,
        )
    for one in questions_for(clerk, "wording_doubtful")[: most // 3]:
        leave_wording(actor=clerk, question_id=one.id, why="岗位确有体力要求，已核实。", now=now)


def _wish(
    stage: Stage,
    spread: Spread,
    filled: Filled,
    count: int,
    *,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> list[SubjectRef]:
    """Everybody's wishes; who may apply, those who are looking first."""
    stations = Stations(seed=seed)
    for one in persona_wishes(stage):
        say_wish(one, stations)
    looking = []
    for done, one in enumerate(make_wishes(stage, spread, filled.heads, count, seed=seed), 1):
        say_wish(one, stations)
        if one.end == "live":
            looking.append(one.person)
        if done % _TOLD_EVERY == 0:
            tell("求职意愿", done, count)
    tell("求职意愿", count, count)
    # In a small region few are looking; others apply without having said a wish.
    known = {one.id for one in looking}
    return [
        *looking,
        *(SubjectRef("person", one.id) for one in filled.heads if one.id not in known),
    ]
