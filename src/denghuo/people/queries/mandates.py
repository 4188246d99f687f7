"""Mandates and family links: who may act for whom today."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from denghuo.kernel.clock import day_of
from denghuo.kernel.masking import mask_name
from denghuo.kernel.period import Period
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import answers_for
from denghuo.people.logic import mandate as rules
from denghuo.people.logic.mandate import Scope, State
from denghuo.people.logic.names import same_name
from denghuo.people.models import FamilyLink, Mandate, Person
from denghuo.people.models.family import RELATIONS
from denghuo.platform.public import Actor

STATE_WORDS: dict[State, str] = {
    "offered": _("等对方答复"),
    "not_yet": _("还没到开始日期"),
    "in_force": _("生效中"),
    "expired": _("已到期"),
    "withdrawn": _("已收回"),
    "declined": _("对方没有接受"),
}


@dataclass(frozen=True, slots=True)
class MandateView:
    """One mandate with its state at the instant it was read."""

    id: UUID
    giver: SubjectRef
    giver_name: str
    receiver_name: str
    to_person: UUID | None
    to_staff: UUID | None
    scopes: frozenset[Scope]
    scope_words: tuple[str, ...]
    start_on: date
    until_on: date | None
    how: str
    how_text: str
    state: State
    state_text: str

    @property
    def live(self) -> bool:
        """True while it can still be withdrawn."""
        return self.state in ("offered", "not_yet", "in_force")


@dataclass(frozen=True, slots=True)
class ActFor:
    """Somebody the actor may act for now; ``mandate_id`` is None for themselves."""

    subject: SubjectRef
    name: str
    mandate_id: UUID | None
    scopes: frozenset[Scope]
    until_on: date | None
    how_text: str


@dataclass(frozen=True, slots=True)
class FamilyLinkView:
    """One family link as one of its two sides reads it."""

    id: UUID
    other_name: str
    relation: str
    relation_text: str
    guardian: bool
    state: str
    state_text: str
    asked_by_me: bool
    until_on: date | None


def terms_of(row: Mandate) -> rules.Mandate:
    """The row as the pure rules read it."""
    return rules.Mandate(
        how=_how(row.how),
        scopes=rules.read_scopes(row.scopes),
        period=Period(row.start_on, row.until_on),
        accepted_at=row.accepted_at,
        declined_at=row.declined_at,
        withdrawn_at=row.withdrawn_at,
    )


def mandates_given_by(subject: SubjectRef, *, now: datetime) -> tuple[MandateView, ...]:
    """What a person or firm has given, newest first."""
    field = "from_person_id" if subject.kind == "person" else "from_firm_id"
    return _views(_rows().filter(**{field: subject.id}), now=now)


def mandates_received_by(person_id: UUID, *, now: datetime) -> tuple[MandateView, ...]:
    """What a person has accepted, newest first."""
    return _views(_rows().filter(to_person_id=person_id), now=now)


def offers_to(person: Person, *, now: datetime) -> tuple[MandateView, ...]:
    """Open offers that name this person's phone and name."""
    if person.phone_digest is None:
        return ()
    rows = [
        row
        for row in _rows().filter(
            to_phone_digest=bytes(person.phone_digest), to_person__isnull=True
        )
        if reaches(row.to_name, person) and row.from_person_id != person.pk
    ]
    return tuple(view for view in _views(rows, now=now) if view.state == "offered")


def reaches(name: str, person: Person) -> bool:
    """An offer names the phone and the name: a shared phone does not open it to the family."""
    return same_name(name, person.name)


def subjects_actor_may_act_for(actor: Actor, *, now: datetime) -> tuple[ActFor, ...]:
    """Themselves first, then everyone whose mandate to them is in force, by name."""
    own: list[ActFor] = []
    if actor.kind == "resident" and actor.person is not None:
        rows = _rows().filter(to_person_id=actor.person.id)
        own.append(ActFor(actor.person, actor.name, None, frozenset(rules.SCOPES), None, "本人"))
    elif actor.kind == "staff":
        rows = _rows().filter(to_staff_id=actor.staff_id)
    else:
        return ()
    others = [
        ActFor(view.giver, view.giver_name, view.id, view.scopes, view.until_on, view.how_text)
        for view in _views(_maybe_in_force(rows, now), now=now)
        if view.state == "in_force"
    ]
    return (*own, *sorted(others, key=lambda act: (act.subject.kind, act.name)))


