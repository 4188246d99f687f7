"""Lists of the API, a page at a time, by where the last page ended.

A page number would skip or repeat rows while new ones arrive; a mark of the last row does not.
The mark is opaque to programs: it is sent back as it came.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_noop as _
from ninja import Query

from denghuo.kernel.refusal import RefusalError

LIMIT, LIMIT_MAX = 50, 200
MARK_LENGTH_MAX = 20_000
AnyModel = TypeVar("AnyModel", bound=Model)

After = Annotated[
    str,
    Query(
        max_length=200,
        description=_("上一页回答里的 next；第一页不写"),
    ),
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description=_("一页最多几条"))]


class NotMarkError(RefusalError):
    """Not a mark that an earlier page gave."""

    code = "platform.not_mark"
    template = "这个翻页标记读不懂。请照上一页回答里给的原样发回来。"


def write_mark(value: Any) -> str:
    """A value as an opaque word of an address."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_mark(text: str, *, field: str = "after") -> Any:
    """The value back. Raises ``NotMarkError``."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeError, binascii.Error, ValueError, RecursionError):
        raise NotMarkError(field=field) from None


def newest_first(
    rows: QuerySet[AnyModel], *, after: str, limit: int, at: str = "created_at"
) -> tuple[list[AnyModel], str | None]:
    """One page by ``at`` and id, the newest first, and the mark of the next where there is one.

    Raises ``NotMarkError``.
    """
    if after:
        when, last = _place(after)
        rows = rows.filter(Q(**{f"{at}__lt": when}) | Q(**{at: when, "pk__lt": last}))
    found = list(rows.order_by(f"-{at}", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    end = found[limit - 1]
    return found[:limit], write_mark([getattr(end, at).isoformat(), str(end.pk)])


def read_number_mark(after: str) -> int:
    """A mark that is a whole number; 0 where there is none. Raises ``NotMarkError``."""
    value = read_mark(after) if after else 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise NotMarkError(field="after")
    return value


def _place(after: str) -> tuple[datetime, UUID]:
    try:
        when, last = read_mark(after)
        moment = datetime.fromisoformat(when)
        if moment.tzinfo is None:
            raise NotMarkError(field="after")
        return moment, UUID(last)
    except (ValueError, TypeError, AttributeError):
        raise NotMarkError(field="after") from None
