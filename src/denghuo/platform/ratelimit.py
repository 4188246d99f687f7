"""How often something may be done: one row a key, over all processes.

Call ``spend`` before the transaction that does the work, never inside it: a refusal raised
later would roll the spending back, and a guesser of codes would have tries without end.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.crypto import lookup_digest
from denghuo.platform.models.rate import RateWindow

_MILLISECOND = timedelta(milliseconds=1)
_MINUTE_SECONDS = 60


class TooManyRequestsError(RefusalError):
    """The limit for this window is spent; ``wait_seconds`` until it ends."""

    code = "platform.too_many_requests"
    template = "次数太多了。请 {minutes} 分钟后再试。"
    status = 429


def spend(key: str, *, limit: int, per: timedelta, now: datetime) -> int:
    """Count one use of ``key``; return how many are left until the window ends.

    The window begins with the first use and lasts ``per``; ``limit`` uses fit in it. Raises
    ``TooManyRequestsError`` beyond that, and ``RuntimeError`` inside a transaction. ``key`` is
    ``purpose:what`` (``people.sign_in:13800000000``); it is stored as a digest only.

    The race: two processes read 4 of 5, both add one, both go through. Here reading, adding
    and beginning a new window are one statement, and the row's lock puts them in order.
    """
    now_ms = _milliseconds(now)
    table = RateWindow._meta.db_table  # noqa: SLF001  Django's public _meta
    over = f"{table}.ends_ms <= %s"
    sql = (
        f"INSERT INTO {table} (key, ends_ms, spent) VALUES (%s, %s, 1) "  # noqa: S608  own constant
        f"ON CONFLICT (key) DO UPDATE SET "
        f"spent = CASE WHEN {over} THEN 1 ELSE {table}.spent + 1 END, "
        f"ends_ms = CASE WHEN {over} THEN excluded.ends_ms ELSE {table}.ends_ms END "
        f"RETURNING spent, ends_ms"
    )
    digest = lookup_digest(key, field="platform.rate_window")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(sql, [digest, now_ms + _milliseconds_of(per), now_ms, now_ms])
        spent, ends_ms = cursor.fetchone()
    if spent <= limit:
        return int(limit - spent)
    wait_seconds = max(1, -(-(ends_ms - now_ms) // 1000))
    raise TooManyRequestsError(
        minutes=-(-wait_seconds // _MINUTE_SECONDS), wait_seconds=wait_seconds
    )


def forgive(key: str) -> None:
    """Begin anew for ``key``: the person has proved who they are."""
    RateWindow.objects.filter(key=lookup_digest(key, field="platform.rate_window")).delete()


def forget_ended_windows(*, now: datetime) -> int:
    """Remove rows whose window is over; return how many. Harmless to run twice."""
    return RateWindow.objects.filter(ends_ms__lte=_milliseconds(now)).delete()[0]


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _milliseconds_of(span: timedelta) -> int:
    return span // _MILLISECOND
