"""Names of people: two Han characters or fourteen for a Mongolian name, with or without "·"."""

from __future__ import annotations

import re
import unicodedata

from denghuo.kernel.refusal import RefusalError

LENGTH_MAX = 50
# Many code points are typed for the dot in 乌云·其木格; one is kept.
_DOTS = str.maketrans(dict.fromkeys("\u2022\u30fb\u2027\u22c5\u2219\uff65", "·"))
_FULL_STOP_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])\.(?=[\u3400-\u9fff])")
_NARROW, _ASIDE = "\u202f", "\ue000"
_BLANKS = re.compile(r"\s+")
_KEPT_MARKS = "·.-' \u180b\u180c\u180d\u180e\u180f\u202f\u200d"
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff·]) (?=[\u3400-\u9fff·])")


class NotNameError(RefusalError):
    """The text cannot be a person's name."""

    code = "people.not_name"
    template = "姓名不对：{why}。请照证件上的写。"


def read_name(raw: str) -> str:
    """One form of a name: NFKC, one kind of dot, no blanks between Han characters.

    Raises ``NotNameError``. Traditional Mongolian keeps its variation selectors and the
    narrow no-break space before suffixes: they change how the name is written.
    """
    # NFKC would turn the narrow no-break space into a blank; it steps aside meanwhile.
    text = unicodedata.normalize("NFKC", raw.replace(_NARROW, _ASIDE)).replace(_ASIDE, _NARROW)
    text = _FULL_STOP_BETWEEN_HAN.sub("·", text.translate(_DOTS))
    text = " ".join(part for part in re.split(r"[ \t\r\n\u3000]+", text) if part)
    text = _BETWEEN_HAN.sub("", text).strip("·")
    if not text:
        raise NotNameError(field="name", why="没有填写")
    if len(text) > LENGTH_MAX:
        raise NotNameError(field="name", why=f"超过 {LENGTH_MAX} 个字")
    for char in text:
        if not (unicodedata.category(char)[0] in "LM" or char in _KEPT_MARKS):
            raise NotNameError(field="name", why=f"不应有“{char}”")
    return text


def same_name(one: str, other: str) -> bool:
    """True if two names differ at most in case, dots and blanks."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return _BLANKS.sub("", name).replace("·", "").casefold()
