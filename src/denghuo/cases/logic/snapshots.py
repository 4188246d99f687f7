"""What a decision rests on, frozen: each fact with its source and date, the rule, the answer.

A snapshot is canonical text with a digest over it, so that anybody can see later that nothing
was put in or taken out. A correction after the decision opens an appeal; it edits nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Json = dict[str, Any]
FactValue = bool | int | str | None
# One for all: a season encodes two million values, and making an encoder costs as much as using it.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
Verdict = Literal["entitled", "not", "unknown", "no_rule"]


@dataclass(frozen=True, slots=True)
class FrozenFact:
    """One fact as it was used. ``value`` is the strict JSON form; ``shown`` is for people."""

    name: str
    label: str
    value: FactValue
    shown: str
    source: str
    observed_on: date | None = None
    known_at: datetime | None = None
    disputed: bool = False
    legal_basis: str = ""

    def as_json(self) -> Json:
        """In the order a snapshot's text keeps."""
        return {
            "name": self.name,
            "label": self.label,
            "value": self.value,
            "shown": self.shown,
            "source": self.source,
            "observed_on": self.observed_on.isoformat() if self.observed_on else None,
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "disputed": self.disputed,
            "legal_basis": self.legal_basis,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FrozenFact:
        """Read one back."""
        observed, known = data.get("observed_on"), data.get("known_at")
        return cls(
            name=str(data["name"]),
            label=str(data["label"]),
            value=data["value"],
            shown=str(data["shown"]),
            source=str(data["source"]),
            observed_on=date.fromisoformat(observed) if observed else None,
            known_at=datetime.fromisoformat(known) if known else None,
            disputed=bool(data.get("disputed")),
            legal_basis=str(data.get("legal_basis", "")),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """A snapshot before it is written. ``answer`` is the explained answer as JSON."""

    as_of: date
    policy: str
    policy_digest: str
    rule_version: str
    verdict: Verdict
    amount_fen: int | None
    facts: tuple[FrozenFact, ...]
    answer: Mapping[str, Any]

    @property
    def facts_text(self) -> str:
        """The facts as canonical text."""
        return canonical([fact.as_json() for fact in self.facts])

    @property
    def answer_text(self) -> str:
        """The answer as canonical text."""
        return canonical(self.answer)

    @property
    def texts(self) -> tuple[str, str, str]:
        """Facts, answer and the digest over everything a decision rests on."""
        facts, answer = self.facts_text, self.answer_text
        digest = digest_of_parts(
            as_of=self.as_of,
            policy=self.policy,
            policy_digest=self.policy_digest,
            rule_version=self.rule_version,
            verdict=self.verdict,
            amount_fen=self.amount_fen,
            facts=facts,
            answer=answer,
        )
        return facts, answer, digest

    @property
    def digest(self) -> str:
        """Over everything a decision rests on."""
        return self.texts[2]

    def same_grounds(self, other: Evidence) -> bool:
        """Whether both rest on the same values, disputes, rule and verdict, whenever learnt."""
        return self._grounds() == other._grounds()

    def _grounds(self) -> tuple[object, ...]:
        facts = sorted((fact.name, repr(fact.value), fact.disputed) for fact in self.facts)
        rule = (self.policy, self.policy_digest, self.rule_version)
        return (*rule, self.verdict, self.amount_fen, tuple(facts))


@dataclass(frozen=True, slots=True)
class WrittenEvidence:
    """A granting snapshot whose texts were written in bulk, as ``Evidence`` would write them."""

    as_of: date
    policy: str
    policy_digest: str
    rule_version: str
    amount_fen: int
    facts_text: str
    answer_text: str
    verdict: Literal["entitled"] = "entitled"

    @property
    def texts(self) -> tuple[str, str, str]:
        """Facts, answer and the digest over everything a decision rests on."""
        digest = digest_of_parts(
            as_of=self.as_of,
            policy=self.policy,
            policy_digest=self.policy_digest,
            rule_version=self.rule_version,
            verdict=self.verdict,
            amount_fen=self.amount_fen,
            facts=self.facts_text,
            answer=self.answer_text,
        )
        return self.facts_text, self.answer_text, digest


def canonical(value: object) -> str:
    """One text for one value: keys sorted, no blanks."""
    return _ENCODER.encode(value)


def digest_of_parts(
    *,
    as_of: date,
    policy: str,
    policy_digest: str,
    rule_version: str,
    verdict: str,
    amount_fen: int | None,
    facts: str,
    answer: str,
) -> str:
    """The digest from the columns of a row, so that a row can be checked alone."""
    parts = (as_of.isoformat(), policy, policy_digest, rule_version, verdict, str(amount_fen))
    hashed = hashlib.sha256()
    for part in (*parts, facts, answer):
        # Lengths between the parts: no two ways of cutting give one text.
        data = part.encode()
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return hashed.hexdigest()


def read_facts(text: str) -> tuple[FrozenFact, ...]:
    """The facts of a snapshot's text."""
    return tuple(FrozenFact.from_json(one) for one in json.loads(text))


def facts_by_name(facts: Sequence[FrozenFact]) -> dict[str, FrozenFact]:
    """By name; the later word where a name comes twice."""
    return {fact.name: fact for fact in facts}


def decision_digest(
    *, snapshot: str, result: str, amount_fen: int, signers: Sequence[str], signed_at: datetime
) -> str:
    """Binds a decision to its snapshot and its signatures."""
    text = canonical([snapshot, result, amount_fen, list(signers), signed_at.isoformat()])
    return hashlib.sha256(text.encode()).hexdigest()
