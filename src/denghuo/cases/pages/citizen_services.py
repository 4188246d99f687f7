"""Services: the list, and each one's page: can I, what to bring, where, how long."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.cases.logic.forms import minutes
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.pages.citizen_answers import answer_words
from denghuo.cases.pages.citizen_words import page, reader_language, sign_in_address
from denghuo.cases.queries.at_hand import note_look, subject_at_hand
from denghuo.cases.queries.cases import CaseView, cases_of
from denghuo.cases.queries.drafts import open_draft
from denghuo.cases.queries.forms import Applicant, applicant
from denghuo.cases.queries.items import ItemNotFoundError, service_item
from denghuo.cases.queries.services import answer_for, find_services, policy_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.public import for_somebody
from denghuo.platform.public import ActorRequest, allowed, anyone

_SEARCH_MAX = 60


@require_safe
@allowed(anyone)
def services(request: ActorRequest) -> HttpResponseBase:
    """Everything that can be asked for, or that arrives by itself; by who and by words."""
    language = reader_language()
    text = request.GET.get("q", "")[:_SEARCH_MAX]
    who = _who(request.GET.get("who", ""))
    found = find_services(text, who=who, language=language)
    context = {
        "q": text,
        "filters": [
            {
                "name": "who",
                "label": _("给谁办"),
                "chosen": who or "",
                "options": [
                    {"value": "person", "text": _("个人")},
                    {"value": "firm", "text": _("单位")},
                ],
            }
        ],
        "count": len(found),
        "services": [_line(item, language) for item in found],
    }
    return page(request, "cases/citizen/services.html", context)


@never_cache
@require_safe
@allowed(anyone)
def service(request: ActorRequest, item: str) -> HttpResponseBase:
    """One service: the answer first, then what to do."""
    found = service_item(item)
    if not found.listed:
        raise ItemNotFoundError
    language, now = reader_language(), timezone.now()
    form = found.form_on(day_of(now))
    definition = policy_of(found)
    context: dict[str, Any] = {
        "item": found,
        "title": found.names.in_language(language),
        "summary": found.summary.in_language(language),
        "sign_in": sign_in_address(request.path),
        "has_form": form is not None and found.mode == "apply",
        "minutes": minutes(form, {}, {}) if form else 0,
        "answer": None,
        "other_kind": False,
        "policy": found.policy,
    }
    if definition is not None:
        context |= {
            "steps": {
                "can": definition.steps.can.in_language(language),
                "bring": definition.steps.bring.in_language(language),
                "where": definition.steps.where.in_language(language),
            },
            "papers": [each.in_language(language) for each in definition.documents],
            "object_to": definition.object_to.in_language(language),
        }
    if for_somebody(request.actor):
        subject = subject_at_hand(request.actor, "read", now=now)
        context |= _for_subject(request, found, subject)
    return page(request, "cases/citizen/service.html", context)


def _for_subject(request: ActorRequest, item: ServiceItem, subject: SubjectRef) -> dict[str, Any]:
    """What is known of the subject at hand: the verdict, a draft begun, a case there is."""
    now = timezone.now()
    who = applicant(subject, now=now)
    if item.who != subject.kind:
        return {"other_kind": True, "for_name": who.name}
    note_look(request.actor, subject, what="policy_facts", purpose=item.purpose, now=now)
    on, language = day_of(now), reader_language()
    definition = policy_of(item)
    form = item.form_on(on)
    draft = open_draft(subject, item.code, on=on) if form else None
    return {
        "subject": subject,
        "for_name": who.name,
        "answer": answer_words(answer_for(definition, who, on=on, language=language), who)
        if definition
        else None,
        "minutes": minutes(form, draft.answers if draft else {}, who.facts) if form else 0,
        "begun": draft is not None,
        "cases": [_case_line(each) for each in cases_of(subject) if each.item.code == item.code],
        "known_count": _known_count(item, who, now_known=form is not None),
    }


def _known_count(item: ServiceItem, who: Applicant, *, now_known: bool) -> int:
    if not now_known or not item.forms:
        return 0
    return sum(name in who.facts for name in item.forms[-1].facts)


def _case_line(case: CaseView) -> dict[str, Any]:
    return {
        "number": case.number,
        "state": case.state_text,
        "on": case.submitted_at,
        "live": case.in_work,
    }


def _line(item: ServiceItem, language: str) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.names.in_language(language),
        "summary": item.summary.in_language(language),
        "mode": item.mode,
        "who": item.who,
    }


def _who(text: str) -> SubjectKind | None:
    if text == "person":
        return "person"
    return "firm" if text == "firm" else None
