"""Words in the three languages of the region; Chinese is always there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Language = Literal["zh", "en", "mn"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence or label. ``in_language`` falls back to Chinese, never to nothing."""

    zh: str
    en: str = ""
    mn: str = ""

    def in_language(self, language: str) -> str:
        """The words in ``zh``, ``en`` or ``mn``."""
        chosen = {"en": self.en, "mn": self.mn}.get(language.partition("-")[0], self.zh)
        return chosen or self.zh

    def __str__(self) -> str:
        return self.zh


class Shape(BaseModel):
    """The base of every file shape: nothing unknown, nothing converted, nothing changed later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WordsShape(Shape):
    """``{zh: ..., en: ..., mn: ...}`` in a file; a bare text is the Chinese."""

    zh: str = Field(min_length=1, max_length=2_000)
    en: str = Field(default="", max_length=2_000)
    mn: str = Field(default="", max_length=2_000)

    @property
    def words(self) -> Words:
        """The frozen value."""
        return Words(self.zh, self.en, self.mn)


def _bare_text(value: object) -> object:
    return {"zh": value} if isinstance(value, str) else value


AnyWords = Annotated[WordsShape, BeforeValidator(_bare_text)]
