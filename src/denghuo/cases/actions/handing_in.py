"""A draft becomes a case: weighed once more, declared, numbered, answered with a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.drafts import owned_draft
from denghuo.cases.actions.opening import ToldFact, open_case
from denghuo.cases.actions.paying import confirm_account
from denghuo.cases.logic.answers import problems_of
from denghuo.cases.logic.forms import (
    Answer,
    FormVersion,
    asked_fields,
    settled_answers,
    shown_fields,
    value_of,
)
from denghuo.cases.logic.forms_period import PAID_TO_FOUNDER, period_of
from denghuo.cases.models import Document, FormDraft
from denghuo.cases.queries.at_hand import subject_at_hand
from denghuo.cases.queries.cases import CaseView, case_of, held_places
from denghuo.cases.queries.drafts import DraftView, draft_view
from denghuo.cases.queries.forms import Applicant, applicant, asked_of, offered
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.people.public import mandate_in_force
from denghuo.platform.public import Actor

# How a clerk may have been asked (house rule 13): a code from the person's phone, or a signed
# paper of which there is a photo.
_COUNTER_WAYS = frozenset({"phone_code", "paper"})


class FormIncompleteError(RefusalError):
    """Something is still open, or fits no more; ``problems`` says what, by field."""

    code = "cases.form_incomplete"
    template = "还有 {count} 处要填或要改，先改好再提交。"

    def __init__(self, problems: Mapping[str, RefusalError]) -> None:
        self.problems = dict(problems)
        super().__init__(count=len(self.problems))


class DeclarationNeededError(RefusalError):
    """Nobody has said that it is true."""

    code = "cases.declaration_needed"
    template = "请看一遍，都对就在最下面打勾，再提交。"


class ReadBackNeededError(RefusalError):
    """At the counter the answers are read to the person first."""

    code = "cases.read_back_needed"
    template = "请先把填的内容念给本人听，本人同意了再提交。"


class CounterMandateError(RefusalError):
    """The clerk has no code and no signed paper from the person."""

    code = "cases.counter_mandate"
    template = "没有本人的验证码，也没有签字委托书的照片，不能替本人提交。"
    status = 403


@transaction.atomic
def hand_in(
    *, actor: Actor, draft_id: UUID, declared: bool, heard: bool = False, now: datetime
) -> CaseView:
    """Submit the draft. A second click finds the first's case.

    ``heard`` says that a clerk has read it to the person. Raises ``FormIncompleteError``,
    ``DeclarationNeededError``, ``ReadBackNeededError``, ``CounterMandateError``, and what
    ``open_case`` raises (``AlreadyOpenError`` with the first case's number); then the draft is
    as it was.
    """
    row = owned_draft(actor, draft_id, now=now)
    if row.case_id is not None:
        return case_of(actor, row.case_id)
    view = draft_view(row, on=day_of(now))
    who = applicant(view.subject, now=now)
    answers = demand_complete(view, who, now=now)
    if not declared:
        raise DeclarationNeededError(field="declared")
    if actor.kind == "staff":
        _demand_counter(actor, view, heard=heard, now=now)
    account = _account(view.form, answers)
    if account is not None:
        # Whoever hands in says where the money goes.
        subject_at_hand(actor, "money", now=now)
    case = open_case(
        actor=actor,
        item=view.item.code,
        subject=view.subject,
        period=_period(view, answers, who, now=now),
        channel="station" if actor.kind == "staff" else "web",
        area=_office(view.form, answers),
        form_version=str(view.form.version),
        # The account has a row of its own, which later ones take the place of.
        answers={name: each for name, each in answers.items() if each is not account},
        facts=_told(view.form, answers, who, now=now),
        documents=_documents(answers),
        now=now,
    )
    _close(row, case, answers, now=now)
    if account is not None:
        case = confirm_account(
            actor=actor,
            case_id=case.id,
            version=case.version,
            account_name=account["holder"],
            account_no=account["number"],
            bank=account["bank"],
            now=now,
        )
    return case


def demand_complete(view: DraftView, who: Applicant, *, now: datetime) -> dict[str, Answer]:
    """The answers that are handed in. Raises ``FormIncompleteError``.

    Weighed anew: the draft may be weeks old, a relative may have ended the link, a name changed.
    """
    fields = asked_fields(view.form, view.answers, who.facts)
    choices = offered(view.form, view.subject, now=now)
    problems = problems_of(fields, view.answers, asked_of(who, choices, now=now))
    if problems:
        raise FormIncompleteError(problems)
    return settled_answers(view.form, view.answers, who.facts)


def _demand_counter(actor: Actor, view: DraftView, *, heard: bool, now: datetime) -> None:
    mandate = mandate_in_force(actor=actor, subject=view.subject, scope="apply", now=now)
    if mandate is None or mandate.how not in _COUNTER_WAYS:
        raise CounterMandateError
    if not heard:
        raise ReadBackNeededError(field="heard")


def _period(
    view: DraftView, answers: Mapping[str, Answer], who: Applicant, *, now: datetime
) -> str:
    paid = who.facts.get(PAID_TO_FOUNDER)
    return period_of(
        view.item.once_per,
        _values(view.form, answers, who),
        on=day_of(now),
        earlier=held_places(view.subject, view.item.code),
        paid_fen=paid.value if paid and isinstance(paid.value, int) else None,
    )


def _values(
    form: FormVersion, answers: Mapping[str, Answer], who: Applicant
) -> dict[str, Answer | None]:
    return {
        one.name: value_of(one, answers, who.facts)
        for one in shown_fields(form, answers, who.facts)
    }


def _told(
    form: FormVersion, answers: Mapping[str, Answer], who: Applicant, *, now: datetime
) -> list[ToldFact]:
    """What the person said where no office has, in the words the rule reads."""
    on = day_of(now)
    told: list[ToldFact] = []
    for one in asked_fields(form, answers, who.facts):
        value = answers.get(one.name)
        if value is None:
            continue
        if one.fact and isinstance(value, bool | int | str):
            told.append(ToldFact(one.fact, value, observed_on=on))
        if one.tells:
            told.append(ToldFact(one.tells, value=True, observed_on=on))
    return told


def _office(form: FormVersion, answers: Mapping[str, Answer]) -> Region | None:
    """Where the form asks for the place, its office works on it; else where the subject lives."""
    for one in form.fields:
        value = answers.get(one.name)
        if one.kind == "division" and isinstance(value, str):
            return Region.read(value)
    return None


def _account(form: FormVersion, answers: Mapping[str, Answer]) -> dict[str, str] | None:
    for one in form.fields:
        value = answers.get(one.name)
        if one.kind == "bank_account" and isinstance(value, dict):
            return value
    return None


def _documents(answers: Mapping[str, Answer]) -> list[UUID]:
    return [UUID(each) for value in answers.values() if isinstance(value, list) for each in value]


def _close(row: FormDraft, case: CaseView, answers: Mapping[str, Answer], *, now: datetime) -> None:
    """The draft keeps the case and forgets the answers; its documents become the case's."""
    handed = _documents(answers)
    Document.objects.filter(draft=row, pk__in=handed).update(case=case.id)
    # Brought for a question that a later answer took away: not handed in, so not kept.
    Document.objects.filter(draft=row, case__isnull=True, removed_at__isnull=True).update(
        removed_at=now
    )
    row.case_id, row.answers, row.passed, row.touched_at = case.id, None, [], now
    row.save(update_fields=["case", "answers", "passed", "touched_at"])
