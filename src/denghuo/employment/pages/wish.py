"""The five questions of a wish, one a page; back works, everything answered is kept at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from denghuo.employment.access import for_person
from denghuo.employment.actions.wishes import (
    answer_held,
    answer_pay,
    answer_what,
    answer_when,
    answer_where,
    choose_work,
    pause_wish,
    publish_wish,
    resume_wish,
    set_work_consent,
    withdraw_wish,
)
from denghuo.employment.forms.wishes import (
    AgreeForm,
    AnswerForm,
    HeldForm,
    PayForm,
    WhatForm,
    WhenForm,
    WhereForm,
    WhichForm,
)
from denghuo.employment.logic.wishes import (
    STEPS,
    WORK_CONSENTS,
    PlaceNotFoundError,
    Step,
)
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.pages.wish_words import (
    QUESTIONS,
    WHYS,
    certificate_choices,
    consent_rows,
    summary_rows,
)
from denghuo.employment.queries.asking import occupation_names, suggest_occupations
from denghuo.employment.queries.homes import places_named
from denghuo.employment.queries.wishes import WishView, at_hand, wish_of, work_consents
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import person_of, subject_name
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed

HOME_LEVELS = ("township", "banner")
DISTRICT_LEVELS = ("banner", "league")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def question(request: ActorRequest, step: str) -> HttpResponseBase:
    """One question: answered before it shows the answer, so that going back loses nothing."""
    name = next((one for one in STEPS if one == step), None)
    if name is None:
        raise NotAllowedError
    now = timezone.now()
    person = at_hand(request.actor, "apply", now=now)
    wish = wish_of(person)
    form = _form(name, request, person, wish)
    if request.method == "POST" and form.is_valid():
        try:
            wish = _keep(name, request, form, now)
        except PlaceToChoose as choose:
            form = WhereForm(request.POST, found=choose.found)
            form.add_error("home", _("叫这个名字的有几个，请选一个。"))
        except RefusalError as refused:
            form.refuse(refused)
        else:
            return redirect(_next(name, wish))
    context = {
        "form": form,
        "question": _(QUESTIONS[name]),
        "why": _(WHYS[name]),
        "single": len(form.fields) == 1,
        "at": STEPS.index(name) + 1,
        "done": STEPS.index(name),
        "total": len(STEPS),
        "back": _back(name, wish),
        "name": subject_name(person),
    }
    status = 422 if form.errors else 200
    return page(request, "employment/work/question.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def which(request: ActorRequest, place: int) -> HttpResponseBase:
    """Words that several occupations answer to: which one is meant."""
    now = timezone.now()
    person = at_hand(request.actor, "apply", now=now)
    wish = wish_of(person)
    if wish is None or place >= len(wish.works):
        return redirect("employment_wish", "what")
    work = wish.works[place]
    codes = suggest_occupations(work.words).codes
    names = occupation_names(list(codes))
    form = WhichForm(
        request.POST if request.method == "POST" else None,
        words=work.words,
        offered=[(code, names[code]) for code in codes],
        initial={"code": work.code},
    )
    if request.method == "POST":
        try:
            wish = choose_work(
                actor=request.actor, place=place, code=request.POST.get("code", ""), now=now
            )
        except RefusalError as refused:
            form.full_clean()
            form.errors.clear()
            form.refuse(refused)
        else:
            return redirect(_next("what", wish))
    context = {"form": form, "name": subject_name(person)}
    return page(request, "employment/work/which.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def check(request: ActorRequest) -> HttpResponseBase:
    """Everything once more, what to agree to, and go."""
    now = timezone.now()
    person = at_hand(request.actor, "apply", now=now)
    wish = wish_of(person)
    if wish is None:
        return redirect("employment_work")
    if wish.left:
        return redirect(_next("what", wish))
    refusal = ""
    form = AgreeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agreed = [one for one in WORK_CONSENTS if one in form.cleaned_data["agreed"]]
        try:
            publish_wish(actor=request.actor, consents=agreed, now=now)
        except RefusalError as refused:
            refusal = sentence_of(refused)
        else:
            messages.success(request, _("记下了。想改随时改。"))
            return redirect("employment_work")
    context = {
        "rows": summary_rows(wish),
        "consents": consent_rows(work_consents(person)),
        "live": wish.state != "draft",
        "refusal": refusal,
        "name": subject_name(person),
    }
    return page(request, "employment/work/check.html", context, status=409 if refusal else 200)


@require_POST
@allowed(for_person)
def pause(request: ActorRequest) -> HttpResponseBase:
    """Stop looking for a while, or go on."""
    try:
        if request.POST.get("on") == "1":
            resume_wish(actor=request.actor, now=timezone.now())
            messages.success(request, _("接着帮您找了。"))
        else:
            pause_wish(actor=request.actor, now=timezone.now())
            messages.success(request, _("停下了。单位也找不到您了。想找的时候再点开。"))
    except RefusalError as refused:
        if refused.status == 403:
            raise
        messages.warning(request, sentence_of(refused))
    return redirect("employment_work")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def withdraw(request: ActorRequest) -> HttpResponseBase:
    """Take the wish back: asked once more, because the answers are gone then."""
    person = at_hand(request.actor, "apply", now=timezone.now())
    if request.method == "POST":
        withdraw_wish(actor=request.actor, now=timezone.now())
        messages.success(request, _("撤回了，您填的都删掉了。"))
        return redirect("employment_work")
    if wish_of(person) is None:
        return redirect("employment_work")
    return page(request, "employment/work/withdraw.html", {"name": subject_name(person)})


@require_POST
@allowed(for_person)
def consent(request: ActorRequest, purpose: str) -> HttpResponseBase:
    """Agree to one use or take it back."""
    known = next((one for one in WORK_CONSENTS if one == purpose), None)
    if known is None:
        raise NotAllowedError
    given = request.POST.get("give") == "1"
    set_work_consent(actor=request.actor, purpose=known, given=given, now=timezone.now())
    messages.success(request, _("改好了，马上生效。"))
    return redirect("employment_work")


class PlaceToChoose(Exception):  # noqa: N818  # not an error: several places answer to the words
    """Several divisions answer to the words."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__()
        self.found = found


