"""The questions flow: one a page, only what can still change an outcome, back always works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from denghuo.kernel.subject import SubjectKind
from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.policy.public import (
    Ask,
    FactKind,
    FactNotFoundError,
    FactSpec,
    FactValueError,
    PolicyDefinition,
    Value,
    WhyUnknown,
    policy,
    read_answer,
    registry,
    show_fact,
    strict_form,
)
from denghuo.web.asking import (
    WISHES,
    Asking,
    asking,
    demand_filling_in,
    reader_language,
    save_answers,
    skip,
)
from denghuo.web.forms import AnswerForm

_YES, _NO = "true", "false"
# A fact so named is the last day of a year: what people know is the year.
_YEAR_END = "_year_ends_on"
_TEXT_MAX = 200
_YEAR = re.compile(r"((?:19|20|１９|２０)\d\d)(?:年|\D|\d{4}$|$)")


class UnreadableAnswerError(Exception):
    """What was typed cannot be kept; the text is the sentence beside the field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on its page: one fact, or all the wishes together."""

    name: str
    specs: tuple[FactSpec, ...]
    only: PolicyDefinition | None

    @property
    def one(self) -> FactSpec:
        """The fact, where the question is about one."""
        return self.specs[0]

    @property
    def together(self) -> bool:
        """Whether several wishes are chosen from one list."""
        return self.name == WISHES


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def questions(request: ActorRequest) -> HttpResponseBase:
    """Ask the next question, or the named one again; ``policy`` keeps to one policy."""
    only = policy(request.GET["policy"]) if request.GET.get("policy") else None
    asked = asking(request, kind=_kind_of(only))
    demand_filling_in(request)
    if only is not None and only.audience != asked.kind:
        return redirect("benefit", policy_id=only.id)
    question = _question(request, asked, only)
    if question is None:
        return redirect("benefit", policy_id=only.id) if only else redirect("benefits")
    if not question.together and not asked.can_tell(question.one):
        # An office has answered since this page was opened: its word stands.
        messages.info(request, _("这一条部门已经有了，不用您填。不对的话，可以在结果里告诉我们。"))
        return redirect(_address(only))
    error = ""
    if request.method == "POST":
        if "skip" in request.POST:
            skip(request, [spec.name for spec in question.specs], seen=question.name)
            return redirect(_address(only))
        try:
            save_answers(request, _answers(request, question), seen=question.name)
        except UnreadableAnswerError as refused:
            error = str(refused)
        else:
            return redirect(_address(only))
    context = _context(request, asked, question, error=error)
    status = 422 if error else 200
    return render(request, "web/benefits/question.html", context, status=status)


def question_words(asked: Asking, spec: FactSpec) -> str:
    """How the question is put; the wishes are asked together."""
    if spec.wish is not None and len(asked.wishes) > 1:
        return _("您现在想做下面哪些事？")
    return (spec.question or spec.labels).in_language(reader_language())


def _kind_of(only: PolicyDefinition | None) -> SubjectKind | None:
    return None if only is None or only.audience == "pair" else only.audience


def _question(request: ActorRequest, asked: Asking, only: PolicyDefinition | None) -> Asked | None:
    """The question posted or asked for by name; else the next.

    A posted answer is read for the question its form named, never for "the next" one: in a second
    tab the next question may be another. Raises ``FactNotFoundError`` for a name nobody is asked.
    """
    name = request.POST.get("fact", "") if request.method == "POST" else request.GET.get("fact", "")
    if name == WISHES and len(asked.wishes) > 1:
        return Asked(WISHES, tuple(asked.wishes), None)
    if name or request.method == "POST":
        spec = registry().get(name)
        if spec is None or spec.subject != asked.kind or not _is_question(spec):
            raise FactNotFoundError
        return Asked(spec.name, (spec,), only)
    spec = asked.next_question([only] if only else ())
    if spec is None:
        return None
    if only is None and spec.wish is not None and len(asked.wishes) > 1:
        return Asked(WISHES, tuple(asked.wishes), None)
    return Asked(spec.name, (spec,), only)


def _is_question(spec: FactSpec) -> bool:
    return spec.question is not None and spec.ask is not Ask.NEVER


def _answers(request: ActorRequest, question: Asked) -> dict[str, object]:
    """The strict forms of what was typed or chosen. Raises ``UnreadableAnswerError``."""
    if question.together:
        wanted = set(request.POST.getlist("want"))
        return {spec.name: spec.name in wanted for spec in question.specs}
    return {question.one.name: _read(question.one, request.POST.get("answer", "")[:_TEXT_MAX])}


def _read(spec: FactSpec, text: str) -> object:
    if not text.strip():
        raise UnreadableAnswerError(
            _("请选一个；不知道就点“我不知道”。")
            if spec.kind in (FactKind.BOOL, FactKind.CODE)
            else _("请填一下；不知道就点“我不知道”。")
        )
    try:
        reading = read_answer(spec, _year_end(text) if is_year(spec) else text)
    except FactValueError as refused:
        raise UnreadableAnswerError(_how_to_write(spec)) from refused
    if reading.value is None:
        raise UnreadableAnswerError(_out_of_bounds(spec, reading.why))
    return strict_form(spec, reading.value)


def is_year(spec: FactSpec) -> bool:
    """Whether the fact is asked for as a year."""
    return spec.kind is FactKind.DATE and spec.name.endswith(_YEAR_END)


def _year_end(text: str) -> str:
    """The last day of the year that was typed, alone or as any day in it."""
    found = _YEAR.match(text.strip())
    return f"{int(found[1])}-12-31" if found else text


def _how_to_write(spec: FactSpec) -> str:
    if is_year(spec):
        return _("没看懂是哪一年。请写 4 位数字，例如 2025。")
    match spec.kind:
        case FactKind.MONEY:
            return _("没看懂。请只写多少元，例如 1234.50。")
        case FactKind.DATE:
            return _("没看懂这个日期。请写年月日，例如 2025-03-01 或 2025年3月1日。")
        case FactKind.INT:
            return _("请写整数，例如 12。")
        case FactKind.DECIMAL:
            return _("请写数字，例如 5.5%。")
        case _:
            return _("请在下面选一个。")


def _out_of_bounds(spec: FactSpec, why: WhyUnknown | None) -> str:
    language = reader_language()
    if why is WhyUnknown.BELOW:
        return _("这个太小了，最小是 {value}。请再看一遍。").format(
            value=show_fact(spec, spec.low, language)
        )
    return _("这个太大了，最大是 {value}。请再看一遍。").format(
        value=show_fact(spec, spec.high, language)
    )


def _address(only: PolicyDefinition | None, **more: str) -> str:
    query = {**({"policy": only.id} if only else {}), **more}
    address = reverse("benefit_questions")
    return f"{address}?{urlencode(query)}" if query else address


def _context(
    request: ActorRequest, asked: Asking, question: Asked, *, error: str
) -> dict[str, object]:
    spec, language = question.one, reader_language()
    words = {
        "question": (spec.question or spec.labels).in_language(language),
        "hint": spec.help.in_language(language) if spec.help else "",
        "why": spec.why.in_language(language) if spec.why else "",
    }
    if question.together:
        words = {
            "question": question_words(asked, spec),
            "hint": _("可以选几样。都不想要，就直接点“下一步”。以后随时能改。"),
            "why": _("不想要的事，我们就不再问您相关的细节。"),
        }
    context: dict[str, object] = {
        "asked": asked,
        "only": question.only,
        "fact": question.name,
        "error": error,
        "back": _back(asked, question),
        **_progress(asked, question.only),
        **words,
    }
    if question.together:
        context["wishes"] = _wish_choices(asked)
        return context
    return context | _field(request, asked, question, str(words["hint"]), error)


def _field(
    request: ActorRequest, asked: Asking, question: Asked, hint: str, error: str
) -> dict[str, object]:
    """How the one fact is answered: two buttons, a list, or a line to write on."""
    spec, language = question.one, reader_language()
    known = asked.facts.get(spec.name)
    typed = request.POST.get("answer") if request.method == "POST" else None
    current = typed if typed is not None else _current(spec, known.value if known else None)
    if spec.kind is FactKind.BOOL:
        options = [(_YES, _("是")), (_NO, _("否"))]
    elif spec.kind is FactKind.CODE and spec.values:
        options = [(value, words.in_language(language)) for value, words in spec.values.items()]
    else:
        unit = show_unit(spec, language)
        kind = "year" if is_year(spec) else spec.kind.value
        form = AnswerForm(kind, hint, current[:_TEXT_MAX], error)
        return {"field": form["answer"], "unit": unit}
    return {
        "choices": [
            {"value": value, "label": label, "chosen": current == value} for value, label in options
        ],
        "quick": spec.kind is FactKind.BOOL,
    }


def show_unit(spec: FactSpec, language: str) -> str:
    """The unit beside the field: what follows the number when one is shown."""
    if spec.kind not in (FactKind.INT, FactKind.MONEY):
        return ""
    return show_fact(spec, 0, language).partition(" ")[2]


def _wish_choices(asked: Asking) -> list[dict[str, object]]:
    language = reader_language()
    return [
        {
            "value": spec.name,
            "label": spec.wish.in_language(language) if spec.wish else "",
            "chosen": known is not None and known.value is True,
        }
        for spec in asked.wishes
        for known in [asked.facts.get(spec.name)]
    ]


def _current(spec: FactSpec, value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    if spec.kind is FactKind.MONEY and isinstance(value, int):
        yuan, fen = divmod(value, 100)
        return f"{yuan}.{fen:02d}" if fen else str(yuan)
    if is_year(spec) and isinstance(value, date):
        return str(value.year)
    return str(strict_form(spec, value))


def _back(asked: Asking, question: Asked) -> str:
    """The question before this one; the first leads back to where the reader came from."""
    names = list(asked.asked)
    place = names.index(question.name) if question.name in names else len(names)
    if question.only is not None:
        names = [name for name in names[:place] if name in question.only.specs]
        place = len(names)
    if place:
        return _address(question.only, fact=names[place - 1])
    return reverse("benefit", args=[question.only.id]) if question.only else reverse("benefits")


def _progress(asked: Asking, only: PolicyDefinition | None) -> dict[str, object]:
    """How much is settled, counted, never guessed: policies, or one policy's conditions."""
    if only is not None:
        found = asked.answers[only.id]
        # Until the day is known that chooses the rule, nobody knows how many conditions it has.
        conditions = found.conditions if found.version else ()
        total = len(conditions)
        done = sum(each.result is not None for each in conditions)
        words = _("这一项有 {total} 个条件，{done} 个已经清楚").format(total=total, done=done)
        return {"total": total, "done": done, "progress": words if total else ""}
    total = len(asked.definitions)
    done = total - asked.undecided
    words = _("一共 {total} 项，{done} 项已经有结果").format(total=total, done=done)
    return {"total": total, "done": done, "progress": words}
