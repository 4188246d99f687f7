"""What an application is the only one of: a year, a certificate, a founder's step, or a life."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from denghuo.cases.logic.forms import Answer

# The facts or answers that name one certificate: its register gives no number.
_CERTIFICATE = ("certificate_on", "certificate_level")
PAID_TO_FOUNDER = "startup_grant_paid"
"""The fact that says how much of all steps was paid, in fen."""


@dataclass(frozen=True, slots=True)
class Held:
    """A case of the same item that holds its place. ``paid``: its money has arrived."""

    period: str
    amount_fen: int
    paid: bool


def period_of(
    once_per: str,
    values: Mapping[str, Answer | None],
    *,
    on: date,
    earlier: Sequence[Held] = (),
    paid_fen: int | None = None,
) -> str:
    """The period of a case for an item that is granted ``once_per`` something.

    ``values`` are the form's fields, told or known. A word that names nothing we can tell apart
    gives the empty period: then there is one in all, which is safe and never twice. ``earlier``
    are the subject's cases of the item, oldest first; ``paid_fen`` what the register of payments
    has of them, None when it does not say.
    """
    match once_per:
        case "year":
            return f"{on.year}"
        case "certificate":
            return " ".join(str(values[name]) for name in _CERTIFICATE if values.get(name))
        case "founder":
            return _step(earlier, paid_fen)
        case _:
            return ""


def _step(earlier: Sequence[Held], paid_fen: int | None) -> str:
    """One step after another: the first that is not on its way or granted.

    The rule grants what is due less what was paid. So the next step waits until the one before
    is paid and, where the register speaks, it knows so: else one step would be granted twice.
    """
    for one in earlier:
        if not one.paid:
            return one.period
    if earlier and paid_fen is not None and paid_fen < sum(one.amount_fen for one in earlier):
        return earlier[-1].period
    taken = {one.period for one in earlier}
    return next(text for step in itertools.count(1) if (text := str(step)) not in taken)
