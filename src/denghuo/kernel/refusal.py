"""Refusals: a sentence a person understands and a code a program understands.

A refusal is raised where the rule stands and carried, unchanged, to the page or the API.
"""

from __future__ import annotations

from typing import ClassVar


class RefusalError(Exception):
    """A request that a rule does not allow, or input that cannot be read.

    ``code`` is ``room.rule`` in ASCII (``people.code_expired``); ``sentence`` is the Chinese
    sentence shown to the person, with ``{name}`` places filled from ``values``. The unfilled
    ``template`` is the translation key, so a page in another language can say the same.
    ``field`` names the form field the sentence belongs to, if any. ``status`` is the HTTP
    status that fits the rule (422 for unreadable input, 409 for a clash, 429 for haste).
    """

    code: ClassVar[str] = "kernel.refused"
    template: ClassVar[str] = "这一步办不了。"
    status: ClassVar[int] = 422

    def __init__(self, *, field: str | None = None, **values: object) -> None:
        self.field = field
        self.values = values
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The filled Chinese sentence."""
        return self.template.format(**self.values)
