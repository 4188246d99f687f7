"""The shape of a policy file, before anything in it is understood.

Only names, presence and plain types are checked here; ``definition.py`` gives it meaning.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from denghuo.kernel.words import AnyWords, Shape
from denghuo.policy.logic.registry import Name

CONDITIONS_MAX = 32
VERSIONS_MAX = 60
PARAMS_MAX = 100
CASES_MAX = 60

PolicyId = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$", max_length=80)
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]


def _bare_number(value: object) -> object:
    """A flat amount may be written without quotes."""
    plain = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if plain else value


ExpressionText = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_bare_number)]
Audience = Literal["person", "firm", "pair"]
Status = Literal["verified", "assumed"]
Delivery = Literal["auto", "confirm", "apply"]
AmountUnit = Literal["fen", "rate", "count", "months", "days", "nights"]
Rounding = Literal["half_up", "down"]
AmountKind = Literal[
    "payment", "rate", "cap", "loan_limit", "interest", "reduction", "duration", "count"
]


class SourceShape(Shape):
    """Where a rule or figure is written."""

    doc: Text
    title: str = Field(default="", max_length=500)
    clause: str = Field(default="", max_length=200)
    url: str = Field(default="", max_length=500, pattern=r"^(https?://\S+)?$")


class SaysShape(Shape):
    """What a person reads when a condition holds, fails, or cannot be told yet."""

    passed: AnyWords = Field(alias="pass")
    failed: AnyWords = Field(alias="fail")
    unknown: AnyWords


class ConditionShape(Shape):
    expr: ExpressionText
    says: SaysShape
    basis: str = Field(default="", max_length=500)


class AmountShape(Shape):
    expr: ExpressionText
    label: AnyWords
    unit: AmountUnit = "fen"
    kind: AmountKind = "payment"
    round: Rounding = "half_up"


class ParamShape(Shape):
    """``unit``: ``fen`` shows yuan, ``ratio`` shows percent, anything else follows the number."""

    value: bool | int | Decimal | date | Annotated[str, StringConstraints(min_length=1)]
    source: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=1_000)
    status: Status | None = None
    unit: str = Field(default="", max_length=20)
    label: AnyWords | None = None


class VersionShape(Shape):
    """One dated text. ``from``/``until`` bound the anchor day; ``known_from`` is publication."""

    start: date | None = Field(alias="from")
    until: date | None = None
    known_from: date | None = None
    replaces: bool = False
    status: Status
    source: SourceShape | None = None
    note: str = Field(default="", max_length=1_000)
    params: dict[Name, ParamShape] = Field(default_factory=dict, max_length=PARAMS_MAX)
    let: dict[Name, ExpressionText] = Field(default_factory=dict)
    conditions: dict[Name, ConditionShape | None] = Field(default_factory=dict)
    amount: AmountShape | None = None


class PendingShape(Shape):
    """Anchor days whose rule is awaited: nothing is in force, and the page says why."""

    start: date = Field(alias="from")
    until: date | None = None
    note: str = Field(min_length=1, max_length=1_000)


class ExpectShape(Shape):
    """``amount`` is in the unit of the policy's amount: fen, or a ratio for a rate."""

    verdict: Literal["entitled", "not", "unknown", "no_rule"] | None = None
    amount: int | Decimal | None = None
    failed: list[Name] | None = None
    missing: list[Name] | None = None
    no_rule: bool = False


class CaseShape(Shape):
    name: Text
    as_of: date
    known_on: date | None = None
    given: dict[Name, Any]
    expect: ExpectShape
    source: str = Field(default="", max_length=500)


class StepsShape(Shape):
    """The four questions of a policy's page."""

    can: AnyWords
    bring: AnyWords
    where: AnyWords
    how_long: AnyWords


class PolicyShape(Shape):
    id: PolicyId
    names: AnyWords
    summary: AnyWords
    audience: Audience
    authority: Text
    source: SourceShape
    delivery: Delivery
    once_per: str | None = Field(default=None, max_length=40)
    excludes: list[PolicyId] = Field(default_factory=list, max_length=50)
    anchor: str = "as_of"
    anchor_needs: Name | None = None
    let: dict[Name, ExpressionText] = Field(default_factory=dict, max_length=50)
    conditions: dict[Name, ConditionShape] = Field(min_length=1, max_length=CONDITIONS_MAX)
    amount: AmountShape | None = None
    documents: list[AnyWords] = Field(default_factory=list, max_length=50)
    steps: StepsShape
    object_to: AnyWords
    gaps: bool = False
    versions: list[VersionShape] = Field(min_length=1, max_length=VERSIONS_MAX)
    pending: list[PendingShape] = Field(default_factory=list, max_length=20)
    cases: list[CaseShape] = Field(default_factory=list, max_length=CASES_MAX)
