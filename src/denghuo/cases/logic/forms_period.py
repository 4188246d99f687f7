"""What an application is the only one of: a year, a certificate, or a life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from denghuo.cases.logic.forms import Answer

# The facts or answers that name one certificate: its register gives no number.
_CERTIFICATE = ("certificate_on", "certificate_level")


def period_of(once_per: str, values: Mapping[str, Answer | None], *, on: date) -> str:
    """The period of a case for an item that is granted ``once_per`` something.

    ``values`` are the form's fields, told or known. A word that names nothing we can tell apart
    gives the empty period: then there is one in all, which is safe and never twice.
    """
    match once_per:
        case "year":
            return f"{on.year}"
        case "certificate":
            return " ".join(str(values[name]) for name in _CERTIFICATE if values.get(name))
        case _:
            return ""
