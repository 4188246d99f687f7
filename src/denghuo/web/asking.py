"""Whose benefits are being looked at, and what is known about them.

Signed in: the subject the actor acts for, with the facts the offices hold. Not signed in: a
person or a firm without a name, whose answers live in the browser's session (``drafts``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import get_language

from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.public import (
    NoMandateError,
    demand_scope,
    person_attributes_for_policy,
    subject_name,
)
from denghuo.platform.public import ActorRequest, record_look_up
from denghuo.policy.public import (
    OWN_SOURCES,
    OWN_WORDS,
    Answer,
    Ask,
    FactSpec,
    FactValueError,
    KnownFact,
    NewFact,
    PolicyDefinition,
    Verdict,
    answer,
    base_rates,
    facts_of,
    laid_over,
    library,
    next_question,
    read_value,
    record_facts,
    register_facts,
    registry,
    usable,
)
from denghuo.web.drafts import Draft, drop_draft, read_draft, write_draft

WISHES = "wishes"
"""The one question that asks about all wishes together; no fact has this name."""


@dataclass(frozen=True)
class Asking:
    """``subject`` is None while nobody is signed in; ``kind`` says person or firm either way.

    ``may_tell`` is False where a mandate lets the actor read but not fill in. ``recorded`` names
    the facts held as records, which can be disputed here; registers of people are corrected
    elsewhere.
    """

    kind: SubjectKind
    subject: SubjectRef | None
    name: str
    facts: Mapping[str, KnownFact]
    recorded: frozenset[str]
    disputed: frozenset[str]
    skipped: frozenset[str]
    asked: tuple[str, ...]
    definitions: tuple[PolicyDefinition, ...]
    now: datetime
    may_tell: bool = True

    @property
    def today(self) -> date:
        """The day in the region."""
        return day_of(self.now)

    @property
    def begun(self) -> bool:
        """Whether there is anything to answer from: a signed-in subject, or a first question."""
        return self.subject is not None or bool(self.asked)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """Every policy of this kind answered for today, in the reader's language, by id."""
        return {each.id: self.answer(each) for each in self.definitions}

    def answer(self, definition: PolicyDefinition, without: frozenset[str] = frozenset()) -> Answer:
        """One explained answer, for today; ``without`` leaves facts out."""
        facts = {
            name: fact
            for name, fact in self.facts.items()
            if name in definition.specs and name not in without
        }
        return answer(definition, facts, self.today, language=reader_language())

    @property
    def undecided(self) -> int:
        """How many policies have no answer yet."""
        return sum(each.verdict is Verdict.UNKNOWN for each in self.answers.values())

    @property
    def wishes(self) -> list[FactSpec]:
        """What this person may simply want, of the policies at hand, and say so themselves."""
        read = {name for each in self.definitions for name in each.specs}
        return [
            spec
            for name, spec in registry().items()
            if spec.wish is not None and name in read and self.can_tell(spec)
        ]

    def can_tell(self, spec: FactSpec) -> bool:
        """Whether the person may say this: it has a question, and no office has answered it.

        What an office says is not overwritten by a form; it is disputed.
        """
        if spec.subject != self.kind or spec.question is None or spec.ask is Ask.NEVER:
            return False
        known = self.facts.get(spec.name)
        if known is None or known.source in OWN_WORDS:
            return True
        return usable(spec, known, self.today).value is None

    def next_question(self, definitions: Sequence[PolicyDefinition] = ()) -> FactSpec | None:
        """The fact to ask about next, or None when nothing a person can tell changes anything.

        The registers have said what they will, so the person is asked for the rest. Where they
        did not know what a policy stands on, it is not asked about further: more answers could
        only refuse it.
        """
        if not self.may_tell:
            return None
        closed = {spec.name for spec in registry().values() if spec.question is None}
        question = next_question(
            [each for each in definitions or self.definitions if not self._given_up(each)],
            self.facts,
            self.today,
            base_rates(),
            unavailable=self.skipped | closed,
            telling=True,
        )
        return question.spec if question else None

    def _given_up(self, definition: PolicyDefinition) -> bool:
        """Whether the reader skipped something without which this policy cannot be theirs."""
        found = self.answers[definition.id]
        if found.verdict is not Verdict.UNKNOWN:
            return False
        open_ = [each.missing for each in found.conditions if each.result is None]
        if found.version is None:
            open_ = [found.missing[:1]]
        return any(
            not self.skipped.isdisjoint(missing)
            and not any(self._may_still_tell(definition.specs[name]) for name in missing)
            for missing in open_
        )

    def _may_still_tell(self, spec: FactSpec) -> bool:
        return spec.name not in self.skipped and self.can_tell(spec)


def reader_language() -> str:
    """``zh``, ``en`` or ``mn``, as policy texts name languages."""
    return (get_language() or "zh").partition("-")[0]


def asking(request: ActorRequest, *, kind: SubjectKind | None = None) -> Asking:
    """Whom this request asks about. Another's facts under a mandate leave a look-up row.

    ``kind`` chooses between person and firm while nobody is signed in. Raises
    ``NoMandateError`` when the mandate does not let the actor read.
    """
    now = timezone.now()
    actor = request.actor
    subject = actor.acting_for
    if subject is None:
        return _anonymous(read_draft(request, None), kind, now)
    draft = read_draft(request, subject)
    may_tell = True
    if actor.mandate_id is not None:
        demand_scope(actor, subject, "read", now=now)
        record_look_up(actor=actor, subject=subject, what=("policy_facts",), purpose="benefits")
        may_tell = _covers_filling_in(request, subject, now)
    records = facts_of(subject, registry=registry())
    return Asking(
        kind=subject.kind,
        subject=subject,
        name=subject_name(subject),
        facts=laid_over(
            register_facts(subject, person_attributes_for_policy(subject)),
            {name: record.known for name, record in records.items()},
        ),
        recorded=frozenset(records),
        disputed=frozenset(name for name, record in records.items() if record.disputed),
        skipped=frozenset(draft.skipped),
        asked=tuple(draft.asked),
        definitions=_definitions(subject.kind),
        now=now,
        may_tell=may_tell,
    )


