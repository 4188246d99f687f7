"""One applicant of a firm: opened, asked to an interview, offered the post, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.employment.access import for_firm
from denghuo.employment.actions.applications import invite, look_at, note_opened, offer, refuse
from denghuo.employment.forms.candidates import DeedForm, MeetForm, OfferForm, RefuseForm
from denghuo.employment.logic.applications import FIRM_STATE_WORDS, Move, State
from denghuo.employment.logic.sharing import ALWAYS, PARTS, Line
from denghuo.employment.pages.candidate_words import TONES, next_words, part_lines
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.queries.applications import (
    ApplicationNotFoundError,
    ApplicationView,
    CandidateView,
    candidate_of,
    events_of,
)
from denghuo.employment.queries.own_posts import own_post
from denghuo.employment.queries.posts import view_of
from denghuo.kernel.clock import SHANGHAI
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed


@never_cache
@require_safe
@allowed(for_firm)
def candidate(request: ActorRequest, post_id: int, application_id: UUID) -> HttpResponseBase:
    """One application: closed until somebody opens it, then what the applicant shared."""
    now = timezone.now()
    seen = _of(request, post_id, application_id)
    one = seen.application
    opened = one.state is not State.SENT and seen.readable
    if opened:
        note_opened(request.actor, seen, now=now)
    shared = dict(seen.lines)
    context = {
        "post": view_of(own_post(request.actor, post_id, now=now)),
        "one": one,
        "name": (shared["name"][0].value if opened and "name" in shared else seen.name_masked)
        or _("已看不到"),
        "state": _(FIRM_STATE_WORDS[one.state]),
        "tone": TONES[one.state],
        "next": next_words(one),
        "opened": opened,
        **(_shown(shared) if opened else {}),
        "parts": part_lines(one.parts),
        "may": {str(move): True for move in one.moves},
        "items": [
            {
                "state": "done",
                "title": _(event.move.word),
                "when": f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} · {_(event.by_name)}",
                "note": "。".join(
                    text
                    for text in (_(event.reason.label) if event.reason else "", event.note)
                    if text
                ),
            }
            for event in events_of(one.id)
        ],
    }
    return page(request, "employment/firm/candidate.html", context)


def _shown(shared: Mapping[str, tuple[Line, ...]]) -> dict[str, Any]:
    """How to reach them first, then the other parts, what they said in their own words as such."""

    def rows(lines: Iterable[Line]) -> list[dict[str, str]]:
        return [{"name": _(line.label), "value": line.value} for line in lines]

    return {
        "contact": rows(line for part in ALWAYS for line in shared.get(part, ())),
        "sections": [
            {
                "title": _(PARTS[part]),
                "words": lines[0].value if part == "words" and lines else "",
                "rows": rows(lines),
            }
            for part, lines in shared.items()
            if part not in ALWAYS
        ],
    }


@require_POST
@allowed(for_firm)
def look(request: ActorRequest, post_id: int, application_id: UUID) -> HttpResponseBase:
    """Open it; the applicant may know."""
    _of(request, post_id, application_id)
    try:
        look_at(actor=request.actor, application_id=application_id, now=timezone.now())
    except RefusalError as refused:
        if refused.status in (403, 404):
            raise
        messages.warning(request, sentence_of(refused))
    return redirect("employment_candidate", post_id, application_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_firm)
def deed(request: ActorRequest, post_id: int, application_id: UUID, kind: str) -> HttpResponseBase:
    """Ask to an interview, offer the post, or refuse: a form, then done."""
    now = timezone.now()
    post = own_post(request.actor, post_id, scope="apply", now=now)
    seen = _of(request, post_id, application_id)
    one = seen.application
    initial: dict[str, Any] = {"version": one.version, "place": one.meet_place or post.place_words}
    form = _FORMS[kind](request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _act(kind, form)(actor=request.actor, application_id=application_id, now=now)
        except RefusalError as refused:
            if refused.status in (403, 404):
                raise
            if refused.status == 409:  # somebody was faster: the page says how it stands now
                messages.warning(request, sentence_of(refused))
                return redirect("employment_candidate", post_id, application_id)
            form.refuse(refused)
        else:
            messages.success(request, _done_words(kind))
            return redirect("employment_candidate", post_id, application_id)
    elif request.method != "POST" and Move(kind) not in one.moves:
        return redirect("employment_candidate", post_id, application_id)
    titles = {"invite": _("约面试"), "offer": _("录用"), "refuse": _("不录用")}
    context = {
        "form": form,
        "post": view_of(post),
        "one": one,
        "name": seen.name_masked,
        "title": titles[kind],
        "kind": kind,
    }
    status = 422 if form.errors else 200
    return page(request, "employment/firm/deed.html", context, status=status)


_FORMS: dict[str, type[DeedForm]] = {"invite": MeetForm, "offer": OfferForm, "refuse": RefuseForm}


def _act(kind: str, form: DeedForm) -> Callable[..., ApplicationView]:
    said = form.cleaned_data
    version, note = said["version"], said["note"]
    if isinstance(form, MeetForm):
        when, place = form.when, said["place"]
        return lambda **of: invite(version=version, at=when, place=place, note=note, **of)
    if kind == "offer":
        start, days = said["start_on"], said["days"]
        return lambda **of: offer(version=version, start_on=start, days=days, note=note, **of)
    reason = said["reason"]
    return lambda **of: refuse(version=version, reason=reason, note=note, **of)


def _done_words(kind: str) -> str:
    return {
        "invite": _("约好了，已经告诉对方时间和地点。"),
        "offer": _("录用意向发出去了。对方答复以前，这个位子留着。"),
        "refuse": _("答复了。对方会看到原因，信息您看不到了。"),
    }[kind]


def _of(request: ActorRequest, post_id: int, application_id: UUID) -> CandidateView:
    """The applicant of this very post: an address made of two halves opens nothing."""
    seen = candidate_of(request.actor, application_id, now=timezone.now())
    if seen.application.post_id != post_id:
        raise ApplicationNotFoundError
    return seen
