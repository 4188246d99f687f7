"""Records at the edges of a policy's own numbers: below, at and above each, and unknown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from denghuo.kernel.period import add_months
from denghuo.policy.logic import ir
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.registry import FactSpec


def boundary_records(
    definitions: Sequence[PolicyDefinition], as_of: date, count: int, seed: int = 5
) -> list[dict[str, object]]:
    """``count`` records: each fact takes an edge value or is unknown, mixed by seed."""
    pick = random.Random(seed)
    specs = {name: spec for each in definitions for name, spec in each.specs.items()}
    numbers, days = _constants(definitions)
    choices = {name: _edges(spec, numbers, days, as_of) for name, spec in specs.items()}
    common = {
        name: pick.choice(edges) for name, edges in choices.items()
    }  # most of a record stays put, so that one condition at a time decides
    records = []
    for _ in range(count):
        if pick.random() < 0.05:
            common = {name: pick.choice(edges) for name, edges in choices.items()}
        record = dict(common)
        for name in pick.sample(sorted(choices), min(4, len(choices))):
            record[name] = pick.choice(choices[name])
        records.append(record)
    return records


def _constants(definitions: Sequence[PolicyDefinition]) -> tuple[set[tuple[int, int]], set[date]]:
    """Every number (unscaled, scale) and day that the definitions mention, figures included."""
    numbers: set[tuple[int, int]] = {(0, 0), (1, 0)}
    days: set[date] = set()
    for definition in definitions:
        for version in definition.versions:
            days.update(day for day in (version.start, version.until) if day)
            for param in version.params.values():
                value = param.held.value
                if isinstance(value, date):
                    days.add(value)
                elif isinstance(value, int) and not isinstance(value, bool):
                    numbers.add((value, param.held.type.scale))
            roots = [each.expr for each in version.conditions]
            roots += [version.amount.expr] if version.amount else []
            for node in (node for root in roots for node in ir.walk(root)):
                if isinstance(node, ir.NumberLiteral):
                    numbers.add((node.unscaled, node.type.scale))
                elif isinstance(node, ir.DateLiteral):
                    days.add(node.value)
    return numbers, days


def _edges(
    spec: FactSpec, numbers: set[tuple[int, int]], days: set[date], as_of: date
) -> list[object]:
    kind = spec.type
    edges: set[object] = set()
    match kind.kind:
        case ir.Kind.BOOL:
            edges = {True, False}
        case ir.Kind.CODE:
            edges = set(kind.values or {"A", "C13"})
        case ir.Kind.DATE:
            low, high = spec.low, spec.high
            assert isinstance(low, date)
            assert isinstance(high, date)
            months = [n for n, scale in numbers if scale == 0 and abs(n) <= 1200]
            marks = {as_of, *days}
            marks |= {add_months(as_of, sign * n) for n in months for sign in (1, -1, 12, -12)}
            near = {mark + timedelta(days=step) for mark in marks for step in (-1, 0, 1)}
            edges = {day for day in near if low <= day <= high}
        case ir.Kind.NUMBER:
            low_number, high_number = spec.number_bounds
            edges = {low_number, high_number}
            for unscaled, scale in numbers:
                held = (
                    unscaled * 10 ** max(kind.scale - scale, 0) // 10 ** max(scale - kind.scale, 0)
                )
                edges.update(held + step for step in (-1, 0, 1))
            edges = {n for n in edges if isinstance(n, int) and low_number <= n <= high_number}
    listed: list[object] = sorted(edges, key=str)
    return [*listed, None] if spec.world == "open" else listed
