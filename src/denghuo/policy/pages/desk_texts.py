"""The officers' desk: the library with its texts on their way, the editor, differences."""

from __future__ import annotations

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
from denghuo.policy.logic.document_text import DocumentError
from denghuo.policy.queries.library import (
    PolicyNotFoundError,
    library,
    policy,
    read_text,
    speaking_text,
    text,
    texts_in,
    texts_of,
)

_STATES = ("proposed", "draft")


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
    rows = [
        {
            "id": each.id,
            "name": each.names.zh,
            "versions": len(each.versions),
            "cases": len(each.cases),
            "assumed": each.status == "assumed",
            "published": len([one for one in texts_of(each.id) if one.published_at]),
        }
        for each in library().values()
    ]
    context = {"rows": rows, "waiting": waiting, "may_write": may_write(request.actor)}
    return render(request, "policy/desk/policies.html", context)


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
    form = TextForm(request.POST or None, initial={"text": view.text, "note": view.note})
    if request.method == "POST" and form.is_valid():
        try:
            moves.edit_text(
                actor=request.actor,
                text_id=text_id,
                text=form.cleaned_data["text"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except DocumentError as refused:
            form.add_error("text", refused.sentence)
        else:
            messages.success(request, _("草稿存好了。"))
            return redirect("policy_desk_text", text_id=text_id)
    return _editor(request, form, view.policy)


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
    reason = request.POST.get("reason", "")
    if step == "propose":
        moves.propose_text(actor=actor, text_id=text_id, check=check_cases, now=now)
        messages.success(request, _("已交给另一位同事发布。"))
    elif step == "return":
        moves.return_text(actor=actor, text_id=text_id, reason=reason, now=now)
        messages.success(request, _("已退回，原因写给了作者。"))
    elif step == "publish":
        moves.publish_text(actor=actor, text_id=text_id, now=now)
        messages.success(request, _("已发布。从现在起按这份文本回答。"))
    elif step == "withdraw":
        moves.withdraw_text(actor=actor, text_id=text_id, reason=reason, now=now)
        messages.success(request, _("已撤下。原来的文本重新生效。"))
    else:
        moves.discard_text(actor=actor, text_id=text_id, now=now)
        messages.success(request, _("草稿放到一边了。"))
    return redirect("policy_desk_text", text_id=text_id)


def _editor(request: ActorRequest, form: TextForm, policy_id: str) -> HttpResponseBase:
    context = {"form": form, "policy": policy_id, "wrong": form.errors.get("text", [])}
    return render(request, "policy/desk/editor.html", context, status=422 if form.errors else 200)


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
