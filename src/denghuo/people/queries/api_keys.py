"""Keys of programs: whose they are, how they stand, and the actor behind one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import PersonNotFoundError
from denghuo.people.logic.api_key import is_key_form
from denghuo.people.logic.mandate import SCOPES
from denghuo.people.models import ApiKey
from denghuo.people.queries.persons import person_row, refs_of
from denghuo.platform.public import Actor, lookup_digest

KeyState = Literal["in_force", "expired", "revoked"]
KEYS_SHOWN_MAX = 100


class WrongKeyError(RefusalError):
    """No such key, or it has ended: one sentence for all, so that nothing is told."""

    code = "people.wrong_key"
    template = "密钥不对，或者已经过期、停用。请找发给您密钥的人换一把。"
    status = 401


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """One key without the key."""

    id: UUID
    label: str
    start: str
    owner: str
    owner_name: str
    scopes: tuple[str, ...]
    state: KeyState
    expires_at: datetime
    last_used_on: date | None

    @property
    def scope_words(self) -> tuple[str, ...]:
        """What it may be used for, in words; none for a member of staff's, who go by roles."""
        return tuple(words for scope, words in SCOPES.items() if scope in self.scopes)


def key_digest(key: str) -> bytes:
    """What is kept of a key."""
    return lookup_digest(key, field="people.api_key")


def api_keys(*, now: datetime) -> tuple[ApiKeyView, ...]:
    """Every key, oldest first."""
    rows = ApiKey.objects.select_related("staff", "person", "firm")
    return tuple(_view(row, now) for row in rows)


def keys_of_staff(staff_id: UUID, *, now: datetime) -> tuple[ApiKeyView, ...]:
    """A member of staff's own keys: those in use first, then the newest."""
    rows = ApiKey.objects.filter(staff_id=staff_id).select_related("staff", "person", "firm")
    return _in_order(rows, now)


def keys_of(subject: SubjectRef, *, now: datetime) -> tuple[ApiKeyView, ...]:
    """A person's or firm's keys, those of merged duplicates too: those in use first."""
    ids = [ref.id for ref in refs_of(subject)]
    mine = Q(person_id__in=ids) if subject.kind == "person" else Q(firm_id__in=ids)
    return _in_order(ApiKey.objects.filter(mine).select_related("staff", "person", "firm"), now)


def actor_of_key(key: str, *, now: datetime) -> Actor:
    """Who asks with this key, as of now. Raises ``WrongKeyError``.

    Roles, area and the account itself are read anew: what is taken from a member of staff is
    taken from their programs at the next request.
    """
    row = _standing(key, now)
    if row.staff is not None:
        if not row.staff.active:
            raise WrongKeyError
        return Actor(
            kind="staff",
            staff_id=row.staff.pk,
            name=row.staff.name,
            roles=frozenset(row.staff.roles),
            area=Region.read(row.staff.area),
            key_id=row.pk,
            demo=settings.DEMO,
        )
    return Actor(
        kind="program",
        name=row.label,
        acting_for=_subject_signed_in(row),
        key_id=row.pk,
        scopes=frozenset(row.scopes),
        demo=settings.DEMO,
    )


def _standing(key: str, now: datetime) -> ApiKey:
    if not is_key_form(key):
        raise WrongKeyError
    row = (
        ApiKey.objects.select_related("staff")
        .filter(digest=key_digest(key), revoked_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if row is None:
        raise WrongKeyError
    return row


def subject_of_key(row: ApiKey) -> SubjectRef:
    """The person (merges followed) or firm of a subject's key. Raises ``PersonNotFoundError``."""
    if row.firm_id is not None:
        return SubjectRef("firm", row.firm_id)
    if row.person_id is None:
        raise AssertionError("the table's check lets no key be nobody's")
    return SubjectRef("person", person_row(row.person_id).pk)


def _subject_signed_in(row: ApiKey) -> SubjectRef:
    try:
        return subject_of_key(row)
    except PersonNotFoundError:
        raise WrongKeyError from None


def _in_order(rows: QuerySet[ApiKey], now: datetime) -> tuple[ApiKeyView, ...]:
    newest = rows.order_by("-created_at")[:KEYS_SHOWN_MAX]
    views = [_view(row, now) for row in newest]
    return tuple(sorted(views, key=lambda view: view.state != "in_force"))


def _view(row: ApiKey, now: datetime) -> ApiKeyView:
    if row.staff is not None:
        owner, name = f"staff:{row.staff.pk}", f"{row.staff.office} {row.staff.login}"
    elif row.firm is not None:
        owner, name = f"firm:{row.firm.pk}", row.firm.name
    else:
        # A person's name belongs in no list; who needs it opens their file with a purpose.
        owner, name = f"person:{row.person_id}", ""
    state: KeyState = "in_force"
    if row.revoked_at is not None:
        state = "revoked"
    elif row.expires_at <= now:
        state = "expired"
    return ApiKeyView(
        id=row.pk,
        label=row.label,
        start=row.start,
        owner=owner,
        owner_name=name,
        scopes=tuple(row.scopes),
        state=state,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
    )
