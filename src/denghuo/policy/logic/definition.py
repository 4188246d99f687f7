"""A policy as everything else reads it: frozen, typed, every expression parsed.

One definition gives the explained answer, the next question, the sweep, the page, the form and the
search text. It is made only by ``load_definition`` (see ``loading.py``), which refuses anything
that could later be ambiguous, negative, too large or unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from denghuo.kernel.words import Words
from denghuo.policy.logic import ir
from denghuo.policy.logic.policy_shape import (
    AmountKind,
    AmountUnit,
    Audience,
    Delivery,
    Rounding,
    Status,
)
from denghuo.policy.logic.registry import FactSpec
from denghuo.policy.logic.scope import ParamValue, Value
from denghuo.policy.logic.verdict import Verdict

AS_OF = "as_of"
# A rate is held as whole millionths, so that every amount of every engine is an integer.
RATE_SCALE = 6


@dataclass(frozen=True, slots=True)
class Source:
    """The legal text: document number, title, clause, address."""

    doc: str
    title: str = ""
    clause: str = ""
    url: str = ""

    def __str__(self) -> str:
        name = f"《{self.title}》" if self.title else ""
        return f"{name}{self.doc}{self.clause}"


@dataclass(frozen=True, slots=True)
class Says:
    """The sentence for each result; ``{fact}``, ``{p.param}``, ``{let}`` are filled in."""

    passed: Words
    failed: Words
    unknown: Words


@dataclass(frozen=True, slots=True)
class Param:
    """A dated figure with its source and whether somebody checked it."""

    name: str
    held: ParamValue
    source: str
    status: Status
    note: str = ""
    unit: str = ""
    label: Words | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One named condition; its place in ``PolicyVersion.conditions`` is its bit in the masks."""

    name: str
    text: str
    expr: ir.Expr
    says: Says
    basis: str


