"""Whose affairs a request is about, and whether what is asked lies within its mandate."""

from __future__ import annotations

from datetime import datetime

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import SCOPES, NoMandateError, Scope, demand_scope
from denghuo.platform.public import Actor, record_look_up


class NobodyAtHandError(RefusalError):
    """A member of staff who acts for nobody, or a page of another's."""

    code = "cases.nobody_at_hand"
    template = "没有这个页面，或者您不能看它。"
    status = 404


class ScopeMissingError(RefusalError):
    """The mandate there is does not go so far."""

    code = "cases.scope_missing"
    template = "这份委托没有写“{scope}”，这一步您不能替对方办。请本人来办，或者请本人重新委托。"
    status = 403


def subject_at_hand(actor: Actor, scope: Scope, *, now: datetime) -> SubjectRef:
    """The subject, if the actor may do ``scope`` for it now.

    Raises ``NobodyAtHandError``, ``ScopeMissingError``: the helper must learn what to ask the
    person for.
    """
    subject = actor.acting_for
    if subject is None:
        raise NobodyAtHandError
    try:
        demand_scope(actor, subject, scope, now=now)
    except NoMandateError:
        raise ScopeMissingError(scope=SCOPES[scope]) from None
    return subject


def note_look(actor: Actor, subject: SubjectRef, *, what: str, purpose: str, now: datetime) -> None:
    """Somebody else looks at the subject's data: written down before it is shown."""
    if actor.person != subject:
        record_look_up(actor=actor, subject=subject, what=(what,), purpose=purpose, at=now)
