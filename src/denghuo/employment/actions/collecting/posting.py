"""A post written from the advert that counts, with the questions that stay open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from denghuo.employment.actions.collecting.settling import asked_of, standing, told_of
from denghuo.employment.logic.duplicates import Advert as ToldAdvert
from denghuo.employment.logic.duplicates import disagreements
from denghuo.employment.logic.hours import read_hours_worked
from denghuo.employment.logic.occupations.table import depth_of
from denghuo.employment.logic.posts import HOLDING, PostReading, RawPost
from denghuo.employment.logic.terms import read_hours
from denghuo.employment.models import Advert, Post, PostQuestion
from denghuo.employment.queries.reading import ReadingDesk
from denghuo.kernel.clock import day_of

_State = Post.State
# A person or the employer ended these: no source opens them again.
ENDED = frozenset({_State.FILLED, _State.CLOSED})
_QUESTIONS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Lead:
    """A post's adverts that stand, the one that counts first."""

    adverts: tuple[Advert, ...]

    @property
    def advert(self) -> Advert:
        return self.adverts[0]


def told_advert(advert: Advert, *, place: str = "") -> ToldAdvert:
    """An advert as the comparing of duplicates takes it."""
    return ToldAdvert(
        source=str(advert.source_id),
        reference=advert.source_key,
        employer=advert.employer_uscc,
        place=place,
        title=advert.title,
        body=advert.body,
        seen_at=advert.told_at,
        source_rank=advert.source.rank,
        told=(("wage", advert.wage), ("openings", str(advert.told.get("openings", 1)))),
    )


def raw_post(advert: Advert) -> RawPost:
    """An advert as the readers take it."""
    return RawPost(advert.title, advert.body, advert.wage, advert.place, advert.employer_name)


def leads_of(post_ids: Iterable[int]) -> dict[int, Lead]:
    """The adverts that stand, by post: the newest words first, then the source of higher rank.

    The same order as among duplicates, so that who counts does not hang on who came first.
    """
    held: dict[int, list[Advert]] = defaultdict(list)
    rows = Advert.objects.filter(post_id__in=list(post_ids), withdrawn_on=None)
    for one in rows.select_related("source"):
        held[one.post_id].append(one)
    return {
        post: Lead(
            tuple(
                sorted(
                    found,
                    key=lambda one: (
                        -one.told_at.timestamp(),
                        -one.source.rank,
                        str(one.source_id),
                        one.source_key,
                    ),
                )
            )
        )
        for post, found in held.items()
    }


def open_days(adverts: Sequence[Advert]) -> tuple[date, date]:
    """From when until when a post is open, half-open: as long as any of its adverts is.

    An advert that names no last day stands for its source's days after it was last brought.
    """
    first = min(_day(one.told.get("open_from")) or one.first_seen_on for one in adverts)
    until = max(
        last + timedelta(days=1)
        if (last := _day(one.told.get("open_until")))
        else one.last_seen_on + timedelta(days=one.source.days_valid)
        for one in adverts
    )
    return min(first, until - timedelta(days=1)), until


def _day(said: object) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def write_posts(
    posts: Sequence[Post],
    *,
    desk: ReadingDesk,
    readings: Mapping[int, PostReading],
    firms: Mapping[str, UUID],
    now: datetime,
) -> set[int]:
    """Bring posts up to the adverts that stand; the ids of those that changed.

    ``readings`` are those of adverts already read, by their ids. A post without an advert is
    left to ``withdraw_adverts``.
    """
    leads = leads_of(one.pk for one in posts)
    with_lead = [(one, leads[one.pk]) for one in posts if one.pk in leads]
    missing = [lead.advert for _, lead in with_lead if lead.advert.pk not in readings]
    read = dict(zip((one.pk for one in missing), desk.read_all([*map(raw_post, missing)]),
                    strict=True))  # fmt: skip
    read |= readings
    asked: dict[int, dict[str, dict[str, object]]] = {}
    changed: list[Post] = []
    for post, lead in with_lead:
        reading = read[lead.advert.pk]
        before = _shown(post)
        settled = standing(post, lead.advert)
        questions = asked_of(reading, settled)
        _write_words(post, lead, reading, settled)
        post.firm_id = firms.get(post.employer_uscc, post.firm_id)
        _write_state(post, questions, now)
        asked[post.pk] = {one: told_of(one, reading, lead.advert) for one in questions}
        if _shown(post) != before:
            post.changed_at = now
            changed.append(post)
    # Every row is there and ours: the conflict is meant. A bulk_update of as many columns costs
    # ten times as much.
    Post.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_WRITTEN,
        batch_size=100,
    )
    _write_questions(asked, now)
    return {one.pk for one in changed}


