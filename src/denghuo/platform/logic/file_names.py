"""The name a person gave a file, made safe to show and to save again."""

from __future__ import annotations

import unicodedata

NAME_LENGTH_MAX = 80
_FORBIDDEN = frozenset('<>:"|?*\\/')
_FALLBACK = "文件"


def clean_file_name(raw: str) -> str:
    """The last part of any path in it, without what could mislead or be misread.

    Control and direction marks go (``U+202E`` makes ``gpj.exe`` read ``exe.jpg``), and so do
    the characters that some system reads as more than a name. The ending stays when the
    middle must be shortened.
    """
    last = unicodedata.normalize("NFC", raw).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        char
        for char in last
        if char not in _FORBIDDEN and unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}
    )
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    ending = ending[:10]
    room = NAME_LENGTH_MAX - len(ending) - len(dot)
    return (stem[:room].rstrip(". ") or _FALLBACK) + dot + ending


def file_ending(name: str) -> str:
    """``pdf`` for ``证明.PDF``; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
