"""My benefits: which are mine, which are one step away, which are not, and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.cases.public import ServiceItem, listed_items
from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.policy.public import policy, registry, show_fact
from denghuo.web.answer_groups import AnswerLine, Group, grouped
from denghuo.web.answer_views import answer_context
from denghuo.web.asking import (
    Asking,
    asking,
    choose_kind,
    draft_to_offer,
    forget,
    reader_language,
    take_over_draft,
)
from denghuo.web.pages.benefit_questions import question_words


@never_cache
@require_safe
@allowed(anyone)
def benefits(request: ActorRequest) -> HttpResponseBase:
    """The whole library answered, in groups; without sign-in, the door to the quick check."""
    asked = asking(request)
    if not asked.begun:
        return render(request, "web/benefits/start.html", {"sign_in": "/sign-in/?next=/benefits/"})
    groups = grouped(asked)
    question = asked.next_question()
    context = {
        "asked": asked,
        "groups": groups,
        "as_of": asked.today,
        "title": _("我能享的"),
        "on": asked.today.isoformat(),
        "question": question_words(asked, question) if question else "",
        "waiting": len(groups["ask"]),
        "assumed": _assumed_at_hand(groups),
        "offered": _offered(request, asked),
    }
    return render(request, "web/benefits/overview.html", context)


@never_cache
@require_safe
@allowed(anyone)
def benefit(request: ActorRequest, policy_id: str) -> HttpResponseBase:
    """One policy's answer with every condition, fact, source and date."""
    definition = policy(policy_id)
    # Not signed in, one may read either kind; signed in, the subject decides.
    audience = definition.audience
    asked = asking(request, kind=None if audience == "pair" else audience)
    if audience != asked.kind:
        context = {
            "asked": asked,
            "name": definition.names.in_language(reader_language()),
            "audience": audience,
            "policy": definition.id,
        }
        return render(request, "web/benefits/other_kind.html", context)
    context = answer_context(asked.answer(definition), asked)
    context["service"] = _service(definition.id)
    context["unasked"] = asked.subject is None and not asked.facts
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


@require_POST
@allowed(anyone)
def keep_answers(request: ActorRequest) -> HttpResponseBase:
    """After signing in: take over what was answered before, or drop it."""
    asked = asking(request)
    if asked.subject is None:
        return redirect("benefits")
    if request.POST.get("keep") == "1":
        count = take_over_draft(request, asked)
        if count:
            said = ngettext("用上了 {count} 条。", "用上了 {count} 条。", count)
            messages.success(request, said.format(count=count))
    else:
        forget(request, before_sign_in=True)
        messages.success(request, _("登录前填的已经清掉了。"))
    return redirect("benefits")


def _assumed_at_hand(groups: dict[Group, list[AnswerLine]]) -> str:
    """``all`` where every result shown rests on unverified figures, ``some``, or nothing.

    One notice says it for all; a tag on each line would drown the page.
    """
    at_hand = [line.assumed for group in ("entitled", "near") for line in groups[group]]
    if not any(at_hand):
        return ""
    return "all" if all(at_hand) else "some"


def _service(policy_id: str) -> ServiceItem | None:
    """Where this policy is asked for, if it is asked for here."""
    return next((item for item in listed_items() if item.policy == policy_id), None)


def _offered(request: ActorRequest, asked: Asking) -> list[dict[str, str]]:
    """The answers given before signing in, for the person to look at and decide."""
    language = reader_language()
    return [
        {
            "name": registry()[name].labels.in_language(language),
            "value": show_fact(registry()[name], fact.value, language),
        }
        for name, fact in draft_to_offer(request, asked).items()
    ]
