"""A post that has found everybody, or is closed, and what becomes of those who still wait."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.employment.actions.applications.turns import Turn, finish, make, tell
from denghuo.employment.actions.followers import tell_followers
from denghuo.employment.logic.application_reasons import read_reason
from denghuo.employment.logic.applications import LIVE, Move, State, is_full
from denghuo.employment.models import Application, Post
from denghuo.platform.public import SYSTEM, record_audit, take_audit_turn

# One of the followers of posts: ``followers.FOLLOWERS`` names it.
SETTLE = "employment.settle_applications"
_WHY = {
    Post.State.FILLED: "post_filled",
    Post.State.CLOSED: "post_closed",
    Post.State.WITHDRAWN: "post_closed",
}


def fill_if_full(post: Post, *, hired: int, now: datetime) -> bool:
    """Mark a locked post as filled when its last place is taken. Inside a transaction.

    Those who still wait are told by a job: they stand in other people's queues, and to lock
    them here would wait for every firm they talk to.
    """
    if post.state != Post.State.OPEN or not is_full(openings=post.openings, hired=hired):
        return False
    post.state, post.changed_at = Post.State.FILLED, now
    post.save(update_fields=["state", "changed_at"])
    record_audit(
        actor=SYSTEM,
        action="employment.fill_post",
        entity=f"employment.Post:{post.pk}",
        detail={"openings": post.openings, "hired": hired},
        at=now,
    )
    tell_followers([post.pk])
    return True


def settle_applications(post_id: int, *, now: datetime) -> int:
    """Say to those who still wait that the post is filled or closed; how many were told.

    Each in a transaction of its own; run again, it finds nobody. A post that only ran out of
    days keeps its applicants: the firm goes on reading them.
    """
    post = Post.objects.filter(pk=post_id).first()
    why = _WHY.get(Post.State(post.state)) if post else None
    if why is None:
        return 0
    waiting = Application.objects.filter(post_id=post_id, state__in=[str(one) for one in LIVE])
    told = 0
    for application_id in waiting.order_by("pk").values_list("pk", flat=True):
        told += _settle(application_id, post_id, now=now)
    return told


@transaction.atomic
def _settle(application_id: UUID, post_id: int, *, now: datetime) -> bool:
    """Race: the firm opens the post again, or the applicant withdraws, while we walk."""
    take_audit_turn()
    post = Post.objects.select_for_update(of=("self",)).get(pk=post_id)
    row = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    row.post = post
    why = _WHY.get(Post.State(post.state))
    if why is None or State(row.state) not in LIVE:
        return False
    turn = Turn(row, post, SYSTEM, "system", now)
    reason = read_reason(why, by_system=True)
    make(turn, Move.REFUSE, reason=reason.code)
    tell(
        turn,
        "refused",
        to="applicant",
        title="您的投递有结果了",
        body=f"{post.employer_name}的“{post.title}”：{reason.said}{reason.advice}",
    )
    finish(turn, Move.REFUSE)
    return True


def lapse_offers(*, now: datetime, limit: int = 500) -> int:
    """Offers nobody answered end by themselves, and the place is free again; how many."""
    late = Application.objects.filter(state=State.OFFERED, offer_until__lte=now)
    ended = 0
    for pk, post_id in late.order_by("offer_until", "pk").values_list("pk", "post_id")[:limit]:
        ended += _lapse(pk, post_id, now=now)
    return ended


@transaction.atomic
def _lapse(application_id: UUID, post_id: int, *, now: datetime) -> bool:
    """Race: the applicant answers in the last second; the lock says who was first."""
    take_audit_turn()
    post = Post.objects.select_for_update(of=("self",)).get(pk=post_id)
    row = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    row.post = post
    if row.state != State.OFFERED or row.offer_until is None or row.offer_until > now:
        return False
    turn = Turn(row, post, SYSTEM, "system", now)
    make(turn, Move.LAPSE)
    tell(
        turn,
        "lapsed",
        to="applicant",
        title="录用答复到期了",
        body=f"{post.employer_name}的“{post.title}”等到今天没有答复，位子让出来了。",
    )
    tell(
        turn,
        "lapsed",
        to="firm",
        title="一份录用到期没有答复",
        body=f"“{post.title}”：对方到期没有答复，这个名额可以给别人了。",
    )
    finish(turn, Move.LAPSE)
    return True
