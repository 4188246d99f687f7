"""The door of the people room: what the rooms above may import.

Reads give frozen, masked views. A whole record needs a written purpose, and the look is in
the audit chain before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import (
    FirmNotFoundError,
    PersonNotFoundError,
    RecordNotFoundError,
    for_somebody,
    may_see_firm,
    may_see_person,
)
from denghuo.people.actions.api_keys import NewApiKey, make_staff_key, make_subject_key
from denghuo.people.actions.consents import (
    give_consent,
    withdraw_consent,
)
from denghuo.people.actions.demo import mark_persona
from denghuo.people.actions.family import (
    NewHousehold,
    bulk_register_households,
    register_guardian,
    register_household,
)
from denghuo.people.actions.firms import (
    NewFirm,
    appoint,
    bulk_register_firms,
    end_office,
    register_firm,
)
from denghuo.people.actions.mandates import give_mandate, withdraw_mandate
from denghuo.people.actions.persons import (
    NewPerson,
    bulk_register_persons,
    merge_duplicates,
    register_person,
    set_preferences,
    set_texts,
)
from denghuo.people.actions.staff import create_staff
from denghuo.people.logic.api_key import DAYS_MAX as API_KEY_DAYS_MAX
from denghuo.people.logic.consents import PURPOSES as CONSENT_PURPOSES
from denghuo.people.logic.mandate import SCOPES, NoMandateError, Scope
from denghuo.people.logic.names import read_name
from denghuo.people.logic.phone import NotPhoneError, Phone
from denghuo.people.logic.reading import ELDER_SIZES, THEMES, Reading
from denghuo.people.queries.consents import consenting, has_consent
from denghuo.people.queries.contacts import contacts_of, without_phone
from denghuo.people.queries.counted import (
    corrections_asked,
    firms_registered,
    mandates_given,
    persons_registered,
)
from denghuo.people.queries.demo import PersonaView, personas
from denghuo.people.queries.firms import (
    FirmOffice,
    FirmView,
    branches_of,
    fellow_founders,
    find_firm_by_uscc,
    firm_attributes,
    firm_names,
    firm_of,
    firms_named,
    firms_of,
    list_firms_for,
)
from denghuo.people.queries.looks import looks_at
from denghuo.people.queries.mandates import (
    ActFor,
    FamilyLinkView,
    MandateView,
    demand_scope,
    family_of,
    mandate_in_force,
    subjects_actor_may_act_for,
)
from denghuo.people.queries.persons import (
    Attribute,
    PersonInFull,
    PersonView,
    find_person_by_id_number,
    merged_persons,
    person_attributes,
    person_in_full,
    person_name,
    person_of,
    person_row,
    persons_named,
    persons_of,
    reading_of,
    refs_of,
)
from denghuo.people.queries.registers import (
    RegisteredSubject,
    person_key,
    registered_firms,
    registered_persons,
)
from denghuo.people.queries.shown_names import firms_shown_like, persons_shown_like
from denghuo.people.queries.staff import (
    StaffView,
    find_staff,
    staff_view,
    staff_views,
    staff_within,
    staffed_areas,
)


def person_attributes_for_policy(subject: SubjectRef) -> tuple[Attribute, ...]:
    """Plain facts of the registers about a person or firm, each with source and date.

    ``people_register`` is proven; ``self`` is what the person typed at first sign-in.
    """
    if subject.kind == "person":
        return person_attributes(subject.id)
    return firm_attributes(subject.id)


def confirmed_family(person_id: UUID, *, now: datetime) -> tuple[FamilyLinkView, ...]:
    """The relatives whom both sides, or the law, have confirmed. Names are masked."""
    links = family_of(person_row(person_id), now=now)
    return tuple(link for link in links if link.state == "agreed")


def subject_name(subject: SubjectRef) -> str:
    """The name to show to somebody who may act for the subject. Not for lists of others."""
    return person_name(subject.id) if subject.kind == "person" else firm_of(subject.id).name


def subjects_named(text: str) -> tuple[SubjectRef, ...]:
    """Persons of exactly this name and firms whose name holds it, up to 200 of each.

    For narrowing a list whose rows are already the reader's to see.
    """
    return (*persons_named(text), *firms_named(text)) if text.strip() else ()


def shown_like(subjects: Sequence[SubjectRef], words: str) -> Iterator[SubjectRef]:
    """Those of a public list's subjects whose name, as such a list shows it, answers to words."""
    words = words.strip()
    if not words:
        return
    persons = [one.id for one in subjects if one.kind == "person"]
    firms = [one.id for one in subjects if one.kind == "firm"]
    yield from (SubjectRef("person", pk) for pk in persons_shown_like(persons, words))
    yield from (SubjectRef("firm", pk) for pk in firms_shown_like(firms, words))


__all__ = [
    "API_KEY_DAYS_MAX",
    "CONSENT_PURPOSES",
    "ELDER_SIZES",
    "SCOPES",
    "THEMES",
    "ActFor",
    "Attribute",
    "FamilyLinkView",
    "FirmNotFoundError",
    "FirmOffice",
    "FirmView",
    "MandateView",
    "NewApiKey",
    "NewFirm",
    "NewHousehold",
    "NewPerson",
    "NoMandateError",
    "NotPhoneError",
    "PersonInFull",
    "PersonNotFoundError",
    "PersonView",
    "PersonaView",
    "Phone",
    "Reading",
    "RecordNotFoundError",
    "RegisteredSubject",
    "Scope",
    "StaffView",
    "appoint",
    "branches_of",
    "bulk_register_firms",
    "bulk_register_households",
    "bulk_register_persons",
    "confirmed_family",
    "consenting",
    "contacts_of",
    "corrections_asked",
    "create_staff",
    "demand_scope",
    "end_office",
    "fellow_founders",
    "find_firm_by_uscc",
    "find_person_by_id_number",
    "find_staff",
    "firm_names",
    "firm_of",
    "firms_of",
    "firms_registered",
    "for_somebody",
    "give_consent",
    "give_mandate",
    "has_consent",
    "list_firms_for",
    "looks_at",
    "make_staff_key",
    "make_subject_key",
    "mandate_in_force",
    "mandates_given",
    "mark_persona",
    "may_see_firm",
    "may_see_person",
    "merge_duplicates",
    "merged_persons",
    "person_attributes_for_policy",
    "person_in_full",
    "person_key",
    "person_of",
    "personas",
    "persons_of",
    "persons_registered",
    "read_name",
    "reading_of",
    "refs_of",
    "register_firm",
    "register_guardian",
    "register_household",
    "register_person",
    "registered_firms",
    "registered_persons",
    "set_preferences",
    "set_texts",
    "shown_like",
    "staff_view",
    "staff_views",
    "staff_within",
    "staffed_areas",
    "subject_name",
    "subjects_actor_may_act_for",
    "subjects_named",
    "withdraw_consent",
    "withdraw_mandate",
    "without_phone",
]
