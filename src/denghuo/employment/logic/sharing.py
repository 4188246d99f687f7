"""What an applicant lets a firm read: named parts, each a list of lines, nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

# A firm that could not say a name or call could not invite anybody, so these two always go.
ALWAYS = ("name", "phone")
PARTS: dict[str, str] = {
    "name": _("姓名"),
    "phone": _("电话"),
    "wish": _("求职意向"),
    "resume": _("简历"),
    "words": _("想对单位说的话"),
}
# Taken from the wish and the résumé: they go when those are withdrawn.
FROM_WISH, FROM_RESUME = "wish", "resume"
WORDS_MAX = 300
_PARTS_BYTES_MAX = 20_000


class WordsTooLongError(RefusalError):
    """A word to the firm is short."""

    code = "employment.words_too_long"
    template = "最多写 {most} 个字，您写了 {count} 个。"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said: ``label`` is Chinese and translated by the page."""

    label: str
    value: str


Shared = Mapping[str, tuple[Line, ...]]


def chosen(offered: Shared, ticked: Collection[str]) -> dict[str, tuple[Line, ...]]:
    """The parts that go: those ticked of those there are, and what always goes."""
    return {
        name: lines
        for name, lines in offered.items()
        if lines and name in PARTS and (name in ALWAYS or name in ticked)
    }


def without(shared: Shared, *names: str) -> dict[str, tuple[Line, ...]]:
    """The same without some parts; what always goes stays."""
    return {name: lines for name, lines in shared.items() if name in ALWAYS or name not in names}


def read_words(text: str) -> str:
    """A word to the firm, trimmed. Raises ``WordsTooLongError``."""
    words = text.replace("\x00", "").strip()
    if len(words) > WORDS_MAX:
        raise WordsTooLongError(field="words", most=WORDS_MAX, count=len(words))
    return words


def write_shared(shared: Shared) -> str:
    """As it is sealed."""
    told = {name: [[one.label, one.value] for one in lines] for name, lines in shared.items()}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > _PARTS_BYTES_MAX:
        raise ValueError("more is shared than the parts can hold")
    return text


def read_shared(text: str | None) -> dict[str, tuple[Line, ...]]:
    """What was sealed; nothing where it has been erased."""
    if not text:
        return {}
    told = json.loads(text)
    return {
        name: tuple(Line(str(label), str(value)) for label, value in lines)
        for name, lines in told.items()
        if name in PARTS
    }
