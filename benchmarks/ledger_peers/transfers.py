"""What every engine is given to book: transfers between the same accounts, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

INSTITUTIONS = 50
FUND = "fund:unemployment:150100"
CODES = [FUND, *(f"payable:{number:03}" for number in range(INSTITUTIONS))]
GIVEN_FEN = 10**14  # what stands in the fund before the first transfer
ON = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)
BATCH = 1000
CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A sum from the fund to an institution, numbered."""

    number: int
    institution: str
    fen: int

    @property
    def key(self) -> str:
        return f"pay-{self.number}"

    @property
    def about(self) -> str:
        return f"cases.Case:{self.number:032x}"


def transfers(seed: int) -> Iterator[Transfer]:
    """Without end."""
    pick = random.Random(seed)
    number = 0
    while True:
        number += 1
        yield Transfer(number, pick.choice(CODES[1:]), pick.randint(1, 1_000_000))
