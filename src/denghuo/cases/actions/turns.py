"""One turn of a case: lock the row, check who and which version, move, write the step.

Every action of the room is built from these. Races, and what decides them:
- two clerks on one case: the row lock puts them in order, and the second names a version that
  is no longer there (``CaseChangedError`` says who did what);
- a double click: the second finds its own move already made and gets the case as it is;
- a job and a person at once: the same lock, then the table of moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.signing import Hands, Signer
from denghuo.cases.logic.states import (
    IN_WORK,
    Hand,
    HandNotAllowedError,
    Move,
    State,
    holds_place,
    next_state,
)
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.models import Case, Step
from denghuo.cases.queries.cases import CaseView, case_view, hands_of_actor, may_see, subject_of
from denghuo.cases.queries.items import service_item
from denghuo.cases.queries.relations import relation_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import Scope, demand_scope, refs_of
from denghuo.platform.public import Actor, publish, record_audit, send_message

NOTE_MAX = 500


class CaseChangedError(RefusalError):
    """Somebody else has moved the case since this page was opened."""

    code = "cases.changed"
    template = "{who} 刚刚“{what}”了这件事。您看到的是旧的，请刷新后再办。"
    status = 409


class NoteNeededError(RefusalError):
    """What is taken back or passed on says why."""

    code = "cases.note_needed"
    template = "请写一句说明，对方会看到。"


@dataclass(slots=True)
class Turn:
    """A locked case in somebody's hands at an instant. ``replayed``: a second click."""

    row: Case
    item: ServiceItem
    actor: Actor
    hands: frozenset[Hand]
    now: datetime
    replayed: bool = False

    @property
    def subject(self) -> SubjectRef:
        """Whom the case is about."""
        return subject_of(self.row)

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row.state)

    @property
    def view(self) -> CaseView:
        """The case as this actor sees it now."""
        return case_view(self.row, self.hands)


def take(
    case_id: UUID,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    scope: Scope = "apply",
    again: Move | None = None,
) -> Turn:
    """Lock a case for one turn. Inside a transaction.

    ``version`` is the one the actor saw; None for jobs, which act on what is there. ``again``
    names the move whose repetition by the same hand changes nothing. ``scope`` is what somebody
    who acts for the subject needs. Raises ``CaseNotFoundError``, ``CaseChangedError``.
    """
    row = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if row is None or not may_see(actor, row, scope=scope):
        raise CaseNotFoundError
    turn = Turn(row, service_item(row.item), actor, hands_of_actor(actor, row), now)
    if version is not None and version != row.version:
        last = Step.objects.filter(case=row, seq=row.version).first()
        mine = last is not None and last.by == actor.label and last.kind == again
        if not (mine and version == row.version - 1):
            raise CaseChangedError(
                who=last.by_name if last else "别人",
                what=STEP_WORDS.get(last.kind, last.kind) if last else "改动",
            )
        turn.replayed = True
    return turn


def move(
    turn: Turn,
    kind: Move,
    *,
    note: str = "",
    reason_code: str = "",
    hands: frozenset[Hand] | None = None,
    back_to: State | None = None,
) -> State:
    """Make a move and write its step; the caller saves the row (``finish``). ``back_to`` is
    where a case goes that is opened again.

    Raises ``MoveNotPossibleError``, ``HandNotAllowedError``.
    """
    row = turn.row
    before = turn.state
    kept = State(row.kept_state) if row.kept_state else back_to
    after = next_state(before, kind, hands or turn.hands, kept=kept)
    row.state = after
    row.kept_state = before if kind is Move.TRANSFER else ""
    place = place_of(row, after)
    row.holds_place, row.in_work = place, after in IN_WORK or after is State.TRANSFERRED
    write_step(turn, kind, before=before, note=note, reason_code=reason_code)
    return after


def demand_move(turn: Turn, kind: Move) -> None:
    """Whether these hands may make the move from here, before anything is looked up for it.

    Raises ``MoveNotPossibleError``, ``HandNotAllowedError``.
    """
    kept = State(turn.row.kept_state) if turn.row.kept_state else None
    next_state(turn.state, kind, turn.hands, kept=kept)


