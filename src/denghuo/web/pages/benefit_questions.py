"""The questions flow: one a page, only what can still change an outcome, back always works."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.policy.public import (
    Ask,
    FactKind,
    FactSpec,
    FactValueError,
    Value,
    Verdict,
    next_question,
    policy,
    read_answer,
    registry,
    strict_form,
)
from denghuo.web.asking import Asking, asking, reader_language, save_answer, skip
from denghuo.web.forms import AnswerForm

_YES, _NO = "true", "false"


def open_question(asked: Asking, only: str = "") -> FactSpec | None:
    """The fact to ask about next, or None when nothing a person can tell changes anything.

    What a register could tell but has not is asked too, where the registry has a sentence for
    it: the person may know. What nobody can ask a person counts as sought in vain.
    """
    definitions = [policy(only)] if only else asked.definitions
    definitions = [each for each in definitions if each.audience == asked.kind]
    unavailable = set(asked.skipped)
    while True:
        question = next_question(
            definitions, asked.facts, asked.now.date(), unavailable=frozenset(unavailable)
        )
        if question is None:
            return None
        if question.spec.question is not None and question.spec.ask is not Ask.NEVER:
            return question.spec
        unavailable.add(question.spec.name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def questions(request: ActorRequest) -> HttpResponseBase:
    """Ask the next question, or the named one again; ``policy`` keeps to one policy."""
    asked = asking(request)
    only = request.GET.get("policy", "")
    if only:
        policy(only)  # an unknown name answers 404
    spec = _chosen(request, asked, only)
    if spec is None:
        return redirect("benefit", policy_id=only) if only else redirect("benefits")
    error = ""
    if request.method == "POST":
        if "skip" in request.POST:
            skip(request, spec.name)
            return redirect(_here(only))
        text = request.POST.get("answer", "")[:200]
        try:
            save_answer(request, spec, _raw(spec, text))
        except FactValueError as refused:
            error = refused.sentence
        else:
            return redirect(_here(only))
    return render(
        request,
        "web/benefits/question.html",
        _context(request, asked, spec, only=only, error=error),
        status=422 if error else 200,
    )


def _chosen(request: ActorRequest, asked: Asking, only: str) -> FactSpec | None:
    """The question posted or asked for by name, if it is one; else the next.

    A posted answer is read for the fact its form named, never for "the next" one: in a second
    tab the next question may be another.
    """
    name = request.POST.get("fact") or request.GET.get("fact") or ""
    spec = registry().get(name)
    if spec and spec.subject == asked.kind and spec.question and spec.ask is not Ask.NEVER:
        return spec
    return open_question(asked, only)


def _raw(spec: FactSpec, text: str) -> object:
    """The strict form of what was typed or chosen. Raises ``FactValueError``."""
    if not text.strip():
        raise FactValueError(
            field=spec.name,
            label=spec.labels.zh,
            text="",
            allowed=_("请选一个或填一个；不知道就点“我不知道”。"),
        )
    if spec.kind in (FactKind.BOOL, FactKind.CODE):
        return text
    reading = read_answer(spec, text)
    if reading.value is None:
        raise FactValueError(
            field=spec.name,
            label=spec.labels.zh,
            text=text[:60],
            allowed=(reading.why.sentence if reading.why else "") + _("。请再看一遍。"),
        )
    return strict_form(spec, reading.value)


def _here(only: str) -> str:
    address = reverse("benefit_questions")
    return f"{address}?policy={only}" if only else address


def _context(
    request: ActorRequest, asked: Asking, spec: FactSpec, *, only: str, error: str
) -> dict[str, object]:
    language = reader_language()
    known = asked.facts.get(spec.name)
    typed = request.POST.get("answer") if request.method == "POST" else None
    current = typed if typed is not None else _current(spec, known.value if known else None)
    before = [name for name in asked.asked if name != spec.name]
    place = asked.asked.index(spec.name) if spec.name in asked.asked else len(asked.asked)
    previous = asked.asked[place - 1] if place else ""
    context: dict[str, object] = {
        "asked": asked,
        "only": only,
        "fact": spec.name,
        "question": (spec.question or spec.labels).in_language(language),
        "hint": spec.help.in_language(language) if spec.help else "",
        "why": spec.why.in_language(language) if spec.why else "",
        "error": error,
        "progress": _progress(asked, len(before), only),
        "back": f"{_here(only)}{'&' if only else '?'}fact={previous}" if previous else "",
        "name": "answer",
        "skip_value": spec.name,
    }
    if spec.kind is FactKind.BOOL:
        context["choices"] = [
            {"value": _YES, "label": _("是"), "chosen": current == _YES},
            {"value": _NO, "label": _("否"), "chosen": current == _NO},
        ]
    elif spec.kind is FactKind.CODE and spec.values:
        context["choices"] = [
            {"value": value, "label": words.in_language(language), "chosen": current == value}
            for value, words in spec.values.items()
        ]
    else:
        form = AnswerForm(spec.kind.value, spec.unit, str(context["hint"]), current, error)
        context["field"] = form["answer"]
    return context


def _current(spec: FactSpec, value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    if spec.kind is FactKind.MONEY and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return str(strict_form(spec, value))


def _progress(asked: Asking, done: int, only: str) -> str:
    if only:
        return _("已经答了 {done} 题").format(done=done)
    undecided = sum(
        asked.answer(definition).verdict is Verdict.UNKNOWN for definition in asked.definitions
    )
    return _("已经答了 {done} 题，还有 {undecided} 项没定").format(done=done, undecided=undecided)
