"""My kept searches: keep one, be told or not, take it away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.employment.access import for_person
from denghuo.employment.actions.searches import forget_search, save_search, stop_search
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.pages.job_words import asked_words
from denghuo.employment.queries.applications import person_at_hand
from denghuo.employment.queries.post_search import read_query
from denghuo.employment.queries.searches import SavedSearchView, searches_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed


@never_cache
@require_safe
@allowed(for_person)
def searches(request: ActorRequest) -> HttpResponseBase:
    """All of them, each with the way to what it finds now."""
    now = timezone.now()
    person = person_at_hand(request.actor, "read", now=now)
    lines = [_line(one) for one in searches_of(person)]
    return page(request, "employment/jobs/searches.html", {"lines": lines})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def search_new(request: ActorRequest) -> HttpResponseBase:
    """Say what is kept and what will happen; one press keeps it."""
    now = timezone.now()
    person_at_hand(request.actor, "apply", now=now)
    query = read_query(request.GET.dict())
    refusal = ""
    if request.method == "POST":
        try:
            save_search(actor=request.actor, query=query, now=now)
        except RefusalError as refused:
            refusal = sentence_of(refused)
        else:
            messages.success(request, _("记下了。有新岗位，第二天早上告诉您。"))
            return redirect("employment_searches")
    context = {
        "words": asked_words(query),
        "refusal": refusal,
        "back": f"/jobs/?{urlencode(query.values())}",
    }
    return page(request, "employment/jobs/search_new.html", context, status=422 if refusal else 200)


@require_POST
@allowed(for_person)
def search_change(request: ActorRequest, search_id: UUID) -> HttpResponseBase:
    """Stop the messages, or take the search away."""
    now = timezone.now()
    if request.POST.get("what") == "forget":
        forget_search(actor=request.actor, search_id=search_id, now=now)
        messages.success(request, _("删掉了。"))
    else:
        stop_search(actor=request.actor, search_id=search_id, now=now)
        messages.success(request, _("好的，不再告诉您了。"))
    return redirect("employment_searches")


def _line(one: SavedSearchView) -> dict[str, Any]:
    newest = {**one.query.values(), "sort": "new"}
    return {
        "id": one.id,
        "words": asked_words(one.query),
        "daily": one.daily,
        "href": f"/jobs/?{urlencode(newest)}",
        "again": f"/me/work/searches/new/?{urlencode(one.query.values())}",
    }
