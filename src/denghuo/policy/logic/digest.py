"""A name for a policy file's content, the same however the file is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal


def digest_of(data: object) -> str:
    """A stable name of a file's content: the order of keys, spacing and quoting do not matter;
    the order of conditions does, because it is the order of bits in the masks."""
    canonical = json.dumps(_canonical(data), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(data: object, key: str = "") -> object:
    if isinstance(data, Mapping):
        pairs = [[name, _canonical(value, str(name))] for name, value in data.items()]
        # A let may only use earlier ones, so their order means something too.
        return (
            pairs if key in ("conditions", "let") else sorted(pairs, key=lambda pair: str(pair[0]))
        )
    if isinstance(data, list):
        return [_canonical(each) for each in data]
    if isinstance(data, Decimal | date):
        return str(data)
    return data
