"""Whom a record is about: a person or a firm, named by room-neutral reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from denghuo.kernel.refusal import RefusalError

SubjectKind = Literal["person", "firm"]


class NotSubjectError(RefusalError):
    """The text names neither a person nor a firm."""

    code = "kernel.not_subject"
    template = "找不到这个人或单位。"
    status = 404


@dataclass(frozen=True, order=True, slots=True)
class SubjectRef:
    """``person:<uuid>`` or ``firm:<uuid>``. The rooms above keep the record itself."""

    kind: SubjectKind
    id: UUID

    @classmethod
    def read(cls, text: str) -> SubjectRef:
        """Read the text form. Raises ``NotSubjectError``."""
        kind, _, identifier = text.partition(":")
        try:
            parsed = UUID(identifier)
        except ValueError:
            raise NotSubjectError from None
        if kind == "person":
            return cls("person", parsed)
        if kind == "firm":
            return cls("firm", parsed)
        raise NotSubjectError

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
