"""The officer's desk of posts: what waits for a person, one question at a time, and how well
each source does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.employment.access import post_officers, post_staff
from denghuo.employment.actions import questions as acts
from denghuo.employment.actions.quality import log_quality_exported
from denghuo.employment.forms.questions import ChooseForm, WageForm, WhyForm, WordsForm
from denghuo.employment.forms.wishes import AnswerForm
from denghuo.employment.logic.reporting import REASONS
from denghuo.employment.pages.frame import sentence_of
from denghuo.employment.queries.asking import occupation_names, suggest_occupations
from denghuo.employment.queries.occupations import OccupationsMissingError
from denghuo.employment.queries.questions import (
    LIST_MAX,
    QuestionView,
    SourceQuality,
    open_counts,
    quality_of,
    question_of,
    questions_for,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.places.public import names_of, search_divisions
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed

# What holds a post back comes first.
KINDS = {
    "fraud_hold": gettext_lazy("像是骗人的，先扣下了"),
    "wording_forbidden": gettext_lazy("写了法律不许写的话，先扣下了"),
    "fraud_look": gettext_lazy("有点可疑，看一眼"),
    "wording_doubtful": gettext_lazy("话说得不合适，看一眼"),
    "occupation_unsure": gettext_lazy("拿不准是什么职业"),
    "wage_not_understood": gettext_lazy("看不懂工资"),
    "place_not_resolved": gettext_lazy("不知道在哪里"),
}
LEFT_AS_IT_IS = ("wording_doubtful", "fraud_look")
_OFFERED_MAX = 8
_WORDS_MAX = 40


@never_cache
@require_safe
@allowed(post_staff)
def posts(request: ActorRequest) -> HttpResponseBase:
    """How many questions of each kind wait, and how well each source does."""
    waiting = open_counts(request.actor)
    context = {
        "waiting": [
            {"href": reverse("employment_questions", args=[kind]), "name": name, "count": count}
            for kind, name in KINDS.items()
            if (count := waiting.get(kind, 0))
        ],
        "columns": [{"name": name, "number": at > 0} for at, name in enumerate(_headings())],
        "rows": [
            {"cells": [one.name, *_shares(one)]}
            for one in quality_of(request.actor, now=timezone.now())
        ],
        "today": day_of(timezone.now()),
    }
    return render(request, "employment/desk/posts.html", context)


@require_safe
@allowed(post_staff)
def quality_csv(request: ActorRequest) -> HttpResponseBase:
    """The counts behind the report, as a table."""
    now = timezone.now()
    found = quality_of(request.actor, now=now)
    log_quality_exported(actor=request.actor, rows=len(found), now=now)
    heading = (
        "来源", "在招消息", "看懂工资", "知道在哪", "编了职业", "扣下的", "和别家重的",
        "久没露面的",
    )  # fmt: skip
    lines = [
        (
            one.name, str(one.adverts), str(one.paid), str(one.placed), str(one.coded),
            str(one.held), str(one.joined), str(one.stale),
        )
        for one in found
    ]  # fmt: skip
    content = "".join(table_lines([heading, *lines]))
    answer = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="sources-{day_of(now)}.csv"'
    return answer


@never_cache
@require_safe
@allowed(post_staff)
def questions(request: ActorRequest, kind: str) -> HttpResponseBase:
    """The oldest open questions of a kind."""
    found = questions_for(request.actor, kind) if kind in KINDS else []
    context = {
        "name": KINDS.get(kind, ""),
        "kind": kind,
        "bulk": kind in LEFT_AS_IT_IS and post_officers(request.actor),
        "why": WhyForm(),
        "lines": [
            {
                "id": one.id,
                "title": one.post.title,
                "employer": one.post.employer_name,
                "words": _asked_words(one),
                "since": day_of(one.created_at),
            }
            for one in found
        ],
        "total": open_counts(request.actor).get(kind, 0),
        "most": LIST_MAX,
    }
    return render(request, "employment/desk/questions.html", context)


@require_POST
@allowed(post_officers)
def leave_many(request: ActorRequest, kind: str) -> HttpResponseBase:
    """The ticked ones stay as they are, for one reason."""
    try:
        chosen = [UUID(one) for one in request.POST.getlist("chosen")]
    except ValueError:
        chosen = []
    if not chosen:
        messages.error(request, _("请先勾选。"))
        return redirect("employment_questions", kind)
    try:
        done, late = acts.leave_questions(
            actor=request.actor,
            question_ids=chosen,
            why=request.POST.get("why", ""),
            now=timezone.now(),
        )
    except NotAllowedError:
        raise
    except RefusalError as refusal:
        messages.error(request, sentence_of(refusal))
    else:
        messages.success(request, _("{done} 个照原样留下了。").format(done=done))
        if late:
            messages.warning(request, _("{late} 个别人已经办了。").format(late=late))
    return redirect("employment_questions", kind)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(post_staff)
def question(request: ActorRequest, question_id: UUID) -> HttpResponseBase:
    """One question with all that is needed to answer it; afterwards the next of its kind."""
    found = question_of(request.actor, question_id)
    form, why = _forms(request, found)
    if request.method == "POST":
        do = request.POST.get("do", "")
        asked = why if do in _BY_WHY else form
        if asked is None:
            raise NotAllowedError
        if asked.is_valid():
            try:
                _answer(request, found, do, asked.cleaned_data)
            except NotAllowedError:
                raise
            except RefusalError as refusal:
                asked.refuse(refusal)
            else:
                messages.success(request, _("记下了。"))
                return _next(request, found)
    context = {
        "one": found,
        "name": KINDS.get(found.question, ""),
        "may": post_officers(request.actor) and found.state == "open",
        "form": form,
        "why": why,
        "searched": found.question in _SEARCHED,
        "q": _words(request, found),
        "findings": found.told.get("findings", []),
        "signals": found.told.get("signals", []),
        "reports": [_(words) for words in _reported(found)],
        "wording": found.question in {"wording_forbidden", "wording_doubtful"},
        "fraud": found.question in {"fraud_hold", "fraud_look"},
        "error_forms": [one for one in (form, why) if one is not None and one.errors],
    }
    status = 422 if context["error_forms"] else 200
    return render(request, "employment/desk/question.html", context, status=status)


_SEARCHED = ("occupation_unsure", "place_not_resolved")
_BY_WHY = ("leave", "release", "refuse")


def _forms(request: ActorRequest, found: QuestionView) -> tuple[AnswerForm | None, WhyForm]:
    """The answer's form, and the one for a reason; only the one that was sent is bound."""
    sent = request.POST if request.method == "POST" else None
    by_why = request.POST.get("do") in _BY_WHY
    given = None if by_why else sent
    return _answer_form(request, found, given), WhyForm(sent if by_why else None, auto_id="why_%s")


