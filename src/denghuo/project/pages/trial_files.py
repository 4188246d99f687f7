"""Files with faults, to take and try at the desks. Routed only in the demo region (``urls``)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.kernel.clock import day_of
from denghuo.platform.public import ActorRequest, allowed, is_demo_database, staff
from denghuo.project.demo.case_offices import staff_actor
from denghuo.project.demo.seeding import NotDemoDatabaseError
from denghuo.project.demo.trial_files import NOTES, fact_trials, return_trials
from denghuo.project.refusals import NoTrialFileError

_KINDS = {
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_safe
@allowed(staff)
def listing(request: ActorRequest) -> HttpResponseBase:
    """What there is to try, where, and what must come of it."""
    tables, answers = _made()
    return render(
        request,
        "project/demo_files.html",
        {
            "tables": [(name, NOTES[name]) for name in tables],
            "answers": [(name, NOTES[name]) for name in answers],
        },
    )


@never_cache
@require_safe
@allowed(staff)
def download(_request: ActorRequest, name: str) -> HttpResponseBase:
    """One of them, made anew: an answer of the bank belongs to the file that waits for it."""
    tables, answers = _made()
    content = {**tables, **answers}.get(name)
    if content is None:
        raise NoTrialFileError
    response = HttpResponse(content, content_type=_KINDS[f".{name.rpartition('.')[2]}"])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _made() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The offices' tables, and the bank's answers where a payment file waits for one.

    Checked again here: even where the route was opened by mistake, real data is not answered.
    """
    if not is_demo_database():
        raise NotDemoDatabaseError
    today = day_of(timezone.now())
    try:
        treasurer = staff_actor("demo-treasurer")
    except LookupError:  # an empty demo: nobody has paid anything
        return fact_trials(today), {}
    return fact_trials(today), return_trials(treasurer, today)
