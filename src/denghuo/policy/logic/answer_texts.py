"""Many answers of one rule as canonical JSON texts, without saying the same thing twice.

A sweep's subjects differ in few facts: of a hundred thousand firms all but some are "no zombie",
"insured 12 months". So each condition's part of the text is told once for the facts it looked at
and kept. The text is exactly ``answer_json(answer(...))`` with sorted keys and no blanks; the tests
hold both beside each other. Whatever is not plainly entitled to a known amount is left to
``answer``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from denghuo.policy.logic.answer_json import condition_json
from denghuo.policy.logic.closures import AS_OF_KEY, Row
from denghuo.policy.logic.decide import decide
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import FactUsed, Telling, Told, fact_used, telling_of
from denghuo.policy.logic.fact_values import KnownFact, read_value, usable
from denghuo.policy.logic.registry import FactSpec
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict

# Values of one fact, and tellings of one condition, kept at once: some tens of megabytes at most.
KEPT_MAX = 20_000
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, eq=False, slots=True)  # one for each value: a key compares places
class FactRead:
    """A raw value as the rule reads it; the same one for the same value, while it is kept."""

    value: Value | None
    used: FactUsed


class WrittenAnswer(NamedTuple):
    """An answer that grants: how much, by which version, every fact as read, the whole text."""

    amount: int
    version: str
    facts: tuple[FactRead, ...]
    text: str


class AnswerWriter:
    """Writes answers of one policy as asked for ``as_of``; ``told`` says of each fact who told it
    and of which day."""

    def __init__(
        self,
        definition: PolicyDefinition,
        told: Mapping[str, tuple[str, date | None]],
        *,
        as_of: date,
        language: str = "zh",
    ) -> None:
        self._definition, self._told = definition, told
        self._as_of, self._language = as_of, language
        self._specs = tuple(definition.specs.items())
        self._reads: dict[str, dict[object, FactRead]] = {name: {} for name in definition.specs}
        self._versions: dict[str, _Version] = {}

    def write(self, raw: Mapping[str, object]) -> WrittenAnswer | None:
        """The answer to one row of raw values, None where ``answer`` has to be asked.

        Raises ``FactValueError`` for a value that is not of its kind.
        """
        row: dict[str, Value | None] = {AS_OF_KEY: self._as_of}
        reads: dict[str, FactRead] = {}
        for name, spec in self._specs:
            given = raw.get(name)
            # True is 1 to a dict, and no whole number to a rule.
            kept, key = self._reads[name], (given.__class__, given)
            read = kept.get(key)
            if read is None:
                if len(kept) >= KEPT_MAX:
                    kept.clear()
                read = kept[key] = self._read(name, spec, given)
            reads[name] = read
            row[name] = read.value
        outcome = decide(self._definition, row)
        version, amount = outcome.version, outcome.amount
        if outcome.verdict is not Verdict.ENTITLED or amount is None or version is None:
            return None
        known = self._versions.get(version.key)
        if known is None:
            known = self._versions[version.key] = self._version(version.key)
        lines = known.telling.lines(row, amount, self._language)
        conditions = ",".join([part.text(row, reads, self._language) for part in known.parts])
        text = (
            f'{{"amount":{amount},{known.before}"arithmetic":{_ENCODER.encode(list(lines))},'
            f'{known.between}"conditions":[{conditions}],{known.after}'
        )
        return WrittenAnswer(amount, version.key, tuple(reads.values()), text)

    def _read(self, name: str, spec: FactSpec, given: object) -> FactRead:
        known: KnownFact | None = None
        if given is not None:
            source, day = self._told.get(name, (spec.source, None))
            known = KnownFact(read_value(spec, given).value, source, day, None)
        reading = usable(spec, known, self._as_of)
        return FactRead(reading.value, fact_used(spec, reading.value, known, reading.why))

    def _version(self, key: str) -> _Version:
        """What all texts of a version have in common, in the order of their keys."""
        telling = telling_of(self._definition, key)
        version = next(each for each in self._definition.versions if each.key == key)
        amount = version.amount
        before = {
            "amount_kind": amount.kind if amount else None,
            "amount_unit": amount.unit if amount else None,
        }
        between = {"as_of": self._as_of.isoformat()}
        after = {
            "digest": self._definition.digest,
            "fail_mask": 0,
            "known_on": None,
            "missing": [],
            "name": self._definition.names.in_language(self._language),
            "near_misses": [],
            "policy": self._definition.id,
            "unknown_mask": 0,
            "verdict": Verdict.ENTITLED.name.lower(),
            "version": version.key,
            "version_status": version.status,
        }
        return _Version(
            telling=telling,
            parts=tuple(_Part(each, dict.fromkeys(each.names)) for each in telling.conditions),
            before=f"{_ENCODER.encode(before)[1:-1]},",
            between=f"{_ENCODER.encode(between)[1:-1]},",
            after=_ENCODER.encode(after)[1:],
        )


@dataclass(slots=True)
class _Part:
    """One condition's part. ``names``: the facts that any telling so far has looked at, so that
    rows that agree in them are told the same."""

    told: Told
    names: dict[str, None]
    kept: dict[tuple[FactRead, ...], str] = field(default_factory=dict)

    def text(self, row: Row, reads: Mapping[str, FactRead], language: str) -> str:
        key = tuple([reads[name] for name in self.names])
        text = self.kept.get(key)
        if text is not None:
            return text
        watched = _Watched(row)
        used = {name: read.used for name, read in reads.items()}
        text = _ENCODER.encode(condition_json(self.told.tell(watched, used, language), language))
        new = [name for name in watched.seen if name not in self.names and name in reads]
        if new or len(self.kept) >= KEPT_MAX:
            self.names.update(dict.fromkeys(new))
            self.kept.clear()
            key = tuple([reads[name] for name in self.names])
        self.kept[key] = text
        return text


class _Watched(dict[str, Any]):
    """A row that remembers what was looked at."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.seen: dict[str, None] = {}

    def __getitem__(self, name: str) -> Any:
        self.seen[name] = None
        return super().__getitem__(name)


class _Version(NamedTuple):
    telling: Telling
    parts: tuple[_Part, ...]
    before: str
    between: str
    after: str
