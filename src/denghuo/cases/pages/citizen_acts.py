"""What the applicant does to a case: bring what is missing, say where the money goes, take it
back, object, say how it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from denghuo.cases.actions.accepting import Supplied, answer_correction, withdraw
from denghuo.cases.actions.appealing import appeal
from denghuo.cases.actions.declining import decline_grant
from denghuo.cases.actions.documents import bring_for_case
from denghuo.cases.actions.drafts import demand_payable_to
from denghuo.cases.actions.paying import confirm_account
from denghuo.cases.actions.rating import rate
from denghuo.cases.forms import AskedForm, QuestionForm, RateForm, WordsForm
from denghuo.cases.logic.answers import BANK_PARTS, RAW_MAX, Asked, read_answer
from denghuo.cases.logic.forms import ACCOUNT_FIELD
from denghuo.cases.logic.states import Move, State
from denghuo.cases.pages.apply_files import FILE_BYTES_MAX
from denghuo.cases.pages.citizen_cases import case_context
from denghuo.cases.pages.citizen_words import page, reader_language, sentence_of
from denghuo.cases.queries.case_story import AskedView, Story, story_of
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.forms import Offered
from denghuo.cases.queries.own_cases import own_case
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import for_somebody, subject_name
from denghuo.platform.public import ActorRequest, allowed


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done to a case by one form.

    ``done`` says that it was done before: what a second click, or an old page, is told.
    """

    template: str
    draw: Callable[[Any], forms.Form]
    act: Callable[[CaseView, forms.Form, datetime], None]
    done: Callable[[Story], str]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody, file_bytes_max=FILE_BYTES_MAX)
def correct(request: ActorRequest, number: str) -> HttpResponseBase:
    """Answer what was asked, one thing or several; the rest may wait until its day."""
    now = timezone.now()
    case = own_case(request.actor, number, scope="apply", now=now)
    story = story_of(case)
    asked = story.open_round
    if asked is None:
        messages.info(request, _("现在没有要您补的。"))
        return redirect("cases_case", number)
    waiting = [one for one in asked.asked if one.answered_at is None]
    bound = request.method == "POST"
    drawn = [
        (
            one,
            AskedForm(
                request.POST if bound else None,
                request.FILES if bound else None,
                # Named by what was asked, not by its place: a second click finds the same.
                prefix=f"p{one.id.hex}",
            ),
        )
        for one in waiting
    ]
    if bound and all(form.is_valid() for _one, form in drawn):
        answered = _answer(request, case, drawn, now=now)
        if answered is not None:
            return answered
    context = {**case_context(story, on=day_of(now)), "drawn": drawn}
    return page(request, "cases/citizen/correct.html", context, status=422 if bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def account(request: ActorRequest, number: str) -> HttpResponseBase:
    """Where the money goes: an account in the subject's own name."""
    now = timezone.now()
    case = own_case(request.actor, number, scope="money", now=now)
    holder = subject_name(case.subject)
    typed = {"holder": holder}
    refusal: RefusalError | None = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:RAW_MAX] for name in BANK_PARTS}
        try:
            asked = Asked(case.subject.kind, holder, day_of(now))
            value = read_answer(ACCOUNT_FIELD, typed, asked)
            if not isinstance(value, dict):
                raise TypeError("an account is read in parts")
            demand_payable_to(case.subject, holder, value)
            confirm_account(
                actor=request.actor,
                case_id=case.id,
                version=case.version,
                account_name=value["holder"],
                account_no=value["number"],
                bank=value["bank"],
                now=now,
            )
        except RefusalError as refused:
            if refused.status != 422:
                raise
            refusal = refused
        else:
            messages.success(request, _("记下了。钱会打到这个账户。"))
            return redirect("cases_case", number)
    form = QuestionForm(
        ACCOUNT_FIELD,
        typed,
        language=reader_language(),
        offered=Offered(),
        holder=holder,
        refusal=refusal,
        sentence=sentence_of(refusal, ACCOUNT_FIELD) if refusal else "",
    )
    context = {**case_context(story_of(case), on=day_of(now)), "form": form}
    return page(request, "cases/citizen/account.html", context, status=422 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def take_back(request: ActorRequest, number: str) -> HttpResponseBase:
    """Withdraw the application, or decline what was granted and is not ordered yet, after one
    more question."""

    def draw(data: Any) -> forms.Form:
        return WordsForm(data, label=_("为什么撤回？"), required=False)

    def act(case: CaseView, form: forms.Form, now: datetime) -> None:
        granted = Move.DECLINE in case.moves
        (decline_grant if granted else withdraw)(
            actor=request.actor,
            case_id=case.id,
            version=_version(request, case),
            note=form.cleaned_data["words"],
            now=now,
        )
        said = _("记下了，这笔钱不付了。") if granted else _("撤回了。以后随时可以再办。")
        messages.success(request, said)

    def done(story: Story) -> str:
        return _("已经撤回了。") if story.case.state is State.WITHDRAWN else ""

    return _act_on(request, number, Deed("cases/citizen/withdraw.html", draw, act, done))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def object_to(request: ActorRequest, number: str) -> HttpResponseBase:
    """Ask for a second look at a decision."""

    def draw(data: Any) -> forms.Form:
        hint = _("哪一条不对、对的是什么、在哪能查到。写几句就行。")
        return WordsForm(data, label=_("您觉得哪里不对？"), hint=hint)

    def act(case: CaseView, form: forms.Form, now: datetime) -> None:
        appeal(
            actor=request.actor,
            case_id=case.id,
            version=_version(request, case),
            words=form.cleaned_data["words"],
            now=now,
        )
        messages.success(request, _("收到了。由没有参与原决定的人来看，结果发到您的消息里。"))

    def done(story: Story) -> str:
        return _("您提的复查已经收到了。") if story.appeals else ""

    return _act_on(request, number, Deed("cases/citizen/appeal.html", draw, act, done))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_somebody)
