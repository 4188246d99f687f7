"""Whose benefits are being looked at, and what is known about them.

Signed in: the subject the actor acts for, with the facts the offices hold. Not signed in: a
person or a firm without a name, whose answers live in the browser's session and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_noop

from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.public import person_attributes_for_policy, subject_name
from denghuo.platform.public import ActorRequest, record_look_up
from denghuo.policy.public import (
    Answer,
    FactSpec,
    FactValueError,
    KnownFact,
    NewFact,
    PolicyDefinition,
    answer,
    facts_known,
    facts_of,
    library,
    read_value,
    record_facts,
    registry,
)

SESSION_KEY = "web.asking"
SELF_DECLARED = gettext_noop("本人填报")
_REGISTERS = {
    "people_register": gettext_noop("人口登记"),
    "firm_register": gettext_noop("市场主体登记"),
    "self": SELF_DECLARED,
}
# The people room's words for what a register says, in the registry's.
_ATTRIBUTE_FACTS = {"kind": "firm_kind", "size_class": "size_class"}
_SKIPPED_MAX = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """``subject`` is None while nobody is signed in; ``kind`` says person or firm either way."""

    kind: SubjectKind
    subject: SubjectRef | None
    name: str
    facts: Mapping[str, KnownFact]
    disputed: frozenset[str]
    skipped: frozenset[str]
    asked: tuple[str, ...]
    now: datetime

    @property
    def definitions(self) -> list[PolicyDefinition]:
        """The policies that can be asked for this kind of subject."""
        return [each for each in library().values() if each.audience == self.kind]

    def answer(self, definition: PolicyDefinition) -> Answer:
        """One explained answer, for today, in the reader's language."""
        facts = {name: fact for name, fact in self.facts.items() if name in definition.specs}
        today = timezone.localtime(self.now).date()
        return answer(definition, facts, today, language=reader_language())


def reader_language() -> str:
    """``zh``, ``en`` or ``mn``, as policy texts name languages."""
    return (get_language() or "zh").partition("-")[0]


def asking(request: ActorRequest) -> Asking:
    """Whom this request asks about. Another's facts under a mandate leave a look-up row."""
    now = timezone.now()
    held = _held(request)
    actor = request.actor
    subject = actor.acting_for
    if subject is None:
        return _anonymous(held, now)
    if actor.mandate_id is not None:
        record_look_up(actor=actor, subject=subject, what=("policy_facts",), purpose="benefits")
    records = facts_of(subject, registry=registry())
    facts = facts_known([subject], beside=_register_facts(subject))
    return Asking(
        kind=subject.kind,
        subject=subject,
        name=subject_name(subject),
        facts=facts,
        disputed=frozenset(name for name, record in records.items() if record.disputed),
        skipped=frozenset(held.get("skipped", [])),
        asked=tuple(held.get("asked", [])),
        now=now,
    )


def choose_kind(request: ActorRequest, kind: SubjectKind) -> None:
    """Begin anew without signing in, as a person or as a firm."""
    request.session[SESSION_KEY] = {"kind": kind, "subject": ""}


def forget(request: ActorRequest) -> None:
    """Drop what this browser session holds: answers (if not signed in) and skipped questions."""
    request.session.pop(SESSION_KEY, None)


def save_answer(request: ActorRequest, spec: FactSpec, raw: object) -> None:
    """Keep what the person says: as a record when signed in, else in the session.

    ``raw`` is the strict form. Raises ``FactValueError``. Sent twice it changes nothing.
    """
    subject = request.actor.acting_for
    now = timezone.now()
    if subject is None:
        read_value(spec, raw)
        held = _held(request)
        held["facts"] = {**held.get("facts", {}), spec.name: raw}
    else:
        fact = NewFact(subject, spec.name, raw, SELF_DECLARED, timezone.localtime(now).date())
        record_facts(actor=request.actor, facts=[fact], registry=registry(), now=now)
        held = _held(request)
    held["skipped"] = [name for name in held.get("skipped", []) if name != spec.name]
    _remember_asked(held, spec.name)
    request.session[SESSION_KEY] = held


def skip(request: ActorRequest, name: str) -> None:
    """The person does not know; not asked again in this session unless they go back."""
    held = _held(request)
    skipped = [each for each in held.get("skipped", []) if each != name]
    held["skipped"] = [*skipped, name][-_SKIPPED_MAX:]
    _remember_asked(held, name)
    request.session[SESSION_KEY] = held


def _remember_asked(held: dict[str, Any], name: str) -> None:
    asked = [each for each in held.get("asked", []) if each != name]
    held["asked"] = [*asked, name][-_SKIPPED_MAX:]


def _held(request: ActorRequest) -> dict[str, Any]:
    """What the session holds for this subject; another subject's is as good as nothing."""
    subject = str(request.actor.acting_for or "")
    held = request.session.get(SESSION_KEY)
    if not isinstance(held, dict) or held.get("subject", "") != subject:
        return {"subject": subject}
    return dict(held)


def _anonymous(held: dict[str, Any], now: datetime) -> Asking:
    kind: SubjectKind = "firm" if held.get("kind") == "firm" else "person"
    facts: dict[str, KnownFact] = {}
    for name, raw in held.get("facts", {}).items():
        spec = registry().get(name)
        if spec is None or spec.subject != kind:
            continue
        try:
            reading = read_value(spec, raw)
        except FactValueError:  # the registry changed since the answer was kept
            continue
        today = timezone.localtime(now).date()
        facts[name] = KnownFact(reading.value, SELF_DECLARED, today, reading.why)
    return Asking(
        kind=kind,
        subject=None,
        name="",
        facts=facts,
        disputed=frozenset(),
        skipped=frozenset(held.get("skipped", [])),
        asked=tuple(held.get("asked", [])),
        now=now,
    )


def _register_facts(subject: SubjectRef) -> dict[str, KnownFact]:
    """What the people room's registers say, in the registry's words."""
    found: dict[str, KnownFact] = {}
    for attribute in person_attributes_for_policy(subject):
        spec = registry().get(_ATTRIBUTE_FACTS.get(attribute.name, attribute.name))
        if spec is None or spec.subject != subject.kind:
            continue
        try:
            reading = read_value(spec, attribute.value)
        except FactValueError:  # a word the policies do not know: as good as not said
            continue
        source = _REGISTERS.get(attribute.source, attribute.source)
        on = timezone.localtime(attribute.as_of).date()
        found[spec.name] = KnownFact(reading.value, source, on, reading.why)
    return found
