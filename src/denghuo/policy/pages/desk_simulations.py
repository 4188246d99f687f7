"""The officers' desk: change a figure and try it before anything is published."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.sweeps import IdempotencyKeyReusedError, start_sweep
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.definition import Param, PolicyDefinition, PolicyVersion
from denghuo.policy.pages.desk_sweeps import source_words
from denghuo.policy.pages.desk_tables import address, csv_answer, word_sought
from denghuo.policy.pages.desk_words import (
    audience_words,
    figure_held,
    figure_now,
    figure_shown,
    state_words,
    version_words,
)
from denghuo.policy.queries.library import library, policy
from denghuo.policy.queries.sweeps import RunView, runs, source, sources


class NotADayError(RefusalError):
    """The day asked about cannot be read."""

    code = "policy.not_a_day"
    template = "“{text}”不是日期。请写 2026-11-23 这样。"


class SourceNeededError(RefusalError):
    """A simulation needs a file to try the figures on."""

    code = "policy.source_needed"
    template = "请选一个数据文件。"


_LENGTH_MAX = 40


@never_cache
@require_safe
@allowed(policy_staff)
def simulations(request: ActorRequest) -> HttpResponseBase:
    """Choose a policy to try; the latest simulations below."""
    word = word_sought(request.GET.get("q", ""))
    found = [
        each
        for each in library().values()
        if word in each.names.zh and any(version.params for version in each.versions)
    ]
    header = [_("政策"), _("对象"), _("几个版本"), _("能改的数")]
    cells = [
        [
            each.names.zh,
            audience_words(each.audience),
            f"{len(each.versions)}",
            f"{sum(len(version.params) for version in each.versions)}",
        ]
        for each in found
    ]
    if request.GET.get("format") == "csv":
        return csv_answer("simulations.csv", header, cells)
    context = {
        "search": _("找一项政策"),
        "q": word,
        "count": len(found),
        "export": address(request.path, q=word, format="csv"),
        "rows": [
            {"href": reverse("policy_simulate", args=[each.id]), "cells": row}
            for each, row in zip(found, cells, strict=True)
        ],
        "columns": [{"name": name, "number": place > 1} for place, name in enumerate(header)],
        "done": [_done(each) for each in runs(kind="simulation", actor=request.actor, limit=20)],
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
            return redirect("policy_comparison", run_id=run_id)
    today = timezone.localdate()
    speaking = {segment.version.key for segment in definition.in_force()}
    applying = {segment.version.key for segment in definition.in_force() if today in segment}
    versions = [
        {
            "name": version_words(version),
            "now": version.key in applying,
            "replaced": version.key not in speaking,
            "open": _is_touched(request, version) if request.method == "POST" else first,
            "figures": [_figure(request, version, param) for param in version.params.values()],
        }
        for first, version in _newest_first(definition)
    ]
    context = {
        "policy": policy_id,
        "name": definition.names.zh,
        "versions": versions,
        "sources": source_choices(request),
        "as_of": request.POST.get("as_of") or today.isoformat(),
        "token": uuid4(),
        "error": error,
    }
    return render(request, "policy/desk/simulate.html", context, status=status)


def source_choices(request: ActorRequest) -> list[dict[str, Any]]:
    """The files of the actor's area, the one chosen before marked."""
    chosen = request.POST.get("source", "")
    return [
        {"name": each.name, "words": source_words(each.name, each.rows), "on": each.name == chosen}
        for each in sources(request.actor)
    ]


def _newest_first(definition: PolicyDefinition) -> list[tuple[bool, PolicyVersion]]:
    """The versions that have figures, the latest first; the first of them stands open."""
    having = [version for version in reversed(definition.versions) if version.params]
    return [(place == 0, version) for place, version in enumerate(having)]


def _field(version: PolicyVersion, param: Param) -> str:
    return f"{version.key}|{param.name}"


def _figure(request: ActorRequest, version: PolicyVersion, param: Param) -> dict[str, Any]:
    field, held = _field(version, param), figure_text(param.held)
    return {
        "field": field,
        "name": param.label.zh if param.label else param.name,
        "now": figure_now(param),
        "value": request.POST.get(field, figure_shown(param, held)),
        "assumed": param.status == "assumed",
    }


def _is_touched(request: ActorRequest, version: PolicyVersion) -> bool:
    return any(
        request.POST.get(_field(version, param), "").strip()
        not in ("", figure_shown(param, figure_text(param.held)))
        for param in version.params.values()
    )


def _start(request: ActorRequest, definition: PolicyDefinition) -> UUID:
    changes = {}
    for version in definition.versions:
        for param in version.params.values():
            typed = request.POST.get(_field(version, param), "").strip()[:_LENGTH_MAX]
            if typed and typed != figure_shown(param, figure_text(param.held)):
                changes[version.key, param.name] = figure_held(param, typed)
    return start_comparison(request, [definition.id], changes=changes)


def start_comparison(request: ActorRequest, policies: list[str], **what: Any) -> UUID:
    """Ask for a simulation or a look back over the file and for the day of the form.

    One form is one run, however often its button is pressed.
    """
    found = source(request.POST.get("source", ""), request.actor)
    if found is None:
        raise SourceNeededError(field="source")
    asked = {
        "actor": request.actor,
        "source": found.path,
        "source_name": found.name,
        "policies": policies,
        "as_of": read_day(request.POST.get("as_of", ""), "as_of"),
        "now": timezone.now(),
        **what,
    }
    try:
        return start_sweep(**asked, run_id=_token(request))
    except IdempotencyKeyReusedError:  # sent again with other words, from the page gone back to
        return start_sweep(**asked, run_id=uuid4())


def _token(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def read_day(text: str, field: str) -> date:
    """A day from a form's field. Raises ``NotADayError``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADayError(field=field, text=text[:20]) from None


def change_words(view: RunView) -> list[str]:
    """What a simulation changed, in the words of its form."""
    params = {
        (version.key, param.name): (version, param)
        for version in policy(view.policies[0], view.created_at).versions
        for param in version.params.values()
    }
    words = []
    for key, name, before, after in view.changes:
        version, param = params.get((key, name), (None, None))
        label = param.label.zh if param and param.label else name
        was, now = (figure_shown(param, one) if param else one for one in (before, after))
        when = f"{version_words(version)} · " if version and len(view.changes) > 1 else ""
        words.append(f"{when}{label}：{was} → {now}")
    return words


def _done(view: RunView) -> dict[str, Any]:
    shown = library(view.created_at).get(view.policies[0])
    return {
        "href": reverse("policy_comparison", args=[view.id]),
        "name": shown.names.zh if shown else view.policies[0],
        "changes": change_words(view) if shown else [],
        "source": view.source_name,
        "at": view.created_at,
        "state": state_words(view.state) if view.state != "done" else "",
    }