def rate_case(request: ActorRequest, number: str) -> HttpResponseBase:
    """How it was."""

    def act(case: CaseView, form: forms.Form, now: datetime) -> None:
        rate(
            actor=request.actor,
            case_id=case.id,
            level=form.cleaned_data["level"],
            words=form.cleaned_data["words"],
            now=now,
        )
        messages.success(request, _("谢谢您，我们记下了。"))

    def done(story: Story) -> str:
        return _("您已经评价过了，谢谢。") if story.rated else ""

    return _act_on(request, number, Deed("cases/citizen/rate.html", RateForm, act, done))


def _act_on(request: ActorRequest, number: str, deed: Deed) -> HttpResponseBase:
    """A page with one form that does one thing to the case, once."""
    now = timezone.now()
    case = own_case(request.actor, number, scope="apply", now=now)
    story = story_of(case)
    if said := deed.done(story):
        messages.info(request, said)
        return redirect("cases_case", number)
    bound = request.method == "POST"
    form = deed.draw(request.POST if bound else None)
    if bound and form.is_valid():
        try:
            deed.act(case, form, now)
        except RefusalError as refused:
            if refused.status != 422:
                raise
            form.add_error(None, sentence_of(refused))
        else:
            return redirect("cases_case", number)
    context = {**case_context(story, on=day_of(now)), "form": form}
    return page(request, deed.template, context, status=422 if bound else 200)


def _answer(
    request: ActorRequest,
    case: CaseView,
    drawn: list[tuple[AskedView, AskedForm]],
    *,
    now: datetime,
) -> HttpResponseBase | None:
    """Hand in what was filled in; None where nothing was, or a file was refused."""
    supplied: list[Supplied] = []
    for one, form in drawn:
        words, upload = form.cleaned_data["words"], form.cleaned_data["file"]
        if not words and upload is None:
            continue
        papers: tuple[UUID, ...] = ()
        if isinstance(upload, UploadedFile):
            try:
                paper = bring_for_case(
                    actor=request.actor,
                    subject=case.subject,
                    case_id=case.id,
                    point=f"correction-{one.id}",
                    upload=upload,
                    now=now,
                )
            except RefusalError as refused:
                form.add_error("file", sentence_of(refused))
                return None
            papers = (paper.id,)
        supplied.append(Supplied(one.id, words, papers))
    if not supplied:
        if _version(request, case) != case.version:
            messages.info(request, _("您刚才补的已经收到了。"))
            return redirect("cases_correct", case.number)
        drawn[0][1].add_error(None, _("还没有填。写一句，或者传一个文件；先补一样也行。"))
        return None
    answer_correction(
        actor=request.actor,
        case_id=case.id,
        version=_version(request, case),
        answers=supplied,
        now=now,
    )
    if len(supplied) < len(drawn):
        messages.success(request, _("这几样收到了。剩下的请在期限前补上。"))
    else:
        messages.success(request, _("都补齐了，我们接着办。"))
    return redirect("cases_case", case.number)


def _version(request: ActorRequest, case: CaseView) -> int:
    """The case as the page showed it: what has changed since is told, not overwritten."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else case.version
