"""Recording facts about subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, RowWriter, record_audit
from denghuo.policy.logic.answer_json import value_json
from denghuo.policy.logic.fact_values import (
    FactValueError,
    KnownFact,
    Reading,
    read_value,
    usable,
)
from denghuo.policy.logic.registry import FactRegistry, FactSpec
from denghuo.policy.logic.succession import Fate, Word, fate
from denghuo.policy.models import FactRecord
from denghuo.policy.queries.facts import current_rows

CHUNK_ROWS = 500
# A refused attempt means that another writer of the same fact has just finished, so this many
# may tell of one fact at the same instant.
_ATTEMPTS = 16
_Key = tuple[UUID, str]
_COLUMNS = (
    "id", "subject_kind", "subject_id", "name", "value", "source", "observed_on", "known_at",
    "superseded_at",
)  # fmt: skip
_Row = tuple[object, ...]


class ObservedTooLateError(RefusalError):
    """A source cannot speak of a day that has not come."""

    code = "policy.observed_too_late"
    template = "“{label}”的日期 {day} 还没有到。"


@dataclass(frozen=True, slots=True)
class NewFact:
    """What a source says of a subject: ``raw`` is JSON or text as ``read_value`` reads it."""

    subject: SubjectRef
    name: str
    raw: object
    source: str
    observed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the words given; the four add up to how many there were.

    ``written`` are current now; ``unchanged`` said what was known already (or another word of
    the same call stands in their place); ``older`` are kept as history, their source having
    spoken since of a later day; ``outranked`` are a subject's own words on what an office has
    said: they are not kept.
    """

    written: int
    unchanged: int
    older: int = 0
    outranked: int = 0


@dataclass(frozen=True, slots=True)
class _Told:
    """The words of one call on one fact of one subject: the one to stand, and earlier ones."""

    subject: SubjectRef
    name: str
    spec: FactSpec
    word: Word
    before: tuple[Word, ...] = ()


@dataclass
class _Write:
    """What one attempt at a chunk will do to the table."""

    fresh: list[_Row] = field(default_factory=list)
    superseded: dict[datetime, list[UUID]] = field(default_factory=dict)
    fates: Counter[Fate] = field(default_factory=Counter)


def record_facts(
    *, actor: Actor, facts: Sequence[NewFact], registry: FactRegistry, now: datetime
) -> Recorded:
    """Write facts; a word that repeats the current one changes nothing (safe to send twice).

    A subject's own word never takes the place of an office's that can be used, and a late word
    of a source never that of its later one: decided beside what is held at the moment of
    writing, whatever the caller saw before.

    All or nothing: raises ``FactValueError`` for an unknown name, another kind of subject or
    an unreadable value, and ``ObservedTooLateError`` for a day after ``now``.
    """
    return _record(actor=actor, facts=facts, registry=registry, now=now, decisive=False)


def record_correction(
    *, actor: Actor, fact: NewFact, registry: FactRegistry, now: datetime
) -> None:
    """Write what an officer found at the source: it stands, of whatever day it speaks."""
    _record(actor=actor, facts=[fact], registry=registry, now=now, decisive=True)


def _record(
    *,
    actor: Actor,
    facts: Sequence[NewFact],
    registry: FactRegistry,
    now: datetime,
    decisive: bool,
) -> Recorded:
    told, fates = _one_word_each(facts, registry, now)
    with transaction.atomic():
        for chunk in _chunks(told):
            fates += _write_chunk(chunk, actor=actor, now=now, decisive=decisive)
        subjects = {each.subject for each in told}
        written, older = fates[Fate.CURRENT], fates[Fate.OLDER]
        outranked = fates[Fate.OUTRANKED]
        record_audit(
            actor=actor,
            action="policy.record_facts",
            subject=next(iter(subjects)) if len(subjects) == 1 else None,
            detail={
                "written": written,
                "older": older,
                "outranked": outranked,
                "given": len(facts),
                "subjects": len(subjects),
            },
            at=now,
        )
    return Recorded(written, len(facts) - written - older - outranked, older, outranked)


def _one_word_each(
    facts: Iterable[NewFact], registry: FactRegistry, now: datetime
) -> tuple[list[_Told], Counter[Fate]]:
    """One word to stand per subject and fact, in one order everywhere; and those outranked
    within the call. Of words on one fact the last given stands, as if they had come in turn."""
    found: dict[_Key, _Told] = {}
    fates: Counter[Fate] = Counter()
    for fact in facts:
        told = _read(fact, registry, now)
        key = (fact.subject.id, fact.name)
        held = found.get(key)
        if held is None:
            found[key] = told
            continue
        match fate(told.word, held.word):
            case Fate.CURRENT:
                replaced = fate(held.word, told.word) is Fate.OLDER
                before = (*held.before, held.word) if replaced else held.before
                found[key] = _Told(told.subject, told.name, told.spec, told.word, before)
            case Fate.OLDER:
                before = (*held.before, told.word)
                found[key] = _Told(held.subject, held.name, held.spec, held.word, before)
            case outcome:
                fates[outcome] += 1
    return [found[key] for key in sorted(found)], fates


def _read(fact: NewFact, registry: FactRegistry, now: datetime) -> _Told:
    spec = registry.get(fact.name)
    if spec is None or spec.subject != fact.subject.kind:
        raise FactValueError(
            field=fact.name, label=fact.name, text="", allowed="没有登记过这个名字。"
        )
    if fact.observed_on is not None and fact.observed_on > day_of(now):
        raise ObservedTooLateError(label=spec.labels.zh, day=fact.observed_on)
    reading = read_value(spec, fact.raw)
    value = _strict(spec, reading, fact.raw)
    word = _weighed(spec, reading, value, source=fact.source, observed_on=fact.observed_on, now=now)
    return _Told(fact.subject, fact.name, spec, word)


