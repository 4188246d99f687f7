"""Applications as each side may read them; what is not theirs is not found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from denghuo.employment.logic.application_reasons import REASONS, Reason
from denghuo.employment.logic.applications import (
    LIVE,
    READABLE,
    Hand,
    Move,
    State,
    moves_from,
)
from denghuo.employment.logic.sharing import Line, read_shared
from denghuo.employment.models import Application, ApplicationEvent, Post
from denghuo.kernel.masking import mask_name
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.public import (
    SCOPES,
    NoMandateError,
    Scope,
    demand_scope,
    persons_of,
    refs_of,
)
from denghuo.platform.public import Actor, NotAllowedError


class ApplicationNotFoundError(RefusalError):
    """No such application, or one of other people's."""

    code = "employment.application_not_found"
    template = "没有找到这份投递，或者它不是您的。"
    status = 404


class NoPowerError(RefusalError):
    """The mandate there is does not go so far."""

    code = "employment.no_power"
    template = "您的委托里没有“{scope}”这一项，这一步不能替对方办。"
    status = 403


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the time line."""

    move: Move
    by_name: str
    at: datetime
    to: State
    reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """One application as one side reads it; ``moves`` are that side's."""

    id: UUID
    version: int
    post_id: int
    post_title: str
    post_place: str
    employer: str
    firm_id: UUID
    person_id: UUID
    state: State
    moves: tuple[Move, ...]
    reason: Reason | None
    note: str
    meet_at: datetime | None
    meet_place: str
    offer_until: datetime | None
    start_on: date | None
    assisted: bool
    sent_at: datetime
    changed_at: datetime
    parts: tuple[str, ...]

    @property
    def live(self) -> bool:
        """Whether anything is still expected."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class CandidateView:
    """An applicant as the firm's list shows them: the name masked until the file is opened, and
    nothing at all once the application is over without a hire."""

    application: ApplicationView
    name_masked: str
    lines: tuple[tuple[str, tuple[Line, ...]], ...]

    @property
    def readable(self) -> bool:
        """Whether the applicant still lets the firm read it."""
        return bool(self.lines)


def firm_at_hand(actor: Actor, scope: Scope, *, now: datetime) -> UUID:
    """The firm whose affairs the actor has at hand and may do ``scope`` for.

    Raises ``NotAllowedError`` where it is no firm, ``NoPowerError``.
    """
    return _at_hand(actor, "firm", scope, now=now).id


def person_at_hand(actor: Actor, scope: Scope, *, now: datetime) -> SubjectRef:
    """The person whose affairs the actor has at hand. Raises as ``firm_at_hand``."""
    return refs_of(_at_hand(actor, "person", scope, now=now))[0]


def applications_of(person: SubjectRef) -> list[ApplicationView]:
    """All of one person's, live ones first, then newest; for a reader who acts for them."""
    rows = _rows().filter(person_id__in=ids_of(person))
    views = [view_of(row, "applicant") for row in rows.order_by("-created_at", "id")[:500]]
    return sorted(views, key=lambda one: not one.live)


def application_of(
    actor: Actor, application_id: UUID, *, scope: Scope = "read", now: datetime
) -> ApplicationView:
    """One of the person's at hand. Raises ``ApplicationNotFoundError``."""
    person = person_at_hand(actor, scope, now=now)
    row = _rows().filter(pk=application_id, person_id__in=ids_of(person)).first()
    if row is None:
        raise ApplicationNotFoundError
    return view_of(row, "applicant")


def live_application(person: SubjectRef, post_id: int) -> ApplicationView | None:
    """The one this person has running for the post, for a post's page."""
    if post_id >= 2**63:  # more than an engine can ask for
        return None
    row = (
        _rows()
        .filter(post_id=post_id, person_id__in=ids_of(person), state__in=[str(s) for s in LIVE])
        .first()
    )
    return view_of(row, "applicant") if row else None


