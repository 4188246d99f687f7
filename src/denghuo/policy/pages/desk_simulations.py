"""The officers' desk: change a figure, see who gains, who loses, what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.sweeps import start_sweep
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.queries.library import library, policy, registry
from denghuo.policy.queries.sweeps import RunView, SweepNotFoundError, run, runs, source, sources


class NotADayError(RefusalError):
    """The day asked about cannot be read."""

    code = "policy.not_a_day"
    template = "“{text}”不是日期。请写 2026-11-23 这样。"


class SourceNeededError(RefusalError):
    """A simulation needs a file to try the figures on."""

    code = "policy.source_needed"
    template = "请选一个数据文件。"


_COUNTS = ("rows", "gain", "lose", "more", "less", "before", "after")
_LENGTH_MAX = 40


@never_cache
@require_safe
@allowed(policy_staff)
def simulations(request: ActorRequest) -> HttpResponseBase:
    """Choose a policy to try; the latest simulations below."""
    rows = [
        {
            "href": reverse("policy_simulate", args=[each.id]),
            "cells": [each.names.zh, str(len(each.versions))],
        }
        for each in library().values()
    ]
    names = {each.id: each.names.zh for each in library().values()}
    done = [
        {
            "href": reverse("policy_simulation", args=[each.id]),
            "name": names.get(each.policies[0], each.policies[0]),
            "changes": _change_words(each),
            "at": each.created_at,
            "state": each.state,
        }
        for each in runs(kind="simulation")
    ]
    context = {
        "rows": rows,
        "columns": [{"name": _("政策")}, {"name": _("几个版本"), "number": True}],
        "done": done,
    }
    return render(request, "policy/desk/simulations.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def simulate(request: ActorRequest, policy_id: str) -> HttpResponseBase:
    """The dated figures of one policy, each in a field; a file; a day."""
    definition = policy(policy_id)
    error, status = "", 200
    if request.method == "POST":
        try:
            run_id = _start(request, definition)
        except RefusalError as refused:
            error, status = refused.sentence, 422
        else:
            return redirect("policy_simulation", run_id=run_id)
    context = {
        "policy": policy_id,
        "name": definition.names.zh,
        "versions": [
            {
                "key": version.key,
                "start": version.start,
                "until": version.until,
                "figures": [
                    {
                        "field": f"{version.key}|{param.name}",
                        "name": param.label.zh if param.label else param.name,
                        "now": figure_text(param.held),
                        "value": request.POST.get(
                            f"{version.key}|{param.name}", figure_text(param.held)
                        ),
                        "unit": param.unit,
                    }
                    for param in version.params.values()
                ],
            }
            for version in reversed(definition.versions)
            if version.params
        ],
        "sources": sources(),
        "chosen": request.POST.get("source", ""),
        "as_of": request.POST.get("as_of") or timezone.localdate().isoformat(),
        "error": error,
    }
    return render(request, "policy/desk/simulate.html", context, status=status)


@never_cache
@require_safe
@allowed(policy_staff)
def simulation(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Who gains, who loses, what it costs, by league and by size class."""
    view = run(run_id)
    if view.kind != "simulation":
        raise SweepNotFoundError
    difference: list[dict[str, Any]] = view.summary.get("difference", [])
    total = _sum(difference)
    context = {
        "view": view,
        "name": policy(view.policies[0]).names.zh,
        "changes": _change_words(view),
        "done": view.rows_done,
        "total_rows": view.rows_total or view.rows_done or 1,
        "poll": request.path,
        "total": _words(_("合计"), total),
        "cost": str(Money(total["after"] - total["before"])),
        "raises": total["after"] >= total["before"],
        "by_league": _by(difference, "league", _LEAGUES),
        "by_size": _by(difference, "size", _size_names()),
    }
    response = render(request, "policy/desk/simulation.html", context)
    if request.headers.get("HX-Request") and view.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


def _start(request: ActorRequest, definition: PolicyDefinition) -> UUID:
    found = source(request.POST.get("source", ""))
    if found is None:
        raise SourceNeededError(field="source")
    changes = {
        (version.key, param.name): typed[:_LENGTH_MAX]
        for version in definition.versions
        for param in version.params.values()
        if (typed := request.POST.get(f"{version.key}|{param.name}", "").strip())
        and typed != figure_text(param.held)
    }
    return start_sweep(
        actor=request.actor,
        source=found.path,
        source_name=found.name,
        policies=[definition.id],
        as_of=_day(request.POST.get("as_of", "")),
        changes=changes,
        now=timezone.now(),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADayError(field="as_of", text=text[:20]) from None


def _change_words(view: RunView) -> list[str]:
    names = {
        (version.key, param.name): param.label.zh if param.label else param.name
        for version in policy(view.policies[0]).versions
        for param in version.params.values()
    }
    return [
        f"{names.get((version, name), name)}：{before} → {after}"
        for version, name, before, after in view.changes
    ]


def _sum(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    found = dict.fromkeys(_COUNTS, 0)
    for row in rows:
        for count in _COUNTS:
            found[count] += row[count]
    return found


def _by(rows: list[dict[str, Any]], key: str, names: dict[str, str]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key] or "", []).append(row)
    return [
        _words(names.get(group, group) or _("没有登记"), _sum(each))
        for group, each in sorted(groups.items())
    ]


def _words(name: str, sums: dict[str, int]) -> dict[str, Any]:
    change = Money(sums["after"] - sums["before"])
    return {
        "name": name,
        "cells": [
            name,
            f"{sums['gain']:,}",
            f"{sums['lose']:,}",
            f"{sums['more']:,}",
            f"{sums['less']:,}",
            Money(sums["before"]).yuan_text,
            Money(sums["after"]).yuan_text,
            ("+" if change.fen > 0 else "") + change.yuan_text,
        ],
        **sums,
    }


def _size_names() -> dict[str, str]:
    spec = registry().get("size_class")
    return {value: words.zh for value, words in spec.values.items()} if spec else {}


# The region's leagues and cities by the first four digits of a division code (GB/T 2260). The
# policy room may not ask the places room, a neighbour on its floor; these twelve do not change
# without a State Council decision.
_LEAGUES = {
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