def _answer_form(request: ActorRequest, found: QuestionView, given: Any) -> AnswerForm | None:
    match found.question:
        case "occupation_unsure":
            offered = _occupations(_words(request, found))
            return ChooseForm(given, label=_("是哪种职业"), offered=offered)
        case "place_not_resolved":
            return ChooseForm(given, label=_("在哪里"), offered=_divisions(request, found))
        case "wage_not_understood":
            return WageForm(given)
        case "wording_forbidden" | "wording_doubtful":
            better = {
                "title": found.told.get("better_title", found.post.title),
                "body": found.told.get("better_body", found.post.body),
            }
            return WordsForm(given, initial=better)
    return None


def _words(request: ActorRequest, found: QuestionView) -> str:
    typed = request.GET.get("q", "").replace("\0", "").strip()[:_WORDS_MAX]
    return typed or str(found.told.get("words", ""))[:_WORDS_MAX]


def _occupations(words: str) -> list[tuple[str, str]]:
    try:
        codes = list(suggest_occupations(words).codes[:_OFFERED_MAX])
    except OccupationsMissingError:
        return []
    names = occupation_names(codes)
    return [(code, f"{names[code]}（{code}）") for code in codes if code in names]


def _divisions(request: ActorRequest, found: QuestionView) -> list[tuple[str, str]]:
    if request.GET.get("q"):
        return [
            (one.code, one.full_name)
            for one in search_divisions(_words(request, found), limit=_OFFERED_MAX)
        ]
    return list(names_of([str(one) for one in found.told.get("candidates", [])]).items())


def _answer(request: ActorRequest, found: QuestionView, do: str, given: dict[str, Any]) -> None:
    common: dict[str, Any] = {
        "actor": request.actor, "question_id": found.id, "now": timezone.now(), **given,
    }  # fmt: skip
    ways: dict[tuple[str, str], Callable[..., object]] = {
        ("occupation_unsure", "give"): acts.give_occupation,
        ("wage_not_understood", "give"): acts.give_wage,
        ("place_not_resolved", "give"): acts.give_place,
        ("wording_forbidden", "give"): acts.accept_wording,
        ("wording_doubtful", "give"): acts.accept_wording,
        ("wording_forbidden", "leave"): acts.leave_wording,
        ("wording_doubtful", "leave"): acts.leave_wording,
        ("fraud_hold", "release"): acts.release_post,
        ("fraud_look", "release"): acts.release_post,
    }
    act: Callable[..., object] | None = ways.get((found.question, do))
    if do == "refuse":
        act = acts.refuse_post
    if act is None:
        raise acts.WrongAnswerError
    act(**common)


def _next(request: ActorRequest, found: QuestionView) -> HttpResponseBase:
    rest = questions_for(request.actor, found.question)
    if rest:
        return redirect("employment_question", rest[0].id)
    return redirect("employment_desk_posts")


def _reported(found: QuestionView) -> list[str]:
    return [REASONS[one["why"]] for one in found.told.get("reports", [])]


def _asked_words(one: QuestionView) -> str:
    """What the question is about, in one line."""
    told = one.told
    if told.get("findings"):
        return "、".join(dict.fromkeys(str(each["words"]) for each in told["findings"]))[:60]
    if told.get("signals"):
        return "、".join(dict.fromkeys(str(each["words"]) for each in told["signals"]))[:60]
    if told.get("reports"):
        return _("有 {many} 个人说不对劲").format(many=len(told["reports"]))
    return str(told.get("words", ""))[:60]


def _headings() -> tuple[str, ...]:
    return (
        _("来源"), _("在招消息"), _("看懂工资"), _("知道在哪"), _("编了职业"), _("扣下的"),
        _("和别家重的"), _("久没露面的"),
    )  # fmt: skip


def _shares(one: SourceQuality) -> list[str]:
    def share(part: int) -> str:
        return f"{part * 100 // one.adverts}%" if one.adverts else "–"

    return [
        f"{one.adverts:,}", share(one.paid), share(one.placed), share(one.coded),
        f"{one.held:,}", share(one.joined), f"{one.stale:,}",
    ]  # fmt: skip
