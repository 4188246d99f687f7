"""Two versions of a form side by side, and a draft carried from the older to the newer.

An answer is kept where the question still means the same: same kind, same Chinese words, same
bounds and choices. A better hint or a translation changes nothing; a reworded question may mean
something else, so it is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from denghuo.cases.logic.forms import Answer, Answers, Field, FormVersion

What = Literal["kind", "words", "choices", "bounds", "required", "shown", "fact"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is in both versions, and in what it differs."""

    name: str
    what: tuple[What, ...]

    @property
    def asks_again(self) -> bool:
        """Whether an old answer may no longer answer the question."""
        return bool(set(self.what) & {"kind", "words", "choices", "bounds"})


@dataclass(frozen=True, slots=True)
class FormDifference:
    """What a newer version adds, drops and changes; names in the order of their form."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[FieldChange, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing that a person filling it in would notice."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Rebased:
    """A draft's answers under the newer version.

    ``asked_again`` are answered fields whose question changed; ``dropped`` are answers to
    questions that are gone.
    """

    answers: dict[str, Answer]
    asked_again: tuple[str, ...]
    dropped: tuple[str, ...]


def difference(old: FormVersion, new: FormVersion) -> FormDifference:
    """What changed from ``old`` to ``new``."""
    changes = [
        FieldChange(one.name, what)
        for one in new.fields
        if one.name in old and (what := _what_changed(old[one.name], one))
    ]
    return FormDifference(
        added=tuple(one.name for one in new.fields if one.name not in old),
        removed=tuple(one.name for one in old.fields if one.name not in new),
        changed=tuple(changes),
    )


def rebase(answers: Answers, old: FormVersion, new: FormVersion) -> Rebased:
    """Keep the answers whose question is the same, name those to be asked again."""
    stale = {one.name for one in difference(old, new).changed if one.asks_again}
    return Rebased(
        answers={
            name: value for name, value in answers.items() if name in new and name not in stale
        },
        asked_again=tuple(
            one.name for one in new.fields if one.name in answers and one.name in stale
        ),
        dropped=tuple(name for name in answers if name not in new),
    )


def _what_changed(old: Field, new: Field) -> tuple[What, ...]:
    parts: dict[What, bool] = {
        "kind": old.kind != new.kind,
        "words": old.label.zh != new.label.zh,
        "choices": {each.code: each.label.zh for each in old.choices}
        != {each.code: each.label.zh for each in new.choices},
        "bounds": _bounds(old) != _bounds(new),
        "required": old.required != new.required,
        "shown": old.when != new.when,
        "fact": old.fact != new.fact,
    }
    return tuple(name for name, differs in parts.items() if differs)


def _bounds(one: Field) -> tuple[object, ...]:
    return (
        one.low,
        one.high,
        one.not_after_today,
        one.length_max,
        one.files_max,
        one.pages_max,
    )