@dataclass(frozen=True, slots=True)
class Amount:
    """What is due when entitled. ``expr`` rounded half up is a whole number of ``unit``:
    fen, millionths for a rate, or a count.

    Where the rule rounds down, ``expr`` already holds half a unit less (never below zero), so that
    every engine rounds one way; ``exact`` is what the rule itself computes.
    """

    text: str
    expr: ir.Expr
    unit: AmountUnit
    kind: AmountKind
    label: Words
    rounding: Rounding = "half_up"

    @property
    def exact(self) -> ir.Expr:
        """The amount before any rounding, in ``unit`` (a rate: as the rule writes it)."""
        expr = self.expr
        if self.rounding == "down" and isinstance(expr, ir.Extreme):
            lowered = expr.items[1]
            expr = lowered.left if isinstance(lowered, ir.Arithmetic) else expr
        if self.unit == "rate" and isinstance(expr, ir.Arithmetic):
            expr = expr.left
        return expr


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One dated text of a policy: in force for anchor days in ``[start, until)``, public since
    ``known_from``. ``key`` names it within the policy."""

    key: str
    start: date | None
    until: date | None
    known_from: date | None
    replaces: bool
    status: Status
    source: Source
    note: str
    params: Mapping[str, Param]
    lets: Mapping[str, ir.Expr]
    conditions: tuple[Condition, ...]
    amount: Amount | None

    def held(self) -> dict[str, ParamValue]:
        """Parameter types and values, as evaluators take them."""
        return {name: param.held for name, param in self.params.items()}

    def condition_named(self, name: str | None) -> Condition | None:
        """The condition of this name, if the version has it."""
        return next((each for each in self.conditions if each.name == name), None)

    def facts(self) -> tuple[str, ...]:
        """Names of the facts this version reads, conditions first."""
        roots = [condition.expr for condition in self.conditions]
        if self.amount is not None:
            roots.append(self.amount.expr)
        return tuple(dict.fromkeys(name for root in roots for name in ir.facts_of(root)))


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of anchor days ruled by one version, as known on some day."""

    start: date | None
    until: date | None
    version: PolicyVersion

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (
            self.until is None or day < self.until
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """Anchor days in ``[start, until)`` whose rule has not been found or entered, and why.

    Nothing is in force there: a person decides, and the page says what is awaited.
    """

    start: date
    until: date | None
    note: str

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a worked case must come to; None means the case does not say."""

    verdict: Verdict | None
    amount: int | None
    failed: tuple[str, ...] | None
    missing: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A case a jurist can read beside the rule. ``given`` holds values as facts are held."""

    name: str
    as_of: date
    known_on: date | None
    given: Mapping[str, Value | None]
    expect: Expectation
    source: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Can I, what to bring, where, how long."""

    can: Words
    bring: Words
    where: Words
    how_long: Words


@dataclass(frozen=True, slots=True, eq=False)
class PolicyDefinition:
    """One policy. ``specs`` are the registered facts it reads (anchor included); ``digest`` names
    this exact content and changes with any of it. Compared by identity, so that what is compiled
    from it can be kept beside it."""

    id: str
    names: Words
    summary: Words
    audience: Audience
    authority: str
    source: Source
    delivery: Delivery
    once_per: str | None
    excludes: tuple[str, ...]
    anchor: str
    documents: tuple[Words, ...]
    steps: Steps
    object_to: Words
    versions: tuple[PolicyVersion, ...]
    cases: tuple[WorkedCase, ...]
    specs: Mapping[str, FactSpec]
    digest: str
    pending: tuple[Pending, ...] = ()
    # The condition without which there is no anchor day at all; the same in every version.
    anchor_needs: str | None = None

    @property
    def anchor_fact(self) -> str | None:
        """The date fact that picks the version, or None where the day asked for does."""
        return None if self.anchor == AS_OF else self.anchor

    @property
    def status(self) -> Status:
        """``assumed`` as soon as any version or figure is."""
        states = {version.status for version in self.versions}
        states |= {param.status for version in self.versions for param in version.params.values()}
        return "assumed" if "assumed" in states else "verified"

    def rules_every_day(self, segments: tuple[Segment, ...]) -> bool:
        """Whether some version rules on each day the anchor fact may have."""
        spec = self.specs[self.anchor]
        low = spec.low if isinstance(spec.low, date) else date.min
        high = spec.high if isinstance(spec.high, date) else date.max
        for segment in segments:
            if segment.start is not None and segment.start > low:
                return False
            if segment.until is None or segment.until > high:
                return True
            low = max(low, segment.until)
        return False

    def pending_on(self, day: date) -> Pending | None:
        """What is awaited for an anchor day without a rule, where the file says so."""
        return next((each for each in self.pending if day in each), None)

    def in_force(self, known_on: date | None = None) -> tuple[Segment, ...]:
        """Who rules when, as far as was public on ``known_on`` (None: everything known now).

        Where a later published version replaces part of an earlier one, the earlier keeps the rest.
        The segments are in order and never overlap.
        """
        known = [
            version
            for version in self.versions
            if known_on is None or version.known_from is None or version.known_from <= known_on
        ]
        return paint(known)


def paint(versions: list[PolicyVersion]) -> tuple[Segment, ...]:
    """Lay versions over each other, the later published on top."""
    segments: list[Segment] = []
    for version in sorted(versions, key=lambda each: each.known_from or date.min):
        top = Segment(version.start, version.until, version)
        segments = [piece for below in segments for piece in _uncovered(below, top)]
        segments.append(top)
    return tuple(sorted(segments, key=lambda each: each.start or date.min))


def _uncovered(below: Segment, top: Segment) -> Iterator[Segment]:
    start, until = below.start or date.min, below.until or date.max
    top_start, top_until = top.start or date.min, top.until or date.max
    if until <= top_start or top_until <= start:
        yield below
        return
    if start < top_start:
        yield Segment(below.start, top.start, below.version)
    if top_until < until:
        yield Segment(top.until, below.until, below.version)


def rate_of(held: int) -> Decimal:
    """A held rate (millionths) as the ratio it stands for."""
    return Decimal(held).scaleb(-RATE_SCALE)
