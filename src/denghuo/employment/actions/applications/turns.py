"""One turn on one application: locked, moved, told, audited.

Locks are taken in one order everywhere in the room: the turn in the audit chain, the post, then
applications by their id. The post's lock puts all who promise or fill its places in one queue;
the order keeps two firms that hire the same person, or two people who take the last two places,
from waiting for each other for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q

from denghuo.employment.logic.application_reasons import NOTE_MAX, NoteForbiddenError
from denghuo.employment.logic.applications import (
    LIVE,
    OVER,
    READABLE,
    ApplicationChangedError,
    Hand,
    Move,
    State,
    next_state,
)
from denghuo.employment.logic.wording import check_wording
from denghuo.employment.models import Application, ApplicationEvent, Post
from denghuo.employment.queries.applications import (
    ApplicationNotFoundError,
    ApplicationView,
    firm_at_hand,
    ids_of,
    person_at_hand,
    view_of,
)
from denghuo.employment.queries.library import wording
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import refs_of
from denghuo.platform.public import Actor, record_audit, send_message, take_audit_turn


@dataclass(slots=True)
class Turn:
    """A locked application and its locked post. ``replayed``: this very move was just made."""

    row: Application
    post: Post
    actor: Actor
    hand: Hand
    now: datetime
    replayed: bool = False

    @property
    def view(self) -> ApplicationView:
        """As this side reads it now."""
        return view_of(self.row, self.hand)

    @property
    def person(self) -> SubjectRef:
        """Who the applicant is today."""
        return refs_of(SubjectRef("person", self.row.person_id))[0]


def take(
    application_id: UUID, *, actor: Actor, hand: Hand, version: int | None, kind: Move,
    with_others: bool = False, now: datetime,
) -> Turn:  # fmt: skip
    """Lock an application of the actor's side. Inside a transaction.

    ``version`` is the one the actor saw, None where the state alone decides. ``with_others``
    locks the person's other live applications too. The same move by the same hand again (a
    double click) is marked as replayed. Raises
    ``ApplicationNotFoundError``, ``ApplicationChangedError``, ``NoPowerError``.
    """
    take_audit_turn()
    found = Application.objects.filter(pk=application_id).first()
    if found is None or not _is_theirs(found, actor, hand, now=now):
        raise ApplicationNotFoundError
    post = Post.objects.select_for_update(of=("self",)).get(pk=found.post_id)
    wanted = Q(pk=application_id)
    if with_others:
        ids = ids_of(SubjectRef("person", found.person_id))
        wanted |= Q(person_id__in=ids, state__in=[str(one) for one in LIVE])
    locked = Application.objects.select_for_update(of=("self",)).filter(wanted).order_by("pk")
    row = next(one for one in locked if one.pk == application_id)
    row.post = post
    turn = Turn(row, post, actor, hand, now)
    turn.replayed = _is_replayed(turn, kind, version)
    if not turn.replayed and version is not None and version != row.version:
        raise ApplicationChangedError
    return turn


def _is_replayed(turn: Turn, kind: Move, version: int | None) -> bool:
    row = turn.row
    if version not in (None, row.version - 1):
        return False
    last = ApplicationEvent.objects.filter(application=row, seq=row.version).first()
    return last is not None and last.by == turn.actor.label and last.move == kind


def _is_theirs(row: Application, actor: Actor, hand: Hand, *, now: datetime) -> bool:
    if hand == "firm":
        return row.firm_id == firm_at_hand(actor, "apply", now=now)
    if hand == "applicant":
        return row.person_id in ids_of(person_at_hand(actor, "apply", now=now))
    return actor.kind == "system"


def make(turn: Turn, kind: Move, *, reason: str = "", note: str = "") -> None:
    """Make the move, write its line; what the firm could read goes when it is over.

    Raises ``ApplicationMovedError``, ``NotYourMoveError``, ``NoteForbiddenError``.
    """
    row = turn.row
    before = State(row.state)
    after = next_state(before, kind, turn.hand)
    note = lawful_note(note, now=turn.now)
    row.state, row.changed_at, row.reason, row.note = after, turn.now, reason, note
    row.version += 1
    if after in OVER:
        row.ended_at = turn.now
    if after not in READABLE:
        row.shared = None
    write_event(turn, kind, before=before, reason=reason, note=note)


def write_event(
    turn: Turn, kind: Move, *, before: State | None, reason: str = "", note: str = ""
) -> None:
    """One line of the story."""
    ApplicationEvent.objects.bulk_create(
        [
            ApplicationEvent(
                application=turn.row,
                seq=turn.row.version,
                move=kind,
                by=turn.actor.label,
                by_name=_name_of(turn),
                at=turn.now,
                from_state=before or "",
                to_state=turn.row.state,
                reason=reason,
                note=note,
            )
        ]
    )


def finish(turn: Turn, kind: Move) -> ApplicationView:
    """Save, and write the audit row last: its chain is one queue for everybody."""
    row = turn.row
    row.save()
    record_audit(
        actor=turn.actor,
        action=f"employment.{kind}_application",
        subject=turn.person,
        entity=f"employment.Application:{row.pk}",
        detail={"version": row.version, "state": str(row.state), "reason": row.reason},
        at=turn.now,
    )
    return turn.view


def lawful_note(note: str, *, now: datetime) -> str:
    """What a side adds in its own words. Raises ``NoteForbiddenError``."""
    note = note.replace("\x00", "").strip()[:NOTE_MAX]
    for one in check_wording("", note, wording(day_of(now))):
        if one.grade == "forbidden":
            raise NoteForbiddenError(field="note", words=one.words, law=str(one.laws[0]))
    return note


def tell(turn: Turn, kind: str, *, to: Literal["applicant", "firm"], title: str, body: str) -> None:
    """A message to one side; the key holds the version, so that it is told once."""
    row = turn.row
    if to == "applicant":
        subject, link = turn.person, f"/me/work/applications/{row.pk}/"
    else:
        subject = SubjectRef("firm", row.firm_id)
        link = f"/firm/posts/{row.post_id}/candidates/{row.pk}/"
    send_message(
        to=subject,
        kind=f"employment.{kind}",
        title=title,
        body=body,
        key=f"employment.{kind}:{row.pk}:{row.version}:{to}",
        link=link,
        about=f"employment.Application:{row.pk}",
        actor=turn.actor,
        now=turn.now,
    )


def _name_of(turn: Turn) -> str:
    """Who did it, as the other side may read it: no name of a person at either desk."""
    if turn.hand == "system":
        return "灯火"
    if turn.hand == "firm":
        return turn.post.employer_name
    return "代办" if turn.actor.mandate_id is not None else "本人"