_WRITTEN = [
    "firm_id", "employer_uscc", "employer_name", "title", "body", "occupation",
    "occupation_level", "occupation_sure", "pay_low_fen", "pay_high_fen", "pay_basis",
    "pay_words", "place", "place_words", "openings", "hours", "certificates", "schooling",
    "years_asked", "state", "open_from", "open_until", "questions", "disagreements", "settled",
    "changed_at",
]  # fmt: skip


def _shown(post: Post) -> list[object]:
    return [getattr(post, name) for name in _WRITTEN if name != "changed_at"]


def _write_words(
    post: Post, lead: Lead, reading: PostReading, settled: dict[str, dict[str, object]]
) -> None:
    advert, wage = lead.advert, reading.wage
    post.settled = settled
    post.employer_name, post.employer_uscc = advert.employer_name, advert.employer_uscc
    better = settled.get("wording_forbidden") or settled.get("wording_doubtful") or {}
    post.title = str(better.get("title") or advert.title)
    post.body = str(better.get("body") or advert.body)
    paid = settled.get("wage_not_understood")
    post.pay_low_fen, post.pay_high_fen = wage.low_fen, wage.high_fen
    post.pay_basis, post.pay_words = wage.basis or "", advert.wage[:120]
    if paid is not None:
        post.pay_low_fen, post.pay_high_fen = (_fen(paid.get(name)) for name in ("low", "high"))
    place = settled.get("place_not_resolved")
    post.place = str(place.get("code") if place else reading.place.code or "")
    post.place_words = advert.place
    _write_occupation(post, reading, settled.get("occupation_unsure"))
    told = advert.told
    post.openings = int(told.get("openings", 1))
    post.schooling, post.years_asked = int(told.get("schooling", 0)), int(told.get("years", 0))
    post.certificates = list(told.get("certificates", []))
    ticked = read_hours(told.get("hours", []))
    post.hours = list(ticked or read_hours_worked(advert.title, advert.body))
    post.open_from, post.open_until = open_days(lead.adverts)
    post.disagreements = list(disagreements([told_advert(one) for one in lead.adverts]))


def _fen(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _write_occupation(post: Post, reading: PostReading, settled: dict[str, object] | None) -> None:
    code = str(settled.get("code", "")) if settled else reading.coding.code or ""
    post.occupation = code
    post.occupation_level = depth_of(code) if code else 0
    post.occupation_sure = bool(code) and (bool(settled) or reading.coding.origin == "review"
                                           or reading.coding.depth is not None)  # fmt: skip


def _write_state(post: Post, questions: Sequence[str], now: datetime) -> None:
    post.questions = list(questions)
    if post.state in ENDED:
        return
    if post.open_until <= day_of(now):
        post.state = _State.EXPIRED
    else:
        held = not HOLDING.isdisjoint(questions)
        post.state = _State.HELD if held else _State.OPEN


def _write_questions(asked: Mapping[int, Mapping[str, dict[str, object]]], now: datetime) -> None:
    """Ask what is not asked yet; what the new words no longer ask falls away."""
    standing_now: dict[int, set[str]] = defaultdict(set)
    dropped: list[UUID] = []
    rows = PostQuestion.objects.filter(post_id__in=list(asked), state=PostQuestion.State.OPEN)
    for question_id, post_id, question, told in rows.values_list(
        "pk", "post_id", "question", "told"
    ):
        if asked[post_id].get(question) == told:
            standing_now[post_id].add(question)
        else:
            dropped.append(question_id)
    PostQuestion.objects.filter(pk__in=dropped, state=PostQuestion.State.OPEN).update(
        state=PostQuestion.State.DROPPED
    )
    PostQuestion.objects.bulk_create(
        [
            PostQuestion(post_id=post, question=question, told=told, created_at=now)
            for post, questions in asked.items()
            for question, told in questions.items()
            if question not in standing_now[post]
        ],
        batch_size=_QUESTIONS_AT_ONCE,
    )


def drop_questions(post_ids: Sequence[int]) -> None:
    """Nobody has to answer anything about posts that are over."""
    PostQuestion.objects.filter(post_id__in=post_ids, state=PostQuestion.State.OPEN).update(
        state=PostQuestion.State.DROPPED
    )
