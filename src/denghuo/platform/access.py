"""Who is asking, and which routes they may open.

Every request carries an ``Actor``. Every view carries a ``Rule``: a named predicate over the
actor whose docstring is the reason. The house test walks all routes and fails on a view
without one. Row-level rights are each room's own ``access.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef

ActorKind = Literal["anonymous", "resident", "staff", "program", "system"]
P = ParamSpec("P")


class SignInNeededError(RefusalError):
    """Nobody is signed in."""

    code = "platform.sign_in_needed"
    template = "请先登录。"
    status = 401


class NotAllowedError(RefusalError):
    """The route exists but is not for this actor; answered 404 so that nothing is told."""

    code = "platform.not_found"
    template = "没有这个页面，或者您不能看它。"
    status = 404


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, as of this request.

    ``person`` is set for residents; ``acting_for`` is the subject whose affairs are at hand
    (themselves, or a relative or firm under mandate ``mandate_id``). ``roles`` and ``area``
    are set for staff: the area is the subtree of divisions they answer for.

    ``key_id`` is set when a program signed in by key: one of a member of staff is ``staff``
    with their roles and area, one of a person or firm is ``program`` and may do for
    ``acting_for`` what ``scopes`` names, nothing else. Under a mandate ``scopes`` is what the
    mandate names; for oneself it is empty, and everything is allowed (``acts_within``).
    """

    kind: ActorKind = "anonymous"
    person: SubjectRef | None = None
    staff_id: UUID | None = None
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    area: Region | None = None
    acting_for: SubjectRef | None = None
    mandate_id: UUID | None = None
    key_id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    demo: bool = False

    @property
    def label(self) -> str:
        """Stable text for audit rows: ``resident:<uuid>``, ``staff:<uuid>``,
        ``program:<uuid of the key>``, ``system``."""
        if self.kind == "staff":
            return f"staff:{self.staff_id}"
        if self.kind == "resident" and self.person:
            return f"resident:{self.person.id}"
        if self.kind == "program":
            return f"program:{self.key_id}"
        return self.kind


ANONYMOUS = Actor()
SYSTEM = Actor(kind="system", name="灯火")


def acts_within(actor: Actor, subject: SubjectRef, scope: str) -> bool:
    """The actor has this subject's affairs at hand, and may do what the scope names.

    One's own affairs need no scope. ``acting_for`` alone says only whose affairs are at hand:
    a helper who may hand in papers may not therefore read letters.
    """
    return actor.acting_for == subject and (actor.person == subject or scope in actor.scopes)


class ActorRequest(HttpRequest):
    """A request after the actor middleware."""

    actor: Actor


Rule = Callable[[Actor], bool]
View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def anyone(_actor: Actor) -> bool:
    """Public information: anyone may read it."""
    return True


def resident(actor: Actor) -> bool:
    """A signed-in resident, for their own affairs or for those who gave a mandate."""
    return actor.kind == "resident"


def staff(actor: Actor) -> bool:
    """Any member of staff."""
    return actor.kind == "staff"


def signed_in(actor: Actor) -> bool:
    """A resident or a member of staff; whose record it is, the room decides."""
    return actor.kind in {"resident", "staff"}


def staff_with(*roles: str) -> Rule:
    """Staff who hold at least one of the roles."""

    def rule(actor: Actor) -> bool:
        return actor.kind == "staff" and not actor.roles.isdisjoint(roles)

    rule.__doc__ = f"Staff with one of: {', '.join(roles)}."
    rule.__name__ = f"staff_with_{'_'.join(roles)}"
    return rule


def demo_only(actor: Actor) -> bool:
    """Only in the demo region, where all data is made up."""
    return actor.demo


def allowed(rule: Rule, *, file_bytes_max: int = 0) -> Callable[[View[P]], View[P]]:
    """Give a view its access rule; refuse before the view runs.

    ``file_bytes_max`` where the page takes a file: by how much its body may be longer than that
    of a plain form (``body_limits``).

    Nobody signed in: ``SignInNeededError`` (the page leads to sign-in, the API answers 401).
    Signed in but not allowed: ``NotAllowedError`` (404).
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            demand(rule, request.actor)
            return view(request, *args, **kwargs)

        cast("Any", guarded).access_rule = rule
        cast("Any", guarded).file_bytes_max = file_bytes_max
        return cast("View[P]", guarded)

    return decorate


def demand(rule: Rule, actor: Actor) -> None:
    """Raise the refusal that fits unless the rule allows the actor."""
    if rule(actor):
        return
    if actor.kind == "anonymous":
        raise SignInNeededError
    raise NotAllowedError
