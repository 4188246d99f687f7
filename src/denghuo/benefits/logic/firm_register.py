"""What a firm's code says of its kind."""

from __future__ import annotations

# GB 32100-2015, table 1: the first sign is the registering authority, the second the kind.
_KINDS = {
    "91": "company",
    "92": "household",
    "93": "cooperative",
    "12": "institution",
    "51": "society",
    "52": "society",
    "53": "society",
}


def firm_kind_of(uscc: str) -> str | None:
    """The kind as the register words it; None for kinds that are not entered from files."""
    return _KINDS.get(uscc[:2])