def applications_for_firm(
    actor: Actor, *, post_id: int | None = None, state: State | None = None, now: datetime
) -> list[CandidateView]:
    """The firm's applicants, those who wait first; what they shared is not opened for a list."""
    firm_id = firm_at_hand(actor, "read", now=now)
    rows = _rows().filter(firm_id=firm_id)
    if post_id is not None:
        rows = rows.filter(post_id=post_id)
    if state is not None:
        rows = rows.filter(state=state)
    found = list(rows.order_by("-created_at", "id")[:1000])
    names = persons_of([row.person_id for row in found])
    views = [
        CandidateView(
            view_of(row, "firm"),
            names[row.person_id].name_masked if State(row.state) in READABLE else "",
            (),
        )
        for row in found
    ]
    return sorted(views, key=lambda one: _RANK[one.application.state])


_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            State.SENT, State.SEEN, State.INTERVIEW, State.OFFERED, State.HIRED,
            State.REFUSED, State.WITHDRAWN, State.OBSOLETE,
        )
    )
}  # fmt: skip


def candidate_of(actor: Actor, application_id: UUID, *, now: datetime) -> CandidateView:
    """One applicant of the firm at hand, with what they shared. The caller writes the look.

    Raises ``ApplicationNotFoundError`` for another firm's.
    """
    row = firm_row(actor, application_id, scope="read", now=now)
    shared = read_shared(row.shared) if State(row.state) in READABLE else {}
    name = next((one.value for one in shared.get("name", ())), "")
    return CandidateView(
        view_of(row, "firm"), mask_name(name) if name else "", tuple(shared.items())
    )


def firm_row(actor: Actor, application_id: UUID, *, scope: Scope, now: datetime) -> Application:
    """The row, if it is of the firm at hand. Raises ``ApplicationNotFoundError``."""
    firm_id = firm_at_hand(actor, scope, now=now)
    row = _rows().filter(pk=application_id, firm_id=firm_id).first()
    if row is None:
        raise ApplicationNotFoundError
    return row


def events_of(application_id: UUID) -> list[EventView]:
    """The time line, oldest first; for a reader of that application."""
    rows = ApplicationEvent.objects.filter(application_id=application_id).order_by("seq")
    return [
        EventView(
            Move(row.move), row.by_name, row.at, State(row.to_state),
            REASONS.get(row.reason), row.note,
        )
        for row in rows
    ]  # fmt: skip


def counts_by_post(post_ids: Iterable[int]) -> dict[int, dict[State, int]]:
    """How many applications of each state every post has."""
    found: dict[int, dict[State, int]] = {one: {} for one in post_ids}
    rows = (
        Application.objects.filter(post_id__in=list(found))
        .order_by()
        .values_list("post_id", "state")
        .annotate(n=Count("pk"))
    )
    for post_id, state, number in rows:
        found[post_id][State(state)] = number
    return found


def places_held(post: Post) -> tuple[int, int]:
    """How many are hired for the post, and how many offers are out."""
    counted = Application.objects.filter(post=post).aggregate(
        hired=Count("pk", filter=Q(state=State.HIRED)),
        offered=Count("pk", filter=Q(state=State.OFFERED)),
    )
    return counted["hired"], counted["offered"]


def ids_of(person: SubjectRef) -> list[UUID]:
    """Under which records this person's rows may stand."""
    return [one.id for one in refs_of(person)]


def view_of(row: Application, hand: Hand) -> ApplicationView:
    """The frozen view for one side."""
    state = State(row.state)
    return ApplicationView(
        id=row.pk,
        version=row.version,
        post_id=row.post_id,
        post_title=row.post.title,
        post_place=row.post.place,
        employer=row.post.employer_name,
        firm_id=row.firm_id,
        person_id=row.person_id,
        state=state,
        moves=moves_from(state, hand),
        reason=REASONS.get(row.reason),
        note=row.note,
        meet_at=row.meet_at,
        meet_place=row.meet_place,
        offer_until=row.offer_until,
        start_on=row.start_on,
        assisted=row.channel == "assisted",
        sent_at=row.created_at,
        changed_at=row.changed_at,
        parts=tuple(row.parts),
    )


def _rows() -> QuerySet[Application]:
    return Application.objects.select_related("post")


def _at_hand(actor: Actor, kind: SubjectKind, scope: Scope, *, now: datetime) -> SubjectRef:
    """Asked again at every act: a mandate that was taken back opens nothing."""
    subject = actor.acting_for
    if subject is None or subject.kind != kind:
        raise NotAllowedError
    try:
        demand_scope(actor, subject, scope, now=now)
    except NoMandateError:
        raise NoPowerError(scope=SCOPES[scope]) from None
    return subject
