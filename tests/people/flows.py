"""Roads that several tests of this room walk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from denghuo.kernel.id_number import IdNumber
from denghuo.people.actions.persons import (
    tell_who,
)
from denghuo.people.actions.phone_codes import code_of, send_code, use_code
from denghuo.people.logic.phone import Phone
from tests.factories.people import NOW


def prove(phone: Phone, *, now: datetime = NOW) -> UUID:
    """A phone proven by its code; the code's id."""
    code_id = send_code(phone=phone, purpose="sign_in", address="192.0.2.1", now=now)
    use_code(code_id=code_id, typed=code_of(code_id), purpose="sign_in", now=now)
    return code_id


def claimed(name: str, number: IdNumber, phone: Phone, *, now: datetime = NOW) -> UUID:
    """Somebody who signed in for the first time and said who they are."""
    return tell_who(code_id=prove(phone, now=now), name=name, id_number=number, now=now)
