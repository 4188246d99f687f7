"""Keys of programs: made, used, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import FirmNotFoundError, RecordNotFoundError, is_self
from denghuo.people.logic.api_key import DAYS_MAX, PREFIX, shown_start
from denghuo.people.logic.mandate import SCOPES
from denghuo.people.models import ApiKey, Firm, Staff
from denghuo.people.queries.api_keys import (
    WrongKeyError,
    actor_of_key,
    key_digest,
    subject_of_key,
)
from denghuo.people.queries.mandates import acts_by_law
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import Actor, record_audit, send_message, spend

WRONG_PER_MINUTE = 20


class ApiKeyLabelError(RefusalError):
    """A key says what program it is for."""

    code = "people.api_key_label"
    template = "请用 1 到 60 个字写明这把密钥给哪个程序用。"


class ApiKeyLabelTakenError(RefusalError):
    """One owner has two standing keys of one name: one would be forgotten."""

    code = "people.api_key_label_taken"
    template = "已经有一把叫“{label}”的密钥在用。它只显示一次；丢了请先停用，再发一把新的。"
    status = 409


class ApiKeyDaysError(RefusalError):
    """A key without an end is one nobody remembers."""

    code = "people.api_key_days"
    template = "密钥的有效期要在 1 到 {most} 天之间。"


class ApiKeyScopesError(RefusalError):
    """A subject's key says what it may be used for; a member of staff's goes by their roles."""

    code = "people.api_key_scopes"
    template = "请写明这把密钥能办什么：{known}。"


@dataclass(frozen=True, slots=True, repr=False)
class NewApiKey:
    """A key just made: the only time ``key`` can be read. ``repr`` shows the number alone."""

    id: UUID
    key: str

    def __repr__(self) -> str:
        return f"NewApiKey({self.id})"


def make_staff_key(
    *, staff_id: UUID, label: str, days: int, actor: Actor, now: datetime
) -> NewApiKey:
    """A key with a member of staff's own roles and area. Raises what ``make_subject_key`` does."""
    if not _own_staff_key(actor, staff_id):
        raise RecordNotFoundError
    owner = Staff.objects.filter(pk=staff_id, active=True).first()
    if owner is None:
        raise RecordNotFoundError
    return _make(ApiKey(staff=owner), label=label, days=days, actor=actor, now=now)


def make_subject_key(
    *,
    subject: SubjectRef,
    scopes: Iterable[str],
    label: str,
    days: int,
    actor: Actor,
    now: datetime,
) -> NewApiKey:
    """A key of a person or firm, for the scopes of a mandate. The person hears of it.

    Made by the person, or by whoever the law lets speak for the firm; nobody else's mandate
    reaches so far, since a key outlives it.
    Race: the same order sent twice at once makes one key; the second is told that it stands.
    Raises ``ApiKeyLabelTakenError``, ``ApiKeyLabelError``, ``ApiKeyDaysError``,
    ``ApiKeyScopesError``, ``PersonNotFoundError``, ``FirmNotFoundError``, ``RecordNotFoundError``.
    """
    if not _own_subject_key(actor, subject):
        raise RecordNotFoundError
    wanted = set(scopes)
    if not wanted or not wanted <= set(SCOPES):
        raise ApiKeyScopesError(field="scopes", known="、".join(SCOPES))
    if subject.kind == "person":
        row = ApiKey(person=person_row(subject.id))
    else:
        firm = Firm.objects.filter(pk=subject.id).first()
        if firm is None:
            raise FirmNotFoundError
        row = ApiKey(firm=firm)
    row.scopes = sorted(wanted)
    return _make(row, label=label, days=days, actor=actor, now=now, subject=subject)


@transaction.atomic
def revoke_api_key(*, key_id: UUID, actor: Actor, now: datetime) -> None:
    """End a key at once; ended twice it stays as it was. Raises ``RecordNotFoundError``, also
    for a key that is somebody else's."""
    row = ApiKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    if row is None or not _is_own(row, actor):
        raise RecordNotFoundError
    if row.revoked_at is None:
        _revoke(row, actor, now)


