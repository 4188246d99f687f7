"""One word a day to those who asked for it: new posts that fit. Nothing new, no word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.employment.models import Post, Wish
from denghuo.employment.queries.matches import matches_for_person
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import consenting
from denghuo.platform.public import send_message

_AT_ONCE = 500


def tell_new_matches(*, now: datetime) -> int:
    """How many were told. Run again on the same day it tells nobody twice: the message's key is
    the wish and the day, and what was told is written beside it."""
    ids = list(
        Wish.objects.filter(state=Wish.State.LIVE).order_by("id").values_list("id", flat=True)
    )
    told = 0
    for start in range(0, len(ids), _AT_ONCE):
        rows = list(Wish.objects.filter(pk__in=ids[start : start + _AT_ONCE]).order_by("id"))
        agreed = consenting([one.person_id for one in rows], "job_digest")
        told += sum(_tell(one, now) for one in rows if one.person_id in agreed)
    return told


@transaction.atomic
def _tell(wish: Wish, now: datetime) -> bool:
    """Raises nothing for one who has withdrawn meanwhile: their list is not ranked then."""
    found = matches_for_person(wish.person_id, now)
    listed = [one.post.id for one in found.matches]
    since = wish.told_until or wish.changed_at
    new = Post.objects.filter(pk__in=listed, created_at__gt=since).count()
    Wish.objects.filter(pk=wish.pk).update(told_until=now)
    if not new:
        return False
    send_message(
        to=SubjectRef("person", wish.person_id),
        kind="employment.new_matches",
        title="有新的合适岗位",
        body=f"按您写的意愿，新来了 {new} 个合适的岗位。不想收了，在“找工作”里收回就行。",
        key=f"employment.new_matches:{wish.pk}:{day_of(now):%Y-%m-%d}",
        link="/me/work/",
        now=now,
    )
    return True
