"""What an undecided condition can still come to, and which facts can make it so.

Tried out on values that matter: the thresholds a fact is compared with and their neighbours, its
bounds, every listed code. Where the trials would be too many, everything counts as attainable, so
that no useful question is ever dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import Evaluate, Row
from denghuo.policy.logic.definition import PolicyVersion
from denghuo.policy.logic.near import day_of, days_of, thresholds
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import Value

TRIALS_MAX = 600
CODES_MAX = 12
# A code no rule names: what an open list can always hold.
OTHER_CODE = "other.code"


@dataclass(frozen=True, slots=True)
class Attainable:
    """``results`` the condition can come to, and per fact those that fact can tip it to."""

    results: frozenset[bool]
    tipped_by: Mapping[str, frozenset[bool]]


def attainable(
    condition: ir.Expr,
    run: Evaluate,
    row: Row,
    unknown: tuple[str, ...],
    *,
    specs: Mapping[str, FactSpec],
    version: PolicyVersion,
) -> Attainable:
    """Try the ``unknown`` facts of an undecided condition; other unknown facts stay unknown."""
    values = [_values(condition, specs[name], version, row) for name in unknown]
    size = 1
    for each in values:
        size *= len(each)
    if size > TRIALS_MAX:
        both = frozenset({True, False})
        return Attainable(both, dict.fromkeys(unknown, both))
    trial = dict(row)
    results: set[bool] = set()
    tipped: dict[str, set[bool]] = {name: set() for name in unknown}
    for combination in itertools.product(*values):
        trial.update(zip(unknown, combination, strict=True))
        result = run(trial)
        if result is None:
            continue
        results.add(result)
        for name, value in zip(unknown, combination, strict=True):
            if result in tipped[name]:
                continue
            trial[name] = None
            if run(trial) is None:
                tipped[name].add(result)
            trial[name] = value
    if results and not any(tipped.values()):
        # Any one of several facts would do, and none alone is needed: each of them is worth asking.
        return Attainable(frozenset(results), dict.fromkeys(unknown, frozenset(results)))
    return Attainable(frozenset(results), {name: frozenset(each) for name, each in tipped.items()})


def _values(condition: ir.Expr, spec: FactSpec, version: PolicyVersion, row: Row) -> list[Value]:
    match spec.kind:
        case FactKind.BOOL:
            return [True, False]
        case FactKind.CODE:
            return [*_codes(condition, spec)]
        case _:
            return _ordered(spec, thresholds(condition, spec.name, version.held(), row))


def _codes(condition: ir.Expr, spec: FactSpec) -> dict[str, None]:
    if spec.values and len(spec.values) <= CODES_MAX:
        return dict.fromkeys(spec.values)
    named: dict[str, None] = {}
    for part in ir.walk(condition):
        match part:
            case ir.CodeLiteral(value=value):
                named[value] = None
            case ir.Param(type=kind) if kind.values:
                named |= dict.fromkeys(sorted(kind.values))
            case ir.StartsWith(prefix=prefix):
                named[prefix] = None
            case _:
                pass
    if not spec.values:
        return {**named, OTHER_CODE: None}
    rest = [value for value in spec.values if value not in named]
    # Of a long list: the codes the rule names, and one that it does not.
    starts = [value for value in spec.values if any(value.startswith(each) for each in named)]
    return {**dict.fromkeys(starts), **dict.fromkeys(rest[:1])}


def _ordered(spec: FactSpec, hints: list[int]) -> list[Value]:
    low, high = spec.low, spec.high
    if isinstance(low, date) and isinstance(high, date):
        numbers = _around(days_of(low), days_of(high), hints)
        return [day_of(number) for number in numbers]
    numbers = _around(*spec.number_bounds, hints)
    return [*numbers]


def _around(low: int, high: int, hints: list[int]) -> list[int]:
    tried = {low, high, (low + high) // 2}
    tried |= {value for hint in hints for value in (hint - 1, hint, hint + 1)}
    return sorted(value for value in tried if low <= value <= high)
