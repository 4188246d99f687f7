"""What else one definition gives: the form's JSON Schema and the text search reads."""

from __future__ import annotations

from typing import Any

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.printer import print_number
from denghuo.policy.logic.registry import Ask, FactKind, FactRegistry, FactSpec

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(definition: PolicyDefinition, language: str = "zh") -> dict[str, Any]:
    """The form of a policy: one property per fact it reads. Nothing is required, because a missing
    fact is an answer of its own. Money is whole fen."""
    return {
        "$schema": _DIALECT,
        "title": definition.names.in_language(language),
        "description": definition.summary.in_language(language),
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(spec, language) for name, spec in definition.specs.items()},
    }


def facts_schema(registry: FactRegistry, language: str = "zh") -> dict[str, Any]:
    """Every registered fact as a property of one object, for the description of the API."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(spec, language) for name, spec in registry.items()},
    }


def search_text(definition: PolicyDefinition, language: str = "zh") -> str:
    """Everything a person might look the policy up by, one line each."""
    newest = definition.in_force()[-1].version
    lines = [
        definition.names.in_language(language),
        definition.summary.in_language(language),
        definition.authority,
        str(definition.source),
        definition.steps.can.in_language(language),
        *(spec.labels.in_language(language) for spec in definition.specs.values()),
        *(each.basis for each in newest.conditions),
        *(words.in_language(language) for words in definition.documents),
        definition.steps.bring.in_language(language),
        definition.steps.where.in_language(language),
        definition.steps.how_long.in_language(language),
        definition.object_to.in_language(language),
    ]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _property(spec: FactSpec, language: str) -> dict[str, Any]:
    described = spec.help or spec.why or spec.question
    shape: dict[str, Any] = {"title": spec.labels.in_language(language)}
    if described is not None:
        shape["description"] = described.in_language(language)
    match spec.kind:
        case FactKind.BOOL:
            shape["type"] = ["boolean", "null"]
        case FactKind.DATE:
            shape |= {"type": ["string", "null"], "format": "date"}
        case FactKind.CODE:
            shape["type"] = ["string", "null"]
            if spec.values:
                shape["enum"] = [*spec.values, None]
                shape["x-labels"] = {
                    value: words.in_language(language) for value, words in spec.values.items()
                }
        case FactKind.DECIMAL:
            # A decimal travels as text: a JSON number would be read as a float somewhere.
            low, high = (print_number(bound, spec.scale) for bound in spec.number_bounds)
            shape |= {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"}
            shape |= {"x-minimum": low, "x-maximum": high}
        case FactKind.INT | FactKind.MONEY:
            low_value, high_value = spec.number_bounds
            shape |= {"type": ["integer", "null"], "minimum": low_value, "maximum": high_value}
    shape["x-source"] = spec.source
    shape["x-unit"] = "fen" if spec.kind is FactKind.MONEY else spec.unit
    shape["readOnly"] = spec.ask in (Ask.FREE, Ask.NEVER)
    return shape
