"""What the best tenth of each 中类 pays, counted once a day over the open posts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from denghuo.employment.logic.occupations.table import path_of
from denghuo.employment.models import Post, UsualPay
from denghuo.employment.queries.openness import open_on
from denghuo.kernel.clock import day_of
from denghuo.platform.public import SYSTEM, record_audit

# Of fewer posts nothing is usual.
POSTS_LEAST = 20
_PERCENT = 90


def count_usual_pay(*, now: datetime) -> int:
    """Count anew; how many groups have enough posts."""
    held: dict[str, list[int]] = defaultdict(list)
    rows = Post.objects.filter(open_on(now), occupation_level__gte=2)
    for code, low, high in rows.values_list("occupation", "pay_low_fen", "pay_high_fen").iterator():
        if best := high or low:
            held[path_of(code)[1]].append(best)
    usual = [
        UsualPay(
            occupation=group,
            pay_high_fen=_ninetieth(paid),
            posts=len(paid),
            counted_on=day_of(now),
        )
        for group, paid in sorted(held.items())
        if len(paid) >= POSTS_LEAST
    ]
    with transaction.atomic():
        UsualPay.objects.all().delete()
        UsualPay.objects.bulk_create(usual)
        record_audit(
            actor=SYSTEM,
            action="employment.count_usual_pay",
            detail={"groups": len(usual)},
            at=now,
        )
    return len(usual)


def _ninetieth(paid: list[int]) -> int:
    """The nearest rank: nine tenths of the posts pay so much or less."""
    ordered = sorted(paid)
    return ordered[(len(ordered) * _PERCENT + 99) // 100 - 1]
