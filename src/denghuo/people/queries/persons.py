"""Persons as others may see them: masked unless a purpose is written down."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.masking import mask_id_number, mask_name, mask_phone
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import (
    PersonNotFoundError,
    RecordNotFoundError,
    answers_for,
    is_self,
    may_see_person,
)
from denghuo.people.logic.phone import Phone
from denghuo.people.logic.reading import Reading
from denghuo.people.models import CorrectionRequest, IdentityClaim, Person
from denghuo.people.queries.digests import id_digest, phone_digest
from denghuo.platform.public import Actor, record_look_up

# Merges are flattened when they are made, so one step is enough; the bound guards a bad restore.
_MERGE_STEPS_MAX = 8
CORRECTIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class PersonView:
    """What a list, a header or a wall may show of a person."""

    ref: SubjectRef
    name_masked: str
    id_number_masked: str
    phone_masked: str
    residence: Region | None
    proofing: str
    proofing_text: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonInFull:
    """The whole record, for one written purpose. ``repr`` shows the reference alone."""

    ref: SubjectRef
    name: str
    id_number: IdNumber | None
    phone: Phone | None
    born_on: date | None
    sex: Literal["female", "male"] | None
    residence: Region | None
    registered_region: Region | None
    proofing: str

    def __repr__(self) -> str:
        return f"PersonInFull({self.ref})"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact of a register: ``name`` is this room's word for it."""

    name: str
    value: str | date
    source: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A number somebody typed at first sign-in, as a clerk compares it with the card."""

    id: UUID
    name: str
    phone_masked: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A request to correct something, as its author reads it."""

    id: UUID
    person: SubjectRef
    field: str
    words: str
    state: str
    state_text: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None


def person_row(person_id: UUID) -> Person:
    """The row a reference stands for today, merges followed. Raises ``PersonNotFoundError``."""
    row = Person.objects.filter(pk=person_id).first()
    for _ in range(_MERGE_STEPS_MAX):
        if row is None:
            raise PersonNotFoundError
        if row.merged_into_id is None:
            return row
        row = Person.objects.filter(pk=row.merged_into_id).first()
    raise PersonNotFoundError


def person_of(person_id: UUID) -> PersonView:
    """A person, masked. Raises ``PersonNotFoundError``."""
    return masked_view(person_row(person_id))


def reading_of(person_id: UUID) -> Reading:
    """How a person likes to read. Raises ``PersonNotFoundError``."""
    row = person_row(person_id)
    return Reading(row.language or None, row.elder_size, row.theme or None)


def persons_of(person_ids: list[UUID]) -> dict[UUID, PersonView]:
    """Many persons, masked, by the id asked for; unknown ids are left out."""
    rows = {row.pk: row for row in Person.objects.filter(pk__in=person_ids)}
    return {
        asked: masked_view(row if row.merged_into_id is None else person_row(asked))
        for asked, row in rows.items()
    }


def person_in_full(
    person_id: UUID, *, actor: Actor, purpose: str, what: tuple[str, ...] | None = None
) -> PersonInFull:
    """The whole record for somebody who may see it; the look is written down first.

    ``what`` names the fields that will really be shown (default: all). One's own look at
    oneself is not written. Raises ``PersonNotFoundError`` when the actor may not.
    """
    row = person_row(person_id)
    if not may_see_person(actor, person_id=row.pk, residence=row.residence):
        raise PersonNotFoundError
    if not is_self(actor, row.pk):
        with transaction.atomic():
            record_look_up(
                actor=actor,
                subject=SubjectRef("person", row.pk),
                what=what or ("name", "id_number", "phone", "born_on", "sex", "residence"),
                purpose=purpose,
            )
    return full_view(row)


def person_name(person_id: UUID) -> str:
    """The full name, for a greeting or a letter to that very person. Not for lists."""
    return person_row(person_id).name


