"""One person or firm looked back on: what was known then against what is known now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from denghuo.kernel.id_number import IdNumber, NotIdNumberError
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.uscc import NotUsccError, Uscc
from denghuo.people.public import (
    find_firm_by_uscc,
    find_person_by_id_number,
    person_attributes_for_policy,
)
from denghuo.platform.public import ActorRequest, allowed, record_look_up
from denghuo.policy.public import (
    Answer,
    DayNotPastError,
    LookBack,
    end_of,
    looks_back,
    register_facts,
)
from denghuo.web.staff_forms import LookBackForm
from denghuo.web.staff_subjects import (
    SeenSubject,
    SubjectNotFoundError,
    checking_staff,
    seen_subject,
)
from denghuo.web.staff_tables import csv_table


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(checking_staff)
def look_back(request: ActorRequest) -> HttpResponseBase:
    """Ask for one subject; the number travels in the body, never in an address or a log."""
    form = LookBackForm(request.POST or None, initial={"as_of": timezone.localdate()})
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found, subject = _asked(request, form.cleaned_data)
        except RefusalError as refused:
            form.add_error(
                refused.field if refused.field in form.fields else "number", refused.sentence
            )
        else:
            if request.POST.get("format") == "csv":
                return csv_table(
                    "look-back.csv",
                    [_("政策"), _("当时"), _("现在"), _("差"), _("为什么变")],
                    [_cells(each) for each in found if each.changed],
                )
            context |= {
                "subject": subject,
                "asked": form.cleaned_data,
                "changed": [_line(each) for each in found if each.changed],
                "same": [each.after.definition.names.zh for each in found if not each.changed],
            }
    return render(request, "web/staff/look_back.html", context, status=422 if form.errors else 200)


def _asked(request: ActorRequest, data: dict[str, Any]) -> tuple[list[LookBack], SeenSubject]:
    known_before: date = data["known_before"]
    if known_before >= timezone.localdate():
        raise DayNotPastError(field="known_before")
    subject = _subject(request, data["number"], data["purpose"])
    words = person_attributes_for_policy(subject.ref)
    found = looks_back(
        [subject.ref],
        known_before=known_before,
        as_of=data["as_of"],
        beside_then=register_facts(subject.ref, words, known_on=end_of(known_before)),
        beside_now=register_facts(subject.ref, words),
    )
    return found, subject


def _subject(request: ActorRequest, number: str, purpose: str) -> SeenSubject:
    """The subject of a number, if the actor answers for it; the look is written down.

    Identity numbers and firms' codes have the same length, but check characters of their own.
    """
    try:
        person_number = IdNumber.read(number)
    except NotIdNumberError as not_a_person:
        try:
            firm = find_firm_by_uscc(Uscc.read(number))
        except NotUsccError:
            raise not_a_person from None
        ref = firm.ref if firm else None
    else:
        person = find_person_by_id_number(person_number, actor=request.actor, purpose=purpose)
        ref = person.ref if person else None
    if ref is None:
        raise SubjectNotFoundError(field="number")
    subject = seen_subject(ref, request.actor)
    record_look_up(actor=request.actor, subject=ref, what=("policy_facts",), purpose=purpose)
    return subject


def _line(each: LookBack) -> dict[str, Any]:
    policy, then, now, change, why = _cells(each)
    return {
        "name": policy,
        "then": then,
        "now": now,
        "change": change,
        "why": why,
        "reasons": [one.sentence for one in each.after.conditions if one.result is not True],
        "arithmetic": list(each.after.arithmetic),
    }


def _cells(each: LookBack) -> list[str]:
    return [
        each.after.definition.names.zh,
        _side(each.before),
        _side(each.after),
        _change(each),
        "；".join(
            words
            for words, moved in (
                (_("规定后来才公布"), each.by_rule),
                (_("资料后来变了"), each.by_facts),
            )
            if moved
        ),
    ]


def _side(found: Answer | None) -> str:
    if found is None:
        return _("还没有这项政策")
    return f"{found.verdict.word} {found.amount_shown}".strip()


def _change(each: LookBack) -> str:
    """Owed or asked back, where it is money and both sides can be told."""
    amount = each.after.version.amount if each.after.version else None
    if each.amount_change is None:
        return _("请核对当时付过没有")
    if amount is not None and amount.unit != "fen":
        return ""
    money = Money(abs(each.amount_change))
    if each.amount_change > 0:
        return _("该补 {money}").format(money=money)
    return _("该收回 {money}").format(money=money) if each.amount_change else ""
