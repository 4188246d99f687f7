"""What a screen may show of a name, a phone, an identity number or an account."""

from __future__ import annotations

MASK = "*"


def mask_middle(text: str, *, keep_start: int, keep_end: int) -> str:
    """Replace everything but the ends with ``*``; too short a text is masked whole."""
    hidden = len(text) - keep_start - keep_end
    if hidden <= 0:
        return MASK * len(text)
    return text[:keep_start] + MASK * hidden + (text[-keep_end:] if keep_end else "")


def mask_id_number(number: str) -> str:
    """``150102********1234``: the county, then the last four."""
    return mask_middle(number, keep_start=6, keep_end=4)


def mask_phone(phone: str) -> str:
    """``138****5678``."""
    return mask_middle(phone, keep_start=3, keep_end=4)


def mask_name(name: str) -> str:
    """``*小明``-style for short names: the first character hidden, the rest shown.

    Mongolian names have no surname and may be long: all but the last two characters are
    hidden, so ``乌云其木格`` reads ``***木格`` on a wall screen.
    """
    if len(name) <= 1:
        return MASK
    if len(name) <= 3:
        return MASK + name[1:]
    return mask_middle(name, keep_start=0, keep_end=2)


def reads_like(name: str, words: str) -> bool:
    """Whether a masked name answers to the words: they stand in what is shown of it, or would
    be masked to the same. ``乌云其木格`` answers to ``木格`` and to its whole self, and so does
    every other five characters that end in ``木格``; hidden characters are never compared.
    """
    shown = mask_name(name)
    return bool(words) and (words in shown.replace(MASK, "") or mask_name(words) == shown)
