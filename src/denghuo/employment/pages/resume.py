"""The résumé: everything in it is optional, and deleting it deletes it everywhere."""

from __future__ import annotations

from typing import get_args

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from denghuo.employment.access import for_person
from denghuo.employment.actions.resumes import (
    add_entry,
    remove_entry,
    withdraw_resume,
    write_about,
)
from denghuo.employment.forms.wishes import AboutForm, EntryForm
from denghuo.employment.logic.resumes import KINDS, Kind, years_line
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.pages.wish_words import between, reader_language
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.wishes import ResumeView, at_hand, resume_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import subject_name
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def resume(request: ActorRequest) -> HttpResponseBase:
    """What stands in it, and a few words about oneself."""
    now = timezone.now()
    writes = request.method == "POST"
    person = at_hand(request.actor, "apply" if writes else "read", now=now)
    found = resume_of(person)
    form = AboutForm(
        request.POST if writes else None, initial={"about": found.about if found else ""}
    )
    if writes and form.is_valid():
        try:
            write_about(actor=request.actor, words=form.cleaned_data["about"], now=now)
        except RefusalError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("存好了。"))
            return redirect("employment_resume")
    text, language = ability_text(day_of(now)), reader_language()
    context = {
        "name": subject_name(person),
        "resume": found,
        "groups": _groups(found),
        "form": form,
        "skills": between().join(
            text.label(one, language) for one in (found.skills if found else ())
        ),
    }
    status = 422 if form.errors else 200
    return page(request, "employment/work/resume.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def entry(request: ActorRequest, kind: str) -> HttpResponseBase:
    """One thing more."""
    known = _kind(kind)
    now = timezone.now()
    person = at_hand(request.actor, "apply", now=now)
    form = EntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            add_entry(
                actor=request.actor,
                kind=known,
                where=said["where"],
                what=said["what"],
                since=said["since"],
                until=said["until"],
                now=now,
            )
        except RefusalError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("加上了。"))
            return redirect("employment_resume")
    context = {"form": form, "title": _(KINDS[known]), "name": subject_name(person)}
    status = 422 if form.errors else 200
    return page(request, "employment/work/entry.html", context, status=status)


@require_POST
@allowed(for_person)
def remove(request: ActorRequest) -> HttpResponseBase:
    """Take one line out."""
    try:
        remove_entry(
            actor=request.actor,
            place=_number(request.POST.get("place", "")),
            version=_number(request.POST.get("version", "")),
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status in {403, 404}:
            raise
        messages.warning(request, sentence_of(refused))
    else:
        messages.success(request, _("删掉了。"))
    return redirect("employment_resume")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def withdraw(request: ActorRequest) -> HttpResponseBase:
    """Delete the whole résumé: asked once more."""
    now = timezone.now()
    person = at_hand(request.actor, "apply", now=now)
    if request.method == "POST":
        withdraw_resume(actor=request.actor, now=now)
        messages.success(request, _("简历删掉了。给单位看过的也看不到了。"))
        return redirect("employment_work")
    if resume_of(person) is None:
        return redirect("employment_resume")
    return page(request, "employment/work/resume_end.html", {"name": subject_name(person)})


def _groups(found: ResumeView | None) -> list[dict[str, object]]:
    """Entries by kind, each with its place for taking it out."""
    entries = found.entries if found else ()
    return [
        {
            "kind": kind,
            "title": _(words),
            "entries": [
                {"place": place, "where": one.where, "what": one.what, "years": years_line(one)}
                for place, one in enumerate(entries)
                if one.kind == kind
            ],
        }
        for kind, words in KINDS.items()
    ]


def _kind(text: str) -> Kind:
    known: Kind | None = next((one for one in get_args(Kind) if one == text), None)
    if known is None:
        raise NotAllowedError
    return known


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
