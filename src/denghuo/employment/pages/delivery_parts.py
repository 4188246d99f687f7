"""What the pages of a table have in common, whether a firm or an officer brought it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from denghuo.employment.forms.posts import FileHeadingsForm
from denghuo.employment.logic.feeds import COLUMNS, Column
from denghuo.employment.logic.feeds.troubles import SENTENCES
from denghuo.employment.models import PostDelivery, PostDeliveryRow
from denghuo.employment.queries.deliveries import DeliveryView, RowRemark, remarks_of
from denghuo.kernel.spreadsheet import table_lines

REMARKS_MAX = 10_000
_SHOWN_MAX = 100
# Up to so many are listed at once; beyond that somebody chooses a reason first.
LISTED_AT_ONCE = 30
_ATTEMPT_DIGITS = 9


def moving(request: HttpRequest, view: DeliveryView, sentence: str) -> dict[str, Any]:
    """How far a table is, for the bar."""
    done = view.cursor if view.state == PostDelivery.State.APPLYING else 0
    return {
        "view": view,
        "sentence": sentence,
        "done": done,
        "total": view.rows_total or done or 1,
        "poll": request.path,
    }


def progress(request: HttpRequest, view: DeliveryView, sentence: str) -> HttpResponseBase:
    """The bar alone, for a script that asks; at rest the whole page is due."""
    answer = render(request, "employment/_moving.html", moving(request, view, sentence))
    if not view.is_moving:
        answer.headers["HX-Refresh"] = "true"
    return answer


def headings_form(
    view: DeliveryView, posted: Any, columns: Mapping[Column, str]
) -> FileHeadingsForm:
    """Which heading is which of the columns."""
    return FileHeadingsForm(
        posted,
        headings=list(dict.fromkeys(one for one in view.headings if one)),
        columns=cast("Mapping[str, str]", columns),
        chosen=cast("Mapping[str, str]", view.columns),
        needed=view.needed,
    )


def remarks(view: DeliveryView, *, code: str = "") -> dict[str, Any]:
    """The first remarks of a table and how many more; only those of one reason, if asked."""
    found = remarks_of(view.id, limit=REMARKS_MAX)
    chosen = [one for one in found if not code or one.code == code]
    return {
        "remarks": [_line(one) for one in chosen[:_SHOWN_MAX]],
        "more": max(0, len(chosen) - _SHOWN_MAX),
        "reasons": _reasons(found),
        "reason": code,
        "listed": bool(code) or len(found) <= LISTED_AT_ONCE,
    }


def _reasons(found: Sequence[RowRemark]) -> list[dict[str, Any]]:
    """Each reason with how many rows it is said of, the most frequent first."""
    counts = Counter(one.code for one in found)
    first = {one.code: one for one in reversed(found)}
    return [
        {"code": code, "count": count, **_line(first[code])}
        for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def _line(one: RowRemark) -> dict[str, Any]:
    grades = {
        PostDeliveryRow.Grade.REFUSED: (_("要改"), "no"),
        PostDeliveryRow.Grade.HELD: (_("先不公开"), "wait"),
        PostDeliveryRow.Grade.NOTED: (_("提示"), "fact"),
    }
    grade, tone = grades[PostDeliveryRow.Grade(one.grade)]
    values = {name: _(value) if value else "" for name, value in one.values.items()}
    return {
        "line": one.line,
        "column": _(COLUMNS[cast("Column", one.column)]) if one.column in COLUMNS else "",
        "grade": grade,
        "tone": tone,
        "sentence": _(SENTENCES[one.code]).format(**values),
    }


def remarks_table(view: DeliveryView) -> HttpResponse:
    """What is wrong with which row, to be put right in the table."""
    found = [_line(one) for one in remarks_of(view.id, limit=REMARKS_MAX)]
    headings = (_("行"), _("列"), _("怎么了"), _("说明"))
    cells = ((one["line"], one["column"], one["grade"], one["sentence"]) for one in found)
    answer = HttpResponse(
        "\ufeff" + "".join(table_lines([headings, *cells])),
        content_type="text/csv; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="remarks.csv"'
    return answer


def attempt_of(request: HttpRequest) -> int:
    """Which check the one who presses has seen; -1 where that is not said."""
    said = request.POST.get("attempt", "")
    return int(said) if said.isdecimal() and len(said) < _ATTEMPT_DIGITS else -1
