"""A firm's own posts: published, changed, filled, closed; and every post when its days are over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from denghuo.employment.actions.collecting import take_rows, withdraw_adverts
from denghuo.employment.actions.collecting.posting import drop_questions
from denghuo.employment.actions.deliveries import receive_delivery
from denghuo.employment.actions.followers import tell_followers
from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.models import Advert, Post, Source
from denghuo.employment.queries.own_posts import row_of
from denghuo.employment.queries.posts import PostNotFoundError
from denghuo.employment.queries.reading import reading_desk
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import FirmView, demand_scope, firm_of
from denghuo.platform.public import SYSTEM, Actor, acts_within, record_audit, take_audit_turn

_State = Post.State
_LIVE = (_State.HELD, _State.OPEN)
_EXPIRE_CHUNK = 500
FIRM_DAYS_VALID = 60
LAST_DAY_MAX = 365


class PostEndedError(RefusalError):
    """The post is over; a new one is written instead."""

    code = "employment.post_ended"
    template = "这个岗位已经结束了，不能再改。请发一个新的。"
    status = 409


class LastDayError(RefusalError):
    """A post stays open for some days, not for ever."""

    code = "employment.last_day"
    template = "招到哪天，要从今天起、在 {days} 天以内。"


class PostRefusedError(RefusalError):
    """Text that somebody at the office refused."""

    code = "employment.post_refused"
    template = "工作人员没有同意公开这个岗位：{why}"
    status = 409


def publish_post(*, actor: Actor, firm_id: UUID, row: FeedRow, now: datetime) -> int:
    """Publish a post of the actor's firm and say its number.

    The firm's name and code are the register's, whatever the row says. A post the firm's advert
    elsewhere is about already is that post. Raises what ``demand_scope`` raises.
    """
    firm = _firm(actor, firm_id, now)
    with transaction.atomic():
        take_audit_turn()
        source = own_source(firm)
        key = row.key if row.key and not row.key.startswith("~") else f"denghuo-{uuid4().hex}"
        return _take(actor, source, _of_firm(row, firm, key), "employment.publish_post", now)


def change_post(*, actor: Actor, post_id: int, row: FeedRow, now: datetime) -> None:
    """Say a post of the firm in new words; it is read anew and may wait for a person again.

    Raises ``PostNotFoundError``, ``PostEndedError``.
    """
    with transaction.atomic():
        take_audit_turn()
        post, firm = _own_post(actor, post_id, now)
        if post.state in (_State.FILLED, _State.CLOSED):
            raise PostEndedError
        source = own_source(firm)
        advert = Advert.objects.filter(post=post, source=source).order_by("-pk").first()
        # A post only boards told of gets the firm's own word, which is newer and so counts.
        key = advert.source_key if advert else f"denghuo-{uuid4().hex}"
        if advert is None:
            told = _of_firm(row, firm, key)
            Advert.objects.create(
                post=post,
                source=source,
                source_key=key,
                employer_uscc=told.employer_uscc,
                employer_name=told.employer,
                title=told.title,
                digest="",
                told_at=now,
                first_seen_on=day_of(now),
                last_seen_on=day_of(now),
            )
        _take(actor, source, _of_firm(row, firm, key), "employment.change_post", now)


def prolong_post(*, actor: Actor, post_id: int, last_on: date, now: datetime) -> None:
    """Keep a post open up to and with a day; one whose days ran out is open again.

    Raises ``LastDayError``, ``PostNotFoundError``, ``PostEndedError``.
    """
    if not 0 <= (last_on - day_of(now)).days <= LAST_DAY_MAX:
        raise LastDayError(field="last_on", days=LAST_DAY_MAX)
    with transaction.atomic():
        take_audit_turn()
        post, _ = _own_post(actor, post_id, now)
        change_post(
            actor=actor, post_id=post_id, row=replace(row_of(post), open_until=last_on), now=now
        )


def close_post(*, actor: Actor, post_id: int, filled: bool, why: str = "", now: datetime) -> None:
    """Say that a post is filled, or is no longer offered; no source opens it again.

    Raises ``PostNotFoundError``, ``PostEndedError``.
    """
    with transaction.atomic():
        take_audit_turn()
        post, _ = _own_post(actor, post_id, now)
        end_post(
            actor=actor,
            post=post,
            state=_State.FILLED if filled else _State.CLOSED,
            why=why,
            now=now,
        )


def end_post(*, actor: Actor, post: Post, state: str, why: str, now: datetime) -> None:
    """End a locked post. Raises ``PostEndedError`` where somebody was faster."""
    if post.state in (_State.FILLED, _State.CLOSED):
        raise PostEndedError
    post.state, post.closed_why = _State(state), why.strip()[:200]
    post.questions, post.changed_at = [], now
    post.save(update_fields=["state", "closed_why", "questions", "changed_at"])
    drop_questions([post.pk])
    tell_followers([post.pk])
    _audit(actor, "employment.end_post", post, now, state=state)


def withdraw_post(*, actor: Actor, post_id: int, now: datetime) -> None:
    """Take the firm's own word on a post back; one that another source tells goes on.

    Raises ``PostNotFoundError``.
    """
    with transaction.atomic():
        take_audit_turn()
        post, firm = _own_post(actor, post_id, now)
        ids = Advert.objects.filter(post=post, source__firm_id=firm.ref.id, source__kind="firm")
        desk = reading_desk(day_of(now))
        _, changed = withdraw_adverts(list(ids.values_list("pk", flat=True)), desk=desk, now=now)
        tell_followers(changed)
        _audit(actor, "employment.withdraw_post", post, now)


def expire_posts(*, now: datetime) -> int:
    """End posts whose last day is over; how many. In short transactions, so a kill loses none."""
    ended = 0
    due = Post.objects.filter(state__in=_LIVE, open_until__lte=day_of(now)).order_by("pk")
    while ids := list(due.values_list("pk", flat=True)[:_EXPIRE_CHUNK]):
        with transaction.atomic():
            # Asked once more: a source may have brought one of them in between.
            rows = Post.objects.filter(pk__in=ids, state__in=_LIVE, open_until__lte=day_of(now))
            ended += rows.update(state=_State.EXPIRED, questions=[], changed_at=now)
            drop_questions(ids)
            tell_followers(ids)
            record_audit(
                actor=SYSTEM,
                action="employment.expire_posts",
                detail={"posts": len(ids), "first": ids[0], "last": ids[-1]},
                at=now,
            )
    return ended


def bring_own_posts(
    *, actor: Actor, firm_id: UUID, name: str, chunks: Callable[[], Iterable[bytes]], now: datetime
) -> UUID:
    """Keep a firm's table of posts as a delivery of the firm's own source.

    Raises what ``demand_scope`` and ``receive_delivery`` raise.
    """
    source = own_source(_firm(actor, firm_id, now))
    return receive_delivery(
        actor=actor, source_id=source.pk, name=name, chunks=chunks, whole=False, now=now
    )


def own_source(firm: FirmView) -> Source:
    """The source by which a firm itself tells of its posts; made at its first post."""
    source, _ = Source.objects.get_or_create(
        firm_id=firm.ref.id,
        kind=Source.Kind.FIRM,
        defaults={
            "name": f"{firm.name[:60]}（{firm.uscc.text}）",
            "area": firm.region.code,
            "days_valid": FIRM_DAYS_VALID,
            "rank": 9,
        },
    )
    return source


def _firm(actor: Actor, firm_id: UUID, now: datetime) -> FirmView:
    demand_scope(actor, SubjectRef("firm", firm_id), "apply", now=now)
    return firm_of(firm_id)


def _own_post(actor: Actor, post_id: int, now: datetime) -> tuple[Post, FirmView]:
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None or post.firm_id is None:
        raise PostNotFoundError
    if not acts_within(actor, SubjectRef("firm", post.firm_id), "apply"):
        raise PostNotFoundError  # another firm's, or a mandate that does not go so far
    return post, _firm(actor, post.firm_id, now)


def _of_firm(row: FeedRow, firm: FirmView, key: str) -> FeedRow:
    return replace(row, key=key, employer_uscc=firm.uscc.text, employer=firm.name)


def _take(actor: Actor, source: Source, row: FeedRow, action: str, now: datetime) -> int:
    desk = reading_desk(day_of(now))
    taken = take_rows(source=source, rows=[row], desk=desk, delivery=None, now=now)
    post_id = taken.posts[row.key]
    tell_followers(taken.changed)
    _audit(actor, action, Post.objects.get(pk=post_id), now)
    return post_id


def _audit(actor: Actor, action: str, post: Post, now: datetime, **detail: str) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=SubjectRef("firm", post.firm_id) if post.firm_id else None,
        entity=f"employment.Post:{post.pk}",
        detail=detail,
        at=now,
    )
