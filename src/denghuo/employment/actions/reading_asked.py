"""What posts ask for, read once and kept, so that a process that starts need not read all texts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from denghuo.employment.models import Post, PostAsked
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.columns import post_rows, read_row
from denghuo.kernel.clock import day_of

READ_ASKED = "employment.read_asked"


@transaction.atomic
def read_asked_of(post_ids: Collection[int], *, now: datetime) -> int:
    """Read these posts anew and keep what they ask for; how many. A post that changes meanwhile
    is newer than what is kept of it, and is read again by whoever needs it."""
    text = ability_text(day_of(now))
    made = []
    for row in post_rows(Post.objects.filter(pk__in=post_ids).order_by("id")):
        asked = read_row(row, text)
        made.append(
            PostAsked(
                post_id=row.id,
                read_of=row.changed_at,
                text_from=text.span.start,
                required=list(asked.required),
                tags=list(asked.tags),
                hazardous=asked.hazardous,
            )
        )
    PostAsked.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["read_of", "text_from", "required", "tags", "hazardous"],
    )
    return len(made)
