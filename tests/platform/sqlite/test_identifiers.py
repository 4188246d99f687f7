"""Identifiers on their way out of the embedded database are what the standard library reads."""

from __future__ import annotations

import pickle
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.sqlite.base import DatabaseOperations

OPERATIONS = DatabaseOperations(connection=None)  # type: ignore[arg-type]


def read(text: str | None) -> UUID | None:
    return cast("UUID | None", OPERATIONS.convert_uuidfield_value(text, None, None))


@given(st.uuids())
def test_the_short_way_is_the_long_one(known: UUID) -> None:
    found = read(known.hex)
    assert found == known
    assert hash(found) == hash(known)
    assert str(found) == str(known)
    assert pickle.loads(pickle.dumps(found)) == known  # noqa: S301  our own bytes
    assert read(str(known)) == known, "written with hyphens"
    assert read(known.hex.upper()) == known


def test_nothing_stays_nothing_and_what_is_none_is_refused() -> None:
    assert read(None) is None
    for text in ("", "12", "g" * 32):
        with pytest.raises(ValueError, match=r"UUID|int\(\)"):
            read(text)
