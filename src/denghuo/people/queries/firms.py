"""Firms: public facts of the register, and who holds an office in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc
from denghuo.people.access import FirmNotFoundError
from denghuo.people.models import Firm, FirmRole
from denghuo.people.queries.persons import Attribute, refs_of
from denghuo.platform.public import one_of

# Whoever began a firm: as its founder, or at its head.
_FOUNDING = ("founder", "legal_representative")


@dataclass(frozen=True, slots=True)
class FirmView:
    """A firm as the public register shows it."""

    ref: SubjectRef
    uscc: Uscc
    name: str
    kind: str
    kind_text: str
    size_class: str | None
    industry: str | None
    region: Region
    registered_on: date | None
    closed_on: date | None
    parent: SubjectRef | None


@dataclass(frozen=True, slots=True)
class FirmOffice:
    """An office somebody holds in a firm."""

    firm: FirmView
    role: str
    role_text: str
    from_on: date
    until_on: date | None


def firm_of(firm_id: UUID) -> FirmView:
    """One firm. Raises ``FirmNotFoundError``."""
    row = Firm.objects.filter(pk=firm_id).first()
    if row is None:
        raise FirmNotFoundError
    return firm_view(row)


def firms_of(firm_ids: list[UUID]) -> dict[UUID, FirmView]:
    """Many firms by id; unknown ids are left out."""
    return {row.pk: firm_view(row) for row in Firm.objects.filter(pk__in=firm_ids)}


def firm_names(firm_ids: list[UUID]) -> dict[UUID, str]:
    """The registered names alone, for lists of thousands; unknown ids are left out."""
    return dict(Firm.objects.filter(pk__in=one_of(firm_ids)).values_list("pk", "name"))


def find_firm_by_uscc(uscc: Uscc) -> FirmView | None:
    """The firm with this code, if registered."""
    row = Firm.objects.filter(uscc=uscc.text).first()
    return firm_view(row) if row else None


def branches_of(firm_id: UUID) -> tuple[FirmView, ...]:
    """The branches of a firm, by code."""
    rows = Firm.objects.filter(parent_id=firm_id).order_by("uscc")
    return tuple(firm_view(row) for row in rows)


def list_firms_for(person_id: UUID, *, on: date) -> tuple[FirmOffice, ...]:
    """Offices a person holds on a day, by the firm's name."""
    rows = (
        FirmRole.objects.filter(person_id=person_id, from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
        .select_related("firm")
        .order_by("firm__name", "role")
    )
    words = dict(FirmRole.ROLE)
    return tuple(
        FirmOffice(firm_view(row.firm), row.role, words[row.role], row.from_on, row.until_on)
        for row in rows
    )


def fellow_founders(person_id: UUID, *, on: date) -> dict[str, frozenset[UUID]]:
    """Who founded or heads the firms that this person founded or heads, by the firm's name.

    Offices that have ended count: a founder who left was one. Under the record of each.
    """
    heads = FirmRole.objects.filter(role__in=_FOUNDING, from_on__lte=on)
    own = set(heads.filter(person_id__in=_records(person_id)).values_list("firm_id", flat=True))
    found: dict[str, set[UUID]] = {}
    others = heads.filter(firm_id__in=own).exclude(person_id__in=_records(person_id))
    for name, other in others.order_by("firm__name").values_list("firm__name", "person_id"):
        found.setdefault(name, set()).update(_records(other))
    return {name: frozenset(people) for name, people in found.items()}


def _records(person_id: UUID) -> list[UUID]:
    return [ref.id for ref in refs_of(SubjectRef("person", person_id))]


def firm_attributes(firm_id: UUID) -> tuple[Attribute, ...]:
    """Plain facts with their source, for the policy engine; nothing is guessed."""
    row = Firm.objects.filter(pk=firm_id).first()
    if row is None:
        raise FirmNotFoundError
    values: dict[str, str | date | None] = {
        "kind": row.kind,
        "size_class": row.size_class,
        "industry": row.industry,
        "region": row.region,
        "registered_on": row.registered_on,
        "closed_on": row.closed_on,
    }
    return tuple(
        Attribute(name, value, "firm_register", row.created_at)
        for name, value in values.items()
        if value is not None
    )


def firm_view(row: Firm) -> FirmView:
    """The frozen view of a row."""
    return FirmView(
        ref=SubjectRef("firm", row.pk),
        uscc=Uscc(row.uscc),
        name=row.name,
        kind=row.kind,
        kind_text=dict(Firm.KIND)[row.kind],
        size_class=row.size_class,
        industry=row.industry,
        region=Region.read(row.region),
        registered_on=row.registered_on,
        closed_on=row.closed_on,
        parent=SubjectRef("firm", row.parent_id) if row.parent_id else None,
    )


def firms_named(part: str, *, limit: int = 200) -> tuple[SubjectRef, ...]:
    """Firms whose name holds the text."""
    rows = Firm.objects.filter(name__contains=part.strip()).order_by("pk")
    return tuple(SubjectRef("firm", pk) for pk in rows.values_list("pk", flat=True)[:limit])
