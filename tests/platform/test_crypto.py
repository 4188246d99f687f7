"""Sealed text opens with its key, in its own field, unaltered; and not otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from denghuo.platform.crypto import (
    SealBrokenError,
    SealKeyError,
    key_id_of,
    key_problems,
    lookup_digest,
    new_key,
    open_sealed,
    seal,
    sealing_keys,
)

pytestmark = pytest.mark.no_postgres

FIELD = "people.person.id_number"
NUMBER = "159901199001010015"


@given(st.text())
def test_what_was_sealed_opens_again(text: str) -> None:
    assert open_sealed(seal(text, domain=FIELD), domain=FIELD) == text


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    assert len({seal(NUMBER, domain=FIELD) for _ in range(100)}) == 100


def test_the_text_is_not_in_the_sealed_bytes() -> None:
    assert NUMBER.encode() not in seal(NUMBER, domain=FIELD)


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(NUMBER, domain=FIELD))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(SealBrokenError) as broken:
        open_sealed(bytes(sealed), domain=FIELD)
    assert NUMBER not in str(broken.value)


@given(st.binary(max_size=80))
def test_bytes_that_were_never_sealed_are_refused(noise: bytes) -> None:
    with pytest.raises(SealBrokenError):
        open_sealed(noise, domain=FIELD)


def test_a_value_moved_to_another_field_does_not_open() -> None:
    with pytest.raises(SealBrokenError, match=r"people\.person\.phone"):
        open_sealed(seal(NUMBER, domain=FIELD), domain="people.person.phone")


def test_an_older_key_still_opens_and_the_first_one_seals(settings: Settings) -> None:
    old = settings.IDENTITY_KEY
    sealed_before = seal(NUMBER, domain=FIELD)
    settings.IDENTITY_KEY = f"{new_key()},{old}"
    assert open_sealed(sealed_before, domain=FIELD) == NUMBER
    sealed_now = seal(NUMBER, domain=FIELD)
    assert key_id_of(sealed_now) != key_id_of(sealed_before)
    settings.IDENTITY_KEY = old
    with pytest.raises(SealBrokenError, match="not at hand"):
        open_sealed(sealed_now, domain=FIELD)


def test_digests_are_equal_for_equal_text_and_field_only(settings: Settings) -> None:
    digest = lookup_digest(NUMBER, field=FIELD)
    assert len(digest) == 32
    assert digest == lookup_digest(NUMBER, field=FIELD)
    assert digest != lookup_digest(NUMBER, field="people.person.phone")
    settings.LOOKUP_KEY = new_key()
    assert digest != lookup_digest(NUMBER, field=FIELD)


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_field_and_text_cannot_be_pushed_into_one_another(
    field: str, text: str, other_field: str, other_text: str
) -> None:
    same = (field, text) == (other_field, other_text)
    equal = lookup_digest(text, field=field) == lookup_digest(other_text, field=other_field)
    assert equal is same


@pytest.mark.parametrize(
    ("identity", "lookup", "said"),
    [
        ("", None, ["DENGHUO_IDENTITY_KEY: is not set"]),
        (None, "", ["DENGHUO_LOOKUP_KEY: is not set"]),
        ("short", None, ["DENGHUO_IDENTITY_KEY: is not base64"]),
        ("c2hvcnQ=", None, ["DENGHUO_IDENTITY_KEY: holds 5 bytes"]),
        (f"{'A' * 43}=,", None, ["DENGHUO_IDENTITY_KEY: is not set"]),
        (None, "A" * 43 + "=", ["DENGHUO_LOOKUP_KEY: must differ"]),
        (None, None, []),
    ],
)
def test_what_is_wrong_with_the_keys_is_said_without_the_keys(
    settings: Settings, identity: str | None, lookup: str | None, said: list[str]
) -> None:
    if identity is not None:
        settings.IDENTITY_KEY = identity
    if lookup is not None:
        settings.LOOKUP_KEY = lookup
    problems = key_problems()
    assert [problem[: len(start)] for problem, start in zip(problems, said, strict=True)] == said
    assert not any("AAAA" in problem or "c2hv" in problem for problem in problems)


def test_without_a_key_nothing_is_sealed(settings: Settings) -> None:
    settings.IDENTITY_KEY = ""
    with pytest.raises(SealKeyError, match="denghuo keys new"):
        seal(NUMBER, domain=FIELD)


def test_the_key_is_not_in_the_text_form(settings: Settings) -> None:
    assert settings.IDENTITY_KEY not in repr(sealing_keys())
