"""Persons: registering, proving who somebody is, correcting, consenting."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import (
    PersonNotFoundError,
    RecordNotFoundError,
    answers_for,
    is_self,
    may_change_person,
)
from denghuo.people.actions.merging import absorb
from denghuo.people.logic.names import read_name, same_name
from denghuo.people.logic.phone import Phone
from denghuo.people.logic.reading import ELDER_FIRST, Reading
from denghuo.people.models import IdentityClaim, Person, PhoneCode
from denghuo.people.queries.digests import id_digest, phone_digest
from denghuo.people.queries.persons import person_row, persons_with_phone
from denghuo.people.queries.phone_codes import PROVEN_FOR
from denghuo.platform.public import Actor, publish, record_audit, send_message

Proofing = Literal["in_person", "register"]
BATCH = 2_000


class PersonExistsError(RefusalError):
    """The identity number is registered already."""

    code = "people.person_exists"
    template = "这个身份证号已经登记过了，不用再登记一次。"
    status = 409


class PhoneNotProvenError(RefusalError):
    """The phone was proven too long ago, or not in this browser."""

    code = "people.phone_not_proven"
    template = "页面开得太久了。您填的内容没有丢，请重新获取一次验证码。"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One row of a bulk registration. ``id`` is given by the caller, who can then name it."""

    id: UUID
    name: str
    id_number: IdNumber
    phone: Phone | None
    residence: Region | None
    registered_region: Region | None
    language: str = ""
    elder_mode: bool = False


