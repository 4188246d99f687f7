"""Near misses: exactly one condition failed, and what would make it hold.

Every suggestion is found by evaluating the rule with one thing changed, never by reading its text:
a number or day moved as little as possible, a yes turned to no, another listed code, or waiting.
Nothing that is marked ``fixed`` in the registry (a birth date) is ever suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import AS_OF_KEY, Evaluate, Row, compile_expression
from denghuo.policy.logic.decide import Outcome, compile_version, decide, segments_of
from denghuo.policy.logic.definition import AS_OF, PolicyDefinition, PolicyVersion
from denghuo.policy.logic.display import display_of_fact, show_day
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import ParamValue, Value
from denghuo.policy.logic.verdict import Verdict

WAIT_DAYS_MAX = 3_660
_DAY_ZERO = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One change that would do. ``change`` is the sentence; the rest is the same in values.

    ``leads_to`` is ENTITLED, or UNKNOWN while other conditions still miss facts. ``on`` is the day
    for a wait; ``values`` the new value, or all the codes that would do.
    """

    kind: Literal["more", "less", "later", "earlier", "flip", "choice", "wait"]
    condition: str
    change: str
    fact: str | None
    values: tuple[Value, ...]
    on: date | None
    leads_to: Verdict
    amount: int | None


def near_misses(
    definition: PolicyDefinition, row: Row, outcome: Outcome, known_on: date | None = None
) -> tuple[NearMiss, ...]:
    """The changes that flip the one failed condition; none unless exactly one failed."""
    mask, version = outcome.fail_mask, outcome.version
    if version is None or not mask or mask & (mask - 1):
        return ()
    index = mask.bit_length() - 1
    condition = version.conditions[index]
    run = compile_version(definition, version.key).conditions[index]
    search = _Search(definition, version, dict(row), known_on, condition.name, run)
    found = list(search.wait())
    for name in ir.facts_of(condition.expr):
        spec = definition.specs[name]
        if row[name] is not None and not spec.fixed:
            found += search.change(spec, thresholds(condition.expr, name, version.held(), row))
    return tuple(found)


@dataclass(slots=True)
class _Search:
    definition: PolicyDefinition
    version: PolicyVersion
    row: dict[str, Value | None]
    known_on: date | None
    condition: str
    run: Evaluate

    def outcome(self, name: str, value: Value) -> Outcome | None:
        """The outcome with one value changed, or None when it would still be refused."""
        kept, self.row[name] = self.row[name], value
        try:
            # Unless the change picks another version, the one condition decides; it is cheap.
            if name != self.definition.anchor and not self.run(self.row):
                return None
            outcome = decide(self.definition, self.row, self.known_on)
            return outcome if outcome.verdict in (Verdict.ENTITLED, Verdict.UNKNOWN) else None
        finally:
            self.row[name] = kept

    def change(self, spec: FactSpec, thresholds: list[int]) -> Iterator[NearMiss]:
        match spec.kind:
            case FactKind.BOOL:
                yield from self._flip(spec)
            case FactKind.CODE:
                yield from self._choose(spec)
            case FactKind.DATE:
                yield from self._move_day(spec, thresholds)
            case _:
                yield from self._move_number(spec, thresholds)

    def _flip(self, spec: FactSpec) -> Iterator[NearMiss]:
        value = not self.row[spec.name]
        outcome = self.outcome(spec.name, value)
        if outcome is not None:
            change = f"{spec.labels.zh}变为“{display_of_fact(spec).show(value)}”"
            yield self._found("flip", change, spec.name, (value,), outcome)

    def _choose(self, spec: FactSpec) -> Iterator[NearMiss]:
        outcomes = {value: self.outcome(spec.name, value) for value in spec.values}
        good = tuple(value for value, outcome in outcomes.items() if outcome is not None)
        first = outcomes[good[0]] if good else None
        if first is not None:
            labels = "、".join(display_of_fact(spec).show(value) for value in good)
            best = first if len(good) == 1 else first._replace(amount=None)
            yield self._found("choice", f"{spec.labels.zh}是{labels}", spec.name, good, best)

    def _move_number(self, spec: FactSpec, thresholds: list[int]) -> Iterator[NearMiss]:
        start = self.row[spec.name]
        if not isinstance(start, int):
            return
        low, high = spec.number_bounds
        for step, limit in ((1, high), (-1, low)):
            value = nearest(
                lambda each: self.outcome(spec.name, each) is not None,
                start,
                step,
                limit,
                thresholds,
            )
            outcome = None if value is None else self.outcome(spec.name, value)
            if value is None or outcome is None:
                continue
            shown = display_of_fact(spec).show(abs(value - start))
            change = f"{spec.labels.zh}再{'多' if step > 0 else '少'} {shown}"
            kind: Literal["more", "less"] = "more" if step > 0 else "less"
            yield self._found(kind, change, spec.name, (value,), outcome)

    def _move_day(self, spec: FactSpec, thresholds: list[int]) -> Iterator[NearMiss]:
        start = self.row[spec.name]
        if (
            not isinstance(start, date)
            or not isinstance(spec.low, date)
            or not isinstance(spec.high, date)
        ):
            return
        for step, limit in ((1, spec.high), (-1, spec.low)):
            value = nearest(
                lambda each: self.outcome(spec.name, day_of(each)) is not None,
                days_of(start),
                step,
                days_of(limit),
                thresholds,
            )
            outcome = None if value is None else self.outcome(spec.name, day_of(value))
            if value is None or outcome is None:
                continue
            side = "以后" if step > 0 else "以前"
            change = f"{spec.labels.zh}在{show_day(day_of(value))}或{side}"
            kind: Literal["later", "earlier"] = "later" if step > 0 else "earlier"
            yield self._found(kind, change, spec.name, (day_of(value),), outcome)

    def wait(self) -> Iterator[NearMiss]:
        """The first day from which the same facts would do."""
        today = self.row[AS_OF_KEY]
        if not isinstance(today, date):
            return
        start = days_of(today)
        bounds: list[int] = []
        if self.definition.anchor == AS_OF:
            bounds = [
                days_of(segment.start)
                for segment in segments_of(self.definition, self.known_on)
                if segment.start is not None and segment.start > today
            ]
        reads_day = False
        for condition in self.version.conditions:
            if any(isinstance(part, ir.AsOf) for part in ir.walk(condition.expr)):
                reads_day = True
                held = self.version.held()
                bounds += thresholds(condition.expr, AS_OF_KEY, held, self.row)
        if not reads_day and not bounds:
            return
        value = nearest(
            lambda each: self.outcome(AS_OF_KEY, day_of(each)) is not None,
            start,
            1,
            start + WAIT_DAYS_MAX,
            bounds,
        )
        outcome = None if value is None else self.outcome(AS_OF_KEY, day_of(value))
        if value is not None and outcome is not None:
            change = f"{show_day(day_of(value))}起符合"
            miss = self._found("wait", change, None, (), outcome)
            yield replace(miss, on=day_of(value))

    def _found(
        self,
        kind: Literal["more", "less", "later", "earlier", "flip", "choice", "wait"],
        change: str,
        fact: str | None,
        values: tuple[Value, ...],
        outcome: Outcome,
    ) -> NearMiss:
        if outcome.verdict is Verdict.UNKNOWN:
            change += "（其余信息还要核实）"
        return NearMiss(
            kind, self.condition, change, fact, values, None, outcome.verdict, outcome.amount
        )


