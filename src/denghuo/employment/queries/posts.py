"""Posts as pages, the matching and other rooms see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from denghuo.employment.models import Advert, Post
from denghuo.employment.queries.openness import open_on
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, acts_within

_CHUNK = 500


class PostNotFoundError(RefusalError):
    """No such post, or one that may not be seen by whoever asks."""

    code = "employment.post_not_found"
    template = "没有找到这个岗位。"
    status = 404


@dataclass(frozen=True, slots=True)
class PostView:
    """One post. ``id`` is its number, its address and its id in the matching.

    Pay is fen a month. ``open_until`` is the first day it is no longer open. ``questions`` are
    those nobody has answered; ``disagreements`` the fields sources say differently.
    """

    id: int
    firm_id: UUID | None
    employer_uscc: str
    employer_name: str
    title: str
    body: str
    occupation: str
    occupation_level: int
    occupation_sure: bool
    pay_low_fen: int | None
    pay_high_fen: int | None
    pay_basis: str
    pay_words: str
    place: str
    place_words: str
    latitude: Decimal | None
    longitude: Decimal | None
    openings: int
    hours: tuple[str, ...]
    certificates: tuple[str, ...]
    schooling: int
    years_asked: int
    state: str
    open_from: date
    open_until: date
    questions: tuple[str, ...]
    disagreements: tuple[str, ...]
    closed_why: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AdvertView:
    """One source's word on a post. ``url`` is https or empty."""

    source: str
    source_kind: str
    source_key: str
    title: str
    wage: str
    place: str
    url: str
    first_seen_on: date
    last_seen_on: date
    withdrawn_on: date | None


def post_view(post_id: int, now: datetime) -> PostView:
    """A post anybody may see now. Raises ``PostNotFoundError``."""
    row = Post.objects.filter(open_on(now), pk=post_id).first()
    if row is None:
        raise PostNotFoundError
    return view_of(row)


def any_post(post_id: int) -> PostView:
    """A post whatever its state; the caller says who may see it. Raises ``PostNotFoundError``."""
    row = Post.objects.filter(pk=post_id).first()
    if row is None:
        raise PostNotFoundError
    return view_of(row)


def posts_of_ids(post_ids: Sequence[int]) -> dict[int, PostView]:
    """Posts whatever their state; unknown ids are left out."""
    return {row.pk: view_of(row) for row in Post.objects.filter(pk__in=list(post_ids))}


def open_posts(now: datetime) -> Iterator[PostView]:
    """Every open post by its number, read in pieces."""
    for row in Post.objects.filter(open_on(now)).order_by("pk").iterator(chunk_size=_CHUNK):
        yield view_of(row)


def posts_of_firm(actor: Actor, firm_id: UUID) -> list[PostView]:
    """The firm's posts in every state, the newest first; none for who does not act for it."""
    return [view_of(row) for row in of_firm(actor, firm_id).order_by("-pk")]


def of_firm(actor: Actor, firm_id: UUID) -> QuerySet[Post]:
    """The rows of ``posts_of_firm``."""
    if not acts_within(actor, SubjectRef("firm", firm_id), "read"):
        return Post.objects.none()
    return Post.objects.filter(firm_id=firm_id)


def adverts_of(post_id: int) -> list[AdvertView]:
    """Who told of a post, those that stand first and the newest of them first."""
    rows = Advert.objects.filter(post_id=post_id).select_related("source")
    return [
        AdvertView(
            source=row.source.name,
            source_kind=row.source.kind,
            source_key=row.source_key,
            title=row.title,
            wage=row.wage,
            place=row.place,
            url=row.url,
            first_seen_on=row.first_seen_on,
            last_seen_on=row.last_seen_on,
            withdrawn_on=row.withdrawn_on,
        )
        for row in sorted(
            rows,
            key=lambda row: (row.withdrawn_on is not None, -row.told_at.timestamp(), row.pk),
        )
    ]


def view_of(row: Post) -> PostView:
    """The frozen view of a row."""
    return PostView(
        id=row.pk,
        firm_id=row.firm_id,
        employer_uscc=row.employer_uscc,
        employer_name=row.employer_name,
        title=row.title,
        body=row.body,
        occupation=row.occupation,
        occupation_level=row.occupation_level,
        occupation_sure=row.occupation_sure,
        pay_low_fen=row.pay_low_fen,
        pay_high_fen=row.pay_high_fen,
        pay_basis=row.pay_basis,
        pay_words=row.pay_words,
        place=row.place,
        place_words=row.place_words,
        latitude=row.latitude,
        longitude=row.longitude,
        openings=row.openings,
        hours=tuple(row.hours),
        certificates=tuple(row.certificates),
        schooling=row.schooling,
        years_asked=row.years_asked,
        state=row.state,
        open_from=row.open_from,
        open_until=row.open_until,
        questions=tuple(row.questions),
        disagreements=tuple(row.disagreements),
        closed_why=row.closed_why,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
