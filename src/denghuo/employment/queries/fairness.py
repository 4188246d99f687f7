"""Proof over today's rows that who somebody is reaches no match, and how lists fall on groups.

Every wish is made into columns twice: as its own person's, and as if another's had said the same.
The bytes must be equal and so must the lists. What the law puts on an age stays with the wish, in
both runs, and is counted. Groups are read beside it and never enter.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from denghuo.employment.queries.columns import (
    MatchWords,
    match_words,
    offers_of,
    open_rows,
)
from denghuo.employment.queries.live_seekers import LiveSeeker, live_seekers, seeker_value
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.matching.public import Audit, Seekers, audit, offer_columns, seeker_columns
from denghuo.matching.public.lists import Lists
from denghuo.people.public import person_attributes_for_policy

LIST_LENGTH = 20
# A person's register is read for each: an audit is over a sample where there are more.
WISHES_MAX = 20_000
_GROUPS = {"female": "女", "male": "男"}
NOT_KNOWN = "性别没有登记"


@dataclass(frozen=True, slots=True)
class MatchAudit:
    """What was compared; ``barred`` are those the law keeps from some work today."""

    wishes: int
    posts: int
    barred: int
    audit: Audit


def match_audit(now: datetime, *, seed: str, most: int = WISHES_MAX) -> MatchAudit:
    """Compare both runs over at most so many live wishes whose people agreed to matching."""
    words = match_words(day_of(now))
    offers = offer_columns(offers_of(open_rows(now), words), words.words)
    said = [one for one in live_seekers(now, most) if seeker_value(one, words) is not None]
    own = [one.wish.person for one in said]
    others = list(own)
    random.Random(seed).shuffle(others)  # noqa: S311  # a deal anybody can deal again, no secret
    before, after = _columns(said, own, words), _columns(said, others, words)
    lists = [
        Lists(offers, columns, words.words, words.weights, seed=seed).for_seekers(LIST_LENGTH)
        for columns in (before, after)
    ]
    return MatchAudit(
        wishes=len(said),
        posts=len(offers.ids),
        barred=sum(bool(one.barred) for one in said),
        audit=audit(
            (before, lists[0].keys), (after, lists[1].keys), [_group(person) for person in own]
        ),
    )


def _columns(
    said: Sequence[LiveSeeker], people: Sequence[SubjectRef], words: MatchWords
) -> Seekers:
    made = [
        seeker_value(replace(one, wish=replace(one.wish, person=person)), words, number=number)
        for number, (one, person) in enumerate(zip(said, people, strict=True))
    ]
    return seeker_columns([one for one in made if one is not None], words.words)


def _group(person: SubjectRef) -> str:
    for one in person_attributes_for_policy(person):
        if one.name == "sex":
            return _GROUPS.get(str(one.value), NOT_KNOWN)
    return NOT_KNOWN
