"""Anybody may say that something is wrong with a post; a person then looks at it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.employment.logic.reporting import REASONS, ReasonMissingError
from denghuo.employment.models import Post, PostQuestion
from denghuo.employment.queries.openness import open_on
from denghuo.employment.queries.posts import PostNotFoundError
from denghuo.platform.public import Actor, record_audit

QUESTION = "fraud_look"
_KEPT_MAX = 20


@transaction.atomic
def report_post(*, actor: Actor, post_id: int, reason: str, now: datetime) -> None:
    """Put the post in the queue of posts that may be a fraud, with the reason.

    The post stays visible: one press must not take an employer's post away. Who reported is not
    kept with the post. Race: two reports at once; the post's row is locked, so the second adds
    to the question of the first. Raises ``ReasonMissingError``, ``PostNotFoundError``.
    """
    if reason not in REASONS:
        raise ReasonMissingError
    post = Post.objects.select_for_update().filter(open_on(now), pk=post_id).first()
    if post is None:
        raise PostNotFoundError
    asked = PostQuestion.objects.filter(
        post=post, question=QUESTION, state=PostQuestion.State.OPEN
    ).first() or PostQuestion(post=post, question=QUESTION, created_at=now)
    reports = [*asked.told.get("reports", []), {"why": reason, "at": now.isoformat()}]
    asked.told = {**asked.told, "reports": reports[-_KEPT_MAX:]}
    asked.save()
    if QUESTION not in post.questions:
        post.questions = [*post.questions, QUESTION]
        post.save(update_fields=["questions"])
    record_audit(
        actor=actor,
        action="employment.report_post",
        subject=None,
        entity=f"employment.post:{post.pk}",
        detail={"why": reason},
        at=now,
    )