@transaction.atomic
def register_person(
    *,
    name: str,
    id_number: IdNumber,
    proofing: Proofing,
    actor: Actor,
    now: datetime,
    phone: Phone | None = None,
    residence: Region | None = None,
    registered_region: Region | None = None,
    language: str = "",
    elder_mode: bool = False,
) -> UUID:
    """Enter a person whose number is proven. Raises ``PersonExistsError``.

    Race: two clerks enter the same card at once. Both may find nobody; the unique digest lets
    one row in, and the other gets the same answer as if they had come a second later.
    """
    new = NewPerson(
        id=Person().pk,
        name=read_name(name),
        id_number=id_number,
        phone=phone,
        residence=residence,
        registered_region=registered_region,
        language=language,
        elder_mode=elder_mode,
    )
    row = _person(new, proofing, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise PersonExistsError(field="id_number") from None
    record_audit(
        actor=actor,
        action="people.register_person",
        subject=SubjectRef("person", row.pk),
        detail={"proofing": proofing},
        at=now,
    )
    return row.pk


def bulk_register_persons(people: list[NewPerson], *, actor: Actor, now: datetime) -> int:
    """Enter many from a register, all or none per call; one audit row. Returns how many.

    For imports and the demo region: the caller has checked that the numbers are new.
    """
    with transaction.atomic():
        Person.objects.bulk_create(
            [_person(person, "register", now) for person in people], batch_size=BATCH
        )
        record_audit(
            actor=actor,
            action="people.bulk_register_persons",
            detail={"count": len(people)},
            at=now,
        )
    return len(people)


@transaction.atomic
def tell_who(*, code_id: UUID, name: str, id_number: IdNumber, now: datetime) -> UUID:
    """First sign-in with a proven phone: say who you are. Returns the person to sign in.

    The typed number is kept as a claim beside a fresh record. Whether somebody is registered
    under it changes nothing the visitor can see, and gives them nothing of that record: a
    clerk joins the two when they have seen the card (decision 0021).

    Race: the form is sent twice. The lock on the code's row lets the second request find what
    the first one made.
    """
    code = PhoneCode.objects.select_for_update().filter(pk=code_id, purpose="sign_in").first()
    if code is None or code.used_at is None or now >= code.used_at + PROVEN_FOR:
        raise PhoneNotProvenError
    phone, digest = Phone(code.phone), id_digest(id_number)
    told = read_name(name)
    for known in persons_with_phone(phone):
        claim = IdentityClaim.objects.filter(person=known, state="waiting").first()
        number = known.id_digest or (claim.id_digest if claim else None)
        if number is not None and bytes(number) == digest and same_name(known.name, told):
            return known.pk
    row = Person.objects.create(
        name=told,
        phone=phone.text,
        phone_digest=phone_digest(phone),
        born_on=id_number.born_on,
        sex=id_number.sex,
        proofing="self",
        created_at=now,
    )
    IdentityClaim.objects.create(
        person=row, id_number=id_number.text, id_digest=digest, created_at=now
    )
    ref = SubjectRef("person", row.pk)
    record_audit(
        actor=Actor(kind="resident", person=ref, acting_for=ref),
        action="people.tell_who",
        subject=ref,
        at=now,
    )
    return row.pk


@transaction.atomic
def confirm_claim(*, claim_id: UUID, actor: Actor, now: datetime) -> UUID:
    """A clerk has seen the card: the claim becomes the number. Returns the proven person.

    Where the register already has the number, the record made at first sign-in is merged
    into it and its phone moves over. Raises ``RecordNotFoundError``.
    """
    claim = _waiting_claim(claim_id, actor)
    newcomer = claim.person
    known = Person.objects.select_for_update().filter(id_digest=bytes(claim.id_digest)).first()
    _answer_claim(claim, "confirmed", actor, now)
    if known is None:
        newcomer.id_number, newcomer.id_digest = claim.id_number, bytes(claim.id_digest)
        newcomer.proofing = "in_person"
        newcomer.save(update_fields=["id_number", "id_digest", "proofing", "changed_at"])
        survivor = newcomer
    else:
        survivor = person_row(known.pk)
        if not answers_for(actor, survivor.residence):
            # The newcomer lives nowhere yet, the register's record may be another clerk's.
            raise PersonNotFoundError
        phone, digest = newcomer.phone, newcomer.phone_digest
        absorb(survivor=survivor, duplicate=newcomer, now=now)
        survivor.phone, survivor.phone_digest = phone, digest
        survivor.save(update_fields=["phone", "phone_digest", "changed_at"])
        _tell_merged(survivor)
    ref = SubjectRef("person", survivor.pk)
    record_audit(
        actor=actor,
        action="people.confirm_claim",
        subject=ref,
        entity=f"people.identity_claim:{claim.pk}",
        detail={"merged": known is not None},
        at=now,
    )
    send_message(
        to=ref,
        kind="people.claim_confirmed",
        title="您的身份已经核对",
        body="工作人员核对了您的身份证。您以前登记过的信息现在都能看到了。",
        key=f"people.claim_confirmed:{claim.pk}",
        actor=actor,
        now=now,
    )
    return survivor.pk


@transaction.atomic
def refuse_claim(*, claim_id: UUID, actor: Actor, now: datetime) -> None:
    """The card says otherwise: the claim ends, the record stays self-declared."""
    claim = _waiting_claim(claim_id, actor)
    _answer_claim(claim, "refused", actor, now)
    record_audit(
        actor=actor,
        action="people.refuse_claim",
        subject=SubjectRef("person", claim.person_id),
        entity=f"people.identity_claim:{claim.pk}",
        at=now,
    )


@transaction.atomic
def set_phone(*, person_id: UUID, phone: Phone, actor: Actor, now: datetime) -> None:
    """A proven phone for a person: their own change, or a clerk's at the counter."""
    row = Person.objects.select_for_update().filter(pk=person_row(person_id).pk).get()
    if not may_change_person(actor, person_id=row.pk, residence=row.residence):
        raise PersonNotFoundError
    row.phone, row.phone_digest = phone.text, phone_digest(phone)
    row.save(update_fields=["phone", "phone_digest", "changed_at"])
    record_audit(
        actor=actor, action="people.set_phone", subject=SubjectRef("person", row.pk), at=now
    )


@transaction.atomic
def set_preferences(*, person_id: UUID, chosen: Reading, actor: Actor, now: datetime) -> None:
    """Keep what a person chose about reading; what ``chosen`` leaves out stays. Chosen again, it
    writes nothing. Raises ``PersonNotFoundError``: nobody chooses for another."""
    if actor.kind != "system" and not is_self(actor, person_id):
        raise PersonNotFoundError
    row = Person.objects.select_for_update().filter(pk=person_row(person_id).pk).get()
    wanted = {name: value for name, value in asdict(chosen).items() if value is not None}
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return
    # Not ``changed_at``: by that day the offices' facts about the person are dated.
    Person.objects.filter(pk=row.pk).update(**changed)
    record_audit(
        actor=actor,
        action="people.set_preferences",
        subject=SubjectRef("person", person_id),
        at=now,
    )


@transaction.atomic
def set_texts(*, person_id: UUID, wanted: bool, actor: Actor, now: datetime) -> None:
    """Whether errands that move are told by short message; the inbox tells them in any case.

    Raises ``PersonNotFoundError``: nobody chooses for another.
    """
    if actor.kind != "system" and not is_self(actor, person_id):
        raise PersonNotFoundError
    row = Person.objects.select_for_update().filter(pk=person_row(person_id).pk).get()
    if row.wants_texts == wanted:
        return
    # Not ``changed_at``: by that day the offices' facts about the person are dated.
    Person.objects.filter(pk=row.pk).update(wants_texts=wanted)
    record_audit(
        actor=actor,
        action="people.set_texts",
        subject=SubjectRef("person", row.pk),
        detail={"wanted": wanted},
        at=now,
    )


@transaction.atomic
def merge_duplicates(*, survivor_id: UUID, duplicate_id: UUID, actor: Actor, now: datetime) -> None:
    """Two records of one person become one; the duplicate stays and points to the survivor."""
    survivor, duplicate = person_row(survivor_id), person_row(duplicate_id)
    if survivor.pk == duplicate.pk:
        return
    for row in (survivor, duplicate):
        if not may_change_person(actor, person_id=row.pk, residence=row.residence):
            raise PersonNotFoundError
    absorb(survivor=survivor, duplicate=duplicate, now=now)
    record_audit(
        actor=actor,
        action="people.merge_duplicates",
        subject=SubjectRef("person", survivor.pk),
        entity=f"people.person:{duplicate.pk}",
        at=now,
    )
    _tell_merged(survivor)


def _tell_merged(survivor: Person) -> None:
    """Tell the rooms that hold rows under a duplicate, also one merged earlier into this one.

    Told again for those: a first telling may still wait while their survivor merges on, and its
    rows would end with somebody who is no more. The key lets each pair be told once.
    """
    for duplicate in Person.objects.filter(merged_into=survivor).values_list("pk", flat=True):
        publish(
            "people.persons_merged",
            {"survivor": str(survivor.pk), "duplicate": str(duplicate)},
            key=f"people.persons_merged:{duplicate}:{survivor.pk}",
        )


def _person(new: NewPerson, proofing: Proofing, now: datetime) -> Person:
    return Person(
        id=new.id,
        name=new.name,
        id_number=new.id_number.text,
        id_digest=id_digest(new.id_number),
        phone=new.phone.text if new.phone else None,
        phone_digest=phone_digest(new.phone) if new.phone else None,
        born_on=new.id_number.born_on,
        sex=new.id_number.sex,
        residence=new.residence.code if new.residence else None,
        registered_region=new.registered_region.code if new.registered_region else None,
        language=new.language,
        elder_size=ELDER_FIRST if new.elder_mode else None,
        proofing=proofing,
        created_at=now,
    )


def _waiting_claim(claim_id: UUID, actor: Actor) -> IdentityClaim:
    claim = (
        IdentityClaim.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=claim_id, state="waiting")
        .first()
    )
    if claim is None or not answers_for(actor, claim.person.residence):
        raise RecordNotFoundError
    return claim


def _answer_claim(claim: IdentityClaim, state: str, actor: Actor, now: datetime) -> None:
    claim.state, claim.answered_at, claim.answered_by_id = state, now, actor.staff_id
    claim.save(update_fields=["state", "answered_at", "answered_by"])
