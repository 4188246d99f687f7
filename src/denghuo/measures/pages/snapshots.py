"""A frozen figure, opened to its rows again, and what became of it since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.kernel.counted import CountedRow
from denghuo.kernel.money import Money
from denghuo.measures.access import readers
from denghuo.measures.actions.traces import log_rows_opened
from denghuo.measures.pages.rows import short_key
from denghuo.measures.pages.scope import area_name, page_number, span_text
from denghuo.measures.pages.words import with_unit
from denghuo.measures.queries.rows import ROWS_PER_PAGE
from denghuo.measures.queries.snapshots import Since, frozen_page, is_whole, since, snapshot
from denghuo.measures.queries.stored import is_personal
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, allowed

DIFFERENCES_SHOWN = 50


@never_cache
@require_safe
@allowed(readers)
def snapshot_page(request: ActorRequest, snapshot_id: UUID) -> HttpResponse:
    """The figure as it was published, its rows, and what is counted today."""
    view = snapshot(request.actor, snapshot_id)
    pages = max(1, -(-view.counted.rows // ROWS_PER_PAGE))
    page = min(max(1, page_number(request.GET.get("page", "1"))), pages)
    rows = frozen_page(view, first=(page - 1) * ROWS_PER_PAGE, many=ROWS_PER_PAGE)
    if rows and is_personal(view.definition):
        log_rows_opened(
            actor=request.actor, what=view.definition.id, span=view.span, area=view.area,
            rows=len(rows), now=timezone.now(),
        )  # fmt: skip
    unit, today = view.definition.unit, since(view)
    names = names_of({row.area for row in rows if row.area})
    money = unit.basis == "amount"
    context = {
        "view": view,
        "span": span_text(view.span),
        "area": area_name(view.area),
        "value": with_unit(view.value, unit),
        "target": with_unit(view.target, unit) if view.target else "",
        "value_today": with_unit(today.value, unit),
        "since": today,
        "changes": _changes(today),
        "whole": is_whole(view),
        "columns": [
            {"name": _("编号")},
            {"name": _("地区")},
            {"name": _("日期")},
            *([{"name": _("金额（元）"), "number": True}] if money else []),
        ],
        "rows": [
            {
                "cells": [
                    short_key(row),
                    names.get(row.area, row.area) or _("没有写"),
                    row.day.isoformat(),
                    *([_yuan(row)] if money else []),
                ]
            }
            for row in rows
        ],
        "count": f"{view.counted.rows:,}",
        "page": {"page": page, "pages": pages},
        "previous": f"?page={page - 1}",
        "next": f"?page={page + 1}",
        "back": f"{reverse('measure_page', args=[view.definition.id])}"
        f"?year={view.span.start.year}&area={view.area.code}",
    }  # fmt: skip
    return render(request, "measures/snapshot.html", context)


def _changes(today: Since) -> list[dict[str, Any]]:
    """The rows that came, went, or say otherwise, the first of each."""
    found = today.difference
    if found is None:
        return []
    changed = [f"{_told(was)} → {_told(now)}" for was, now in found.changed]
    kinds = (
        (_("后来补进来的"), [_told(row) for row in found.came]),
        (_("后来没有了的"), [_told(row) for row in found.went]),
        (_("后来改了的"), changed),
    )
    return [
        {
            "name": name,
            "total": len(lines),
            "lines": lines[:DIFFERENCES_SHOWN],
            "more": max(0, len(lines) - DIFFERENCES_SHOWN),
        }
        for name, lines in kinds
        if lines
    ]


def _told(row: CountedRow) -> str:
    parts = [short_key(row), row.day.isoformat()]
    if row.amount_fen is not None:
        parts.append(f"{Money(row.amount_fen).yuan_text} {_('元')}")
    if row.met is not None:
        parts.append(_("做到了") if row.met else _("没有做到"))
    return " · ".join(parts)


def _yuan(row: CountedRow) -> str:
    return "—" if row.amount_fen is None else Money(row.amount_fen).yuan_text
