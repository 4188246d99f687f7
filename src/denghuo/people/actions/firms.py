"""Firms and the offices people hold in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc
from denghuo.people.access import FirmNotFoundError
from denghuo.people.logic.mandate import SCOPES
from denghuo.people.models import Firm, FirmRole, Mandate
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import Actor, RowWriter, record_audit

BATCH = 2_000
LEGAL_REPRESENTATIVE = "legal_representative"


class FirmExistsError(RefusalError):
    """The code is registered already."""

    code = "people.firm_exists"
    template = "这个统一社会信用代码已经登记过了，不用再登记一次。"
    status = 409


class FirmHasRepresentativeError(RefusalError):
    """A firm has one legal representative at a time."""

    code = "people.firm_has_representative"
    template = "这家单位已经登记了法定代表人。要更换，请先结束原来的登记。"
    status = 409


@dataclass(frozen=True, slots=True)
class NewFirm:
    """One row of a bulk registration. ``id`` is given by the caller, who can then name it."""

    id: UUID
    uscc: Uscc
    name: str
    kind: str
    region: Region
    size_class: str | None = None
    industry: str | None = None
    registered_on: date | None = None
    closed_on: date | None = None
    parent: UUID | None = None
    legal_representative: UUID | None = None


@transaction.atomic
def register_firm(
    *,
    uscc: Uscc,
    name: str,
    kind: str,
    region: Region,
    actor: Actor,
    now: datetime,
    size_class: str | None = None,
    industry: str | None = None,
    registered_on: date | None = None,
    parent: UUID | None = None,
    legal_representative: UUID | None = None,
) -> UUID:
    """Enter a firm; with a legal representative, who may act for it by law from that day.

    Raises ``FirmExistsError``; the unique code decides when two enter it at once.
    """
    new = NewFirm(
        id=Firm().pk,
        uscc=uscc,
        name=name.strip(),
        kind=kind,
        region=region,
        size_class=size_class,
        industry=industry,
        registered_on=registered_on,
        parent=parent,
    )
    row = _firm(new, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if Firm.objects.filter(uscc=uscc.text).exists():
            raise FirmExistsError(field="uscc") from None
        raise
    record_audit(
        actor=actor, action="people.register_firm", subject=SubjectRef("firm", row.pk), at=now
    )
    if legal_representative is not None:
        appoint(
            firm_id=row.pk,
            person_id=legal_representative,
            role=LEGAL_REPRESENTATIVE,
            from_on=registered_on or day_of(now),
            actor=actor,
            now=now,
        )
    return row.pk


@transaction.atomic
def appoint(
    *, firm_id: UUID, person_id: UUID, role: str, from_on: date, actor: Actor, now: datetime
) -> UUID:
    """Enter somebody's office in a firm; a legal representative gets the legal mandate.

    Raises ``FirmNotFoundError``, ``PersonNotFoundError``, ``FirmHasRepresentativeError``.
    """
    if not Firm.objects.filter(pk=firm_id).exists():
        raise FirmNotFoundError
    person = person_row(person_id)
    try:
        with transaction.atomic():
            office = FirmRole.objects.create(
                firm_id=firm_id, person=person, role=role, from_on=from_on, created_at=now
            )
    except IntegrityError:
        held = FirmRole.objects.filter(
            firm_id=firm_id, person=person, role=role, until_on__isnull=True
        ).first()
        if held is not None:
            return held.pk
        raise FirmHasRepresentativeError from None
    if role == LEGAL_REPRESENTATIVE:
        _legal_mandate(firm_id, person.pk, from_on, now).save(force_insert=True)
    record_audit(
        actor=actor,
        action="people.appoint",
        subject=SubjectRef("firm", firm_id),
        entity=f"people.firm_role:{office.pk}",
        detail={"role": role},
        at=now,
    )
    return office.pk


@transaction.atomic
def end_office(*, office_id: UUID, until_on: date, actor: Actor, now: datetime) -> None:
    """End an office; a legal representative's mandate ends at once with it."""
    office = (
        FirmRole.objects.select_for_update().filter(pk=office_id, until_on__isnull=True).first()
    )
    if office is None:
        raise FirmNotFoundError
    office.until_on = until_on
    office.save(update_fields=["until_on"])
    if office.role == LEGAL_REPRESENTATIVE:
        Mandate.objects.filter(
            from_firm_id=office.firm_id,
            to_person_id=office.person_id,
            how="legal",
            withdrawn_at__isnull=True,
        ).update(withdrawn_at=now)
    record_audit(
        actor=actor,
        action="people.end_office",
        subject=SubjectRef("firm", office.firm_id),
        entity=f"people.firm_role:{office.pk}",
        at=now,
    )


def bulk_register_firms(firms: Sequence[NewFirm], *, actor: Actor, now: datetime) -> int:
    """Enter many from a register, all or none per call, with their legal representatives.

    For imports and the demo region: the caller has checked that the codes are new. Parents
    must come before their branches. Returns how many.
    """
    with transaction.atomic():
        # A parent may stand in the same call, and the table checks it row by row.
        _write_firms([firm for firm in firms if firm.parent is None], now)
        _write_firms([firm for firm in firms if firm.parent is not None], now)
        held = [
            (firm.id, firm.legal_representative, firm.registered_on or day_of(now))
            for firm in firms
            if firm.legal_representative is not None
        ]
        FirmRole.objects.bulk_create(
            [
                FirmRole(
                    firm_id=firm,
                    person_id=person,
                    role=LEGAL_REPRESENTATIVE,
                    from_on=day,
                    created_at=now,
                )
                for firm, person, day in held
            ],
            batch_size=BATCH,
        )
        Mandate.objects.bulk_create(
            [_legal_mandate(firm, person, day, now) for firm, person, day in held],
            batch_size=BATCH,
        )
        record_audit(
            actor=actor,
            action="people.bulk_register_firms",
            detail={"count": len(firms), "legal_representatives": len(held)},
            at=now,
        )
    return len(firms)


_COLUMNS = (
    *("id", "uscc", "name", "kind", "size_class", "industry", "region", "registered_on"),
    *("closed_on", "parent_id"),
)


def _write_firms(firms: Sequence[NewFirm], now: datetime) -> None:
    """Register offices name firms by the hundred thousand; ``bulk_create`` took half their time."""
    RowWriter(Firm, {"created_at": now}, _COLUMNS).write(
        [firm.id for firm in firms],
        [firm.uscc.text for firm in firms],
        [firm.name for firm in firms],
        [firm.kind for firm in firms],
        [firm.size_class for firm in firms],
        [firm.industry for firm in firms],
        [firm.region.code for firm in firms],
        [firm.registered_on for firm in firms],
        [firm.closed_on for firm in firms],
        [firm.parent for firm in firms],
    )


def _firm(new: NewFirm, now: datetime) -> Firm:
    return Firm(
        id=new.id,
        uscc=new.uscc.text,
        name=new.name,
        kind=new.kind,
        size_class=new.size_class,
        industry=new.industry,
        region=new.region.code,
        registered_on=new.registered_on,
        closed_on=new.closed_on,
        parent_id=new.parent,
        created_at=now,
    )


def _legal_mandate(firm_id: UUID, person_id: UUID, from_on: date, now: datetime) -> Mandate:
    """A legal representative acts for the firm by law (civil code art. 61), without end date."""
    return Mandate(
        from_firm_id=firm_id,
        to_person_id=person_id,
        scopes=sorted(SCOPES),
        start_on=from_on,
        until_on=None,
        how="legal",
        accepted_at=now,
        created_at=now,
    )