def _form(
    step: Step, request: ActorRequest, person: SubjectRef, wish: WishView | None
) -> AnswerForm:
    data = request.POST if request.method == "POST" else None
    initial = _initial(step, person, wish)
    match step:
        case "what":
            return WhatForm(data, initial=initial)
        case "where":
            words = request.POST.get("home_words", "")
            # Words changed after a choice was offered: the old choice is not for them.
            found = places_named(words, HOME_LEVELS) if request.POST.get("home") else ()
            return WhereForm(
                data, initial=initial, found=[(one.code, one.full_name) for one in found]
            )
        case "pay":
            return PayForm(data, initial=initial)
        case "when":
            return WhenForm(data, initial=initial)
        case _:
            return HeldForm(data, initial=initial, certificates=certificate_choices())


def _initial(step: Step, person: SubjectRef, wish: WishView | None) -> Mapping[str, Any]:
    """What stands in the inputs: the answer given, or what the register knows of home."""
    answered = wish is not None and step in wish.answered
    if wish is None or not answered:
        home = person_of(person.id).residence if step == "where" else None
        return {"home_words": _place_words(home.code)} if home else {}
    match step:
        case "what":
            words = [one.words for one in wish.works]
            return dict(zip(("first", "second", "third"), words, strict=False))
        case "where":
            names = names_of(wish.districts)
            return {
                "home_words": _place_words(wish.home),
                "reach": wish.reach_km,
                "districts": " ".join(names[one].split()[-1] for one in names),
            }
        case "pay":
            return {"pay": str(wish.pay_least_fen // 100) if wish.pay_least_fen else ""}
        case "when":
            return {"hours": list(wish.hours), "start_on": wish.start_on}
        case _:
            return {
                "schooling": wish.schooling,
                "years": str(wish.years),
                "words": wish.skills_words,
                "certificates": list(wish.certificates),
            }


def _place_words(code: str) -> str:
    whole = code.ljust(12, "0")
    return names_of([whole]).get(whole, "")


def _keep(step: Step, request: ActorRequest, form: AnswerForm, now: datetime) -> WishView:
    actor, said = request.actor, form.cleaned_data
    match step:
        case "what":
            words = [said["first"], said["second"], said["third"]]
            return answer_what(actor=actor, words=words, now=now)
        case "where":
            home = said.get("home") or _home(said["home_words"])
            return answer_where(
                actor=actor,
                home=home,
                reach_km=int(said["reach"] or 0),
                districts=_districts(said["districts"]),
                now=now,
            )
        case "pay":
            return answer_pay(actor=actor, pay=said["pay"], now=now)
        case "when":
            return answer_when(actor=actor, hours=said["hours"], start_on=said["start_on"], now=now)
        case _:
            return answer_held(
                actor=actor,
                certificates=said["certificates"],
                words=said["words"],
                schooling=int(said["schooling"] or -1),
                years=said["years"],
                now=now,
            )


def _home(words: str) -> str:
    found = places_named(words, HOME_LEVELS)
    if not found:
        raise PlaceNotFoundError(field="home_words", words=words[:40])
    if len(found) > 1:
        raise PlaceToChoose([(one.code, one.full_name) for one in found])
    return found[0].code


def _districts(words: str) -> list[str]:
    codes = []
    for one in words.replace("、", " ").replace("，", " ").replace(",", " ").split():
        found = places_named(one, DISTRICT_LEVELS)
        if not found or len(found) > 1:
            raise PlaceNotFoundError(field="districts", words=one[:40])
        codes.append(found[0].code)
    return codes


def _next(step: Step, wish: WishView) -> str:
    """The page after an answer: which work is meant, the next open question, or the check."""
    for place, one in enumerate(wish.works):
        if not one.code and step == "what":
            return reverse("employment_wish_which", args=[place])
    if wish.left:
        return reverse("employment_wish", args=[wish.left[0]])
    return reverse("employment_wish_check")


def _back(step: Step, wish: WishView | None) -> str:
    if wish is not None and wish.whole:
        return reverse("employment_wish_check")
    at = STEPS.index(step)
    return reverse("employment_wish", args=[STEPS[at - 1]]) if at else reverse("employment_work")
