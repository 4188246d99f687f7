"""Cases as those may see them who may: frozen views, the scope already applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from denghuo.cases.access import WORK_ROLES, CaseNotFoundError, hands_on, speaks_for, works_on
from denghuo.cases.logic.clock import DUE_WORDS, Colour, colour_of
from denghuo.cases.logic.forms_period import Held
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.numbers import CaseNumber, NotCaseNumberError
from denghuo.cases.logic.pay_problems import ACCOUNT_WANTED
from denghuo.cases.logic.states import Hand, Move, State, moves_from
from denghuo.cases.models import Case, ItemDuty
from denghuo.cases.queries.items import service_item
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import Scope, refs_of
from denghuo.platform.public import Actor


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as a list or a head shows it: nothing told in it, nothing known of its subject.

    ``version`` is what the next action must name. ``moves`` are what this reader may do now.
    """

    id: UUID
    number: str
    item: ServiceItem
    subject: SubjectRef
    period: str
    channel: str
    channel_text: str
    area: Region
    state: State
    state_text: str
    kept_state: State | None
    version: int
    moves: tuple[Move, ...]
    in_work: bool
    owner: UUID | None
    owner_name: str
    urgent: bool
    asked_on: date
    submitted_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    ended_at: datetime | None
    due_kind: str
    due_text: str
    due_on: date | None
    due_provisional: bool
    amber_on: date | None
    answer_by: date | None
    amount_fen: int
    ordered_fen: int
    paid_fen: int
    recover_fen: int
    pay_problem: str
    about: UUID | None
    notice: UUID | None

    def colour(self, on: date) -> Colour:
        """How near the last day is."""
        return colour_of(self.due_on, self.amber_on, on=on)

    def overdue(self, on: date) -> bool:
        """Whether the office is late; the applicant is told so too."""
        return self.in_work and self.colour(on) == "red"


def duties_of(actor: Actor) -> frozenset[str]:
    """The items a member of staff was given; none means all."""
    if actor.staff_id is None:
        return frozenset()
    return frozenset(
        ItemDuty.objects.filter(staff_id=actor.staff_id).values_list("item", flat=True)
    )


def subject_of(row: Case) -> SubjectRef:
    """Whom the case is about, as it was opened."""
    return SubjectRef("person" if row.subject_kind == "person" else "firm", row.subject_id)


def subjects_of(row: Case) -> tuple[SubjectRef, ...]:
    """The subject and everybody merged with it since."""
    own = subject_of(row)
    return tuple(dict.fromkeys((own, *refs_of(own))))


def hands_of_actor(actor: Actor, row: Case) -> frozenset[Hand]:
    """Whose hands the actor has on the case."""
    return hands_on(actor, subjects_of(row), area=row.area, item=row.item, duties=duties_of(actor))


def may_see(actor: Actor, row: Case, *, scope: Scope = "read") -> bool:
    """The subject, who acts for it with the scope, the staff of its office, our own jobs."""
    return (
        actor.kind == "system"
        or works_on(actor, area=row.area, item=row.item, duties=duties_of(actor))
        or speaks_for(actor, subjects_of(row), scope)
    )


def case_row(actor: Actor, case_id: UUID, *, scope: Scope = "read") -> Case:
    """One row. Raises ``CaseNotFoundError``."""
    row = Case.objects.filter(pk=case_id).first()
    if row is None or not may_see(actor, row, scope=scope):
        raise CaseNotFoundError
    return row


def may_open_file(actor: Actor, case_id: UUID) -> str:
    """The number of a case whose file is open to this member of staff; else nothing."""
    row = Case.objects.filter(pk=case_id).first()
    if row is None or not works_on(actor, area=row.area, item=row.item, duties=duties_of(actor)):
        return ""
    return row.number


def case_of(actor: Actor, case_id: UUID) -> CaseView:
    """One case. Raises ``CaseNotFoundError``."""
    row = case_row(actor, case_id)
    return case_view(row, hands_of_actor(actor, row))