def mandate_in_force(
    *, actor: Actor, subject: SubjectRef, scope: Scope, now: datetime
) -> MandateView | None:
    """The mandate under which the actor may do ``scope`` for the subject now, or None."""
    field = "from_person_id" if subject.kind == "person" else "from_firm_id"
    rows = _rows().filter(**{field: subject.id})
    if actor.kind == "resident" and actor.person is not None:
        rows = rows.filter(to_person_id=actor.person.id)
    elif actor.kind == "staff":
        rows = rows.filter(to_staff_id=actor.staff_id)
    else:
        return None
    for row in _maybe_in_force(rows, now):
        if rules.allows(terms_of(row), scope, now=now):
            return mandate_view(row, now=now)
    return None


def demand_scope(actor: Actor, subject: SubjectRef, scope: Scope, *, now: datetime) -> None:
    """Pass for one's own affairs or under a mandate in force that covers ``scope``.

    A program passes for the subject of its key, if the key names ``scope``. Raises
    ``NoMandateError`` otherwise. Read again at every act: withdrawal works at once.
    """
    if actor.kind == "resident" and actor.person == subject:
        return
    if actor.kind == "program" and actor.acting_for == subject and scope in actor.scopes:
        return
    if mandate_in_force(actor=actor, subject=subject, scope=scope, now=now) is None:
        raise rules.NoMandateError


def acting_mandate(mandate_id: UUID, *, actor: Actor, now: datetime) -> MandateView | None:
    """The mandate a session says it acts under, if it is this actor's and in force now."""
    row = _rows().filter(pk=mandate_id).first()
    if row is None:
        return None
    theirs = (
        row.to_person_id == actor.person.id
        if actor.person is not None
        else actor.staff_id is not None and row.to_staff_id == actor.staff_id
    )
    if not theirs or rules.state_of(terms_of(row), now=now) != "in_force":
        return None
    return mandate_view(row, now=now)


def acts_by_law(actor: Actor) -> bool:
    """The actor acts under a legal mandate: as guardian, or as a firm's representative."""
    if actor.mandate_id is None:
        return False
    return Mandate.objects.filter(pk=actor.mandate_id, how="legal").exists()


def family_of(person: Person, *, now: datetime) -> tuple[FamilyLinkView, ...]:
    """Links this person asked for or was asked for, newest first."""
    mine = Q(person=person) | Q(relative=person)
    asked = Q(pk__in=[])
    if person.phone_digest is not None:
        asked = Q(relative__isnull=True, relative_phone_digest=bytes(person.phone_digest))
    rows = (
        FamilyLink.objects.filter(mine | asked)
        .select_related("person", "relative")
        .order_by("-created_at")[:100]
    )
    return tuple(
        _link_view(row, person, now=now)
        for row in rows
        if person.pk in (row.person_id, row.relative_id) or reaches(row.relative_name, person)
    )


