"""My cases: what waits for me first; one case as a time line; its receipt; my documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.cases.logic.forms import NoFormError, form_numbered, minutes
from denghuo.cases.logic.pay_problems import ACCOUNT_WANTED
from denghuo.cases.logic.states import Move, State
from denghuo.cases.pages.citizen_answers import plain_amount
from denghuo.cases.pages.citizen_timeline import (
    day_words,
    due_words,
    problem_words,
    time_line,
)
from denghuo.cases.pages.citizen_words import page, reader_language, shown_answer
from denghuo.cases.queries.at_hand import note_look, subject_at_hand
from denghuo.cases.queries.case_story import Story, appeal_doors, story_of, unrated
from denghuo.cases.queries.cases import CaseView, cases_of
from denghuo.cases.queries.documents import DocumentView, documents_of
from denghuo.cases.queries.drafts import DraftView, drafts_of
from denghuo.cases.queries.forms import applicant
from denghuo.cases.queries.own_cases import answers_handed_in, own_case, places_named
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.people.public import for_somebody, looks_at, subject_name
from denghuo.platform.public import ActorRequest, WorkCalendar, allowed, work_calendar

_LOOKS_SHOWN = 10
_MARKS = {
    State.INCOMPLETE: "wait",
    State.REFUSED: "no",
    State.WITHDRAWN: "unknown",
    State.PAID: "yes",
    State.APPROVED: "yes",
    State.CONFIRMED: "yes",
    State.CHANGED: "yes",
    State.RECOVER: "no",
}


@never_cache
@require_safe
@allowed(for_somebody)
def mine(request: ActorRequest) -> HttpResponseBase:
    """What waits for me, what is on its way, what is over."""
    now = timezone.now()
    subject = subject_at_hand(request.actor, "read", now=now)
    on = day_of(now)
    cases = cases_of(subject)
    note_look(request.actor, subject, what="cases", purpose=_("看办件进度"), now=now)
    doors, unsaid = appeal_doors(cases), unrated(cases)
    calendar = work_calendar() if cases else None
    lines = [
        _line(each, on=on, until=doors.get(each.id), rate=each.id in unsaid, calendar=calendar)
        for each in cases
    ]
    drafts = drafts_of(subject, on=on)
    who = applicant(subject, now=now) if drafts else None
    context = {
        "for_name": subject_name(subject),
        "drafts": [_draft_line(each, facts=who.facts if who else {}) for each in drafts],
        "waiting": [one for one in lines if one["waits"]],
        "on_way": [one for one in lines if one["live"] and not one["waits"]],
        "over": [one for one in lines if not one["live"] and not one["waits"]],
    }
    return page(request, "cases/citizen/mine.html", context)


@never_cache
@require_safe
@allowed(for_somebody)
def case(request: ActorRequest, number: str) -> HttpResponseBase:
    """One case: where it stands, what comes next and when, what I may do."""
    now = timezone.now()
    found = own_case(request.actor, number, now=now)
    story = story_of(found)
    note_look(request.actor, found.subject, what="cases", purpose=_("看办件进度"), now=now)
    on = day_of(now)
    context = {
        **case_context(story, on=on),
        "items": time_line(story, on=on),
        "answers": answers_in_words(story.case, story.documents),
        "looks": _looks(found),
        "printed_at": now,
    }
    return page(request, "cases/citizen/case.html", context)


@never_cache
@require_safe
@allowed(for_somebody)
def receipt(request: ActorRequest, number: str) -> HttpResponseBase:
    """The number, what happens next, when, whom to ask."""
    found = own_case(request.actor, number, now=timezone.now())
    context = {"case": found, "title": _name(found), "rows": receipt_rows(found)}
    return page(request, "cases/citizen/receipt.html", context)


@never_cache
@require_safe
@allowed(for_somebody)
def documents(request: ActorRequest) -> HttpResponseBase:
    """Everything I ever handed in, each file once."""
    now = timezone.now()
    subject = subject_at_hand(request.actor, "documents", now=now)
    note_look(request.actor, subject, what="file", purpose=_("看交过的材料"), now=now)
    rows = documents_of(subject)
    return page(request, "cases/citizen/documents.html", {"documents": rows})


def receipt_rows(case: CaseView) -> list[dict[str, str]]:
    """What a receipt and a slip say."""
    rows = [
        {"name": _("办什么"), "value": _name(case)},
        {"name": _("哪天交的"), "value": day_words(day_of(case.submitted_at))},
    ]
    return rows + (_receipt_first(case) if case.state is State.SUBMITTED else _receipt_later(case))


def _receipt_first(case: CaseView) -> list[dict[str, str]]:
    due = day_words(case.due_on)
    if case.due_provisional and due:
        due = _("{text}（暂定）").format(text=due)
    return [
        {
            "name": _("下一步"),
            "value": _("工作人员看材料齐不齐，告诉您受不受理；要补什么，会一次说清。"),
        },
        {"name": _("最迟哪天"), "value": due},
        {
            "name": _("以后多久"),
            "value": ngettext(
                "受理后 {n} 个工作日内给结果", "受理后 {n} 个工作日内给结果", case.item.sla.days
            ).format(n=case.item.sla.days),
        },
        _whom_to_ask(case),
    ]


def _receipt_later(case: CaseView) -> list[dict[str, str]]:
    """Printed again after the first step: what was promised then is no longer what comes next."""
    return [{"name": _("现在"), "value": _(case.state_text)}, _whom_to_ask(case)]


def _whom_to_ask(case: CaseView) -> dict[str, str]:
    return {
        "name": _("问谁"),
        "value": _("打 {phone}，报编号就行。").format(phone=case.item.ask_office),
    }


def case_context(story: Story, *, on: date) -> dict[str, Any]:
    """What every page about one case shows of it, and the doors that are open."""
    case, decision = story.case, story.decision
    until = decision.appeal_until if decision else None
    return {
        "case": case,
        "story": story,
        "title": _name(case),
        "mark": _MARKS.get(case.state, "fact"),
        "state_text": _(case.state_text),
        "due": due_words(case, on=on) if case.in_work else "",
        "overdue": case.overdue(on),
        "problem": problem_words(case),
        "asked": story.open_round,
        "decision": decision,
        "amount": plain_amount(str(Money(decision.amount_fen)))
        if decision and decision.amount_fen
        else "",
        "appeal_until": until,
        "may_appeal": _may_appeal(story, until, on=on),
        "may_withdraw": Move.WITHDRAW in case.moves,
        "may_decline": Move.DECLINE in case.moves and case.amount_fen and not case.ordered_fen,
        "may_rate": case.state is State.CLOSED and not story.rated,
        "may_account": case.item.pays and case.in_work and not case.paid_fen,
        "account_wanted": case.pay_problem in ACCOUNT_WANTED,
        "claim": [
            {"name": name, "amount": plain_amount(str(Money(fen)))}
            for name, fen in (
                (_("要退"), story.claim.asked_fen),
                (_("已退"), story.claim.repaid_fen + story.claim.given_fen),
                (_("还差"), story.claim.left_fen),
                (_("多收的，要还您"), story.claim.over_fen),
                (_("多收的，已下单还您"), story.claim.given_fen),
            )
            if fen or name in (_("要退"), _("已退"), _("还差"))
        ]
        if story.claim
        else (),
        "payments": [
            {
                "text": _(one.state_text),
                "amount": plain_amount(str(Money(one.amount_fen))),
                "at": one.changed_at,
                "state": one.state,
            }
            for one in story.payments
        ],
    }


def _may_appeal(story: Story, until: date | None, *, on: date) -> bool:
    in_time = until is not None and on <= until
    return in_time and Move.APPEAL in story.case.moves and not story.appeals


def answers_in_words(case: CaseView, papers: Iterable[DocumentView]) -> list[dict[str, Any]]:
    """What was handed in, in the words of the form it was handed in with."""
    told, version = answers_handed_in(case.id)
    try:
        form = form_numbered(case.item.forms, version)
    except NoFormError:
        return []
    names = {str(one.id): one.name for one in papers}
    names |= places_named(form, told)
    return [
        {
            "id": f"answer-{one.name}",
            "name": one.title.in_language(reader_language()),
            "value": shown_answer(one, told[one.name], names),
        }
        for one in form.fields
        if one.name in told
    ]


def _looks(case: CaseView) -> list[Any]:
    """Looks for this item's purpose since it was handed in."""
    page_one = looks_at(case.subject)
    return [
        one
        for one in page_one.looks
        if one.purpose.startswith(case.item.purpose) and one.at >= case.submitted_at
    ][:_LOOKS_SHOWN]