def json_value(spec: FactSpec, raw: object) -> bool | int | str | None:
    """The raw value in the registry's strict JSON form, so that a row reads back the same.

    A value outside the declared bounds is kept as it came: reading it again says why it is
    unusable. Raises ``FactValueError`` when it is not of the fact's kind.
    """
    return _strict(spec, read_value(spec, raw), raw)


def _strict(spec: FactSpec, reading: Reading, raw: object) -> bool | int | str | None:
    if reading.value is None:
        return None if raw is None or isinstance(raw, date) else str(raw)[:60] or None
    strict = value_json(spec, reading.value)
    return strict if isinstance(strict, bool | int) else str(strict)


def word_as_of(
    spec: FactSpec,
    value: bool | int | str | None,
    source: str,
    observed_on: date | None,
    now: datetime,
) -> Word:
    """A word as it weighs at ``now`` against another on the same fact."""
    try:
        reading = read_value(spec, value)
    except FactValueError:  # held since the registry read it otherwise
        return Word(value, source, observed_on, usable=False)
    return _weighed(spec, reading, value, source=source, observed_on=observed_on, now=now)


def _weighed(
    spec: FactSpec,
    reading: Reading,
    value: bool | int | str | None,
    *,
    source: str,
    observed_on: date | None,
    now: datetime,
) -> Word:
    known = KnownFact(reading.value, source, observed_on, reading.why)
    found = usable(spec, known, day_of(now)).value
    return Word(value, source, observed_on, usable=found is not None)


def _chunks(told: Sequence[_Told]) -> Iterator[list[_Told]]:
    """Some hundred words at a time, a subject's together: rows are locked by subject, then name,
    so that two files with the same facts never wait for each other."""
    chunk: list[_Told] = []
    for each in told:
        if len(chunk) >= CHUNK_ROWS and each.subject.id != chunk[-1].subject.id:
            yield chunk
            chunk = []
        chunk.append(each)
    if chunk:
        yield chunk


def _write_chunk(
    chunk: Sequence[_Told], *, actor: Actor, now: datetime, decisive: bool
) -> Counter[Fate]:
    """Decide beside what is held, then supersede and insert.

    Race: two sources tell of one fact at once. SQLite's write lock puts them in order. On
    PostgreSQL the held rows are locked; where none is held yet both would insert, and the unique
    constraint ``one_current_fact`` stops the second, which then looks again, finds the first's
    word and is decided beside it.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _decide_and_write(chunk, actor=actor, now=now, decisive=decisive)
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _decide_and_write(
    chunk: Sequence[_Told], *, actor: Actor, now: datetime, decisive: bool
) -> Counter[Fate]:
    rows = current_rows(
        (each.subject.id for each in chunk), (each.name for each in chunk), lock=True
    )
    late: list[tuple[_Told, Word, datetime]] = []
    write = _Write()
    for each in chunk:
        row = rows.get((each.subject.id, each.name))
        held = word_as_of(each.spec, row.value, row.source, row.observed_on, now) if row else None
        # Two clocks differ: a word never stands before the one whose place it takes.
        at = max(now, row.known_at) if row else now
        for word in (*each.before, each.word):
            outcome = fate(word, held)
            if decisive and outcome is not Fate.SAME:
                outcome = Fate.CURRENT
            elif outcome is Fate.CURRENT and word is not each.word:
                outcome = Fate.OLDER
            if outcome is Fate.OLDER:
                late.append((each, word, at))
                continue
            write.fates[outcome] += 1
            if outcome is Fate.CURRENT:
                write.fresh.append(_row(each, word, at=at))
                if row:
                    write.superseded.setdefault(at, []).append(row.id)
    _keep_late(late, write)
    for at, ids in write.superseded.items():
        FactRecord.objects.filter(id__in=ids, superseded_at__isnull=True).update(superseded_at=at)
    if write.fresh:
        # An instance a row, with ``bulk_create``, costs nine times as much as the insert itself.
        same = {"recorded_by": actor.label, "created_at": now}
        RowWriter(FactRecord, same, _COLUMNS).write(*zip(*write.fresh, strict=True))
    return write.fates


def _keep_late(late: Sequence[tuple[_Told, Word, datetime]], write: _Write) -> None:
    """Late words are known and superseded at one instant: no day was ever judged by them. One
    that is kept already, from a file sent before, is not kept again."""
    kept = _history(late)
    for each, word, at in late:
        key = (each.subject.id, each.name, word[:3])
        if key in kept:
            write.fates[Fate.SAME] += 1
            continue
        kept.add(key)
        write.fates[Fate.OLDER] += 1
        write.fresh.append(_row(each, word, at=at, superseded_at=at))


def _history(late: Iterable[tuple[_Told, Word, datetime]]) -> set[tuple[UUID, str, object]]:
    wanted = [(each.subject.id, each.name, word.observed_on) for each, word, _at in late]
    if not wanted:
        return set()
    subjects, names, days = (set(each) for each in zip(*wanted, strict=True))
    rows = FactRecord.objects.filter(
        subject_id__in=subjects,
        name__in=names,
        observed_on__in=days,
        superseded_at__isnull=False,
    )
    return {(row.subject_id, row.name, (row.value, row.source, row.observed_on)) for row in rows}


def _row(each: _Told, word: Word, *, at: datetime, superseded_at: datetime | None = None) -> _Row:
    """In the order of ``_COLUMNS``."""
    who = each.subject
    told = (word.value, word.source, word.observed_on)
    return (uuid4(), who.kind, who.id, each.name, *told, at, superseded_at)
