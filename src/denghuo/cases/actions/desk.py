"""The desk's own turns: who works on it, where it goes, what is noted, who keeps away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.access import CaseNotFoundError, demand_chief
from denghuo.cases.actions.following import settle_paid
from denghuo.cases.actions.turns import (
    NoteNeededError,
    demand_turn_at_desk,
    finish,
    hands_so_far,
    move,
    signer,
    take,
    tell,
    write_step,
)
from denghuo.cases.logic.signing import demand_maker
from denghuo.cases.logic.states import IN_WORK, Move, MoveNotPossibleError, State
from denghuo.cases.models import CaseNote, ItemDuty, Recusal, Reminder
from denghuo.cases.queries.cases import CaseView, scoped
from denghuo.cases.queries.items import items
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import StaffView, refs_of, staff_view
from denghuo.places.public import names_of
from denghuo.platform.public import Actor, record_audit

Relation = Literal["self", "spouse", "kin", "interest", "other"]


class OwnerOutsideError(RefusalError):
    """A case is given to somebody who answers for its area and item."""

    code = "cases.owner_outside"
    template = "{name} 不负责这个地区或这项业务，不能交给他办。"
    status = 409


class SameOfficeError(RefusalError):
    """A transfer goes somewhere else."""

    code = "cases.same_office"
    template = "这件事本来就在这个单位。"
    status = 409


class RecusedAlreadyError(RefusalError):
    """The relation stands already."""

    code = "cases.recused_already"
    template = "已经登记过回避了。"
    status = 409


@transaction.atomic
def assign(
    *, actor: Actor, case_id: UUID, version: int, to: UUID | None = None, now: datetime
) -> CaseView:
    """Take the case oneself, or a supervisor gives it to somebody. The clock is untouched.

    Raises ``SupervisorNeededError``, ``OwnerOutsideError``, ``RelatedHandError`` (whoever was
    recused cannot become the owner), ``SameHandError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_turn_at_desk(turn)
    if turn.state not in IN_WORK and turn.state is not State.TRANSFERRED:
        raise MoveNotPossibleError(state=turn.state.word, move="接手")
    owner = to or actor.staff_id
    if owner is None:
        raise CaseNotFoundError
    if owner != actor.staff_id:
        demand_chief(actor, "把事交给别人")
    view = staff_view(owner)
    other = Actor(kind="staff", staff_id=view.id, name=view.name, roles=view.roles, area=view.area)
    _demand_fit(other, view, turn.row.area, turn.row.item)
    demand_maker(signer(turn, other), hands_so_far(turn.row))
    turn.row.owner_id, turn.row.owner_name = view.id, view.name
    write_step(turn, "assign", note=view.name)
    return finish(turn, "assign", to=str(view.id))


def _demand_fit(other: Actor, view: StaffView, area: str, item: str) -> None:
    duties = set(ItemDuty.objects.filter(staff_id=view.id).values_list("item", flat=True))
    if (
        not view.active
        or not view.area.contains(Region.read(area))
        or (duties and item not in duties)
        or not view.roles & {"officer", "reviewer", "supervisor", "leader"}
    ):
        raise OwnerOutsideError(name=other.name)


@transaction.atomic
def release(*, actor: Actor, case_id: UUID, version: int, now: datetime) -> CaseView:
    """Back to the queue; the elapsed time stays."""
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_turn_at_desk(turn)
    if turn.row.owner_id != actor.staff_id:
        demand_chief(actor, "把别人的事放回待办")
    turn.row.owner, turn.row.owner_name = None, ""
    write_step(turn, "release")
    return finish(turn, "release")


@transaction.atomic
def set_urgent(
    *, actor: Actor, case_id: UUID, version: int, urgent: bool, now: datetime
) -> CaseView:
    """Another priority; the elapsed time stays."""
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_turn_at_desk(turn)
    turn.row.urgent = urgent
    write_step(turn, "urgent", reason_code="urgent" if urgent else "normal")
    return finish(turn, "set_urgent", urgent=urgent)


@transaction.atomic
def transfer(
    *, actor: Actor, case_id: UUID, version: int, area: Region, note: str, now: datetime
) -> CaseView:
    """To another office, whose queue it stands in as transferred; the person is told where.

    The clock runs on: whose desk it lies on is no concern of the applicant's. Raises
    ``NoteNeededError``, ``SameOfficeError``.
    """
    if not note.strip():
        raise NoteNeededError(field="note")
    turn = take(case_id, actor=actor, version=version, now=now)
    if area.code == turn.row.area:
        raise SameOfficeError(field="area")
    place = _place(area)
    move(turn, Move.TRANSFER, note=f"转到{place}：{note.strip()}")
    turn.row.area = area.code
    turn.row.owner, turn.row.owner_name = None, ""
    tell(
        turn,
        "transferred",
        title="您的事转到了别的单位",
        body=f"转到{place}办理。原因：{note.strip()}。期限不变，您不用重新申请。",
    )
    return finish(turn, "transfer", to=area.code)


