"""Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, two check digits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from denghuo.kernel.refusal import RefusalError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class NotUsccError(RefusalError):
    """The text is not a valid unified social credit code."""

    code = "kernel.not_uscc"
    template = "统一社会信用代码有误：{why}。请对照营业执照再看一遍。"


def organisation_check_character(eight: str) -> str:
    """The ninth character of the organisation code inside a USCC (GB 11714, mod 11)."""
    total = sum(
        weight * ORGANISATION_ALPHABET.index(char)
        for weight, char in zip(ORGANISATION_WEIGHTS, eight, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def check_character(seventeen: str) -> str:
    """The eighteenth character (GB 32100, mod 31)."""
    total = sum(
        weight * ALPHABET.index(char) for weight, char in zip(WEIGHTS, seventeen, strict=True)
    )
    return ALPHABET[-total % 31]


@dataclass(frozen=True, slots=True)
class Uscc:
    """A checked code, NFKC-normalised and upper-cased: the only form that is stored."""

    text: str

    @classmethod
    def read(cls, raw: str) -> Uscc:
        """Normalise and check. Raises ``NotUsccError`` saying which part is wrong."""
        text = unicodedata.normalize("NFKC", raw).strip().upper()
        if len(text) != LENGTH:
            raise NotUsccError(why=f"应为 18 位，现在是 {len(text)} 位")
        wrong = [char for char in text if char not in ALPHABET]
        if wrong:
            raise NotUsccError(why=f"不应有“{wrong[0]}”这个字符")
        if not text[2:8].isdigit():
            raise NotUsccError(why="第 3 到 8 位应为数字")
        if organisation_check_character(text[8:16]) != text[16]:
            raise NotUsccError(why="第 9 到 17 位（主体标识码）校验不符，可能有一位抄错")
        if check_character(text[:17]) != text[17]:
            raise NotUsccError(why="最后一位校验不符，可能有一位抄错")
        return cls(text)

    def __str__(self) -> str:
        return self.text