def nearest(
    works: Callable[[int], bool], start: int, step: int, limit: int, hints: Iterable[int]
) -> int | None:
    """The value nearest to ``start`` in one direction for which ``works``, or None.

    Looks at the hints (and their neighbours) and at strides that double, then halves the last
    stride that did not work. Exact where ``works`` changes only at hints, or only once.
    """
    probes = {limit}
    for hint in hints:
        probes |= {hint - 1, hint, hint + 1}
    stride = 1
    while abs(limit - start) > stride:
        probes.add(start + step * stride)
        stride *= 2
    below = start
    for probe in sorted(
        (each for each in probes if step * (each - start) > 0), key=lambda v: step * v
    ):
        if step * (probe - limit) > 0:
            break
        if works(probe):
            return _halve(works, below, probe)
        below = probe
    return None


def _halve(works: Callable[[int], bool], bad: int, good: int) -> int:
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        if works(middle):
            good = middle
        else:
            bad = middle
    return good


def days_of(day: date) -> int:
    return (day - _DAY_ZERO).days


def day_of(number: int) -> date:
    return _DAY_ZERO + timedelta(days=number)


def thresholds(node: ir.Expr, name: str, params: Mapping[str, ParamValue], row: Row) -> list[int]:
    """Values the fact is directly compared with, whole numbers at its scale (days for dates)."""
    found: list[int] = []
    for part in ir.walk(node):
        match part:
            case ir.Compare(left=left, right=right):
                for mine, other in ((left, right), (right, left)):
                    if _is(mine, name):
                        found += _value(other, mine.type.scale, params, row)
            case ir.In(item=item, choices=choices) if _is(item, name):
                for choice in choices:
                    found += _value(choice, item.type.scale, params, row)
            case _:
                pass
    return found


def _is(node: ir.Expr, name: str) -> bool:
    return (isinstance(node, ir.Fact) and node.name == name) or (
        isinstance(node, ir.AsOf) and name == AS_OF_KEY
    )


def _value(node: ir.Expr, scale: int, params: Mapping[str, ParamValue], row: Row) -> list[int]:
    value = compile_expression(node, params)(row)
    if isinstance(value, date):
        return [days_of(value)]
    if isinstance(value, bool) or not isinstance(value, int):
        return []
    if node.type.scale <= scale:
        return [value * 10 ** (scale - node.type.scale)]
    return [value // 10 ** (node.type.scale - scale)]
