"""The public library: every policy with its four steps, its versions and their sources."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pypinyin import Style, lazy_pinyin

from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.definition import Param, PolicyDefinition, PolicyVersion
from denghuo.policy.logic.display import Display
from denghuo.policy.logic.policy_forms import search_text
from denghuo.policy.queries.library import library, policy, speaking_text, texts_of

_AUDIENCES = ("person", "firm", "pair")
_QUERY_MAX = 40


@require_safe
@allowed(anyone)
def policies(request: ActorRequest) -> HttpResponseBase:
    """Every policy, searched by words or pinyin, filtered by whom it is for."""
    language = _language()
    query = request.GET.get("q", "").strip()[:_QUERY_MAX]
    audience = request.GET.get("audience", "")
    words = _audience_words()
    rows = [
        {
            "id": each.id,
            "name": each.names.in_language(language),
            "summary": each.summary.in_language(language),
            "audience": words[each.audience],
            "assumed": each.status == "assumed",
        }
        for each in library().values()
        if (audience not in _AUDIENCES or each.audience == audience)
        and _matches(each, query, language)
    ]
    filters = [
        {
            "name": "audience",
            "label": _("给谁的"),
            "chosen": audience,
            "options": [{"value": key, "text": text} for key, text in words.items()],
        }
    ]
    context = {
        "rows": rows,
        "q": query,
        "filters": filters,
        "count": len(rows),
        # One notice says it for all; a tag on each line would drown the list.
        "all_assumed": bool(rows) and all(row["assumed"] for row in rows),
    }
    return render(request, "policy/library.html", context)


@require_safe
@allowed(anyone)
def policy_page(request: ActorRequest, policy_id: str) -> HttpResponseBase:
    """One policy: can I, what to bring, where, how long; every version with its figures."""
    definition = policy(policy_id)
    language = _language()
    today = timezone.localdate()
    current = _current(definition, today)
    steps = definition.steps
    context = {
        "definition": definition,
        "name": definition.names.in_language(language),
        "title": definition.names.in_language(language),
        "on": today.isoformat(),
        "summary": definition.summary.in_language(language),
        "audience": _audience_words()[definition.audience],
        "anchor": _anchor_words(definition, language),
        "pending": definition.pending,
        "steps": [
            {"id": "can", "title": _("我能办吗"), "text": steps.can.in_language(language)},
            {"id": "bring", "title": _("要带什么"), "text": steps.bring.in_language(language)},
            {"id": "where", "title": _("去哪办"), "text": steps.where.in_language(language)},
            {"id": "long", "title": _("多久"), "text": steps.how_long.in_language(language)},
        ],
        "documents": [each.in_language(language) for each in definition.documents],
        "object_to": definition.object_to.in_language(language),
        "versions": [
            _version_view(each, language, current) for each in reversed(definition.versions)
        ],
        "published": [each for each in texts_of(policy_id) if each.published_at],
    }
    return render(request, "policy/policy.html", context)


@require_safe
@allowed(anyone)
def policy_text(request: ActorRequest, policy_id: str) -> HttpResponseBase:  # noqa: ARG001
    """The dated text as written: what every answer is computed from."""
    response = HttpResponse(speaking_text(policy_id), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{policy_id}.yaml"'
    return response


def _current(definition: PolicyDefinition, today: date) -> str | None:
    """The version that speaks for today; where another day chooses it, none is "the" current."""
    if definition.anchor_fact is not None:
        return None
    return next((each.version.key for each in definition.in_force() if today in each), None)


def _anchor_words(definition: PolicyDefinition, language: str) -> str:
    """Which day chooses the version, where it is not the day of asking."""
    name = definition.anchor_fact
    return definition.specs[name].labels.in_language(language) if name else ""


def _version_view(version: PolicyVersion, language: str, current: str | None) -> dict[str, Any]:
    return {
        "key": version.key,
        "current": version.key == current,
        "start": version.start,
        "until": version.until,
        # A later text over the same days is told apart by the day it was published.
        "published_on": version.known_from if version.replaces else None,
        "status": version.status,
        "source": str(version.source),
        "url": version.source.url,
        "note": version.note,
        "conditions": [
            {"sentence": _general(each.says.passed.in_language(language)), "basis": each.basis}
            for each in version.conditions
        ],
        "params": [_param_view(each, language) for each in version.params.values()],
    }


def _general(sentence: str) -> str:
    """A condition's sentence with no one's facts in it: the places become "…"."""
    parts = sentence.split("{")
    return parts[0] + "".join("…" + part.partition("}")[2] for part in parts[1:])


def _param_view(param: Param, language: str) -> dict[str, str]:
    value = param.held.value
    shown = figure_text(param.held)
    if param.unit in ("fen", "ratio") and isinstance(value, int):
        form = Display("money" if param.unit == "fen" else "percent", param.held.type.scale)
        shown = form.show(value, language)
    elif param.unit:
        shown = f"{shown} {param.unit}"
    return {
        "name": param.label.in_language(language) if param.label else param.name,
        "value": shown,
        "source": param.source,
        "assumed": "1" if param.status == "assumed" else "",
        "note": param.note,
    }


def _matches(definition: PolicyDefinition, query: str, language: str) -> bool:
    """Every word of the query stands in the text, or the query is the name's pinyin."""
    if not query:
        return True
    text = search_text(definition, language).casefold()
    if all(word in text for word in query.casefold().split()):
        return True
    typed = query.casefold().replace(" ", "")
    full = "".join(lazy_pinyin(definition.names.zh))
    initials = "".join(lazy_pinyin(definition.names.zh, style=Style.FIRST_LETTER))
    return typed.isascii() and (typed in full or typed in initials)


def _audience_words() -> dict[str, str]:
    return {"person": _("个人"), "firm": _("单位"), "pair": _("个人和单位")}


def _language() -> str:
    return (get_language() or "zh").partition("-")[0]
