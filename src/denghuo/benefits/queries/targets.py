"""The registered facts as targets of an import, and the offices that tell them."""

from __future__ import annotations

from denghuo.benefits.logic.row_checks import Strict
from denghuo.benefits.logic.targets import SubjectKind, Target
from denghuo.policy.public import (
    OWN_WORDS,
    FactSpec,
    read_value,
    registry,
    strict_form,
)

# The office whose list of firms is the list of firms: from its file new ones may be entered.
REGISTER_OFFICE = "市场主体登记"


def targets() -> dict[str, Target]:
    """Every fact that an office may tell, by name."""
    return {
        spec.name: Target(
            name=spec.name,
            label=spec.labels.zh,
            kind=spec.kind.value,
            subject=spec.subject,
            source=spec.source,
            unit=spec.unit,
            scale=spec.scale,
            low=spec.low,
            high=spec.high,
            values={code: words.zh for code, words in spec.values.items()},
        )
        for spec in registry().values()
        if spec.source not in OWN_WORDS
    }


def offices(subject: SubjectKind | None = None) -> tuple[str, ...]:
    """The offices that the registry names as sources."""
    return tuple(
        dict.fromkeys(each.source for each in targets().values() if subject in (None, each.subject))
    )


def strict_value(spec: FactSpec, raw: object) -> Strict:
    """A value of a table in the form in which records hold it."""
    value = read_value(spec, raw).value
    if value is None:
        return None
    strict = strict_form(spec, value)
    return strict if isinstance(strict, bool | int) else str(strict)
