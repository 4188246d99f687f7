"""Applying: one question a page, back always works, nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.cases.actions.drafts import (
    KNOWN,
    FieldNotAskedError,
    HandedInError,
    begin_draft,
    drop_draft,
    pass_page,
    save_answer,
)
from denghuo.cases.actions.handing_in import FormIncompleteError, hand_in
from denghuo.cases.actions.opening import AlreadyOpenError
from denghuo.cases.forms import DeclareForm, QuestionForm
from denghuo.cases.logic.answers import BANK_PARTS, RAW_MAX, typed_form
from denghuo.cases.logic.forms import Field
from denghuo.cases.pages.apply_files import FILE_BYTES_MAX, file_page
from denghuo.cases.pages.apply_walk import Walk, posted_draft, walk_of
from denghuo.cases.pages.citizen_words import (
    fact_row,
    page,
    reader_language,
    sentence_of,
    shown_answer,
    step_address,
)
from denghuo.cases.queries.at_hand import note_look
from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import for_somebody
from denghuo.platform.public import ActorRequest, allowed


@require_POST
@allowed(for_somebody)
def start(request: ActorRequest, item: str) -> HttpResponseBase:
    """Begin, or go on with what was begun."""
    begin_draft(actor=request.actor, item=item, now=timezone.now())
    return redirect("cases_apply", item)


@never_cache
@require_safe
@allowed(for_somebody)
def resume(request: ActorRequest, item: str) -> HttpResponseBase:
    """Where one left off."""
    walk = walk_of(request, item)
    if walk is None:
        return redirect("cases_service", item)
    if walk.draft.asked_again or walk.draft.dropped:
        messages.info(request, _("这张表换了新版。没变的题您不用再答，变了的请再看一遍。"))
    return walk.forward()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def known(request: ActorRequest, item: str) -> HttpResponseBase:
    """What offices hold already: read, not typed; each with the way to say it is wrong."""
    walk = walk_of(request, item)
    if walk is None:
        return redirect("cases_service", item)
    if request.method == "POST":
        pass_page(actor=request.actor, draft_id=posted_draft(request), name=KNOWN, now=walk.now)
        return redirect("cases_apply", item)
    if not walk.known:
        return walk.forward()
    _note(request, walk)
    context = {"rows": known_rows(walk), **walk_context(walk, KNOWN)}
    return page(request, "cases/citizen/known.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody, file_bytes_max=FILE_BYTES_MAX)
def field(request: ActorRequest, item: str, name: str) -> HttpResponseBase:
    """One question."""
    walk = walk_of(request, item)
    if walk is None:
        return redirect("cases_service", item)
    one = walk.field(name)
    if one is None:
        # Answered by an office since, or off the way by a changed answer.
        messages.info(request, _("这一题现在不用答了。"))
        return walk.forward()
    if one.kind == "file":
        return file_page(request, walk, one, walk_context(walk, name))
    typed, refusal = _typed(walk, one), None
    if request.method == "POST":
        typed = _raw(request, one)
        try:
            _save(request, walk, one, typed)
        except (FieldNotAskedError, HandedInError) as gone:
            messages.info(request, sentence_of(gone))
            return redirect("cases_apply", item)
        except RefusalError as refused:
            if refused.field is None:
                raise
            refusal = refused
        else:
            return redirect("cases_apply", item)
    form = QuestionForm(
        one,
        typed,
        language=reader_language(),
        offered=walk.choices,
        holder=walk.who.name,
        refusal=refusal,
        sentence=sentence_of(refusal, one) if refusal else "",
    )
    context = {"form": form, "field": next(iter(form)), **walk_context(walk, name)}
    return page(request, "cases/citizen/question.html", context, status=422 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def check(request: ActorRequest, item: str) -> HttpResponseBase:
    """Everything once more, each with its way to change it; the declaration; hand in."""
    walk = walk_of(request, item)
    if walk is None:
        return _handed_in(request, item)
    if walk.left and request.method != "POST":
        return walk.forward()
    words = walk.draft.form.declaration.in_language(reader_language())
    form = DeclareForm(request.POST or None, words=words)
    problems = problem_rows(walk)
    if request.method == "POST" and form.is_valid() and request.actor.kind != "staff":
        answered = submit(request, walk)
        if answered is not None:
            return answered
    elif request.actor.kind == "staff" and not problems and request.method == "POST":
        return redirect("cases_apply_read", item)
    _note(request, walk)
    context = {
        "form": form,
        "problems": problems,
        "answers": answer_rows(walk),
        "rows": known_rows(walk),
        **walk_context(walk, "check"),
    }
    wrong = request.method == "POST"
    return page(request, "cases/citizen/check.html", context, status=422 if wrong else 200)


@require_POST
@allowed(for_somebody)
def drop(request: ActorRequest, item: str) -> HttpResponseBase:
    """Throw the draft away."""
    try:
        drop_draft(actor=request.actor, draft_id=posted_draft(request), now=timezone.now())
    except HandedInError as gone:
        messages.info(request, sentence_of(gone))
        return redirect("cases_mine")
    messages.success(request, _("草稿删掉了。什么时候想办，再来。"))
    return redirect("cases_service", item)


def submit(request: ActorRequest, walk: Walk, *, heard: bool = False) -> HttpResponseBase | None:
    """Hand in and lead to the receipt; None where something is still to be put right.

    A case there is already is shown instead: nobody is told "error" for having applied.
    """
    try:
        case = hand_in(
            actor=request.actor,
            draft_id=posted_draft(request),
            declared=True,
            heard=heard,
            now=walk.now,
        )
    except AlreadyOpenError as first:
        messages.info(request, sentence_of(first))
        return redirect("cases_case", first.number)
    except FormIncompleteError:
        return None
    return redirect("cases_receipt", case.number)


def walk_context(walk: Walk, name: str) -> dict[str, Any]:
    """What the frame of every step shows: the way back, how far, how long still."""
    language = reader_language()
    one = walk.field(name)
    earlier = walk.step_before(name)
    done = len(walk.asked) - len(walk.left)
    return {
        "item": walk.draft.item,
        "title": walk.draft.item.names.in_language(language),
        "draft": walk.draft,
        "question": one.label.in_language(language) if one else "",
        "why": one.why.in_language(language) if one and one.why else "",
        "optional": one is not None and not one.required,
        "asked_again": name in walk.draft.asked_again,
        "back": step_address(walk.item, earlier) if earlier else f"/services/{walk.item}/",
        "total": len(walk.asked),
        "done": done,
        "minutes": walk.minutes_left,
        "for_name": walk.who.name,
    }


def known_rows(walk: Walk) -> list[dict[str, Any]]:
    """The facts that offices hold, for a page."""
    return [
        fact_row(
            one,
            walk.who.facts[one.fact],
            subject_kind=walk.draft.subject.kind,
            recorded=one.fact in walk.who.recorded,
        )
        for one in walk.known
    ]


def answer_rows(walk: Walk) -> list[dict[str, Any]]:
    """The answers, each with the page to change it."""
    language = reader_language()
    return [
        {
            "id": f"answer-{one.name}",
            "name": one.title.in_language(language),
            "question": one.label.in_language(language),
            "value": shown_answer(one, walk.draft.answers.get(one.name), walk.names),
            "href": step_address(walk.item, one.name),
            "problem": sentence_of(walk.problems[one.name], one)
            if one.name in walk.problems
            else "",
        }
        for one in walk.asked
    ]


def problem_rows(walk: Walk) -> list[dict[str, str]]:
    """What stands against handing in, each leading to its question."""
    return [
        {
            "sentence": sentence_of(walk.problems[one.name], one),
            "href": step_address(walk.item, one.name),
        }
        for one in walk.asked
        if one.name in walk.problems
    ]


def _handed_in(request: ActorRequest, item: str) -> HttpResponseBase:
    """The second click of "hand in": the draft is a case by now."""
    if request.method != "POST":
        return redirect("cases_service", item)
    case = hand_in(
        actor=request.actor, draft_id=posted_draft(request), declared=True, now=timezone.now()
    )
    return redirect("cases_receipt", case.number)


def _save(request: ActorRequest, walk: Walk, one: Field, typed: dict[str, str]) -> None:
    draft_id = posted_draft(request)
    if "skip" in request.POST and not one.required:
        typed = {}
    save_answer(actor=request.actor, draft_id=draft_id, field=one.name, raw=typed, now=walk.now)


def _raw(request: ActorRequest, one: Field) -> dict[str, str]:
    names = BANK_PARTS if one.kind == "bank_account" else ("answer",)
    return {name: request.POST.get(name, "")[:RAW_MAX] for name in names}


def _typed(walk: Walk, one: Field) -> dict[str, str]:
    """What stands in the inputs: the answer given, else what the person once told us."""
    value = walk.draft.answers.get(one.name)
    if one.kind == "bank_account":
        return dict(value) if isinstance(value, dict) else {"holder": walk.who.name}
    if value is None and one.fact:
        value = walk.who.told.get(one.fact)
    return {"answer": "" if value is None else typed_form(one, value)}


def _note(request: ActorRequest, walk: Walk) -> None:
    note_look(
        request.actor,
        walk.draft.subject,
        what="policy_facts",
        purpose=walk.draft.item.purpose,
        now=walk.now,
    )