def demand_filling_in(request: ActorRequest) -> None:
    """Raise ``NoMandateError`` unless the actor may fill in forms for the subject at hand."""
    subject = request.actor.acting_for
    if subject is not None and request.actor.mandate_id is not None:
        demand_scope(request.actor, subject, "apply", now=timezone.now())


def choose_kind(request: ActorRequest, kind: SubjectKind) -> None:
    """Ask as a person or as a firm without signing in; what was answered stays."""
    draft = read_draft(request, None)
    draft.kind = kind
    write_draft(request, None, draft)


def forget(request: ActorRequest, *, before_sign_in: bool = False) -> None:
    """Drop what this browser session holds: answers (if not signed in) and skipped questions."""
    drop_draft(request, None if before_sign_in else request.actor.acting_for)


def save_answers(request: ActorRequest, raw: Mapping[str, object], *, seen: str) -> None:
    """Keep what the person says: as records when signed in, else in the session.

    ``raw`` holds strict forms by fact; ``seen`` names the question they answer. Raises
    ``FactValueError``, ``NoMandateError``. Sent twice it changes nothing.
    """
    demand_filling_in(request)
    subject = request.actor.acting_for
    draft = read_draft(request, subject)
    if subject is None:
        for name, value in raw.items():
            read_value(registry()[name], value)
        draft.facts |= raw
    else:
        _record(request, subject, raw)
    for name in raw:
        draft.skipped = [each for each in draft.skipped if each != name]
    draft.answered(seen)
    write_draft(request, subject, draft)


def skip(request: ActorRequest, names: Sequence[str], *, seen: str) -> None:
    """The person does not know; not asked again in this session unless they go back."""
    subject = request.actor.acting_for
    draft = read_draft(request, subject)
    for name in names:
        draft.skipped = [*(each for each in draft.skipped if each != name), name]
    draft.skip(seen)
    write_draft(request, subject, draft)


def draft_to_offer(request: ActorRequest, asked: Asking) -> dict[str, KnownFact]:
    """What was answered before signing in and could be taken over now, by fact.

    Only for residents, and only what no office knows better.
    """
    if asked.subject is None or request.actor.kind != "resident" or not asked.may_tell:
        return {}
    told = _told(read_draft(request, None), asked.kind, asked.today)
    held = {name for name, fact in asked.facts.items() if fact.source in OWN_WORDS}
    return {
        name: fact
        for name, fact in told.items()
        if name not in held and asked.can_tell(registry()[name])
    }


def take_over_draft(request: ActorRequest, asked: Asking) -> int:
    """Record the offered answers as the person's own; how many. The draft is gone after it."""
    offered = draft_to_offer(request, asked)
    draft = read_draft(request, None)
    if asked.subject is not None and offered:
        demand_filling_in(request)
        _record(request, asked.subject, {name: draft.facts[name] for name in offered})
    drop_draft(request, None)
    return len(offered)


def _record(request: ActorRequest, subject: SubjectRef, raw: Mapping[str, object]) -> None:
    now = timezone.now()
    today = day_of(now)
    source = OWN_SOURCES[subject.kind]
    facts = [NewFact(subject, name, value, source, today) for name, value in raw.items()]
    record_facts(actor=request.actor, facts=facts, registry=registry(), now=now)


def _covers_filling_in(request: ActorRequest, subject: SubjectRef, now: datetime) -> bool:
    try:
        demand_scope(request.actor, subject, "apply", now=now)
    except NoMandateError:
        return False
    return True


def _definitions(kind: SubjectKind) -> tuple[PolicyDefinition, ...]:
    """The policies for this kind, those that ask the commonest things first.

    The registry lists who somebody is before what few people have (a prize, a loan contract).
    """
    order = {name: index for index, name in enumerate(registry())}
    found = [each for each in library().values() if each.audience == kind]
    return tuple(sorted(found, key=lambda each: min(order[name] for name in each.specs)))


def _anonymous(draft: Draft, kind: SubjectKind | None, now: datetime) -> Asking:
    chosen = kind or draft.kind
    asked = tuple(name for name in draft.asked if _is_of(name, chosen))
    return Asking(
        kind=chosen,
        subject=None,
        name="",
        facts=_told(draft, chosen, day_of(now)),
        recorded=frozenset(),
        disputed=frozenset(),
        skipped=frozenset(draft.skipped),
        asked=asked,
        definitions=_definitions(chosen),
        now=now,
    )


def _is_of(name: str, kind: SubjectKind) -> bool:
    if name == WISHES:
        return len([spec for spec in registry().values() if spec.wish and spec.subject == kind]) > 1
    spec = registry().get(name)
    return spec is not None and spec.subject == kind


def _told(draft: Draft, kind: SubjectKind, today: date) -> dict[str, KnownFact]:
    """The session's answers as facts. What the registry no longer reads is as good as unsaid."""
    facts: dict[str, KnownFact] = {}
    for name, raw in draft.facts.items():
        spec = registry().get(name)
        if spec is None or spec.subject != kind:
            continue
        try:
            reading = read_value(spec, raw)
        except FactValueError:
            continue
        facts[name] = KnownFact(reading.value, OWN_SOURCES[kind], today, reading.why)
    return facts
