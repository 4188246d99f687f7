"""What arrives by itself, for the firm or the person: the sum, why, and where it should go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.benefits.actions.accounts import confirm_known_account
from denghuo.benefits.queries.arrivals import Arrival, arrivals_of
from denghuo.cases.public import Move, problem_words
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import for_somebody, subject_name
from denghuo.platform.public import ActorRequest, acts_within, allowed

_STATES = {True: "pass", False: "fail", None: "unknown"}


@never_cache
@require_safe
@allowed(for_somebody)
def arrivals(request: ActorRequest) -> HttpResponseBase:
    """The sums on their way to whoever is at hand."""
    subject = request.actor.acting_for
    if subject is None or not acts_within(request.actor, subject, "read"):
        raise Http404
    context = {
        "staff": request.actor.kind == "staff",
        "frame": "web/desk.html" if request.actor.kind == "staff" else "web/shell.html",
        "name": subject_name(subject),
        "person": subject.kind == "person",
        "arrivals": [_words(one) for one in arrivals_of(subject)],
    }
    return render(request, "benefits/arrivals.html", context)


@require_POST
@allowed(for_somebody)
def confirm(request: ActorRequest, number: str) -> HttpResponseBase:
    """One tap: the account we know is the right one."""
    text = request.POST.get("version", "")
    try:
        confirm_known_account(
            actor=request.actor,
            number=number,
            version=int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1,
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status == 404:
            raise
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("记下了。钱会打到这个账户。"))
    return redirect("benefits_arrivals")


def _words(one: Arrival) -> dict[str, Any]:
    case = one.case
    return {
        "case": case,
        "name": str(case.item.names),
        "amount": str(Money(one.amount_fen)),
        "waits": one.waits_for_account,
        "tone": "wait" if one.waits_for_account else "fact",
        "problem": _(problem_words(case.pay_problem)) if one.tail and case.pay_problem else "",
        "tail": one.tail,
        # What the bank sent back is not offered again: a treasurer sends it to another account.
        "known": one.known if not (one.tail and case.pay_problem) else None,
        "arithmetic": one.arithmetic,
        "facts_of_sum": [
            {
                "name": fact.label,
                "value": fact.shown,
                "note": fact.source
                + (f"，{fact.observed_on.isoformat()}" if fact.observed_on else ""),
            }
            for fact in one.facts_of_sum
        ],
        # Until money is ordered; afterwards it is given back by another road.
        "may_decline": Move.WITHDRAW in case.moves
        or (Move.DECLINE in case.moves and not case.ordered_fen),
        "conditions": [
            {
                "state": _STATES[each["result"]],
                "sentence": each["sentence"],
                "facts": [
                    {
                        "name": fact["label"],
                        "value": fact["shown"],
                        "source": fact["source"],
                        "on": fact["observed_on"] or "",
                        "dispute_url": "",
                    }
                    for fact in each["facts"]
                    if fact["value"] is not None
                ],
            }
            for each in one.conditions
        ],
    }
