""" "不对？告诉我们": saying that what an office holds is wrong, and what came of it."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import for_somebody
from denghuo.platform.public import ActorRequest, allowed
from denghuo.policy.public import (
    DisputeOpenError,
    DisputeView,
    FactNotFoundError,
    dispute_fact,
    disputed_fact,
    disputes_of,
    registry,
    show_fact,
)
from denghuo.web.asking import Asking, asking, demand_filling_in, reader_language
from denghuo.web.forms import DisputeForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def dispute(request: ActorRequest, name: str) -> HttpResponseBase:
    """Say that a fact held about the subject is wrong."""
    asked = asking(request)
    demand_filling_in(request)
    spec = registry().get(name)
    if asked.subject is None or spec is None or name not in asked.recorded:
        raise FactNotFoundError
    if name in asked.disputed:  # sent twice, or a page left open: the first one stands
        messages.success(request, _("这一条已经交给工作人员核实了，不用再说一遍。"))
        return redirect("benefit_disputes")
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with contextlib.suppress(DisputeOpenError):
            dispute_fact(
                actor=request.actor,
                subject=asked.subject,
                name=name,
                claimed_value=form.cleaned_data["claimed_value"],
                note=form.cleaned_data["note"],
                now=asked.now,
            )
        messages.success(request, _("收到了。工作人员去核实，结果发到您的消息里。"))
        return redirect("benefit_disputes")
    language = reader_language()
    known = asked.facts[name]
    context = {
        "form": form,
        "rows": [
            {"name": _("哪一项"), "value": spec.labels.in_language(language)},
            {"name": _("登记的是"), "value": show_fact(spec, known.value, language)},
            {"name": _("来源"), "value": _(known.source)},
            {"name": _("哪一天的"), "value": known.observed_on or _("没有写")},
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/benefits/dispute.html", context, status=status)


@never_cache
@require_safe
@allowed(for_somebody)
def disputes(request: ActorRequest) -> HttpResponseBase:
    """What was disputed, and what came of it."""
    rows = [_row(each) for each in disputes_of(_subject(asking(request)))]
    return render(request, "web/benefits/disputes.html", {"rows": rows})


def _row(view: DisputeView) -> dict[str, Any]:
    """What stood there, what was said instead, and what came of it."""
    language = reader_language()
    spec, held = registry().get(view.name), disputed_fact(view, registry=registry())
    return {
        "view": view,
        "label": spec.labels.in_language(language) if spec else _("一条现在不再用的信息"),
        "held": show_fact(spec, held.known.value, language) if spec and held else "",
    }


def _subject(asked: Asking) -> SubjectRef:
    if asked.subject is None:
        raise FactNotFoundError
    return asked.subject
