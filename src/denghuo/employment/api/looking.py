"""Posts that are open now, for any program: the same search, choices and limits as the page."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from denghuo.employment.logic.terms import SCHOOLING_MAX, Hours
from denghuo.employment.queries.own_posts import ID_MAX
from denghuo.employment.queries.post_search import (
    KM_MAX,
    PAGES_MAX,
    Facet,
    PostQuery,
    search_posts,
)
from denghuo.employment.queries.posts import AdvertView, PostView, adverts_of, post_view
from denghuo.kernel.json_shapes import Sent, Told
from denghuo.platform.public import anyone, opened
from denghuo.search.public import TEXT_LENGTH_MAX, Sort

posts = Router()
_DAYS_MAX = 365
_YUAN_MAX = 1_000_000


class PostOut(Told):
    """One post. Pay is fen a month, null where it is not said; ``open_until`` is not included."""

    id: int
    title: str
    employer_name: str
    employer_uscc: str | None
    occupation: str | None
    pay_low_fen: int | None
    pay_high_fen: int | None
    pay_words: str
    division_code: str | None
    place: str
    openings: int
    hours: list[str]
    certificates: list[str]
    schooling: int
    years_asked: int
    open_from: date
    open_until: date


class FoundPostOut(PostOut):
    """A post in an answer; metres in a straight line from ``near``, where that was asked."""

    distance_m: int | None


class AdvertOut(Told):
    """Where the post was told of."""

    source: str
    url: str | None
    first_seen_on: date
    last_seen_on: date


class WholePostOut(PostOut):
    """One post with its text, who told of it, and what the tellers say differently."""

    body: str
    disagreements: list[str]
    adverts: list[AdvertOut]


class ChoiceOut(Told):
    """A value one could choose, and how many posts that would leave."""

    value: str
    name: str
    count: int


class FoundPostsOut(Told):
    """One page of an answer. ``partly``: no post has all the words, these have some."""

    total: int
    page: int
    pages: int
    understood: list[str]
    partly: bool
    near: str | None
    posts: list[FoundPostOut]
    places: list[ChoiceOut]
    works: list[ChoiceOut]
    pays: list[ChoiceOut]
    hours: list[ChoiceOut]
    schoolings: list[ChoiceOut]
    sources: list[ChoiceOut]
    days: list[ChoiceOut]


Digits = Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$")]


class PostsAsked(Sent):
    """What to look for; what is not written asks for nothing."""

    q: Annotated[str, Field(max_length=TEXT_LENGTH_MAX)] = ""
    place: Annotated[Digits, Field(description=_("在哪个区划，写代码"))] = ""
    work: Annotated[
        str,
        Field(pattern=r"^([1-8](-[0-9]{2}){0,3})?$", description=_("什么职业，写职业分类代码")),
    ] = ""
    pay_yuan: Annotated[
        int, Field(ge=0, le=_YUAN_MAX, description=_("一个月最高能到多少元以上"))
    ] = 0
    hours: Annotated[Hours | None, Field(description=_("什么时候上班"))] = None
    schooling: Annotated[
        int | None,
        Field(ge=0, le=SCHOOLING_MAX, description=_("自己的学历，从 0 小学到 6 博士")),
    ] = None
    source: Annotated[
        Literal["bureau", "board", "project", "firm"] | None, Field(description=_("谁发的"))
    ] = None
    days: Annotated[int, Field(ge=0, le=_DAYS_MAX, description=_("几天内发的"))] = 0
    near: Annotated[str, Field(max_length=40, description=_("从哪里算距离，写地名或代码"))] = ""
    km: Annotated[int, Field(ge=0, le=KM_MAX, description=_("离那里多少公里以内"))] = 0
    sort: Annotated[Sort, Field(description=_("怎么排：最合适、最近、最新、工资高"))] = "fit"
    page: Annotated[int, Field(ge=1, le=PAGES_MAX)] = 1


@posts.get(
    "",
    auth=opened(anyone),
    response=FoundPostsOut,
    summary=_("找岗位"),
    description=_(
        "现在招人的岗位。词、拼音、写错一个字都行；几样条件一起写就都要满足。"
        "places、works 这些写着再加哪个条件还剩几个。每页 20 个，最多 50 页。"
    ),
)
def find_posts(request: HttpRequest, asked: Query[PostsAsked]) -> FoundPostsOut:
    """One page of the posts found, and what the other choices would leave."""
    query = PostQuery(
        text=_squeezed(asked.q),
        place=asked.place,
        work=asked.work,
        pay_yuan=asked.pay_yuan,
        hours=asked.hours or "",
        schooling=asked.schooling,
        source=asked.source or "",
        days=asked.days,
        near=_squeezed(asked.near),
        km=asked.km,
        sort=asked.sort,
    )
    found = search_posts(query, now=timezone.now(), page=asked.page)
    return FoundPostsOut(
        total=found.total,
        page=found.page,
        pages=found.pages,
        understood=[one.text for one in found.words if one.typed != one.text],
        partly=found.partly,
        near=found.near.full_name if found.near else None,
        posts=[
            FoundPostOut(
                **_plain(one.post).model_dump(),
                distance_m=None if one.metres is None else round(one.metres),
            )
            for one in found.posts
        ],
        places=_choices(found.places),
        works=_choices(found.works),
        pays=_choices(found.pays),
        hours=_choices(found.hours),
        schoolings=_choices(found.schoolings),
        sources=_choices(found.sources),
        days=_choices(found.days),
    )


@posts.get(
    "/{int:post_id}",
    auth=opened(anyone),
    response=WholePostOut,
    summary=_("一个岗位"),
    description=_("现在招人的才有；谁发的、几处说法哪里不一样，都写在里面。"),
)
def show_post(
    request: HttpRequest,
    post_id: Annotated[int, Path(ge=1, le=ID_MAX, description=_("岗位编号"))],
) -> WholePostOut:
    """One open post. Raises ``PostNotFoundError``."""
    view = post_view(post_id, timezone.now())
    return WholePostOut(
        **_plain(view).model_dump(),
        body=view.body,
        disagreements=list(view.disagreements),
        adverts=[_advert(one) for one in adverts_of(post_id) if one.withdrawn_on is None],
    )


def _squeezed(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


def _plain(view: PostView) -> PostOut:
    return PostOut(
        id=view.id,
        title=view.title,
        employer_name=view.employer_name,
        employer_uscc=view.employer_uscc or None,
        occupation=view.occupation or None,
        pay_low_fen=view.pay_low_fen,
        pay_high_fen=view.pay_high_fen,
        pay_words=view.pay_words,
        division_code=view.place or None,
        place=view.place_words,
        openings=view.openings,
        hours=list(view.hours),
        certificates=list(view.certificates),
        schooling=view.schooling,
        years_asked=view.years_asked,
        open_from=view.open_from,
        open_until=view.open_until,
    )


def _advert(one: AdvertView) -> AdvertOut:
    return AdvertOut(
        source=one.source,
        url=one.url or None,
        first_seen_on=one.first_seen_on,
        last_seen_on=one.last_seen_on,
    )


def _choices(facets: tuple[Facet, ...]) -> list[ChoiceOut]:
    return [
        ChoiceOut(value=one.value, name=one.name, count=one.count)
        for one in facets
        if one.count and not one.chosen
    ]