def sign_in_program(*, key: str, address: str, now: datetime) -> Actor:
    """The actor behind a key, and its day of use. Raises ``WrongKeyError``.

    Wrong keys are counted by address; beyond ``WRONG_PER_MINUTE`` the address waits.
    """
    try:
        actor = actor_of_key(key, now=now)
    except WrongKeyError:
        spend(
            f"people.wrong_key:{address}",
            limit=WRONG_PER_MINUTE,
            per=timedelta(minutes=1),
            now=now,
        )
        raise
    if actor.key_id is not None:
        _mark_used(actor.key_id, day_of(now))
    return actor


def _mark_used(key_id: UUID, today: date) -> None:
    """One write a day and key, however many requests."""
    earlier = Q(last_used_on__isnull=True) | Q(last_used_on__lt=today)
    sleeping = ApiKey.objects.filter(earlier, pk=key_id)
    if sleeping.exists():  # reading first: an UPDATE stands in the writers' queue, hit or miss
        sleeping.update(last_used_on=today)


def _make(
    row: ApiKey,
    *,
    label: str,
    days: int,
    actor: Actor,
    now: datetime,
    subject: SubjectRef | None = None,
) -> NewApiKey:
    row.label = label.strip()
    if not row.label or len(row.label) > 60:
        raise ApiKeyLabelError(field="label")
    if not 1 <= days <= DAYS_MAX:
        raise ApiKeyDaysError(field="days", most=DAYS_MAX)
    key = PREFIX + secrets.token_urlsafe(32)
    row.start, row.digest = shown_start(key), key_digest(key)
    row.created_at, row.expires_at = now, now + timedelta(days=days)
    with transaction.atomic():
        # An expired key of this name ends for good, so that its name is free.
        expired = ApiKey.objects.filter(
            label=row.label,
            staff=row.staff,
            person=row.person,
            firm=row.firm,
            revoked_at__isnull=True,
            expires_at__lte=now,
        )
        for old in expired.select_for_update(of=("self",)):
            _revoke(old, actor, now)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise ApiKeyLabelTakenError(field="label", label=row.label) from None
        record_audit(
            actor=actor,
            action="people.make_api_key",
            subject=subject,
            entity=f"people.ApiKey:{row.pk}",
            detail={"scopes": list(row.scopes), "staff": str(row.staff_id or "")},
            at=now,
        )
        _tell_owner(row, subject, actor=actor, now=now)
    return NewApiKey(row.pk, key)


def _tell_owner(row: ApiKey, subject: SubjectRef | None, *, actor: Actor, now: datetime) -> None:
    """Who left a phone lying about learns that somebody made a key with it."""
    to = subject if subject is not None and subject.kind == "person" else actor.person
    if subject is None or to is None:
        return
    send_message(
        to=to,
        kind="people.api_key_made",
        title="新发了一把程序用的密钥",
        body=f"名字是“{row.label}”。如果不是您发的，请马上停用它，再打 12345 告诉我们。",
        key=f"people.api_key_made:{row.pk}",
        link="/me/keys/",
        actor=actor,
        now=now,
    )


def _own_staff_key(actor: Actor, staff_id: UUID) -> bool:
    """A program does not make keys with a key: what it was given would never end."""
    if actor.kind == "system":
        return True
    return actor.kind == "staff" and actor.staff_id == staff_id and actor.key_id is None


def _own_subject_key(actor: Actor, subject: SubjectRef) -> bool:
    if actor.kind == "system":
        return True
    if subject.kind == "person":
        return is_self(actor, subject.id)
    return actor.kind == "resident" and actor.acting_for == subject and acts_by_law(actor)


def _is_own(row: ApiKey, actor: Actor) -> bool:
    if row.staff_id is not None:
        return _own_staff_key(actor, row.staff_id)
    return _own_subject_key(actor, subject_of_key(row))


def _revoke(row: ApiKey, actor: Actor, now: datetime) -> None:
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    record_audit(
        actor=actor,
        action="people.revoke_api_key",
        entity=f"people.ApiKey:{row.pk}",
        at=now,
    )