@transaction.atomic
def take_over(*, actor: Actor, case_id: UUID, version: int, now: datetime) -> CaseView:
    """The receiving office takes it on, in the state it had."""
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.TAKE_OVER)
    if turn.replayed:
        return turn.view
    move(turn, Move.TAKE_OVER)
    settle_paid(turn)  # the bank may have paid while it belonged to nobody
    return finish(turn, "take_over")


@transaction.atomic
def add_note(*, actor: Actor, case_id: UUID, words: str, now: datetime) -> UUID:
    """A remark of staff for staff. Raises ``NoteNeededError``, ``CaseNotFoundError``."""
    if not words.strip():
        raise NoteNeededError(field="words")
    turn = take(case_id, actor=actor, version=None, now=now)
    demand_turn_at_desk(turn)
    if actor.staff_id is None:
        raise CaseNotFoundError
    row = CaseNote.objects.create(
        case=turn.row,
        words=words.strip()[:1000],
        by_id=actor.staff_id,
        by_name=actor.name,
        created_at=now,
    )
    record_audit(
        actor=actor,
        action="cases.add_note",
        subject=turn.subject,
        entity=f"cases.CaseNote:{row.pk}",
        detail={"case": str(turn.row.pk)},
        at=now,
    )
    return row.pk


@transaction.atomic
def declare_relation(
    *,
    actor: Actor,
    subject: SubjectRef,
    relation: Relation,
    staff_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """A member of staff keeps away from somebody; a supervisor may say it for another.

    Cases of the subject they own go back to the queue. Raises ``SupervisorNeededError``,
    ``RecusedAlreadyError``.
    """
    who = staff_id or actor.staff_id
    if actor.kind != "staff" or who is None:
        raise CaseNotFoundError
    if who != actor.staff_id:
        demand_chief(actor, "替别人登记回避")
        _demand_own_staff(actor, who)
    try:
        with transaction.atomic():
            row = Recusal.objects.create(
                staff_id=who,
                subject_kind=subject.kind,
                subject_id=subject.id,
                relation=relation,
                declared_by=actor.label,
                created_at=now,
            )
    except IntegrityError:
        raise RecusedAlreadyError from None
    # Their cases may stand under any of a person's merged records.
    same = [ref.id for ref in refs_of(subject)]
    scoped(actor).filter(owner_id=who, subject_kind=subject.kind, subject_id__in=same).update(
        owner=None, owner_name=""
    )
    record_audit(
        actor=actor,
        action="cases.declare_relation",
        subject=subject,
        entity=f"cases.Recusal:{row.pk}",
        detail={"staff": str(who), "relation": relation},
        at=now,
    )
    return row.pk


@transaction.atomic
def end_relation(*, actor: Actor, recusal_id: UUID, now: datetime) -> None:
    """A supervisor ends a recusal of another; nobody lifts their own."""
    demand_chief(actor, "解除回避")
    row = Recusal.objects.select_for_update().filter(pk=recusal_id, ended_at__isnull=True).first()
    if row is None or row.staff_id == actor.staff_id:
        raise CaseNotFoundError
    _demand_own_staff(actor, row.staff_id)
    row.ended_at, row.ended_by = now, actor.staff_id
    row.save()
    record_audit(
        actor=actor,
        action="cases.end_relation",
        subject=SubjectRef("person" if row.subject_kind == "person" else "firm", row.subject_id),
        entity=f"cases.Recusal:{row.pk}",
        at=now,
    )


@transaction.atomic
def assign_items(
    *, actor: Actor, staff_id: UUID, codes: Iterable[str], now: datetime
) -> frozenset[str]:
    """Which items somebody works on; none given means all. By a supervisor of their area."""
    demand_chief(actor, "分配业务")
    _demand_own_staff(actor, staff_id)
    wanted = frozenset(code for code in codes if code in items())
    ItemDuty.objects.filter(staff_id=staff_id).exclude(item__in=wanted).delete()
    ItemDuty.objects.bulk_create(
        [ItemDuty(staff_id=staff_id, item=code, created_at=now) for code in sorted(wanted)],
        ignore_conflicts=True,
    )
    record_audit(
        actor=actor,
        action="cases.assign_items",
        entity=f"people.staff:{staff_id}",
        detail={"items": ",".join(sorted(wanted))},
        at=now,
    )
    return wanted


@transaction.atomic
def see_reminder(*, actor: Actor, reminder_id: UUID, now: datetime) -> None:
    """Taken note of: it leaves the desk's list."""
    row = Reminder.objects.filter(pk=reminder_id, case__in=scoped(actor)).first()
    if row is None:
        raise CaseNotFoundError
    Reminder.objects.filter(pk=row.pk, seen_at__isnull=True).update(seen_at=now)


def _demand_own_staff(actor: Actor, staff_id: UUID) -> None:
    """A chief answers for the staff of their own area. Raises ``CaseNotFoundError``."""
    if actor.area is None or not actor.area.contains(staff_view(staff_id).area):
        raise CaseNotFoundError


def _place(area: Region) -> str:
    """The office's division by name; its code where the table has no name for it."""
    return names_of([area.code]).get(area.code, area.code)
