"""The desk's file of one case: what is known, what was done, what can be done now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.cases.access import CaseNotFoundError, case_staff
from denghuo.cases.actions.looking import CaseFile, read_case
from denghuo.cases.actions.turns import CaseChangedError
from denghuo.cases.logic.claims import TURN_WORDS
from denghuo.cases.logic.numbers import NotCaseNumberError
from denghuo.cases.logic.pay_problems import problem_words
from denghuo.cases.pages.citizen_cases import answers_in_words
from denghuo.cases.pages.deed import Deed, Given
from denghuo.cases.pages.desk_deeds import deed_named, offered
from denghuo.cases.pages.desk_words import TAGS, claim_amounts, due_words, state_words, step_words
from denghuo.cases.queries.cases import CaseView, case_by_number, case_of
from denghuo.cases.queries.desk_file import RuleToday, rule_today
from denghuo.cases.queries.documents import documents_of_case
from denghuo.cases.queries.founders import shared_firms
from denghuo.cases.queries.pending import pending_change
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed, work_calendar

# Once decided, what counts is the decision's own snapshot.
_UNDECIDED = (
    "submitted",
    "incomplete",
    "accepted",
    "in_review",
    "verified",
    "proposed",
    "appealed",
)


def found_case(request: ActorRequest, number: str) -> CaseView:
    """The case with this number, for those who work on it. Raises ``CaseNotFoundError``."""
    try:
        return case_by_number(request.actor, number)
    except NotCaseNumberError:
        raise CaseNotFoundError from None


@never_cache
@require_safe
@allowed(case_staff)
def show(request: ActorRequest, number: str) -> HttpResponseBase:
    """The file. The look is written down before anything is shown."""
    return _page(request, found_case(request, number))


@never_cache
@require_POST
@allowed(case_staff)
def act(request: ActorRequest, number: str, deed: str) -> HttpResponseBase:
    """Do one thing. What is refused keeps what was typed.

    Race: two clerks on one case. The form names the version its page showed; the second is told
    who did what, sees the case as it is now, and finds their own words still in the form.
    """
    case = found_case(request, number)
    wanted = deed_named(deed)
    if wanted is None:
        raise CaseNotFoundError
    given = Given(
        actor=request.actor,
        case=case,
        version=_version(request),
        typed={name: str(value) for name, value in request.POST.items()},
        picked=tuple(request.POST.getlist("fields")),
        now=timezone.now(),
    )
    try:
        wanted.run(given)
    except CaseChangedError as refused:
        return _page(request, _again(request, case.id), typed=given, deed=deed, refused=refused)
    except RefusalError as refused:
        if refused.status == CaseNotFoundError.status:
            raise
        return _page(request, _again(request, case.id), typed=given, deed=deed, refused=refused)
    except ValueError:
        raise CaseNotFoundError from None
    messages.success(request, _("办好了：{what}。").format(what=wanted.label))
    return redirect("cases_desk_file", number)


def _version(request: ActorRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1


def _again(request: ActorRequest, case_id: UUID) -> CaseView:
    return case_of(request.actor, case_id)


def _page(
    request: ActorRequest,
    case: CaseView,
    *,
    typed: Given | None = None,
    deed: str = "",
    refused: RefusalError | None = None,
) -> HttpResponse:
    now = timezone.now()
    file = read_case(actor=request.actor, case_id=case.id, now=now)
    papers = documents_of_case(case.id)
    today = rule_today(file.case) if case.state.value in _UNDECIDED else None
    sentence = _(refused.template).format(**refused.values) if refused else ""
    return render(
        request,
        "cases/desk/file.html",
        {
            "file": file,
            "case": file.case,
            "rows": _head(file),
            "state": state_words(file.case.state),
            "due": due_words(file.case, on=day_of(now), calendar=work_calendar()),
            "tone": TAGS[file.case.colour(day_of(now))],
            "steps": _steps(file),
            "today": today,
            "shared_firms": _shared(file.case) if today else [],
            "rule_lines": _rule_lines(today),
            "answers": answers_in_words(file.case, papers),
            "documents": papers,
            "deeds": _forms(file, request, today=today, typed=typed, refused=deed),
            "refusal": sentence,
            "amounts": _amounts(file),
            "printed_at": now,
        },
        status=refused.status if refused else 200,
    )


# What the rule says today is what its form is filled with; where it says nothing, nothing.
_RULE_RESULT = {"entitled": "approved", "not": "refused"}


def _forms(
    file: CaseFile,
    request: ActorRequest,
    *,
    today: RuleToday | None,
    typed: Given | None,
    refused: str,
) -> list[dict[str, Any]]:
    """What can be done now, as forms; in the one that was refused stands what was typed."""
    case, verdict = file.case, today.verdict if today else ""
    preset = {"result": _RULE_RESULT.get(verdict, "")}
    offer = offered(case, request.actor, sum_fen=_change_sum(file, today))
    form = case.item.form_on(case.asked_on)
    fields = [(one.name, one.title.zh) for one in form.fields] if form else []
    deeds = [*offer.next, *offer.others, *offer.always]
    lost = deed_named(refused) if refused and all(one.name != refused for one in deeds) else None
    if lost is not None and lost.inputs:
        deeds.insert(0, lost)  # no longer possible, but the words in it are somebody's work
    return [
        {
            "name": one.name,
            "label": one.label,
            "hint": one.hint,
            "open": one in offer.next or one.name == refused,
            "has_rare": any(each.rare for each in one.inputs),
            "rare_open": verdict == "no_rule" or (one.name == refused and _rare_typed(one, typed)),
            "inputs": [
                {
                    "id": f"{one.name}-{each.name}",
                    "name": each.name,
                    "label": each.label,
                    "kind": each.kind,
                    "hint": each.hint,
                    "rare": each.rare,
                    "options": fields if each.kind == "fields" else each.options,
                    "value": (
                        typed.text(each.name)
                        if typed and one.name == refused
                        else preset.get(each.name, "")
                    ),
                    "picked": typed.picked if typed and one.name == refused else (),
                }
                for each in one.inputs
            ],
        }
        for one in deeds
    ]


def _change_sum(file: CaseFile, today: RuleToday | None) -> int | None:
    """The largest sum that a changed decision rests on: what was decided, or what the rule gives
    now. Nobody knows it where a person judges."""
    if today is None or today.verdict == "no_rule":
        return None
    decided = file.decision.amount_fen if file.decision else 0
    return max(decided, today.amount_fen or 0)


def _rare_typed(deed: Deed, typed: Given | None) -> bool:
    return typed is not None and any(typed.text(each.name) for each in deed.inputs if each.rare)


def _steps(file: CaseFile) -> list[dict[str, Any]]:
    return [
        {
            "word": step_words(one.kind, one.word),
            "to": state_words(one.to_state) if one.to_state else "",
            "at": one.at,
            "by_name": one.by_name,
            "note": one.note,
        }
        for one in file.time_line
    ]


def _head(file: CaseFile) -> list[dict[str, str]]:
    case = file.case
    rows = [
        (_("申请人"), file.name),
        (_("从哪里来"), case.channel_text),
        (_("按哪天的情况算"), case.asked_on.isoformat()),
        (_("谁在办"), case.owner_name or _("还没有人接手")),
    ]
    if file.claim is not None:
        rows.append((_("该谁办"), _(TURN_WORDS[file.claim.turn])))
    if case.due_provisional:
        rows.append((_("注意"), _("期限跨了还没公布放假安排的年份，是暂定的。")))
    pending = pending_change(case.id)
    if pending is not None:
        amount = Money(pending.amount_fen)
        what = _("{result}，{amount}").format(result=_(pending.result_text), amount=amount)
        rows.append((_("等签字的意见"), f"{what} {pending.note}".strip()))
    if case.pay_problem and case.in_work:
        rows.append((_("付款卡在哪里"), _(problem_words(case.pay_problem))))
    if file.account is not None:
        account = file.account
        rows.append((_("收款账户"), f"{account.account_name} {account.bank} …{account.tail}"))
    return [{"name": name, "value": value} for name, value in rows]


def _rule_lines(today: RuleToday | None) -> list[str]:
    if today is None:
        return []
    lines = list(today.arithmetic)
    if today.missing:
        lines.append(_("还缺：{what}").format(what="、".join(today.missing)))
    return lines


def _shared(case: CaseView) -> list[dict[str, str]]:
    return [
        {"firm": one.firm, "number": one.number, "state": state_words(one.state)}
        for one in shared_firms(case)
    ]


def _amounts(file: CaseFile) -> list[dict[str, str]]:
    case = file.case
    if file.claim is not None:
        return claim_amounts(file.claim.money)
    pairs = (
        (_("批准"), case.amount_fen),
        (_("已下单"), case.ordered_fen),
        (_("已到账"), case.paid_fen),
        (_("要退回"), case.recover_fen),
        (_("已退回"), file.repaid_fen),
    )
    return [{"name": name, "value": str(Money(fen))} for name, fen in pairs if fen]