def _name(case: CaseView) -> str:
    return case.item.names.in_language(reader_language())


def _line(
    case: CaseView, *, on: date, until: date | None, rate: bool, calendar: WorkCalendar | None
) -> dict[str, Any]:
    todo = ""
    if case.state is State.INCOMPLETE:
        day = day_words(case.answer_by)
        todo = _("请补材料，{day} 前").format(day=day) if day else _("请补材料")
    elif case.pay_problem in ACCOUNT_WANTED:
        todo = problem_words(case)
    elif until is not None and on <= until:
        todo = _("不服的话，{day} 前可以提复查").format(day=day_words(until))
    elif rate:
        todo = _("办完了，说说办得怎么样")
    return {
        "number": case.number,
        "name": _name(case),
        "state": _(case.state_text),
        "mark": _MARKS.get(case.state, "fact"),
        "todo": todo,
        "waits": bool(todo) and not rate,
        "live": case.in_work,
        "due": due_words(case, on=on, calendar=calendar) if case.in_work else "",
        "overdue": case.overdue(on),
        "on": case.submitted_at,
    }


def _draft_line(draft: DraftView, *, facts: Any) -> dict[str, Any]:
    return {
        "code": draft.item.code,
        "id": draft.id,
        "name": draft.item.names.in_language(reader_language()),
        "minutes": minutes(draft.form, draft.answers, facts),
        "touched_at": draft.touched_at,
    }