def link_state(row: FamilyLink, *, now: datetime) -> str:
    """asked, agreed, declined, withdrawn or ended."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.declined_at is not None:
        return "declined"
    if row.until_on is not None and day_of(now) >= row.until_on:
        return "ended"
    return "agreed" if row.guardian or row.consented_at is not None else "asked"


_LINK_WORDS = {
    "asked": _("等对方同意"),
    "agreed": _("双方确认"),
    "declined": _("对方没有同意"),
    "withdrawn": _("已解除"),
    "ended": _("已到期"),
}


def _link_view(row: FamilyLink, person: Person, *, now: datetime) -> FamilyLinkView:
    state = link_state(row, now=now)
    by_me = row.person_id == person.pk
    if by_me:
        # Before they agree, only what I typed is shown back: nothing tells whether they exist.
        other = mask_name(row.relative.name) if row.relative else row.relative_name
    else:
        other = mask_name(row.person.name)
    return FamilyLinkView(
        id=row.pk,
        other_name=other,
        relation=row.relation,
        relation_text=dict(RELATIONS)[row.relation],
        guardian=row.guardian,
        state=state,
        state_text=_("监护关系，依法登记") if row.guardian else _LINK_WORDS[state],
        asked_by_me=by_me,
        until_on=row.until_on,
    )


def mandate_view(row: Mandate, *, now: datetime) -> MandateView:
    """The frozen view of a row at an instant. Both parties know each other: names in full,
    except a receiver who has not answered, who is shown as the giver typed them."""
    terms = terms_of(row)
    state = rules.state_of(terms, now=now)
    giver, giver_name = _giver(row)
    return MandateView(
        id=row.pk,
        giver=giver,
        giver_name=giver_name,
        receiver_name=_receiver_name(row),
        to_person=row.to_person_id,
        to_staff=row.to_staff_id,
        scopes=terms.scopes,
        scope_words=tuple(word for scope, word in rules.SCOPES.items() if scope in terms.scopes),
        start_on=row.start_on,
        until_on=row.until_on,
        how=row.how,
        how_text=rules.HOW[terms.how],
        state=state,
        state_text=STATE_WORDS[state],
    )


def _giver(row: Mandate) -> tuple[SubjectRef, str]:
    if row.from_person is not None:
        return SubjectRef("person", row.from_person.pk), row.from_person.name
    if row.from_firm is not None:
        return SubjectRef("firm", row.from_firm.pk), row.from_firm.name
    raise AssertionError("the table's check lets no mandate be from nobody")


def _receiver_name(row: Mandate) -> str:
    if row.to_person is not None:
        return row.to_person.name
    if row.to_staff is not None:
        return f"{row.to_staff.office} {row.to_staff.name}"
    return row.to_name


def _rows() -> QuerySet[Mandate]:
    return Mandate.objects.select_related(
        "from_person", "from_firm", "to_person", "to_staff"
    ).order_by("-created_at")


def _maybe_in_force(rows: QuerySet[Mandate], now: datetime) -> QuerySet[Mandate]:
    """Narrow in the database what the rules then decide."""
    return rows.filter(
        accepted_at__isnull=False, withdrawn_at__isnull=True, declined_at__isnull=True
    ).filter(Q(until_on__isnull=True) | Q(until_on__gt=day_of(now)))


def _views(rows: Iterable[Mandate], *, now: datetime) -> tuple[MandateView, ...]:
    return tuple(mandate_view(row, now=now) for row in rows)


def _how(text: str) -> rules.How:
    if text == "phone_code":
        return "phone_code"
    return "paper" if text == "paper" else "legal"


def readers_of_firm(firm_id: UUID, *, now: datetime) -> list[UUID]:
    """Persons who may read what is written to a firm, under a mandate in force."""
    rows = _maybe_in_force(_rows().filter(from_firm_id=firm_id, to_person__isnull=False), now)
    allowed = [row for row in rows if rules.allows(terms_of(row), "read", now=now)]
    return sorted({row.to_person_id for row in allowed if row.to_person_id is not None})


def readers_of_firms(firm_ids: Collection[UUID], *, now: datetime) -> dict[UUID, set[UUID]]:
    """The same for many firms in one go; firms without any are left out."""
    rows = _maybe_in_force(_rows().filter(from_firm_id__in=firm_ids, to_person__isnull=False), now)
    found: dict[UUID, set[UUID]] = {}
    for row in rows:
        if (
            row.from_firm_id is not None
            and row.to_person_id is not None
            and rules.allows(terms_of(row), "read", now=now)
        ):
            found.setdefault(row.from_firm_id, set()).add(row.to_person_id)
    return found


def is_paper(file_id: UUID) -> bool:
    """True if a mandate, live or ended, rests on this file."""
    return Mandate.objects.filter(paper_id=file_id).exists()


def paper_may_be_read(actor: Actor, file_id: UUID) -> bool:
    """True for staff who answer for the person whose paper mandate this file is."""
    papers = Mandate.objects.filter(paper_id=file_id, from_person__isnull=False)
    return any(
        answers_for(actor, residence)
        for residence in papers.values_list("from_person__residence", flat=True)
    )
