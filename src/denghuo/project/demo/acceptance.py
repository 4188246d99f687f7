"""What must hold of every made-up record before it is written, and of the region afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.management import call_command

from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import NewFirm, NewPerson, NotPhoneError, Phone, read_name
from denghuo.project.demo.identities import PERMIT_AREAS, RESIDENT_AREA


class CouldBeSomebodyError(AssertionError):
    """A made-up number that a living person or a real firm might have: nothing is written."""


def check_people(people: Iterable[NewPerson]) -> None:
    """Numbers are valid and lie where nobody's lie; phones are refused outside the demo."""
    for person in people:
        number = person.id_number
        if IdNumber.read(number.text) != number or not number.text.startswith(
            (RESIDENT_AREA, *PERMIT_AREAS)
        ):
            raise CouldBeSomebodyError(f"identity number of {person.id}")
        if read_name(person.name) != person.name:
            raise CouldBeSomebodyError(f"name of {person.id}")
        if person.phone is not None and _is_allocatable(person.phone):
            raise CouldBeSomebodyError(f"phone of {person.id}")


def check_firms(firms: Iterable[NewFirm]) -> None:
    """Codes are valid, their district does not exist, and the name says what it is."""
    for firm in firms:
        if Uscc.read(firm.uscc.text) != firm.uscc or firm.uscc.text[2:6] != RESIDENT_AREA:
            raise CouldBeSomebodyError(f"code of {firm.id}")
        if "演示" not in firm.name:
            raise CouldBeSomebodyError(f"name of {firm.id}")


def check_chain() -> None:
    """The audit chain is whole from the first row to the last. Raises ``CommandError``."""
    call_command("audit", "verify")


def _is_allocatable(phone: Phone) -> bool:
    try:
        Phone.read(phone.text)
    except NotPhoneError:
        return False
    return True
