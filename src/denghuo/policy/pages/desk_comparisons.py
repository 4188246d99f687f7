"""The officers' desk: two rules side by side: who gains, who loses, what it costs, and who it is.

A simulation sets the rule of now against the same rule with other figures; a look back sets what
was known on a day against what was known when it was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed, keep_sought
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.exports import log_export
from denghuo.policy.engines.answer_csv import decimals, header_line
from denghuo.policy.engines.compare import KINDS
from denghuo.policy.engines.safe_csv import csv_lines
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.pages.desk_simulations import (
    change_words,
    read_day,
    source_choices,
    start_comparison,
)
from denghuo.policy.pages.desk_sweeps import answer_progress, noticed, took
from denghuo.policy.pages.desk_tables import (
    address,
    by_amount,
    csv_stream,
    page_number,
    search_context,
    words_of,
)
from denghuo.policy.pages.desk_words import (
    Unit,
    amount_scale,
    amount_words,
    kind_words,
    state_words,
    total_words,
    unit_of,
    verdict_words,
    version_words,
)
from denghuo.policy.pages.desk_words import change_words as signed
from denghuo.policy.queries.library import library, policy, registry
from denghuo.policy.queries.sweep_rows import (
    SORTS,
    ChangedRow,
    Sort,
    changed_rows,
    count_changed,
    export_changed,
)
from denghuo.policy.queries.sweeps import RunView, SweepNotFoundError, run, runs

_MARKS = {"gain": "yes", "more": "yes", "lose": "no", "less": "wait", "open": ""}
_COUNTS = ("rows", *KINDS, "lacking", "before", "after")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def look_backs(request: ActorRequest) -> HttpResponseBase:
    """Ask who would get something else today than by what was known then; the latest below."""
    error, status = "", 200
    choices = [each for each in library().values() if each.audience != "pair"]
    if request.method == "POST":
        chosen = policy(request.POST.get("policy", ""))
        try:
            run_id = start_comparison(
                request,
                [chosen.id],
                known_before=read_day(request.POST.get("known_before", ""), "known_before"),
            )
        except RefusalError as refused:
            error, status = refused.sentence, 422
        else:
            return redirect("policy_comparison", run_id=run_id)
    context = {
        "policies": [
            {"id": each.id, "name": each.names.zh, "news": _news(each)} for each in choices
        ],
        "chosen": request.POST.get("policy", request.GET.get("policy", "")),
        "sources": source_choices(request),
        "as_of": request.POST.get("as_of") or timezone.localdate().isoformat(),
        "known_before": request.POST.get("known_before", ""),
        "token": uuid4(),
        "error": error,
        "done": [_done(each) for each in runs(kind="retro", actor=request.actor, limit=20)],
    }
    return render(request, "policy/desk/look_backs.html", context, status=status)


def _news(definition: PolicyDefinition) -> list[str]:
    """The versions that were published after the day from which they apply."""
    return [
        version_words(version)
        for version in definition.versions
        if version.known_from and (version.start is None or version.known_from > version.start)
    ]


def _done(view: RunView) -> dict[str, Any]:
    return {
        "href": reverse("policy_comparison", args=[view.id]),
        "name": _name(view),
        "words": _("按 {day} 知道的").format(day=view.known_before),
        "source": view.source_name,
        "at": view.created_at,
        "state": state_words(view.state) if view.state != "done" else "",
    }


@never_cache
@require_safe
@allowed(policy_staff)
def comparison(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Who gains, who loses, what it costs, by league and by size class; each opens to its rows."""
    view = _comparison(request, run_id)
    unit = unit_of(library(view.created_at).get(view.policies[0]))
    groups: list[dict[str, Any]] = view.summary.get("difference", [])
    total = _sum(groups)
    rows = reverse("policy_comparison_rows", args=[run_id])
    words = kind_words()
    context = {
        **_head(view),
        "took": took(view),
        **noticed(view),
        "cost": _cost(unit, total),
        "before": total_words(unit, total["before"]),
        "after": total_words(unit, total["after"]),
        "lacking": f"{total['lacking']:,}" if total["lacking"] else "",
        "kinds": [
            {
                "word": words[kind],
                "kind": _MARKS[kind],
                "count": f"{total[kind]:,}",
                "href": address(rows, kind=kind) if total[kind] else "",
            }
            for kind in KINDS
        ],
        "same": not any(total[kind] for kind in KINDS),
        "tables": [
            _group_table(caption, unit, _by(groups, key, names))
            for caption, key, names in (
                (_("盟市"), "league", LEAGUES),
                (_("规模"), "size", _size_names()),
            )
            if any(total[kind] for kind in KINDS) and any(group[key] for group in groups)
        ],
        "export": reverse("policy_comparison_export", args=[run_id]),
    }
    return answer_progress(request, view, "policy/desk/comparison.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def comparison_rows(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The subjects a change touches. Whom somebody looks for is posted."""
    view = _finished(request, run_id)
    if request.method == "POST":
        return keep_sought(request, now=timezone.now())
    kind, word = _kind(request), words_of(request)
    sort: Sort = next((each for each in SORTS if each == request.GET.get("sort", "")), "")
    page = changed_rows(
        view, kind=kind, word=word, sort=sort, page=page_number(request.GET.get("page", "1"))
    )
    unit = unit_of(library(view.created_at).get(view.policies[0]))
    words = kind_words()
    choice = {"name": "kind", "label": _("变化"), "chosen": kind}
    query = {"kind": kind, "sought": request.GET.get("sought", "") if word else ""}
    context = {
        **_head(view),
        "view": view,
        "page": page,
        "previous": address(request.path, **query, sort=sort, page=page.page - 1),
        "next": address(request.path, **query, sort=sort, page=page.page + 1),
        "page_shown": f"{page.page:,}",
        "pages_shown": f"{page.pages:,}",
        "rows": [_row_line(view, each, unit) for each in page.rows],
        "columns": [
            {"name": _("谁")},
            {"name": _("变化")},
            {"name": _("原来"), "number": True},
            {"name": _("现在"), "number": True},
            {"name": _("差"), "number": True},
            {"name": _("盟市")},
        ],
        "search": _("找一家"),
        **search_context(request),
        "filters": [{**choice, "options": [{"value": o, "text": words[o]} for o in KINDS]}],
        "sorts": by_amount(_("差额从高到低"), _("差额从低到高")),
        "sort": sort,
        "count": f"{page.total:,}",
        "export": address(reverse("policy_comparison_export", args=[run_id]), **query),
    }
    return render(request, "policy/desk/comparison_rows.html", context)


@require_safe
@allowed(policy_staff)
def comparison_export(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The subjects a change touches, as CSV; the export is in the audit."""
    view = _finished(request, run_id)
    kind, word = _kind(request), words_of(request)
    batches = export_changed(view, kind=kind, word=word)
    log_export(
        actor=request.actor,
        run_id=run_id,
        rows=count_changed(view, kind=kind, word=word),
        what="changed",
        now=timezone.now(),
    )
    unit = unit_of(library(view.created_at).get(view.policies[0]))
    return csv_stream(f"changed-{str(run_id)[:8]}.csv", _lines(batches, unit))


def _lines(batches: Iterable[Any], unit: Unit) -> Iterator[bytes]:
    header = (_("谁"), _("变化"), _("原来"), _("原来的金额"), _("现在"), _("现在的金额"), _("差"),
              _("盟市"), _("规模"))  # fmt: skip
    kinds, verdicts, sizes, scale = kind_words(), verdict_words(), _size_names(), amount_scale(unit)
    yield header_line(header)
    for batch in batches:
        columns = [
            batch.column("entity"),
            _worded(batch.column("kind"), kinds),
            _worded(batch.column("was"), verdicts),
            decimals(batch.column("paid"), scale),
            _worded(batch.column("is_now"), verdicts),
            decimals(batch.column("owed"), scale),
            decimals(batch.column("change"), scale),
            _worded(batch.column("league"), LEAGUES),
            _worded(batch.column("size"), sizes),
        ]
        yield csv_lines(pa.Table.from_arrays(columns, names=list(header)))


def _worded(column: pa.Array, words: dict[str, str]) -> pa.Array:
    coded = pc.dictionary_encode(column)
    texts = [words.get(each, each) for each in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def _comparison(request: ActorRequest, run_id: UUID) -> RunView:
    view = run(run_id, request.actor)
    if view.kind == "sweep":
        raise SweepNotFoundError
    return view


def _finished(request: ActorRequest, run_id: UUID) -> RunView:
    view = _comparison(request, run_id)
    if view.state != "done":
        raise SweepNotFoundError
    return view


def _head(view: RunView) -> dict[str, Any]:
    """What is compared, in words, and the way back."""
    retro = view.kind == "retro"
    compared = _("按 {then} 知道的规定，和 {now} 知道的比")
    asked_on = timezone.localdate(view.created_at).isoformat()
    return {
        "retro": retro,
        "name": _name(view),
        "what": [compared.format(then=view.known_before, now=asked_on)]
        if retro
        else change_words(view),
        "back": reverse("policy_look_backs" if retro else "policy_simulations"),
        "back_name": _("追溯") if retro else _("试算"),
    }


def _name(view: RunView) -> str:
    shown = library(view.created_at).get(view.policies[0])
    return shown.names.zh if shown else view.policies[0]


def _kind(request: ActorRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in KINDS else ""


def _cost(unit: Unit, total: dict[str, int]) -> str:
    """What the change costs; rates add up to nothing sensible."""
    change = total["after"] - total["before"]
    return signed(unit, change) if total_words(unit, 1) else ""


def _row_line(view: RunView, each: ChangedRow, unit: Unit) -> dict[str, Any]:
    words = verdict_words()

    def side(verdict: str, amount: int | None) -> str:
        if verdict != "entitled":
            return words[verdict]
        return amount_words(unit, amount) if amount is not None else words[verdict]

    change = "" if each.change is None or not total_words(unit, 1) else signed(unit, each.change)
    return {
        "href": address(
            reverse("policy_sweep_row", args=[view.id]),
            row=str(each.place),
            policy=view.policies[0],
        ),
        "cells": [
            each.entity,
            kind_words()[each.kind],
            side(each.was, each.paid),
            side(each.is_now, each.owed),
            change,
            LEAGUES.get(each.league, each.league),
        ],
    }


def _sum(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    found = dict.fromkeys(_COUNTS, 0)
    for row in rows:
        for count in _COUNTS:
            found[count] += row[count]
    return found


def _by(
    rows: list[dict[str, Any]], key: str, names: dict[str, str]
) -> list[tuple[str, dict[str, int]]]:
    """Groups by league or size, in the order of ``names``, the nameless last."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key] or "", []).append(row)
    order = [*names, *sorted(set(groups) - set(names) - {""}), ""]
    return [
        (names.get(group, group) or _("没有登记"), _sum(groups[group]))
        for group in order
        if group in groups
    ]


def _group_table(
    caption: str, unit: Unit, groups: list[tuple[str, dict[str, int]]]
) -> dict[str, Any]:
    """One table of groups; what happens to nobody in any group has no column."""
    words = kind_words()
    kinds = [kind for kind in KINDS if any(sums[kind] for _name, sums in groups)]
    money = bool(total_words(unit, 1))
    names = [words[kind] for kind in kinds]
    if money:
        yuan = _("（元）") if unit == "fen" else ""
        names += [f"{name}{yuan}" for name in (_("原来"), _("现在"), _("差"))]
    rows = []
    for name, sums in groups:
        cells = [name, *(f"{sums[kind]:,}" for kind in kinds)]
        if money:
            cells += [
                total_words(unit, sums["before"]),
                total_words(unit, sums["after"]),
                signed(unit, sums["after"] - sums["before"]),
            ]
        rows.append({"cells": [cell.removesuffix(" 元") for cell in cells]})
    columns = [{"name": caption}, *({"name": name, "number": True} for name in names)]
    return {"caption": caption, "columns": columns, "rows": rows}


def _size_names() -> dict[str, str]:
    spec = registry().get("size_class")
    return {value: words.zh for value, words in spec.values.items()} if spec else {}


# The region's leagues and cities by the first four digits of a division code (GB/T 2260). The
# policy room may not ask the places room, a neighbour on its floor; these twelve do not change
# without a State Council decision.
LEAGUES = {
    "1501": "呼和浩特市",
    "1502": "包头市",
    "1503": "乌海市",
    "1504": "赤峰市",
    "1505": "通辽市",
    "1506": "鄂尔多斯市",
    "1507": "呼伦贝尔市",
    "1508": "巴彦淖尔市",
    "1509": "乌兰察布市",
    "1522": "兴安盟",
    "1525": "锡林郭勒盟",
    "1529": "阿拉善盟",
}