def find_person_by_id_number(number: IdNumber, *, actor: Actor, purpose: str) -> PersonView | None:
    """The person with a proven number, if the actor may see them; the look is written down.

    Somebody outside the actor's area is answered like nobody: None.
    """
    row = Person.objects.filter(id_digest=id_digest(number)).first()
    if row is None:
        return None
    row = person_row(row.pk)
    if not may_see_person(actor, person_id=row.pk, residence=row.residence):
        return None
    with transaction.atomic():
        record_look_up(
            actor=actor,
            subject=SubjectRef("person", row.pk),
            what=("name", "id_number"),
            purpose=purpose,
        )
    return masked_view(row)


def waiting_claims(number: IdNumber, *, actor: Actor, purpose: str) -> tuple[ClaimView, ...]:
    """Claims to this number that nobody has checked yet, for a clerk who holds the card.

    The name must be compared with the card, so it is shown, and the look is written down.
    """
    claims = IdentityClaim.objects.filter(
        id_digest=id_digest(number), state="waiting"
    ).select_related("person")
    found = [
        claim
        for claim in claims.order_by("created_at")
        if may_see_person(actor, person_id=claim.person_id, residence=claim.person.residence)
    ]
    with transaction.atomic():
        for claim in found:
            record_look_up(
                actor=actor,
                subject=SubjectRef("person", claim.person_id),
                what=("name", "identity_claim"),
                purpose=purpose,
            )
    return tuple(
        ClaimView(
            claim.pk,
            claim.person.name,
            mask_phone(claim.person.phone) if claim.person.phone else "",
            claim.created_at,
        )
        for claim in found
    )


def claim_state(person_id: UUID) -> str:
    """``waiting``, ``confirmed``, ``refused``, or empty where nothing was claimed."""
    claim = IdentityClaim.objects.filter(person_id=person_id).first()
    return claim.state if claim else ""


def persons_with_phone(phone: Phone) -> list[Person]:
    """Whoever signs in with this phone; families share one."""
    return list(
        Person.objects.filter(phone_digest=phone_digest(phone), merged_into__isnull=True).order_by(
            "created_at", "pk"
        )
    )


def last_four_is(row: Person, typed: str) -> bool:
    """True if these are the last four of the number on file, proven or claimed."""
    number = row.id_number
    if number is None:
        claim = IdentityClaim.objects.filter(person=row).first()
        number = claim.id_number if claim else None
    four = unicodedata.normalize("NFKC", typed).strip().upper()
    return number is not None and hmac.compare_digest(number[-4:].encode(), four.encode())


def refs_of(subject: SubjectRef) -> tuple[SubjectRef, ...]:
    """The subject and every duplicate merged into it: rooms above may hold rows under either."""
    if subject.kind == "firm":
        return (subject,)
    survivor = _survivor(subject.id)
    merged = Person.objects.filter(merged_into=survivor).order_by("pk").values_list("pk", flat=True)
    return tuple(SubjectRef("person", pk) for pk in (survivor, *merged))


def _survivor(person_id: UUID) -> UUID:
    """``person_row``'s id alone: asked at every turn of a case, and nothing sealed is opened."""
    at = person_id
    for _ in range(_MERGE_STEPS_MAX):
        found = Person.objects.filter(pk=at).only("pk", "merged_into_id").first()
        if found is None:
            break
        if found.merged_into_id is None:
            return at
        at = found.merged_into_id
    raise PersonNotFoundError


