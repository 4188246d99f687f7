"""My benefits: which are mine, which are one step away, which are not, and why."""

from __future__ import annotations

import contextlib

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.platform.public import ActorRequest, NotAllowedError, allowed, anyone
from denghuo.policy.public import (
    DisputeOpenError,
    FactNotFoundError,
    PolicyNotFoundError,
    dispute_fact,
    disputes_of,
    facts_of,
    policy,
    registry,
    show_fact,
)
from denghuo.web.answer_views import answer_context, grouped
from denghuo.web.asking import Asking, asking, choose_kind, forget, reader_language
from denghuo.web.forms import DisputeForm
from denghuo.web.pages.benefit_questions import open_question


@never_cache
@require_safe
@allowed(anyone)
def benefits(request: ActorRequest) -> HttpResponseBase:
    """The whole library answered, in groups; without sign-in, the door to the quick check."""
    asked = asking(request)
    started = asked.subject is not None or bool(asked.asked)
    if not started:
        return render(request, "web/benefits/start.html", {"sign_in": "/sign-in/?next=/benefits/"})
    groups = grouped(asked.answer(definition) for definition in asked.definitions)
    question = open_question(asked)
    context = {
        "asked": asked,
        "groups": groups,
        "as_of": timezone.localtime(asked.now).date(),
        "question": question,
        "undecided": len(groups["open"]),
        "own_affairs": request.actor.mandate_id is None,
    }
    return render(request, "web/benefits/overview.html", context)


@never_cache
@require_safe
@allowed(anyone)
def benefit(request: ActorRequest, policy_id: str) -> HttpResponseBase:
    """One policy's answer with every condition, fact, source and date."""
    asked = asking(request)
    definition = policy(policy_id)
    if definition.audience != asked.kind:
        raise PolicyNotFoundError
    found = asked.answer(definition)
    context = answer_context(found, asked)
    if asked.subject is None and not asked.asked:
        context["unasked"] = True
    return render(request, "web/benefits/answer.html", {"asked": asked, **context})


@require_POST
@allowed(anyone)
def start_check(request: ActorRequest) -> HttpResponseBase:
    """Begin the quick check without signing in: for a person or for a firm."""
    if request.actor.acting_for is None:
        choose_kind(request, "firm" if request.POST.get("kind") == "firm" else "person")
    return redirect("benefit_questions")


@require_POST
@allowed(anyone)
def end_check(request: ActorRequest) -> HttpResponseBase:
    """Wipe the answers of this browser session."""
    forget(request)
    messages.success(request, _("这次填的已经清掉了。"))
    return redirect("benefits")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def dispute(request: ActorRequest, name: str) -> HttpResponseBase:
    """ "不对？告诉我们": say that a fact held about the subject is wrong."""
    asked = _own(asking(request))
    subject = asked.subject
    spec = registry().get(name)
    held = facts_of(subject, registry=registry()).get(name) if subject else None
    if subject is None or spec is None or held is None:
        raise FactNotFoundError
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with contextlib.suppress(DisputeOpenError):  # sent twice: the first one stands
            dispute_fact(
                actor=request.actor,
                subject=subject,
                name=name,
                claimed_value=form.cleaned_data["claimed_value"],
                note=form.cleaned_data["note"],
                now=asked.now,
            )
        return redirect("benefit_disputes")
    language = reader_language()
    context = {
        "form": form,
        "rows": [
            {"name": _("哪一项"), "value": spec.labels.in_language(language)},
            {
                "name": _("登记的是"),
                "value": show_fact(spec, held.known.value, language),
            },
            {"name": _("来源"), "value": held.known.source},
            {"name": _("哪一天的"), "value": held.known.observed_on or _("没有写")},
        ],
    }
    return render(request, "web/benefits/dispute.html", context)


@never_cache
@require_safe
@allowed(anyone)
def disputes(request: ActorRequest) -> HttpResponseBase:
    """What was disputed, and what came of it."""
    asked = _own(asking(request))
    language = reader_language()
    found = disputes_of(asked.subject) if asked.subject else []
    rows = [
        {"view": each, "label": spec.labels.in_language(language) if spec else each.name}
        for each in found
        for spec in [registry().get(each.name)]
    ]
    return render(request, "web/benefits/disputes.html", {"rows": rows})


def _own(asked: Asking) -> Asking:
    if asked.subject is None:
        raise NotAllowedError
    return asked
