"""What looks like personal data in a text, so that it never reaches a log or an audit row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

MASKED = "[masked]"

# Names of fields whose value is about a person, whatever it looks like.
PERSONAL_KEYS = frozenset(
    {
        "account",
        "address",
        "birth_date",
        "body",
        "born_on",
        "card",
        "code",
        "contact",
        "email",
        "id_card",
        "id_number",
        "identity",
        "mobile",
        "name",
        "otp",
        "password",
        "person_name",
        "phone",
        "recipient",
        "secret",
        "sms",
        "title",
        "to",
        "token",
        "user",
        "username",
    }
)
_PERSONAL_ENDINGS = ("_name", "_phone", "_number", "_code", "_secret", "_password", "_address")
# Fields that end like one of those and say nothing about a person.
_HARMLESS_KEYS = frozenset(
    {"route_name", "file_name", "region_code", "status_code", "error_code", "logger_name"}
)

# 18 digits (the last may be X), the old 15 digits, a mobile number, an e-mail address; none
# of them inside a longer run of letters and digits such as a UUID or a hash.
_LEFT, _RIGHT = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_PATTERNS = re.compile(
    rf"{_LEFT}(?:\d{{17}}[\dXx]|\d{{15}}|(?:\+?86[- ]?)?1\d{{2}}[- ]?\d{{4}}[- ]?\d{{4}}){_RIGHT}"
    r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+"
)


def looks_personal(text: str) -> bool:
    """Whether an identity number, a mobile number or an e-mail address stands in the text."""
    return _PATTERNS.search(_folded(text)) is not None


def mask_text(text: str) -> str:
    """The text with everything that looks personal replaced; the rest stays as it is."""
    parts: list[str] = []
    end = 0
    for found in _PATTERNS.finditer(_folded(text)):
        parts += [text[end : found.start()], MASKED]
        end = found.end()
    return "".join([*parts, text[end:]])


def _folded(text: str) -> str:
    """The text with full-width and other digits as ASCII, character for character."""
    if text.isascii():
        return text
    return "".join(_fold(character) for character in text)


def _fold(character: str) -> str:
    if character.isascii():
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and plain.isascii() else character


def is_personal_key(key: str) -> bool:
    """Whether a field of this name holds something about a person."""
    lowered = key.lower()
    if lowered in _HARMLESS_KEYS:
        return False
    return lowered in PERSONAL_KEYS or lowered.endswith(_PERSONAL_ENDINGS)


def mask_value(value: object) -> object:
    """A copy with personal text masked and the values of personal keys dropped to a mark."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, bytes):
        return MASKED
    if isinstance(value, int) and not isinstance(value, bool):
        return MASKED if looks_personal(str(value)) else value
    if isinstance(value, Mapping):
        return {
            str(key): MASKED if is_personal_key(str(key)) else mask_value(inner)
            for key, inner in value.items()
        }
    if isinstance(value, Sequence | set | frozenset):
        return [mask_value(inner) for inner in value]
    if value is None or isinstance(value, bool | float):
        return value
    return mask_text(str(value))
