"""The form of a key: ``dh_`` and 43 characters (256 bits), so that scanners of code know one."""

from __future__ import annotations

import re

from denghuo.people.logic.mandate import SCOPES, Scope

PREFIX = "dh_"
SHOWN_LENGTH = 8
DAYS_MAX = 400
# What may be asked for on a page. Whose account money goes to is never a program's to say.
KEY_SCOPES: dict[Scope, str] = {key: words for key, words in SCOPES.items() if key != "money"}
_FORM = re.compile(r"dh_[A-Za-z0-9_-]{43}")


def is_key_form(text: str) -> bool:
    """Whether the text could be a key at all; anything else need not be looked up."""
    return _FORM.fullmatch(text) is not None


def shown_start(key: str) -> str:
    """The first characters, by which an owner recognises a key and nobody can use it."""
    return key[:SHOWN_LENGTH]
