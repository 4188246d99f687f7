"""Who a browser is signed in as. The session holds ids only; what they stand for is read anew.

A staff account that is closed, a password that is changed, a mandate that is withdrawn: each
ends at the next click, not at the next sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import PersonNotFoundError
from denghuo.people.models import Staff
from denghuo.people.queries.mandates import acting_mandate
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import Actor

KEY = "people.signed_in"
How = Literal["code", "password", "persona"]
# Longer than a slow answer takes, shorter than somebody needs who finds the browser open.
_OLD_KEY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """The actor of a request, whether the mandate they acted under has just ended, and whether
    they are staff who signed in with a password that somebody else gave them."""

    actor: Actor
    mandate_ended: bool = False
    password_temporary: bool = False


def sign_in_person(
    request: HttpRequest, person_id: UUID, *, how: How, pressed_again: bool = False
) -> None:
    """Begin a resident's session under a new key.

    ``pressed_again``: the button may be pressed twice, and what it sends proves itself each time.
    The second request left with the old key before the first had its answer, and must find what
    the first found: the old row stays for a minute as it was before anybody was signed in.
    """
    _begin(request, {"person": str(person_id), "how": how}, old_key_stays=pressed_again)


def sign_in_staff(request: HttpRequest, staff_id: UUID, *, version: int, how: How) -> None:
    """Begin a staff session; it ends when ``session_version`` moves on."""
    _begin(request, {"staff": str(staff_id), "version": version, "how": how})


def sign_out(request: HttpRequest) -> None:
    """End the session and everything in it."""
    request.session.flush()
    rotate_token(request)


def act_for(request: HttpRequest, mandate_id: UUID | None) -> None:
    """Say under which mandate the next pages act; None is oneself. Checked on every request."""
    signed_in = dict(request.session.get(KEY) or {})
    signed_in["mandate"] = str(mandate_id) if mandate_id else ""
    request.session[KEY] = signed_in


def read_actor(request: HttpRequest, *, now: datetime) -> Seen:
    """Who is asking. Anything in the session that does not hold any more is as good as absent."""
    signed_in = request.session.get(KEY)
    if not isinstance(signed_in, dict):
        return Seen(Actor(demo=settings.DEMO))
    if signed_in.get("how") == "persona" and not settings.DEMO:
        # A database or a cookie of a demo opened without the demo flag: nobody is signed in.
        request.session.flush()
        return Seen(Actor())
    actor = _staff_actor(signed_in) if signed_in.get("staff") else _resident_actor(signed_in)
    if actor is None:
        request.session.flush()
        return Seen(Actor(demo=settings.DEMO))
    if signed_in.get("how") == "password" and _password_temporary(actor):
        return Seen(actor, password_temporary=True)
    mandate_id = _uuid(signed_in.get("mandate"))
    if mandate_id is None:
        return Seen(actor)
    mandate = acting_mandate(mandate_id, actor=actor, now=now)
    if mandate is None:
        act_for(request, None)
        return Seen(actor, mandate_ended=True)
    return Seen(
        Actor(
            kind=actor.kind,
            person=actor.person,
            staff_id=actor.staff_id,
            name=actor.name,
            roles=actor.roles,
            area=actor.area,
            acting_for=mandate.giver,
            mandate_id=mandate.id,
            scopes=frozenset[str](mandate.scopes),
            demo=actor.demo,
        )
    )


def _begin(request: HttpRequest, signed_in: dict[str, Any], *, old_key_stays: bool = False) -> None:
    """A new session key, so that one fixed before sign-in is worth nothing after it.

    An anonymous visitor keeps what they filled in; a second person on the same browser starts
    with nothing of the first one's.
    """
    if KEY in request.session:
        request.session.flush()
    elif old_key_stays and request.session.session_key:
        old = type(request.session)(request.session.session_key)
        old.set_expiry(_OLD_KEY)
        old.save()  # in place: at no instant is it gone for a request on its way
        request.session.create()
        request.session.set_expiry(None)  # what was read may be the old row of another press
    else:
        request.session.cycle_key()
    request.session[KEY] = signed_in
    rotate_token(request)


def _resident_actor(signed_in: dict[str, Any]) -> Actor | None:
    person_id = _uuid(signed_in.get("person"))
    if person_id is None:
        return None
    try:
        row = person_row(person_id)
    except PersonNotFoundError:
        return None
    ref = SubjectRef("person", row.pk)
    return Actor(kind="resident", person=ref, name=row.name, acting_for=ref, demo=settings.DEMO)


def _staff_actor(signed_in: dict[str, Any]) -> Actor | None:
    staff_id = _uuid(signed_in.get("staff"))
    row = Staff.objects.filter(pk=staff_id, active=True).first() if staff_id else None
    if row is None or row.session_version != signed_in.get("version"):
        return None
    return Actor(
        kind="staff",
        staff_id=row.pk,
        name=row.name,
        roles=frozenset(row.roles),
        area=Region.read(row.area),
        demo=settings.DEMO,
    )


def _password_temporary(actor: Actor) -> bool:
    if actor.staff_id is None:
        return False
    return Staff.objects.filter(pk=actor.staff_id, password_temporary=True).exists()


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
