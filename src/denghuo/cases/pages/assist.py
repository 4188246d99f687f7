"""At the counter: what was filled in is read aloud before it goes; the slip goes home with them.

The clerk sees the same pages as the person would, in the frame of the desk.
"""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.cases.actions.handing_in import hand_in
from denghuo.cases.forms import ReadBackForm
from denghuo.cases.pages.apply import answer_rows, known_rows, submit, walk_context
from denghuo.cases.pages.apply_walk import posted_draft, walk_of
from denghuo.cases.pages.citizen_cases import receipt_rows
from denghuo.cases.pages.citizen_words import page, reader_language
from denghuo.cases.queries.own_cases import own_case
from denghuo.people.public import for_somebody, mandate_in_force, staff_view, subject_name
from denghuo.platform.public import Actor, ActorRequest, allowed


def for_somebody_at_the_counter(actor: Actor) -> bool:
    """A member of staff who acts for somebody under a mandate in force."""
    return actor.kind == "staff" and for_somebody(actor)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody_at_the_counter)
def read_back(request: ActorRequest, item: str) -> HttpResponseBase:
    """Every answer in words to be read aloud; agreed, it is handed in."""
    walk = walk_of(request, item)
    if walk is None:
        if request.method != "POST":
            return redirect("cases_service", item)
        # The second press of the same button: the draft is a case by now.
        case = hand_in(
            actor=request.actor,
            draft_id=posted_draft(request),
            declared=True,
            heard=True,
            now=timezone.now(),
        )
        return redirect("cases_receipt", case.number)
    if walk.left or walk.problems:
        return redirect("cases_apply_check", item)
    words = walk.draft.form.declaration.in_language(reader_language())
    agreed = _("本人说：{words}").format(words=words)
    form = ReadBackForm(request.POST or None, words=agreed)
    if request.method == "POST" and form.is_valid():
        answered = submit(request, walk, heard=True)
        return answered or redirect("cases_apply_check", item)
    context = {
        **walk_context(walk, "read"),
        "form": form,
        "answers": answer_rows(walk),
        "rows": known_rows(walk),
        "declaration": words,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "cases/citizen/read.html", context, status=status)


@never_cache
@require_safe
@allowed(for_somebody_at_the_counter)
def slip(request: ActorRequest, number: str) -> HttpResponseBase:
    """What the person takes home: number, until when, whom to ask, who did it for them."""
    now = timezone.now()
    case = own_case(request.actor, number, now=now)
    rows = receipt_rows(case)
    if request.actor.staff_id is not None:
        clerk = staff_view(request.actor.staff_id)
        rows.append({"name": _("谁替您办的"), "value": f"{clerk.office} {clerk.name}"})
    mandate = mandate_in_force(actor=request.actor, subject=case.subject, scope="read", now=now)
    if mandate is not None:
        rows.append({"name": _("怎么委托的"), "value": _(mandate.how_text)})
    context = {
        "case": case,
        "title": case.item.names.in_language(reader_language()),
        "for_name": subject_name(case.subject),
        "rows": rows,
        "printed_at": now,
    }
    return page(request, "cases/citizen/slip.html", context)
