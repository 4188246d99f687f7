"""Reads: the texts this installation matches by."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from denghuo.matching.logic.refusals import UnknownWordError
from denghuo.matching.logic.text import MatchingText, load_text

LIBRARY = Path(__file__).resolve().parent / "library"


@cache
def matching_texts() -> dict[str, MatchingText]:
    """All texts by id, checked. Raises ``TextError`` for a file that does not read."""
    files = sorted(LIBRARY.glob("*.yaml"))
    found = [load_text(file.read_text(encoding="utf-8")) for file in files]
    return {text.id: text for text in found}


def matching_text(name: str) -> MatchingText:
    """One text. Raises ``UnknownWordError``."""
    text = matching_texts().get(name)
    if text is None:
        raise UnknownWordError(word=name, listed="匹配规则")
    return text
