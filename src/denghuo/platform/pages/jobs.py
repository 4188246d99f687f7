"""The operators' desk: what waits, what failed, and trying again."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from denghuo.platform.access import ActorRequest, allowed, staff_with
from denghuo.platform.jobs.desk import give_up_job, list_jobs, retry_job
from denghuo.platform.models.jobs import JobState

operators = staff_with("operator")


@require_safe
@allowed(operators)
def job_list(request: ActorRequest) -> HttpResponseBase:
    """Jobs in one state; dead letters first, because they wait for a person."""
    page_text = request.GET.get("page", "1")
    page = int(page_text) if page_text.isdecimal() and len(page_text) < 10 else 1
    found = list_jobs(state=request.GET.get("state", JobState.DEAD), page=page)
    tabs = [
        {
            "href": f"?state={state}",
            "text": label,
            "count": found.counts[state],
            "current": state == found.state,
        }
        for state, label in JobState.choices
    ]
    return render(request, "platform/jobs.html", {"found": found, "tabs": tabs})


@require_POST
@allowed(operators)
def job_retry(request: ActorRequest, job_id: int) -> HttpResponseBase:
    """Try a dead letter again."""
    retry_job(actor=request.actor, job_id=job_id)
    return redirect("job_list")


@require_POST
@allowed(operators)
def job_give_up(request: ActorRequest, job_id: int) -> HttpResponseBase:
    """Take a dead letter off the list for good."""
    give_up_job(actor=request.actor, job_id=job_id)
    return redirect("job_list")
