"""Family links by consent, guardians by law, households by register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.period import add_months
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import RecordNotFoundError
from denghuo.people.actions.mandates import give_mandate
from denghuo.people.logic.mandate import SCOPES
from denghuo.people.logic.names import read_name, same_name
from denghuo.people.logic.phone import Phone
from denghuo.people.models import FamilyLink, Household, HouseholdMember
from denghuo.people.models.family import RELATIONS
from denghuo.people.queries.digests import phone_digest
from denghuo.people.queries.mandates import link_state, reaches
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import Actor, record_audit

ADULT_MONTHS = 18 * 12
LINKS_MAX = 30
BATCH = 2_000


class UnknownRelationError(RefusalError):
    """A relation outside the list."""

    code = "people.unknown_relation"
    template = "请选一种关系。"


class TooManyLinksError(RefusalError):
    """Nobody has that many relatives to confirm."""

    code = "people.too_many_links"
    template = "家人登记已经有 {limit} 条了，请先解除不需要的。"
    status = 409


class LinkToSelfError(RefusalError):
    """One is not one's own relative."""

    code = "people.link_to_self"
    template = "这是您自己。请填另一位家人。"


class NotAChildError(RefusalError):
    """Guardianship of this kind ends at eighteen."""

    code = "people.not_a_child"
    template = "对方已满 18 岁，不能登记监护关系。可以请对方给您委托。"


@transaction.atomic
def ask_family_link(*, relation: str, name: str, phone: Phone, actor: Actor, now: datetime) -> UUID:
    """Say that somebody is one's relative; it counts when they agree. Asking twice asks once.

    ``relation`` is what they are to the asker: ``parent`` means "this is my father or mother".
    """
    if actor.person is None:
        raise RecordNotFoundError
    if relation not in dict(RELATIONS) or relation == "head":
        raise UnknownRelationError(field="relation")
    person = person_row(actor.person.id)
    told = read_name(name)
    if person.phone == phone.text and same_name(person.name, told):
        raise LinkToSelfError(field="name")
    mine = FamilyLink.objects.filter(
        person=person, withdrawn_at__isnull=True, declined_at__isnull=True
    )
    digest = phone_digest(phone)
    for link in mine.filter(relative_phone_digest=digest, relation=relation):
        if same_name(link.relative_name, told):
            return link.pk
    if mine.count() >= LINKS_MAX:
        raise TooManyLinksError(limit=LINKS_MAX)
    link = FamilyLink.objects.create(
        person=person,
        relative_name=told,
        relative_phone_digest=digest,
        relation=relation,
        created_at=now,
    )
    _audit("people.ask_family_link", link, actor, now)
    return link.pk


@transaction.atomic
def answer_family_link(*, link_id: UUID, agree: bool, actor: Actor, now: datetime) -> None:
    """The relative agrees or not. Raises ``RecordNotFoundError`` for somebody else's link."""
    if actor.person is None:
        raise RecordNotFoundError
    person = person_row(actor.person.id)
    link = FamilyLink.objects.select_for_update().filter(pk=link_id).first()
    if (
        link is None
        or link.relative_id is not None
        or link.relative_phone_digest is None
        or person.phone_digest is None
        or bytes(link.relative_phone_digest) != bytes(person.phone_digest)
        or not reaches(link.relative_name, person)
        or link.person_id == person.pk
        or link_state(link, now=now) != "asked"
    ):
        raise RecordNotFoundError
    if agree:
        link.relative, link.consented_at = person, now
    else:
        link.declined_at = now
    link.save(update_fields=["relative", "consented_at", "declined_at"])
    _audit("people.agree_family_link" if agree else "people.decline_family_link", link, actor, now)


@transaction.atomic
def withdraw_family_link(*, link_id: UUID, actor: Actor, now: datetime) -> None:
    """Either side ends the link at once; a guardian's link ends by law, not here."""
    link = FamilyLink.objects.select_for_update().filter(pk=link_id, guardian=False).first()
    mine = actor.person.id if actor.person else None
    if link is None or mine not in (link.person_id, link.relative_id):
        raise RecordNotFoundError
    if link.withdrawn_at is None:
        link.withdrawn_at = now
        link.save(update_fields=["withdrawn_at"])
        _audit("people.withdraw_family_link", link, actor, now)


@transaction.atomic
def register_guardian(*, guardian_id: UUID, child_id: UUID, actor: Actor, now: datetime) -> UUID:
    """A parent or other guardian of a child under eighteen, from the register or a document.

    Writes the link and the legal mandate; both end on the eighteenth birthday. Raises
    ``NotAChildError``.
    """
    guardian, child = person_row(guardian_id), person_row(child_id)
    adult_on = add_months(child.born_on, ADULT_MONTHS) if child.born_on else None
    if adult_on is None or adult_on <= day_of(now):
        raise NotAChildError
    link = FamilyLink.objects.create(
        person=guardian,
        relative=child,
        relative_name=child.name,
        relation="child",
        guardian=True,
        until_on=adult_on,
        created_at=now,
    )
    give_mandate(
        giver=SubjectRef("person", child.pk),
        to_person=guardian.pk,
        scopes=SCOPES,
        start_on=day_of(now),
        until_on=adult_on,
        how="legal",
        actor=actor,
        now=now,
    )
    _audit("people.register_guardian", link, actor, now)
    return link.pk


@transaction.atomic
def register_household(
    *, region: Region, members: list[tuple[UUID, str]], from_on: date, actor: Actor, now: datetime
) -> UUID:
    """Enter a household with its members as (person, relation); the first is the head."""
    household = Household.objects.create(region=region.code, created_at=now)
    HouseholdMember.objects.bulk_create(
        HouseholdMember(
            household=household,
            person_id=person,
            relation=relation,
            from_on=from_on,
            created_at=now,
        )
        for person, relation in members
    )
    record_audit(
        actor=actor,
        action="people.register_household",
        entity=f"people.household:{household.pk}",
        detail={"members": len(members)},
        at=now,
    )
    return household.pk


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """One row of a bulk registration: members as (person, relation), the head first."""

    region: Region
    members: tuple[tuple[UUID, str], ...]
    from_on: date


def bulk_register_households(
    households: Sequence[NewHousehold], *, actor: Actor, now: datetime
) -> int:
    """Enter many from a register, all or none per call; one audit row. Returns how many."""
    rows = [Household(region=new.region.code, created_at=now) for new in households]
    members = [
        HouseholdMember(
            household=row, person_id=person, relation=relation, from_on=new.from_on, created_at=now
        )
        for row, new in zip(rows, households, strict=True)
        for person, relation in new.members
    ]
    with transaction.atomic():
        Household.objects.bulk_create(rows, batch_size=BATCH)
        HouseholdMember.objects.bulk_create(members, batch_size=BATCH)
        record_audit(
            actor=actor,
            action="people.bulk_register_households",
            detail={"count": len(rows), "members": len(members)},
            at=now,
        )
    return len(rows)


def _audit(action: str, link: FamilyLink, actor: Actor, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=SubjectRef("person", link.person_id),
        entity=f"people.family_link:{link.pk}",
        at=now,
    )
