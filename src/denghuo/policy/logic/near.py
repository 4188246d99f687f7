"""Near misses: exactly one condition failed, and what would make it hold.

Every suggestion is found by evaluating the rule with one thing changed, never by reading its text:
a number or day moved as little as possible, a yes turned to no, another listed code, or waiting.
Nothing that is marked ``fixed`` in the registry (a birth date) is ever suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from denghuo.policy.logic.closures import AS_OF_KEY, Evaluate, Row
from denghuo.policy.logic.decide import Outcome, compile_version, decide, segments_of
from denghuo.policy.logic.definition import AS_OF, PolicyDefinition
from denghuo.policy.logic.display import display_of_fact, show_day
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.thresholds import VersionPlan, day_of, days_of, plan_of
from denghuo.policy.logic.verdict import Verdict

WAIT_DAYS_MAX = 3_660


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


class _ChangeWords(NamedTuple):
    """How a change is said; ``{fact}`` is the label, ``{value}`` the value in words."""

    more: str
    less: str
    later: str
    earlier: str
    flip: str
    choice: str
    wait: str
    unsettled: str
    comma: str


_WORDS = {
    "zh": _ChangeWords(
        more="{fact}再多 {value}",
        less="{fact}再少 {value}",
        later="{fact}在{value}或以后",
        earlier="{fact}在{value}或以前",
        flip="{fact}变为“{value}”",
        choice="{fact}是{value}",
        wait="{value}起符合",
        unsettled="（其余信息还要核实）",
        comma="、",
    ),
    "en": _ChangeWords(
        more="{fact}: {value} more",
        less="{fact}: {value} less",
        later="{fact}: on {value} or later",
        earlier="{fact}: on {value} or earlier",
        flip="{fact}: becomes “{value}”",
        choice="{fact}: {value}",
        wait="From {value} on",
        unsettled=" (the rest is still to be checked)",
        comma=", ",
    ),
}


def near_misses(
    definition: PolicyDefinition,
    row: Row,
    outcome: Outcome,
    known_on: date | None = None,
    language: str = "zh",
) -> tuple[NearMiss, ...]:
    """The changes that flip the one failed condition; none unless exactly one failed."""
    mask, version = outcome.fail_mask, outcome.version
    if version is None or not mask or mask & (mask - 1):
        return ()
    index = mask.bit_length() - 1
    condition = version.conditions[index]
    search = _Search(
        definition,
        plan_of(definition, version.key),
        index,
        compile_version(definition, version.key).conditions[index],
        condition.name,
        dict(row),
        known_on,
        language,
    )
    found = list(search.wait())
    for name, spec in definition.specs.items():
        if name in search.plan.conditions[index].reads and row[name] is not None and not spec.fixed:
            found += search.change(spec)
    return tuple(found)


@dataclass(slots=True)
class _Search:
    definition: PolicyDefinition
    plan: VersionPlan
    index: int
    run: Evaluate
    condition: str
    row: dict[str, Value | None]
    known_on: date | None
    language: str

    @property
    def words(self) -> _ChangeWords:
        return _WORDS.get(self.language, _WORDS["zh"])

    def say(self, words: str, spec: FactSpec, value: str) -> str:
        """A change of one fact, in words."""
        return words.format(fact=spec.labels.in_language(self.language), value=value)

    def outcome(self, name: str, value: Value) -> Outcome | None:
        """The outcome with one value changed, or None when it would still be refused."""
        kept, self.row[name] = self.row[name], value
        try:
            outcome = decide(self.definition, self.row, self.known_on)
        finally:
            self.row[name] = kept
        return outcome if outcome.verdict in (Verdict.ENTITLED, Verdict.UNKNOWN) else None

    def works(self, name: str) -> Callable[[int | date], bool]:
        """Whether a value of this fact would do. Mostly only the one failed condition reads it."""
        whole = name == self.definition.anchor or self.plan.read_by_others(name, self.index)

        def works(value: int | date) -> bool:
            if whole:
                return self.outcome(name, value) is not None
            kept, self.row[name] = self.row[name], value
            try:
                return self.run(self.row) is True
            finally:
                self.row[name] = kept

        return works

    def on_day(self, name: str) -> Callable[[int], bool]:
        """The same for a day, given as a number."""
        works = self.works(name)
        return lambda number: works(day_of(number))

    def change(self, spec: FactSpec) -> Iterator[NearMiss]:
        thresholds = self.plan.conditions[self.index].thresholds(spec.name, self.row)
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
            said = spec.flip.get(value)
            if said is not None:
                change = said.in_language(self.language)
            else:
                shown = display_of_fact(spec).show(value, self.language)
                change = self.say(self.words.flip, spec, shown)
            yield self._found("flip", change, spec.name, (value,), outcome)

    def _choose(self, spec: FactSpec) -> Iterator[NearMiss]:
        outcomes = {value: self.outcome(spec.name, value) for value in spec.values}
        good = tuple(value for value, outcome in outcomes.items() if outcome is not None)
        first = outcomes[good[0]] if good else None
        if first is not None:
            labels = self.words.comma.join(
                display_of_fact(spec).show(value, self.language) for value in good
            )
            best = first if len(good) == 1 else first._replace(amount=None)
            change = self.say(self.words.choice, spec, labels)
            yield self._found("choice", change, spec.name, good, best)

    def _move_number(self, spec: FactSpec, thresholds: list[int]) -> Iterator[NearMiss]:
        start = self.row[spec.name]
        if not isinstance(start, int):
            return
        works = self.works(spec.name)
        low, high = spec.number_bounds
        for step, limit in ((1, high), (-1, low)):
            value = nearest(works, start, step, limit, thresholds)
            outcome = None if value is None else self.outcome(spec.name, value)
            if value is None or outcome is None:
                continue
            shown = display_of_fact(spec).show(abs(value - start), self.language)
            change = self.say(self.words.more if step > 0 else self.words.less, spec, shown)
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
        on_day = self.on_day(spec.name)
        for step, limit in ((1, spec.high), (-1, spec.low)):
            value = nearest(on_day, days_of(start), step, days_of(limit), thresholds)
            outcome = None if value is None else self.outcome(spec.name, day_of(value))
            if value is None or outcome is None:
                continue
            side = self.words.later if step > 0 else self.words.earlier
            change = self.say(side, spec, show_day(day_of(value), self.language))
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
        reading = [plan for plan in self.plan.conditions if AS_OF_KEY in plan.reads]
        for plan in reading:
            bounds += plan.thresholds(AS_OF_KEY, self.row)
        if not reading and not bounds:
            return
        value = nearest(self.on_day(AS_OF_KEY), start, 1, start + WAIT_DAYS_MAX, bounds)
        outcome = None if value is None else self.outcome(AS_OF_KEY, day_of(value))
        if value is not None and outcome is not None:
            change = self.words.wait.format(value=show_day(day_of(value), self.language))
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
            change += self.words.unsettled
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
