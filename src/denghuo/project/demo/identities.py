"""Numbers that pass every check and belong to nobody.

The county segment ``1599xx`` is assigned to no division, the ``12x`` range of mobile numbers to
nobody, no bank issues cards that begin with ``0000``, and ``.invalid`` can never be a domain
(RFC 2606). Residence permits of Hong Kong, Macao and Taiwan begin with 810000, 820000, 830000;
ours begin with 8199, 8299, 8399 and look alike only to a program that reads two digits.
"""

from __future__ import annotations

from datetime import date
from random import Random
from uuid import UUID, uuid5

from denghuo.kernel import uscc
from denghuo.kernel.id_number import IdNumber, check_character
from denghuo.kernel.uscc import Uscc, organisation_check_character
from denghuo.people.public import Phone

NAMESPACE = UUID("6f2a52a6-8a8e-5d0e-9c1b-0d5a7e5c1599")
RESIDENT_AREA = "1599"
PERMIT_AREAS = ("8199", "8299", "8399")
# Coprime to the number of values, so that counting on jumps about without ever repeating.
_PHONE_STEP, _PHONES = 387_420_489, 10**9
CODE_STEP, CODES = 15_485_863, 31**6


def demo_id(kind: str, key: str) -> UUID:
    """The identifier of a made-up record, the same in every demo region."""
    return uuid5(NAMESPACE, f"{kind}:{key}")


class IdNumbers:
    """Draws identity numbers and gives none out twice."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def draw(
        self, chance: Random, born_on: date, sex: str, *, area: str = RESIDENT_AREA
    ) -> IdNumber:
        """A number of somebody born on that day."""
        while True:
            order = chance.randrange(500) * 2 + (1 if sex == "male" else 0)
            body = f"{area}{chance.randrange(100):02d}{born_on:%Y%m%d}{order:03d}"
            if body not in self._given:
                self._given.add(body)
                return IdNumber(body + check_character(body))


def phone(index: int) -> Phone:
    """The phone of person number ``index``; nobody else has it."""
    return Phone.read(f"12{index * _PHONE_STEP % _PHONES:09d}", demo=True)


def firm_code(index: int, *, kind: str = "91") -> Uscc:
    """The code of firm number ``index``: ``91`` for companies, ``92`` for households."""
    left = index * CODE_STEP % CODES
    serial = ""
    for _ in range(6):
        left, digit = divmod(left, 31)
        serial = uscc.ALPHABET[digit] + serial
    organisation = f"MA{serial}"
    body = f"{kind}1599{index % 100:02d}{organisation}{organisation_check_character(organisation)}"
    return Uscc(body + uscc.check_character(body))


def email(name: str) -> str:
    """An address that no mail can ever reach."""
    return f"{name}@demo.invalid"


def bank_card(index: int) -> str:
    """A card number with a true last digit (ISO/IEC 7812 Luhn) that no bank can have issued."""
    body = f"0000{index:014d}"
    total = sum(
        digit if place % 2 else (digit * 2 - 9 if digit > 4 else digit * 2)
        for place, digit in enumerate(map(int, reversed(body)))
    )
    return f"{body}{-total % 10}"
