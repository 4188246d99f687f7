"""What this browser session holds between two pages of questions.

Signed in, answers are records of the policy room and the session keeps only which questions were
answered or skipped. Not signed in, the answers live here and nowhere else; after sign-in they
are offered to the person, never taken over silently: the phone may be a neighbour's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.platform.public import ActorRequest

_KEY = "web.asking"
_NOBODY = ""
_NAMES_MAX = 200
_SUBJECTS_MAX = 8


@dataclass(slots=True)
class Draft:
    """One subject's: raw answers (only without sign-in), skipped and seen questions in order."""

    kind: SubjectKind = "person"
    facts: dict[str, object] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answered(self, name: str) -> None:
        """The question was answered: it is behind the reader, and no longer skipped."""
        self.skipped = [each for each in self.skipped if each != name]
        self._seen(name)

    def skip(self, name: str) -> None:
        """The reader does not know; not asked again unless they go back to it."""
        self.skipped = [*(each for each in self.skipped if each != name), name][-_NAMES_MAX:]
        self._seen(name)

    def _seen(self, name: str) -> None:
        # A question answered anew keeps its place, so that "back" leads where it led before.
        if name not in self.asked:
            self.asked = [*self.asked, name][-_NAMES_MAX:]


def read_draft(request: ActorRequest, subject: SubjectRef | None) -> Draft:
    """What is held for this subject; an empty draft when nothing is."""
    held = _all(request).get(_key(subject))
    if not isinstance(held, dict):
        return Draft()
    return Draft(
        kind="firm" if held.get("kind") == "firm" else "person",
        facts=dict(held.get("facts", {})),
        skipped=list(held.get("skipped", [])),
        asked=list(held.get("asked", [])),
    )


def write_draft(request: ActorRequest, subject: SubjectRef | None, draft: Draft) -> None:
    """Keep it; of other subjects only the latest few are kept beside it."""
    others = {key: held for key, held in _all(request).items() if key != _key(subject)}
    kept = dict(list(others.items())[-_SUBJECTS_MAX:])
    kept[_key(subject)] = {
        "kind": draft.kind,
        "facts": draft.facts,
        "skipped": draft.skipped,
        "asked": draft.asked,
    }
    request.session[_KEY] = kept


def drop_draft(request: ActorRequest, subject: SubjectRef | None) -> None:
    """Forget it."""
    others = {key: held for key, held in _all(request).items() if key != _key(subject)}
    if others:
        request.session[_KEY] = others
    else:
        request.session.pop(_KEY, None)


def _all(request: ActorRequest) -> dict[str, Any]:
    held = request.session.get(_KEY)
    return held if isinstance(held, dict) else {}


def _key(subject: SubjectRef | None) -> str:
    return _NOBODY if subject is None else str(subject)
