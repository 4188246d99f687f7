"""What a person has agreed to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.people.logic.consents import PURPOSES, ConsentPurpose
from denghuo.people.models import Consent

# As many ids as either database takes in one question.
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One use of data and whether the person agrees to it now."""

    key: str
    purpose: ConsentPurpose
    given_at: datetime | None


def consents_of(person_id: UUID) -> tuple[ConsentView, ...]:
    """All uses that need a consent, with the person's answer."""
    given = dict(
        Consent.objects.filter(person_id=person_id, withdrawn_at__isnull=True).values_list(
            "purpose", "given_at"
        )
    )
    return tuple(ConsentView(key, purpose, given.get(key)) for key, purpose in PURPOSES.items())


def has_consent(person_id: UUID, purpose: str) -> bool:
    """True while the person agrees to this use."""
    return Consent.objects.filter(
        person_id=person_id, purpose=purpose, withdrawn_at__isnull=True
    ).exists()


def consenting(person_ids: Collection[UUID], purpose: str) -> set[UUID]:
    """Those of many persons who agree to this use now."""
    found: set[UUID] = set()
    ids = list(person_ids)
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        found.update(
            Consent.objects.filter(
                person_id__in=ids[start : start + _ASKED_AT_ONCE],
                purpose=purpose,
                withdrawn_at__isnull=True,
            ).values_list("person_id", flat=True)
        )
    return found