def case_by_number(actor: Actor, text: str) -> CaseView:
    """The case with a number as somebody typed it.

    Raises ``NotCaseNumberError``, ``CaseNotFoundError``.
    """
    row = Case.objects.filter(number=str(CaseNumber.read(text))).first()
    if row is None or not may_see(actor, row):
        raise CaseNotFoundError
    return case_view(row, hands_of_actor(actor, row))


def cases_of(subject: SubjectRef) -> tuple[CaseView, ...]:
    """Every case of a subject, also those under a merged duplicate: what waits first, then new.

    For pages that have already checked that the reader acts for the subject.
    """
    refs = refs_of(subject)
    rows = Case.objects.filter(
        subject_kind=subject.kind, subject_id__in=[ref.id for ref in refs]
    ).order_by("-in_work", "-created_at")
    applicant: frozenset[Hand] = frozenset({"applicant"})
    found = [case_view(row, applicant) for row in rows]
    return tuple(sorted(found, key=_waits_for_applicant, reverse=True))


def live_case(subject: SubjectRef, item: str, period: str) -> Case | None:
    """The case that holds the place for this subject, item and period."""
    return Case.objects.filter(
        subject_kind=subject.kind,
        subject_id__in=[ref.id for ref in refs_of(subject)],
        item=item,
        period=period,
        holds_place=True,
    ).first()


def held_places(subject: SubjectRef, item: str) -> tuple[Held, ...]:
    """The subject's cases of an item that hold their places, oldest first."""
    rows = Case.objects.filter(
        subject_kind=subject.kind,
        subject_id__in=[ref.id for ref in refs_of(subject)],
        item=item,
        holds_place=True,
    ).order_by("created_at")
    return tuple(
        Held(
            row.period,
            row.amount_fen,
            not row.in_work and 0 < row.amount_fen <= row.paid_fen,
        )
        for row in rows
    )


def scoped(actor: Actor) -> QuerySet[Case]:
    """The cases whose office the actor works in: ``access.works_on``, said to the database."""
    if actor.kind == "system":
        return Case.objects.all()
    if actor.kind != "staff" or actor.area is None or actor.roles.isdisjoint(WORK_ROLES):
        return Case.objects.none()
    rows = Case.objects.filter(area__startswith=actor.area.prefix)
    duties = duties_of(actor)
    return rows.filter(item__in=duties) if duties else rows


def case_view(row: Case, hands: frozenset[Hand]) -> CaseView:
    """The frozen view of a row."""
    state = State(row.state)
    kept = State(row.kept_state) if row.kept_state else None
    return CaseView(
        id=row.pk,
        number=row.number,
        item=service_item(row.item),
        subject=subject_of(row),
        period=row.period,
        channel=row.channel,
        channel_text=row.get_channel_display(),
        area=Region.read(row.area),
        state=state,
        state_text=state.word,
        kept_state=kept,
        version=row.version,
        moves=moves_from(state, hands, kept=kept),
        in_work=row.in_work,
        owner=row.owner_id,
        owner_name=row.owner_name,
        urgent=row.urgent,
        asked_on=row.asked_on,
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        decided_at=row.decided_at,
        ended_at=row.ended_at,
        due_kind=row.due_kind,
        due_text=DUE_WORDS.get(row.due_kind, ""),
        due_on=row.due_on,
        due_provisional=row.due_provisional,
        amber_on=row.amber_on,
        answer_by=row.answer_by,
        amount_fen=row.amount_fen,
        ordered_fen=row.ordered_fen,
        paid_fen=row.paid_fen,
        recover_fen=row.recover_fen,
        pay_problem=row.pay_problem,
        about=row.about_id,
        notice=row.notice_id,
    )


def number_or_none(text: str) -> str | None:
    """The number as it is stored, if the text is one."""
    try:
        return str(CaseNumber.read(text))
    except NotCaseNumberError:
        return None


def _waits_for_applicant(view: CaseView) -> tuple[bool, bool]:
    wanted = view.in_work and view.pay_problem in ACCOUNT_WANTED
    return (view.state is State.INCOMPLETE or wanted, view.in_work)
