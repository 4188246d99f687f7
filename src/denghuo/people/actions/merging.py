"""Joining two records of one person. Called inside the transaction of an action."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from denghuo.people.models import (
    Consent,
    DemoPersona,
    FamilyLink,
    FirmRole,
    HouseholdMember,
    Mandate,
    Person,
)


def absorb(*, survivor: Person, duplicate: Person, now: datetime) -> None:
    """Move what is live to the survivor; leave history where it is; point the duplicate on.

    A live row that would double one of the survivor's stays with the duplicate as history. A
    mandate between the two ends: nobody needs one for themselves. The survivor keeps its own
    data and takes over only what it lacks.
    """
    # The digest is unique: it must leave the duplicate before anybody else can have it.
    number, digest = duplicate.id_number, duplicate.id_digest
    proofing = duplicate.proofing
    duplicate.id_number, duplicate.id_digest = None, None
    phone, phone_digest = duplicate.phone, duplicate.phone_digest
    duplicate.phone, duplicate.phone_digest = None, None
    duplicate.merged_into = survivor
    duplicate.save()
    # No chains: whoever pointed to the duplicate points to the survivor.
    Person.objects.filter(merged_into=duplicate).update(merged_into=survivor)

    if survivor.id_digest is None and digest is not None:
        survivor.id_number, survivor.id_digest = number, digest
        survivor.proofing = proofing
    if survivor.phone_digest is None:
        survivor.phone, survivor.phone_digest = phone, phone_digest
    for field in ("born_on", "sex", "residence", "registered_region"):
        if getattr(survivor, field) is None:
            setattr(survivor, field, getattr(duplicate, field))
    # A no said under either record stays a no.
    survivor.wants_texts = survivor.wants_texts and duplicate.wants_texts
    survivor.save()

    _end_between(survivor, duplicate, now)
    _move_live(survivor, duplicate)


def _end_between(survivor: Person, duplicate: Person, now: datetime) -> None:
    pair = Q(from_person=survivor, to_person=duplicate) | Q(
        from_person=duplicate, to_person=survivor
    )
    Mandate.objects.filter(pair, withdrawn_at__isnull=True).update(withdrawn_at=now)
    links = Q(person=survivor, relative=duplicate) | Q(person=duplicate, relative=survivor)
    FamilyLink.objects.filter(links, withdrawn_at__isnull=True).update(withdrawn_at=now)


def _move_live(survivor: Person, duplicate: Person) -> None:
    own_purposes = Consent.objects.filter(person=survivor, withdrawn_at__isnull=True)
    Consent.objects.filter(person=duplicate, withdrawn_at__isnull=True).exclude(
        purpose__in=own_purposes.values("purpose")
    ).update(person=survivor)
    if not HouseholdMember.objects.filter(person=survivor, until_on__isnull=True).exists():
        HouseholdMember.objects.filter(person=duplicate, until_on__isnull=True).update(
            person=survivor
        )
    offices = set(
        FirmRole.objects.filter(person=survivor, until_on__isnull=True).values_list(
            "firm_id", "role"
        )
    )
    for office in FirmRole.objects.filter(person=duplicate, until_on__isnull=True):
        if (office.firm_id, office.role) not in offices:
            office.person = survivor
            office.save(update_fields=["person"])
    Mandate.objects.filter(from_person=duplicate).exclude(to_person=survivor).update(
        from_person=survivor
    )
    Mandate.objects.filter(to_person=duplicate).exclude(from_person=survivor).update(
        to_person=survivor
    )
    FamilyLink.objects.filter(person=duplicate).exclude(relative=survivor).update(person=survivor)
    FamilyLink.objects.filter(relative=duplicate).exclude(person=survivor).update(relative=survivor)
    DemoPersona.objects.filter(person=duplicate).update(person=survivor)