def merged_persons(person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Every id under which one of these persons is known, to the one that survived; only of
    persons with more than one. For lists of thousands, where ``refs_of`` would ask for each."""
    asked = set(person_ids)
    into = Person.objects.filter(pk__in=asked, merged_into__isnull=False)
    survivors = asked | set(into.values_list("merged_into_id", flat=True))
    pairs = Person.objects.filter(merged_into__in=survivors).values_list("pk", "merged_into_id")
    found = dict(pairs)
    return found | {survivor: survivor for survivor in found.values()}


def person_attributes(person_id: UUID) -> tuple[Attribute, ...]:
    """Plain facts with their source, for the policy engine; nothing is guessed.

    What a clerk or the register has proven says so; what the person typed says that.
    """
    row = person_row(person_id)
    source = "self" if row.proofing == "self" else "people_register"
    values: dict[str, str | date | None] = {
        "born_on": row.born_on,
        "sex": row.sex,
        "residence": row.residence,
        "registered_region": row.registered_region,
    }
    return tuple(
        Attribute(name, value, source, row.changed_at)
        for name, value in values.items()
        if value is not None
    )


def corrections_of(person_id: UUID) -> tuple[CorrectionView, ...]:
    """A person's own requests, newest first."""
    rows = CorrectionRequest.objects.filter(person_id=person_id).order_by("-created_at")[:50]
    return tuple(correction_view(row) for row in rows)


def open_corrections_for(actor: Actor) -> tuple[CorrectionView, ...]:
    """Requests waiting in the actor's area, oldest first, at most two hundred."""
    rows = _waiting_in_area(actor).select_related("person").order_by("created_at")
    return tuple(correction_view(row) for row in rows[:CORRECTIONS_MAX])


def count_open_corrections(actor: Actor) -> int:
    """How many wait in the actor's area."""
    return _waiting_in_area(actor).count()


def _waiting_in_area(actor: Actor) -> QuerySet[CorrectionRequest]:
    """``access.answers_for``, said to the database."""
    if actor.area is None or not answers_for(actor, None):
        return CorrectionRequest.objects.none()
    inside = Q(person__residence__startswith=actor.area.prefix)
    return CorrectionRequest.objects.filter(
        inside | Q(person__residence__isnull=True), state="open"
    )


def correction_for(request_id: UUID, *, actor: Actor) -> CorrectionView:
    """One open request with its words, for a clerk of the area; the look is written down.

    Raises ``RecordNotFoundError``.
    """
    row = (
        CorrectionRequest.objects.filter(pk=request_id, state="open")
        .select_related("person")
        .first()
    )
    if row is None or not answers_for(actor, row.person.residence):
        raise RecordNotFoundError
    with transaction.atomic():
        record_look_up(
            actor=actor,
            subject=SubjectRef("person", row.person_id),
            what=(row.field,),
            purpose="更正信息",
        )
    return correction_view(row)


def correction_view(row: CorrectionRequest) -> CorrectionView:
    """The frozen view of a row."""
    return CorrectionView(
        id=row.pk,
        person=SubjectRef("person", row.person_id),
        field=row.field,
        words=row.words,
        state=row.state,
        state_text=dict(CorrectionRequest.STATE)[row.state],
        answer=row.answer,
        asked_at=row.created_at,
        answered_at=row.answered_at,
    )


def masked_view(row: Person) -> PersonView:
    """The masked view of a row."""
    return PersonView(
        ref=SubjectRef("person", row.pk),
        name_masked=mask_name(row.name),
        id_number_masked=mask_id_number(row.id_number) if row.id_number else "",
        phone_masked=mask_phone(row.phone) if row.phone else "",
        residence=Region.read(row.residence) if row.residence else None,
        proofing=row.proofing,
        proofing_text=dict(Person.PROOFING)[row.proofing],
    )


def full_view(row: Person) -> PersonInFull:
    """The full view of a row; the caller has decided who may and written the look down."""
    return PersonInFull(
        ref=SubjectRef("person", row.pk),
        name=row.name,
        id_number=IdNumber(row.id_number) if row.id_number else None,
        phone=Phone(row.phone) if row.phone else None,
        born_on=row.born_on,
        sex=_sex(row.sex),
        residence=Region.read(row.residence) if row.residence else None,
        registered_region=Region.read(row.registered_region) if row.registered_region else None,
        proofing=row.proofing,
    )


def _sex(text: str | None) -> Literal["female", "male"] | None:
    if text == "female":
        return "female"
    return "male" if text == "male" else None


def persons_named(name: str, *, limit: int = 200) -> tuple[SubjectRef, ...]:
    """Persons of exactly this name, for a list that is already its reader's to see."""
    rows = Person.objects.filter(name=name.strip()).order_by("pk")
    return tuple(SubjectRef("person", pk) for pk in rows.values_list("pk", flat=True)[:limit])