def place_of(row: Case, state: State) -> bool:
    """Whether the case keeps a second one out, in this state."""
    approved = row.decision is not None and row.decision.result == "approved"
    return holds_place(state, granted=row.amount_fen > 0 or (approved and not row.recover_fen))


def write_step(
    turn: Turn, kind: str, *, before: State | None = None, note: str = "", reason_code: str = ""
) -> None:
    """One line of the time line; the version rises with it."""
    row = turn.row
    row.version += 1
    Step.objects.bulk_create(
        [
            Step(
                case=row,
                seq=row.version,
                kind=str(kind),
                by=turn.actor.label,
                by_name=name_of(turn.actor),
                at=turn.now,
                from_state=before or row.state,
                to_state=row.state,
                reason_code=reason_code,
                note=note.strip()[:NOTE_MAX],
            )
        ]
    )


def name_of(actor: Actor) -> str:
    """Who did it, as the applicant may read it."""
    if actor.kind == "system":
        return "灯火"
    if actor.kind == "staff" and actor.mandate_id is not None:
        return f"{actor.name}（代办）"
    return actor.name or "申请人"


def finish(turn: Turn, action: str, **detail: str | int | bool | None) -> CaseView:
    """Save the row and write the audit row, last: its chain is one queue for everybody."""
    turn.row.save()
    record_audit(
        actor=turn.actor,
        action=f"cases.{action}",
        subject=turn.subject,
        entity=f"cases.Case:{turn.row.pk}",
        detail={"version": turn.row.version, "state": turn.row.state, **detail},
        at=turn.now,
    )
    return turn.view


def tell(turn: Turn, kind: str, *, title: str, body: str) -> None:
    """A message to the subject; the key holds the version, so a job run twice tells it once."""
    send_message(
        to=turn.subject,
        kind=f"cases.{kind}",
        title=title,
        body=f"{turn.item.names}（编号 {turn.row.number}）：{body}",
        key=f"cases.{kind}:{turn.row.pk}:{turn.row.version}",
        link=f"/me/cases/{turn.row.number}/",
        about=f"cases.Case:{turn.row.pk}",
        actor=turn.actor,
        now=turn.now,
    )


def announce(turn: Turn, event: str) -> None:
    """An event for the floors above."""
    name = f"cases.{event}"
    publish(name, {"case": str(turn.row.pk)}, key=f"{name}:{turn.row.pk}:{turn.row.version}")


def demand_applicant(turn: Turn, scope: Scope) -> None:
    """Only the subject, or who acts for it under a mandate in force that covers the scope.

    Read again at every act: a mandate that was taken back opens nothing. A person is whom their
    record was merged into: that one signs in and gives mandates. Raises ``NoMandateError``.
    """
    if turn.actor.kind != "system":
        who = refs_of(turn.subject)[0]
        demand_scope(turn.actor, who, scope, now=turn.now)


def signer(turn: Turn, other: Actor | None = None) -> Signer:
    """The member of staff whose turn it is, or ``other``, with any relation to the subject.

    Raises ``CaseNotFoundError``.
    """
    who = other or turn.actor
    if who.staff_id is None:
        raise CaseNotFoundError
    return Signer(
        staff_id=who.staff_id,
        supervisor="supervisor" in turn.hands,
        relation=relation_of(who, turn.subject, now=turn.now),
    )


def demand_turn_at_desk(turn: Turn) -> None:
    """Staff at work on the case, not the applicant's side. Raises ``HandNotAllowedError``."""
    if not turn.hands & {"officer", "reviewer", "supervisor"}:
        raise HandNotAllowedError(move="办理", hands="经办人员")


def hands_so_far(row: Case) -> Hands:
    """Who has touched the case."""
    return Hands(
        opened_by=row.opened_by_staff,
        verified_by=row.verified_by,
        proposed_by=staff_of(row.proposed_by),
        checked_by=row.checked_by,
    )


def staff_of(label: str) -> UUID | None:
    """The member of staff behind an actor's label, if it is one."""
    kind, _, identifier = label.partition(":")
    return UUID(identifier) if kind == "staff" else None
