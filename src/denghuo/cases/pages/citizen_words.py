"""What every citizen's page of this room shares: the frame, the language, a refusal in words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from denghuo.cases.logic.answers_shown import shown_form
from denghuo.cases.logic.forms import Answer, Field, HeldFact
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest

RESIDENT_FRAME, DESK_FRAME = "web/shell.html", "web/desk.html"


def reader_language() -> str:
    """``zh``, ``en`` or ``mn``, as items and policies name languages."""
    return (get_language() or "zh").partition("-")[0]


def page(
    request: ActorRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponseBase:
    """The page in the frame of whoever reads it: a clerk keeps the desk around them."""
    staff = request.actor.kind == "staff"
    return render(
        request,
        template,
        {"frame": DESK_FRAME if staff else RESIDENT_FRAME, "staff": staff, **context},
        status=status,
    )


def sentence_of(refusal: RefusalError, one: Field | None = None) -> str:
    """The refusal in the reader's language; a field's own words too."""
    values = dict(refusal.values)
    if one is not None and "label" in values:
        values["label"] = one.title.in_language(reader_language())
    return gettext(refusal.template).format(**values)


def shown_answer(one: Field, value: Answer | None, names: dict[str, str]) -> str:
    """The answer as it is read, or nothing."""
    if value is None:
        return ""
    yes_no = (gettext("是"), gettext("否"))
    return shown_form(one, value, language=reader_language(), yes_no=yes_no, names=names)


def fact_row(one: Field, fact: HeldFact, *, subject_kind: str, recorded: bool) -> dict[str, Any]:
    """A fact on a page: value, source, date, and where to say that it is wrong."""
    dispute = f"/benefits/facts/{one.fact}/dispute/"
    if not recorded:  # of the registers of people, corrected there
        dispute = "/me/correction/" if subject_kind == "person" else ""
    return {
        "name": one.title.in_language(reader_language()),
        "value": shown_answer(one, fact.value, {}),
        "source": gettext(fact.source) if fact.source else "",
        "on": fact.observed_on.isoformat() if fact.observed_on else "",
        "disputed": fact.disputed,
        "dispute_url": "" if fact.disputed else dispute,
    }


def sign_in_address(path: str) -> str:
    """To sign in and back here."""
    return f"/sign-in/?{urlencode({'next': path})}"


def step_address(item: str, name: str) -> str:
    """The page of one step of a form: a field's name, or ``known``, ``check``, ``read``."""
    if name in ("known", "check", "read"):
        return reverse(f"cases_apply_{name}", args=[item])
    return reverse("cases_apply_field", args=[item, name])
