"""Mobile phone numbers: read what people type, keep one form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from denghuo.kernel.masking import mask_phone
from denghuo.kernel.refusal import RefusalError

_SEPARATORS = re.compile(r"[\s\-()]+")
_COUNTRY = re.compile(r"^(?:\+?86|0086)(?=1\d{10}$)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
# The 12x range is not given to anybody: numbers of the demo region live there and can
# harm no one. Outside the demo region such a number is a typing mistake.
_DEMO = re.compile(r"12\d{9}")


class NotPhoneError(RefusalError):
    """The text is not a mobile number of mainland China."""

    code = "people.not_phone"
    template = "手机号不对：一共 11 位数字，1 开头。请再看一遍。"


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """A checked number, eleven ASCII digits. ``repr`` and ``str`` show the masked form."""

    text: str

    @classmethod
    def read(cls, raw: str, *, demo: bool = False) -> Phone:
        """Normalise width, blanks, hyphens and +86, then check. Raises ``NotPhoneError``."""
        text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", raw))
        text = _COUNTRY.sub("", text)
        if not text.isascii() or not (_MOBILE.fullmatch(text) or (demo and _DEMO.fullmatch(text))):
            raise NotPhoneError(field="phone")
        return cls(text)

    @property
    def masked(self) -> str:
        """``138****5678``."""
        return mask_phone(self.text)

    def __repr__(self) -> str:
        return f"Phone({self.masked})"

    def __str__(self) -> str:
        return self.masked
