"""Posts brought by the programs of their sources: told, changed, taken back, each once."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from denghuo.employment.access import feeds
from denghuo.employment.actions.feeding import (
    BATCH_MAX,
    FedPost,
    Outcome,
    Withdrawal,
    feed_posts,
    withdraw_fed,
)
from denghuo.employment.logic.feeds import Column, trouble_sentence
from denghuo.employment.logic.feeds.rows import (
    BODY_MAX,
    KEY_MAX,
    SHORT_MAX,
)
from denghuo.employment.queries.deliveries import own_sources
from denghuo.employment.queries.reading import reading_desk
from denghuo.kernel.clock import day_of
from denghuo.kernel.json_shapes import Sent, Told
from denghuo.platform.public import (
    ActorRequest,
    IdempotencyKey,
    answer_once,
    opened,
    sent_json,
)

feeding = Router()
_BATCH_BYTES = 16 * 1024 * 1024
_BATCHES_A_MINUTE = 30


# Longer text is a row refused with its reason, not a batch refused whole.
_Short = Annotated[str, Field(max_length=4 * SHORT_MAX)]
_Long = Annotated[str, Field(max_length=4 * BODY_MAX)]


# The source's own number of a post: characters one can print, no blank at either end.
Key = Annotated[
    str,
    Field(
        min_length=1, max_length=KEY_MAX, pattern=r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$"
    ),
]


def _example(value: dict[str, Any]) -> dict[str, Any]:
    """A body to paste."""
    return {"requestBody": {"content": {"application/json": {"example": value}}}}


class FeedPost(Sent):
    """One post as its source tells it, every part as written; days like 2026-12-31."""

    key: Key
    title: _Short
    employer: _Short = ""
    employer_code: _Short = ""
    body: _Long = ""
    wage: _Short = ""
    place: _Short = ""
    address: _Short = ""
    url: _Short = ""
    openings: _Short = ""
    schooling: _Short = ""
    years: _Short = ""
    certificates: _Short = ""
    open_from: _Short = ""
    open_until: _Short = ""


class FeedBody(Sent):
    """A batch; each post stands for itself."""

    posts: Annotated[
        list[FeedPost],
        Field(min_length=1, max_length=BATCH_MAX, description=_("岗位，最多 500 个")),
    ]


class TroubleOut(Told):
    """What is to be said of one part of a post: refused, held until somebody looked, noted."""

    column: str
    grade: str
    code: str
    message: str


class FedPostOut(Told):
    """What became of one post, in the order sent. ``post_id`` is the post it is in now."""

    key: str
    outcome: Outcome
    post_id: int | None
    troubles: list[TroubleOut]


class FedOut(Told):
    """What became of a batch."""

    taken: int
    refused: int
    posts: list[FedPostOut]


class OwnSourceOut(Told):
    """A source this key writes for."""

    id: UUID
    name: str
    kind: str
    state: str
    days_valid: int


class OwnSourcesOut(Told):
    """Every source this key writes for."""

    sources: list[OwnSourceOut]


class EndedPostsBody(Sent):
    """What is over, by the source's own keys."""

    keys: Annotated[
        list[Key],
        Field(min_length=1, max_length=BATCH_MAX, description=_("来源自己的编号，最多 500 个")),
    ]


class WithdrawnPostOut(Told):
    """``withdrawn`` now, ``again`` (it had been before), or ``unknown`` to us."""

    key: str
    outcome: Withdrawal


class WithdrawnOut(Told):
    """What became of each key."""

    posts: list[WithdrawnPostOut]


@feeding.get(
    "",
    auth=opened(feeds),
    response=OwnSourcesOut,
    summary=_("可以报送的来源"),
    description=_("这个密钥替哪些来源报送岗位。来源由工作人员在岗位消息里登记，指定经管人。"),
)
def list_own_sources(request: ActorRequest) -> OwnSourcesOut:
    """The sources of the key's owner."""
    rows = own_sources(request.actor).order_by("name", "id")
    return OwnSourcesOut(
        sources=[
            OwnSourceOut(
                id=row.pk, name=row.name, kind=row.kind, state=row.state, days_valid=row.days_valid
            )
            for row in rows
        ]
    )


@feeding.post(
    "/{uuid:source_id}/posts",
    auth=opened(feeds, per_minute=_BATCHES_A_MINUTE, body_bytes_max=_BATCH_BYTES),
    response=FedOut,
    summary=_("报送岗位"),
    description=_(
        "一次最多 500 个，新的、改了的都这样报；每个岗位各算各的，错的一个不挡别的。"
        "编号是来源自己的，同一个编号就是同一个岗位。"
    ),
    openapi_extra=_example(
        {
            "posts": [
                {
                    "key": "A1",
                    "title": "挤奶工",
                    "employer": "草原乳业有限公司",
                    "wage": "4500-6000元/月",
                    "place": "呼和浩特市赛罕区",
                    "openings": "2",
                    "open_until": "2027-01-31",
                }
            ]
        }
    ),
)
def bring_posts(
    request: ActorRequest,
    response: HttpResponse,
    source_id: UUID,
    body: FeedBody,
    idempotency_key: IdempotencyKey,
) -> Any:
    """Take a batch in. Raises ``SourceNotFoundError``, ``SourcePausedError``."""
    now, sent = timezone.now(), sent_json(request)
    desk = reading_desk(day_of(now))  # before the writers' queue is held
    posts = [
        {cast("Column", name): said for name, said in one.model_dump().items() if said}
        for one in body.posts
    ]

    def act() -> dict[str, Any]:
        fed = feed_posts(
            actor=request.actor,
            source_id=source_id,
            posts=posts,
            digest=sent.hex(),
            desk=desk,
            now=now,
        )
        refused = sum(one.outcome == "refused" for one in fed)
        out = FedOut(
            taken=len(fed) - refused, refused=refused, posts=[_fed_out(one) for one in fed]
        )
        return out.model_dump()

    return answer_once(request.actor, idempotency_key, sent, act, response=response, now=now)


@feeding.post(
    "/{uuid:source_id}/withdrawals",
    auth=opened(feeds, per_minute=_BATCHES_A_MINUTE),
    response=WithdrawnOut,
    summary=_("撤下岗位"),
    description=_("按来源自己的编号撤，一次最多 500 个。别的来源还在报的同一个岗位不受影响。"),
    openapi_extra=_example({"keys": ["A1", "A2"]}),
)
def take_back_posts(
    request: ActorRequest,
    response: HttpResponse,
    source_id: UUID,
    body: EndedPostsBody,
    idempotency_key: IdempotencyKey,
) -> Any:
    """Take posts back. Raises ``SourceNotFoundError``."""
    now, sent = timezone.now(), sent_json(request)
    desk = reading_desk(day_of(now))

    def act() -> dict[str, Any]:
        became = withdraw_fed(
            actor=request.actor, source_id=source_id, keys=body.keys, desk=desk, now=now
        )
        posts = [WithdrawnPostOut(key=key, outcome=said) for key, said in became.items()]
        return WithdrawnOut(posts=posts).model_dump()

    return answer_once(request.actor, idempotency_key, sent, act, response=response, now=now)


def _fed_out(one: FedPost) -> FedPostOut:
    return FedPostOut(
        key=one.key,
        outcome=one.outcome,
        post_id=one.post_id,
        troubles=[
            TroubleOut(
                column=each.column,
                grade=each.grade,
                code=each.code,
                message=trouble_sentence(each.code, dict(each.values)),
            )
            for each in one.troubles
        ],
    )
