"""The officers' desk: the library with its texts on their way, the editor, differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.access import may_publish, may_write, policy_staff
from denghuo.policy.actions import texts as moves
from denghuo.policy.forms import ReasonForm, TextForm
from denghuo.policy.logic.cases import CaseResult, run_cases
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.difference import Change, differences
from denghuo.policy.pages.desk_tables import address, csv_answer, word_sought
from denghuo.policy.pages.desk_words import audience_words
from denghuo.policy.queries.library import (
    PolicyNotFoundError,
    TextNotFoundError,
    library,
    policy,
    read_text,
    speaking_text,
    text,
    texts_in,
    texts_of,
)

_STATES = ("proposed", "draft")
_AUDIENCES = ("person", "firm", "pair")
_STATUS: dict[str, Callable[[], str]] = {
    "verified": lambda: _("已核实"),
    "assumed": lambda: _("有未核实的数字"),
}
_SORTS: dict[str, Callable[[PolicyDefinition], Any]] = {
    "name": lambda each: each.names.zh,
    "-versions": lambda each: -len(each.versions),
}


def check_cases(written: str) -> tuple[str, str] | None:
    """The first worked case of a text that comes out otherwise, with the difference."""
    for result in run_cases(read_text(written)):
        if result.problems:
            return result.case.name, "；".join(result.problems)
    return None


@never_cache
@require_safe
@allowed(policy_staff)
def desk(request: ActorRequest) -> HttpResponseBase:
    """Every policy, and the texts that wait for somebody."""
    names = {name: each.names.zh for name, each in library().items()}
    waiting = [
        {"view": each, "name": names.get(each.policy, each.policy)}
        for state in _STATES
        for each in texts_in(state)
        if state == "proposed" or each.author == request.actor.staff_id
    ]
    word = word_sought(request.GET.get("q", ""))
    chosen = {name: request.GET.get(name, "") for name in ("audience", "status")}
    found = [
        each
        for each in library().values()
        if word in each.names.zh
        and chosen["audience"] in ("", each.audience)
        and chosen["status"] in ("", each.status)
    ]
    sort = request.GET.get("sort", "")
    if sort in _SORTS:
        found.sort(key=_SORTS[sort])
    rows = [_policy_line(each) for each in found]
    if request.GET.get("format") == "csv":
        header = (_("政策"), _("对象"), _("版本"), _("算例"), _("核实"), _("这里发布过"))
        return csv_answer("policies.csv", header, [list(row.values())[1:] for row in rows])
    context = {
        "rows": rows,
        "waiting": waiting,
        "may_write": may_write(request.actor),
        "search": _("找一项政策"),
        "q": word,
        "filters": _filters(chosen),
        "sorts": [
            {"value": "", "text": _("按编号")},
            {"value": "name", "text": _("按名字")},
            {"value": "-versions", "text": _("版本多的在前")},
        ],
        "sort": sort,
        "count": len(rows),
        "export": address(request.path, q=word, **chosen, format="csv"),
    }
    return render(request, "policy/desk/policies.html", context)


def _filters(chosen: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": "audience",
            "label": _("对象"),
            "chosen": chosen["audience"],
            "options": [{"value": one, "text": audience_words(one)} for one in _AUDIENCES],
        },
        {
            "name": "status",
            "label": _("核实"),
            "chosen": chosen["status"],
            "options": [{"value": one, "text": words()} for one, words in _STATUS.items()],
        },
    ]


def _policy_line(each: PolicyDefinition) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.names.zh,
        "audience": audience_words(each.audience),
        "versions": len(each.versions),
        "cases": len(each.cases),
        "status": _STATUS[each.status](),
        "published": len([one for one in texts_of(each.id) if one.published_at]),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def write(request: ActorRequest, policy_id: str) -> HttpResponseBase:
    """A new draft, beginning with the text that speaks."""
    if not may_write(request.actor):
        raise PolicyNotFoundError
    form = TextForm(request.POST or None, initial={"text": speaking_text(policy_id)})
    if request.method == "POST" and form.is_valid():
        try:
            text_id = moves.draft_text(
                actor=request.actor,
                text=form.cleaned_data["text"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except RefusalError as refused:
            form.add_error("text", refused.sentence)
        else:
            messages.success(request, _("草稿存好了。"))
            return redirect("policy_desk_text", text_id=text_id)
    return _editor(request, form, policy_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(policy_staff)
def edit(request: ActorRequest, text_id: UUID) -> HttpResponseBase:
    """Change one's own draft."""
    view = text(text_id)
    is_open = view.state == "draft" and view.author == request.actor.staff_id
    if request.method != "POST" and not is_open:
        return redirect("policy_desk_text", text_id=text_id)
    form = TextForm(request.POST or None, initial={"text": view.text, "note": view.note})
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            moves.edit_text(
                actor=request.actor,
                text_id=text_id,
                text=form.cleaned_data["text"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except RefusalError as refused:  # what was written stays in the form, whatever it is
            form.add_error("text", refused.sentence)
            status = refused.status
        else:
            messages.success(request, _("草稿存好了。"))
            return redirect("policy_desk_text", text_id=text_id)
    return _editor(request, form, view.policy, status=status)


@never_cache
@require_safe
@allowed(policy_staff)
def show(request: ActorRequest, text_id: UUID) -> HttpResponseBase:
    """One text: what it changes by rule, its worked cases, and what may be done with it."""
    view = text(text_id)
    definition = read_text(view.text)
    own = view.author == request.actor.staff_id
    results = run_cases(definition)
    context = {
        "view": view,
        "name": definition.names.zh,
        "changes": _changes(definition),
        "cases": [_case(each) for each in results],
        "cases_wrong": sum(bool(each.problems) for each in results),
        "can_edit": view.state == "draft" and own,
        "can_judge": view.state == "proposed" and may_publish(request.actor) and not own,
        "can_withdraw": view.state == "published" and may_publish(request.actor),
        "own_proposed": view.state == "proposed" and own,
        "lines": view.text.splitlines(),
        "form": ReasonForm(),
    }
    return render(request, "policy/desk/text.html", context)


@require_POST
@allowed(policy_staff)
def move(request: ActorRequest, text_id: UUID, step: str) -> HttpResponseBase:
    """Propose, return, publish, withdraw or discard; the state machine says who may."""
    now, actor = timezone.now(), request.actor
    reason, digest = request.POST.get("reason", ""), request.POST.get("digest", "")
    if step == "propose":
        moves.propose_text(actor=actor, text_id=text_id, digest=digest, check=check_cases, now=now)
        messages.success(request, _("已交给另一位同事发布。"))
    elif step == "return":
        moves.return_text(actor=actor, text_id=text_id, digest=digest, reason=reason, now=now)
        messages.success(request, _("已退回，原因写给了作者。"))
    elif step == "publish":
        moves.publish_text(actor=actor, text_id=text_id, digest=digest, now=now)
        messages.success(request, _("已发布。从现在起按这份文本回答。"))
    elif step == "withdraw":
        moves.withdraw_text(actor=actor, text_id=text_id, digest=digest, reason=reason, now=now)
        messages.success(request, _("已撤下。原来的文本重新生效。"))
    elif step == "discard":
        moves.discard_text(actor=actor, text_id=text_id, now=now)
        messages.success(request, _("草稿放到一边了。"))
    else:
        raise TextNotFoundError
    return redirect("policy_desk_text", text_id=text_id)


def _editor(
    request: ActorRequest, form: TextForm, policy_id: str, *, status: int = 422
) -> HttpResponseBase:
    shown = library().get(policy_id)
    context = {"form": form, "name": shown.names.zh if shown else policy_id}
    return render(
        request, "policy/desk/editor.html", context, status=status if form.errors else 200
    )


def _changes(definition: PolicyDefinition) -> list[dict[str, str]]:
    """Against the text that speaks now; a new policy has nothing to differ from."""
    try:
        before = policy(definition.id)
    except PolicyNotFoundError:
        return []
    return [_change(each) for each in differences(before, definition)]


def _change(change: Change) -> dict[str, str]:
    weights = {"rule": _("规则"), "words": _("文字"), "cases": _("算例")}
    return {
        "weight": weights[change.weight],
        "kind": "wait" if change.weight == "rule" else "fact",
        "place": change.place,
        "before": change.before or _("（没有）"),
        "after": change.after or _("（没有）"),
    }


def _case(result: CaseResult) -> dict[str, Any]:
    return {
        "name": result.case.name,
        "source": result.case.source,
        "verdict": result.answer.verdict.word,
        "amount": result.answer.amount_shown,
        "problems": result.problems,
    }
