"""Keyed digests by which sealed values are found. One name per kind of value, not per column:
a phone in a code, a person and an offer must be comparable."""

from __future__ import annotations

from denghuo.kernel.id_number import IdNumber
from denghuo.people.logic.phone import Phone
from denghuo.platform.public import lookup_digest


def id_digest(number: IdNumber) -> bytes:
    """For the unique constraint and the search by identity number."""
    return lookup_digest(number.text, field="people.id_number")


def phone_digest(phone: Phone) -> bytes:
    """For finding who signs in with a phone."""
    return lookup_digest(phone.text, field="people.phone")
