"""A case begins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.access import CHIEF_ROLES, WORK_ROLES
from denghuo.cases.actions.clocks import due_words, start_clock
from denghuo.cases.actions.numbering import next_numbers
from denghuo.cases.actions.turns import Turn, finish, name_of, tell
from denghuo.cases.logic.clock import ACCEPT_DAYS
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.routing import office_for
from denghuo.cases.logic.states import Move, State, hands_of, next_state
from denghuo.cases.models import Case, CaseFact, Step
from denghuo.cases.queries.cases import CaseView, live_case
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import demand_scope, firm_of, person_of, staffed_areas
from denghuo.platform.public import Actor, acts_within

Channel = Literal["web", "station", "phone", "system", "batch"]
FactSource = Literal["self", "document", "staff"]


class AlreadyOpenError(RefusalError):
    """One live case per subject, item and period; the second ask is answered with the first."""

    code = "cases.already_open"
    template = "这件事您已经办过了，编号 {number}，现在是“{state}”。不用再申请。"
    status = 409

    @property
    def number(self) -> str:
        """The number of the first."""
        return str(self.values["number"])


class WrongSubjectError(RefusalError):
    """A person's item for a firm, or the other way round."""

    code = "cases.wrong_subject"
    template = "“{item}”是给{who}办的。"
    status = 409


class NotAppliedForError(RefusalError):
    """What arrives by itself is not asked for."""

    code = "cases.not_applied_for"
    template = "“{item}”不用申请。符合条件的，我们会主动办，钱直接打到账户。"
    status = 409


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact told for one case: ``value`` in the registry's strict JSON form."""

    name: str
    value: bool | int | str | None
    source: FactSource = "self"
    source_ref: str = ""
    observed_on: date | None = None
    legal_basis: str = ""


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    item: str,
    subject: SubjectRef,
    period: str = "",
    channel: Channel = "web",
    area: Region | None = None,
    form_version: str = "",
    answers: Mapping[str, Any] | None = None,
    facts: Sequence[ToldFact] = (),
    documents: Sequence[UUID] = (),
    about: UUID | None = None,
    now: datetime,
) -> CaseView:
    """Submit an application: number, receipt, the five days to accept it begin.

    ``area`` is the subject's home when None; the office follows from it and the item. Raises
    ``ItemNotFoundError``, ``WrongSubjectError``, ``NotAppliedForError``, ``NoMandateError`` and
    ``AlreadyOpenError`` with the first's number, also when two ask at the same instant.
    """
    found = service_item(item)
    _demand_fitting(found, subject, actor, now=now)
    first = live_case(subject, item, period)
    if first is not None:
        raise _already(first)
    home = area or home_of(subject)
    row = _new_row(found, subject, period, home, actor=actor, channel=channel, now=now)
    row.form_version, row.documents = form_version, [str(one) for one in documents]
    row.answers = json.dumps(dict(answers), ensure_ascii=False) if answers else None
    row.about_id = about
    start_clock(row, "accept", ACCEPT_DAYS, on=day_of(now))
    _insert(row, found, year=day_of(now).year)
    turn = Turn(row, found, actor, frozenset({"applicant"}), now)
    _first_step(turn)
    tell_facts(turn, facts)
    tell(
        turn,
        "submitted",
        title="我们收到您的申请了",
        body=f"{due_words(row)} 前答复是否受理；要补什么，会一次说清。",
    )
    return finish(turn, "open_case", item=item, channel=channel, facts=len(facts))


def tell_facts(turn: Turn, facts: Sequence[ToldFact], *, verified: bool = False) -> None:
    """Write facts told in a case; the latest word counts."""
    CaseFact.objects.bulk_create(
        [
            CaseFact(
                case=turn.row,
                name=fact.name,
                value=fact.value,
                source=fact.source,
                source_ref=fact.source_ref,
                observed_on=fact.observed_on,
                legal_basis=fact.legal_basis,
                told_by=turn.actor.label,
                told_at=turn.now,
                created_at=turn.now,
                verified=verified,
            )
            for fact in facts
        ]
    )


def home_of(subject: SubjectRef) -> Region | None:
    """Where a person lives or a firm is registered, as far as is known."""
    if subject.kind == "firm":
        return firm_of(subject.id).region
    return person_of(subject.id).residence


def _demand_fitting(item: ServiceItem, subject: SubjectRef, actor: Actor, *, now: datetime) -> None:
    if item.who != subject.kind:
        raise WrongSubjectError(
            item=str(item.names), who="个人" if item.who == "person" else "单位"
        )
    if actor.kind == "system":
        return
    if item.mode == "report" and _works(actor):
        return
    if item.mode == "no_apply":
        raise NotAppliedForError(item=str(item.names))
    demand_scope(actor, subject, "apply", now=now)


def _works(actor: Actor) -> bool:
    return actor.kind == "staff" and not actor.roles.isdisjoint(WORK_ROLES | CHIEF_ROLES)


def _new_row(
    item: ServiceItem,
    subject: SubjectRef,
    period: str,
    home: Region | None,
    *,
    actor: Actor,
    channel: Channel,
    now: datetime,
) -> Case:
    route = office_for(home, item.level, staffed=staffed_areas("officer"))
    hands = hands_of(roles=(), applicant=True, system=actor.kind == "system")
    return Case(
        item=item.code,
        subject_kind=subject.kind,
        subject_id=subject.id,
        period=period,
        channel="station" if actor.kind == "staff" and channel == "web" else channel,
        area=route.area.code,
        home=home.code if home else "",
        state=next_state(State.DRAFT, Move.SUBMIT, hands, kept=None),
        opened_by=actor.label,
        opened_by_staff=actor.staff_id if acts_within(actor, subject, "apply") else None,
        mandate=actor.mandate_id,
        asked_on=day_of(now),
        submitted_at=now,
        created_at=now,
    )


def _insert(row: Case, item: ServiceItem, *, year: int) -> None:
    """Number and row together: a clash gives the number back.

    Race: two tabs, or two people under one mandate, submit at once. The unique constraint lets
    one in; the other rolls back to before its number and is told the first's.
    """
    try:
        with transaction.atomic():
            row.number = next_numbers(item, year)[0]
            row.save(force_insert=True)
    except IntegrityError:
        subject = SubjectRef("person" if row.subject_kind == "person" else "firm", row.subject_id)
        first = live_case(subject, row.item, row.period)
        if first is None:
            raise
        raise _already(first) from None


def _first_step(turn: Turn) -> None:
    turn.row.version = 1
    Case.objects.filter(pk=turn.row.pk).update(version=1)
    Step.objects.create(
        case=turn.row,
        seq=1,
        kind=Move.SUBMIT,
        by=turn.actor.label,
        by_name=name_of(turn.actor),
        at=turn.now,
        from_state=State.DRAFT,
        to_state=turn.row.state,
    )


def _already(first: Case) -> AlreadyOpenError:
    return AlreadyOpenError(number=first.number, state=State(first.state).word)
