"""An explained answer as programs read it: plain JSON values, money in fen, unknown as null."""

from __future__ import annotations

from typing import Any

from denghuo.policy.logic import ir
from denghuo.policy.logic.definition import PolicyDefinition, PolicyVersion
from denghuo.policy.logic.explain import Answer, ConditionAnswer, FactUsed
from denghuo.policy.logic.near import NearMiss
from denghuo.policy.logic.printer import print_expression, print_number
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import ParamValue, Value

Json = dict[str, Any]


def answer_json(found: Answer, language: str = "zh") -> Json:
    """Everything the page shows. Field order is stable, so equal answers are equal texts."""
    version = found.version
    amount = version.amount if version else None
    return {
        "policy": found.definition.id,
        "name": found.definition.names.in_language(language),
        "digest": found.definition.digest,
        "version": version.key if version else None,
        "version_status": version.status if version else None,
        "as_of": found.as_of.isoformat(),
        "known_on": found.known_on.isoformat() if found.known_on else None,
        "verdict": found.verdict.name.lower(),
        "amount": found.amount,
        "amount_unit": amount.unit if amount else None,
        "amount_kind": amount.kind if amount else None,
        "arithmetic": list(found.arithmetic),
        "conditions": [condition_json(each, language) for each in found.conditions],
        "fail_mask": found.fail_mask,
        "unknown_mask": found.unknown_mask,
        "missing": list(found.missing),
        "near_misses": [_near(each) for each in found.near_misses],
    }


def policy_json(definition: PolicyDefinition, language: str = "zh") -> Json:
    """One policy's public page as data."""
    steps = definition.steps
    return {
        **summary_json(definition, language),
        "source": str(definition.source),
        "anchor": definition.anchor,
        "anchor_needs": definition.anchor_needs,
        "once_per": definition.once_per,
        "excludes": list(definition.excludes),
        "documents": [each.in_language(language) for each in definition.documents],
        "steps": {
            "can": steps.can.in_language(language),
            "bring": steps.bring.in_language(language),
            "where": steps.where.in_language(language),
            "how_long": steps.how_long.in_language(language),
        },
        "object_to": definition.object_to.in_language(language),
        "versions": [_version(each, language) for each in definition.versions],
    }


def summary_json(definition: PolicyDefinition, language: str = "zh") -> Json:
    """One line of the library."""
    return {
        "id": definition.id,
        "name": definition.names.in_language(language),
        "summary": definition.summary.in_language(language),
        "audience": definition.audience,
        "authority": definition.authority,
        "delivery": definition.delivery,
        "status": definition.status,
        "digest": definition.digest,
    }


def value_json(spec: FactSpec, value: Value | None) -> object:
    """A held value: days as ISO text, decimals as exact text, the rest as it is."""
    if value is None:
        return None
    if spec.kind is FactKind.DECIMAL and isinstance(value, int):
        return print_number(value, spec.scale)
    if spec.kind is FactKind.DATE:
        return str(value)
    return value


def figure_text(held: ParamValue) -> str:
    """A dated figure as a text writes it: ``0.055``, ``2025-07-01``, ``true``, a code."""
    if held.type.kind is ir.Kind.NUMBER and isinstance(held.value, int):
        return print_number(held.value, held.type.scale)
    return str(held.value).lower() if isinstance(held.value, bool) else str(held.value)


def condition_json(each: ConditionAnswer, language: str) -> Json:
    """One condition of an answer."""
    return {
        "name": each.name,
        "result": each.result,
        "sentence": each.sentence,
        "basis": each.basis,
        "facts": [_fact(fact, language) for fact in each.facts],
        "comparisons": [comparison.in_language(language) for comparison in each.comparisons],
        "missing": list(each.missing),
    }


def _fact(fact: FactUsed, language: str) -> Json:
    return {
        "name": fact.name,
        "label": fact.spec.labels.in_language(language),
        "value": value_json(fact.spec, fact.value),
        "shown": fact.shown(language),
        "source": fact.source,
        "observed_on": fact.observed_on.isoformat() if fact.observed_on else None,
        "why_unknown": fact.why.value if fact.why else None,
    }


def _near(near: NearMiss) -> Json:
    return {
        "condition": near.condition,
        "change": near.change,
        "fact": near.fact,
        "on": near.on.isoformat() if near.on else None,
        "leads_to": near.leads_to.name.lower(),
        "amount": near.amount,
    }


def _version(version: PolicyVersion, language: str) -> Json:
    return {
        "key": version.key,
        "from": version.start.isoformat() if version.start else None,
        "until": version.until.isoformat() if version.until else None,
        "known_from": version.known_from.isoformat() if version.known_from else None,
        "status": version.status,
        "source": str(version.source),
        "note": version.note,
        "params": [
            {
                "name": each.name,
                "value": figure_text(each.held),
                "source": each.source,
                "status": each.status,
                "note": each.note,
            }
            for each in version.params.values()
        ],
        "conditions": [
            {
                "name": each.name,
                "rule": print_expression(each.expr),
                "basis": each.basis,
                "says": each.says.passed.in_language(language),
            }
            for each in version.conditions
        ],
        "amount": print_expression(version.amount.expr) if version.amount else None,
    }
