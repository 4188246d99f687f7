"""Many subjects found at once, for files that name them by their register's number.

Nothing personal goes out: a firm's code is public, a person is named by the keyed digest of the
identity number, from which nobody without the key comes back to the number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.models import Firm, Person
from denghuo.people.queries.digests import id_digest

# Well below what either engine takes as parameters of one statement.
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class RegisteredSubject:
    """Who it is, and the division that answers for them (None: nobody has written it down)."""

    ref: SubjectRef
    region: Region | None


def registered_firms(codes: Collection[str]) -> dict[str, RegisteredSubject]:
    """The registered firms among these codes (as ``Uscc.text``)."""
    found: dict[str, RegisteredSubject] = {}
    for chunk in _chunks(codes):
        rows = Firm.objects.filter(uscc__in=_as_list(chunk)).values_list("uscc", "pk", "region")
        for code, pk, region in rows:
            found[code] = RegisteredSubject(SubjectRef("firm", pk), Region.read(region))
    return found


def person_key(number: IdNumber) -> str:
    """What names a person in a table outside the register: 64 hexadecimal digits."""
    return id_digest(number).hex()


def registered_persons(keys: Collection[str]) -> dict[str, RegisteredSubject]:
    """The registered persons among these keys; a merged duplicate is nobody any more."""
    found: dict[str, RegisteredSubject] = {}
    for chunk in _chunks(keys):
        digests = [bytes.fromhex(key) for key in chunk]
        rows = Person.objects.filter(id_digest__in=digests, merged_into__isnull=True)
        for digest, pk, residence in rows.values_list("id_digest", "pk", "residence"):
            region = Region.read(residence) if residence else None
            found[bytes(digest or b"").hex()] = RegisteredSubject(SubjectRef("person", pk), region)
    return found


def _as_list(codes: list[str]) -> RawSQL:
    """The codes as one parameter: with a million of them, two thousand parameters a statement
    cost more than the search."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [codes])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(codes)])


def _chunks(keys: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
