"""Posts as the pages of applying and of a firm's desk read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import QuerySet

from denghuo.employment.logic.applications import State
from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.models import Advert, Post, Source
from denghuo.employment.queries.applications import counts_by_post, firm_at_hand
from denghuo.employment.queries.openness import is_open
from denghuo.employment.queries.posts import PostNotFoundError, PostView, view_of
from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import Scope
from denghuo.platform.public import Actor

ID_MAX = 2**63 - 1
EXPORT_MAX = 20_000


class PostNotOpenError(RefusalError):
    """One applies for what is open."""

    code = "employment.post_not_open"
    template = "这个岗位已经不招了。看看差不多的岗位吧。"
    status = 409


@dataclass(frozen=True, slots=True)
class DemandLine:
    """One post of a firm with what became of its places and who waits for the firm."""

    post: PostView
    waiting: int
    hired: int
    everybody: int


def open_post(post_id: int, *, now: datetime) -> Post:
    """An open post. Raises ``PostNotOpenError``."""
    post = Post.objects.filter(pk=post_id).first() if post_id <= ID_MAX else None
    if post is None or not is_open(post, now):
        raise PostNotOpenError
    return post


def own_posts(actor: Actor, *, state: str = "", text: str = "", now: datetime) -> QuerySet[Post]:
    """The posts of the firm at hand, the newest first. Raises as ``firm_at_hand``."""
    rows = Post.objects.filter(firm_id=firm_at_hand(actor, "read", now=now)).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    for word in text.split()[:5]:
        rows = rows.filter(title__icontains=word) | rows.filter(place_words__icontains=word)
    return rows


def demand_lines(rows: list[Post]) -> list[DemandLine]:
    """Rows of ``own_posts`` with their applications counted."""
    counts = counts_by_post([row.pk for row in rows])
    return [
        DemandLine(
            post=view_of(row),
            waiting=sum(counts[row.pk].get(one, 0) for one in (State.SENT, State.SEEN)),
            hired=counts[row.pk].get(State.HIRED, 0),
            everybody=sum(counts[row.pk].values()),
        )
        for row in rows
    ]


def own_post(actor: Actor, post_id: int, *, scope: Scope = "read", now: datetime) -> Post:
    """A post of the firm at hand, whatever its state. Raises ``PostNotFoundError``."""
    firm_id = firm_at_hand(actor, scope, now=now)
    row = Post.objects.filter(pk=post_id, firm_id=firm_id).first() if post_id <= ID_MAX else None
    if row is None:
        raise PostNotFoundError
    return row


def newest_number() -> int:
    """The highest number a post has, 0 before the first."""
    return Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def row_of(post: Post) -> FeedRow:
    """A post as its firm told it, to be told again; as the post reads where only others did."""
    return rows_of([post])[post.pk]


def rows_of(posts: Sequence[Post]) -> dict[int, FeedRow]:
    """``row_of`` for many, by number."""
    told = Advert.objects.filter(
        post_id__in=[one.pk for one in posts], source__kind=Source.Kind.FIRM
    )
    # The newest word of each comes last and stands.
    newest = {one.post_id: one for one in told.order_by("told_at", "pk")}
    return {
        one.pk: _told_row(newest[one.pk]) if one.pk in newest else _read_row(one) for one in posts
    }


def _read_row(post: Post) -> FeedRow:
    return FeedRow(
        key="",
        employer_uscc=post.employer_uscc,
        employer=post.employer_name,
        title=post.title,
        body=post.body,
        wage=post.pay_words,
        place=post.place_words,
        openings=post.openings,
        schooling=post.schooling,
        years=post.years_asked,
        certificates=tuple(post.certificates),
        hours=tuple(post.hours),
    )


def _told_row(advert: Advert) -> FeedRow:
    more = advert.told
    return FeedRow(
        key=advert.source_key,
        employer_uscc=advert.employer_uscc,
        employer=advert.employer_name,
        title=advert.title,
        body=advert.body,
        wage=advert.wage,
        place=advert.place,
        url=advert.url,
        openings=int(more.get("openings", 1)),
        schooling=int(more.get("schooling", 0)),
        years=int(more.get("years", 0)),
        certificates=tuple(more.get("certificates", [])),
        open_from=_day(more.get("open_from")),
        open_until=_day(more.get("open_until")),
        hours=tuple(more.get("hours", [])),
    )


def _day(said: object) -> date | None:
    return date.fromisoformat(cast("str", said)) if said else None
