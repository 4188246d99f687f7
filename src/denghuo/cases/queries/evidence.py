"""The facts a case's rule reads, with where they come from, and the rule's answer to them.

Only the facts the rule names are fetched: what an item does not need, nobody looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.snapshots import Evidence, FactValue, FrozenFact, Verdict
from denghuo.cases.models import CaseFact
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import person_attributes_for_policy
from denghuo.policy.public import (
    OWN_WORDS,
    Answer,
    FactSpec,
    FactUsed,
    FactValueError,
    HeldFact,
    KnownFact,
    answer,
    answer_json,
    facts_of,
    policy,
    read_value,
    register_facts,
    registry,
    strict_form,
    usable,
)

_OWN = "本人填写"
_VERDICTS: dict[str, Verdict] = {
    "entitled": "entitled",
    "not": "not",
    "unknown": "unknown",
    "no_rule": "no_rule",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the evidence, and the labels of what is still missing."""

    evidence: Evidence
    missing: tuple[str, ...]
    amount_shown: str


def gather(
    subject: SubjectRef, item: ServiceItem, told: Iterable[CaseFact], *, as_of: date
) -> Found:
    """The facts now known about the subject and told in the case, and what the rule says."""
    if not item.policy:
        return Found(_without_rule(item, told, as_of), (), "")
    definition = policy(item.policy)
    specs = definition.specs
    held = {
        name: fact for name, fact in facts_of(subject, registry=registry()).items() if name in specs
    }
    facts = register_facts(subject, person_attributes_for_policy(subject))
    facts |= {name: fact.known for name, fact in held.items()}
    own = _latest(told)
    facts |= _told_facts(own, specs, facts, held, as_of)
    found = answer(definition, facts, as_of)
    evidence = Evidence(
        as_of=as_of,
        policy=definition.id,
        policy_digest=definition.digest,
        rule_version=found.version.key if found.version else "",
        verdict=_VERDICTS[found.verdict.name.lower()],
        amount_fen=_amount(found),
        facts=tuple(
            _frozen(used, held.get(name), own.get(name), item)
            for name, used in found.facts.items()
            if used.value is not None or name in held or name in own
        ),
        answer=answer_json(found),
    )
    missing = tuple(specs[name].labels.zh for name in found.missing)
    return Found(evidence, missing, found.amount_shown)


def names_read(item: ServiceItem) -> tuple[str, ...]:
    """The facts an item's rule reads: what a look-up asks for."""
    return tuple(sorted(policy(item.policy).specs)) if item.policy else ()


def _amount(found: Answer) -> int | None:
    version = found.version
    if version is None or version.amount is None or version.amount.unit != "fen":
        return None
    return found.amount


def _latest(told: Iterable[CaseFact]) -> dict[str, CaseFact]:
    """The word that counts on each name: an officer's before the applicant's, then the latest."""
    found: dict[str, CaseFact] = {}
    for fact in sorted(told, key=lambda one: (one.verified, one.told_at)):
        found[fact.name] = fact
    return found


def _told_facts(
    own: Mapping[str, CaseFact],
    specs: Mapping[str, FactSpec],
    known: Mapping[str, KnownFact],
    held: Mapping[str, HeldFact],
    as_of: date,
) -> dict[str, KnownFact]:
    """What was told in the case speaks where no office does or its word is too old to count, and
    where an officer verified it; before what the subject said of themselves earlier."""
    found: dict[str, KnownFact] = {}
    for name, fact in own.items():
        spec = specs.get(name)
        if spec is None:
            continue
        standing = known.get(name)
        counts = standing is not None and usable(spec, standing, as_of).value is not None
        if counts and not fact.verified and not _was_own(held.get(name), fact):
            continue
        try:
            reading = read_value(spec, fact.value)
        except FactValueError:
            continue
        found[name] = KnownFact(reading.value, _source(fact), fact.observed_on, reading.why)
    return found


def _was_own(held: HeldFact | None, fact: CaseFact) -> bool:
    """Whether what is held is what the subject said before they told this in the case."""
    return held is not None and held.known.source in OWN_WORDS and held.known_at <= fact.told_at


def _source(fact: CaseFact) -> str:
    words = dict(CaseFact.SOURCE)[fact.source]
    return f"{words}：{fact.source_ref}" if fact.source_ref else words


def _frozen(
    used: FactUsed, held: HeldFact | None, own: CaseFact | None, item: ServiceItem
) -> FrozenFact:
    by_office = held is not None and held.known.value == used.value
    return FrozenFact(
        name=used.name,
        label=used.spec.labels.zh,
        value=_strict(used),
        shown=used.shown("zh"),
        source=used.source,
        observed_on=used.observed_on,
        known_at=held.known_at if held and by_office else (own.told_at if own else None),
        disputed=held.disputed if held else False,
        legal_basis="" if used.source.startswith(_OWN) else item.legal_basis.text,
    )


def _strict(used: FactUsed) -> FactValue:
    value: Any = strict_form(used.spec, used.value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def _without_rule(item: ServiceItem, told: Iterable[CaseFact], as_of: date) -> Evidence:
    """Where no rule answers, a person judges by what was told."""
    facts = tuple(
        FrozenFact(
            name=fact.name,
            label=fact.name,
            value=fact.value,
            shown=str(fact.value),
            source=_source(fact),
            observed_on=fact.observed_on,
            known_at=fact.told_at,
            legal_basis=fact.legal_basis,
        )
        for fact in _latest(told).values()
    )
    return Evidence(
        as_of=as_of,
        policy="",
        policy_digest="",
        rule_version="",
        verdict="no_rule",
        amount_fen=None,
        facts=facts,
        answer={"verdict": "no_rule", "item": item.code},
    )
