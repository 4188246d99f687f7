"""Sealing of personal text, and keyed digests to look it up by.

Two keys, both from the environment and nowhere else. ``IDENTITY_KEY`` seals (AES-256-GCM); it
may hold several keys parted by commas: the first seals, the others still open what they
sealed, until ``denghuo keys rotate`` has sealed everything anew. ``LOOKUP_KEY`` makes digests
(HMAC-SHA256): equal text gives an equal digest, so a sealed number can be unique and be found,
and nobody without the key can try all numbers against a stolen database.

A sealed value is one version byte, four bytes that name the key, twelve random bytes, then
ciphertext and tag. The field's name is bound in as associated data: a value copied into
another column does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"
_HEADER_BYTES = len(VERSION) + KEY_ID_BYTES


class SealKeyError(Exception):
    """A key is missing or is not 32 bytes in base64. Never shown to a reader of pages."""


class SealBrokenError(Exception):
    """A sealed value does not open: altered, moved to another field, or its key is gone."""


@dataclass(frozen=True, slots=True, repr=False)
class SealingKey:
    """One key and the four bytes that name it; its text form shows the name alone."""

    key_id: bytes
    cipher: AESGCM

    def __repr__(self) -> str:
        return f"SealingKey({self.key_id.hex()})"


def new_key() -> str:
    """A fresh key in the form the environment takes it: 32 random bytes in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def seal(text: str, *, domain: str) -> bytes:
    """Seal ``text`` under the current key, bound to ``domain`` (``people.person.phone``)."""
    key = sealing_keys()[0]
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.cipher.encrypt(nonce, text.encode(), domain.encode())
    return VERSION + key.key_id + nonce + sealed


def open_sealed(sealed: bytes, *, domain: str) -> str:
    """The text again. Raises ``SealBrokenError``, which never carries any of the value."""
    if len(sealed) < _HEADER_BYTES + NONCE_BYTES + TAG_BYTES or not sealed.startswith(VERSION):
        raise SealBrokenError(f"{domain}: not a sealed value")
    named = key_id_of(sealed)
    for key in sealing_keys():
        if key.key_id == named:
            break
    else:
        raise SealBrokenError(f"{domain}: sealed under key {named.hex()}, which is not at hand")
    nonce = sealed[_HEADER_BYTES : _HEADER_BYTES + NONCE_BYTES]
    try:
        opened = key.cipher.decrypt(nonce, sealed[_HEADER_BYTES + NONCE_BYTES :], domain.encode())
    except InvalidTag:
        raise SealBrokenError(f"{domain}: altered, or moved from another field") from None
    return opened.decode()


def key_id_of(sealed: bytes) -> bytes:
    """The four bytes that name the key a value was sealed under."""
    return sealed[len(VERSION) : _HEADER_BYTES]


def lookup_digest(text: str, *, field: str) -> bytes:
    """32 bytes: equal for equal ``text`` and ``field``, and unguessable without the key.

    ``field`` is a constant name such as ``people.person.id_number``: without it, the digests
    of two columns could be laid side by side and matched. Normalise ``text`` first
    (``IdNumber.read``), for every spelling has a digest of its own.
    """
    name = field.encode()
    message = len(name).to_bytes(2, "big") + name + text.encode()
    return hmac.digest(_lookup_key(settings.LOOKUP_KEY), message, "sha256")


def sealing_keys() -> tuple[SealingKey, ...]:
    """The current key first, then older ones that still open. Raises ``SealKeyError``."""
    return _sealing_keys(settings.IDENTITY_KEY)


def key_problems() -> list[str]:
    """What is wrong with the two settings, in words that name the variable, never the key."""
    problems: list[str] = []
    for variable, text in (
        ("DENGHUO_IDENTITY_KEY", settings.IDENTITY_KEY),
        ("DENGHUO_LOOKUP_KEY", settings.LOOKUP_KEY),
    ):
        try:
            for part in text.split(",") if variable.endswith("IDENTITY_KEY") else (text,):
                _decoded(part)
        except SealKeyError as problem:
            problems.append(f"{variable}: {problem}")
    if not problems and settings.LOOKUP_KEY in settings.IDENTITY_KEY.split(","):
        problems.append("DENGHUO_LOOKUP_KEY: must differ from DENGHUO_IDENTITY_KEY")
    return problems


# Both caches are keyed by the setting itself, so a test that changes a key is not fooled.
@lru_cache(maxsize=8)
def _sealing_keys(setting: str) -> tuple[SealingKey, ...]:
    keys = [_decoded(part) for part in setting.split(",")]
    return tuple(
        SealingKey(hashlib.sha256(b"denghuo key name" + key).digest()[:KEY_ID_BYTES], AESGCM(key))
        for key in keys
    )


@lru_cache(maxsize=8)
def _lookup_key(setting: str) -> bytes:
    return _decoded(setting)


def _decoded(text: str) -> bytes:
    if not text.strip():
        raise SealKeyError("is not set; make one with: denghuo keys new")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SealKeyError("is not base64; make one with: denghuo keys new") from None
    if len(key) != KEY_BYTES:
        raise SealKeyError(f"holds {len(key)} bytes instead of {KEY_BYTES}")
    return key
