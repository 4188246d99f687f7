"""What programs send and get: the shapes of this room's JSON, for reading, checking, describing.

``answer_json`` writes these shapes; a test holds the two together. Money is whole fen, days are
ISO dates, decimals travel as text, unknown is null.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from denghuo.kernel.json_shapes import Told
from denghuo.policy.logic.policy_shape import AmountKind, AmountUnit, Audience, Delivery, Status

POLICIES_MAX = 100
FACTS_MAX = 400
Language = Literal["zh", "en", "mn"]
PolicyName = Annotated[
    str, Field(max_length=80, json_schema_extra={"example": "stable-jobs-refund"})
]
FactName = Annotated[str, Field(max_length=60)]
RawValue = Annotated[str, Field(max_length=200)] | bool | int | float | None
Facts = Annotated[dict[FactName, RawValue], Field(max_length=FACTS_MAX)]
VerdictName = Literal["not", "entitled", "unknown", "no_rule"]


class FactOut(Told):
    """A fact as it was used; ``why_unknown`` says why it has no value."""

    name: str
    label: str
    value: bool | int | str | None
    shown: str
    source: str
    observed_on: date | None
    why_unknown: Literal["missing", "below", "above", "stale"] | None


class ConditionOut(Told):
    """One condition: true, false, or null while it is not known."""

    name: str
    result: bool | None
    sentence: str
    basis: str
    facts: list[FactOut]
    comparisons: list[str]
    missing: list[str]


class NearMissOut(Told):
    """What would change a refusal, and to what."""

    condition: str
    change: str
    fact: str | None
    on: date | None
    leads_to: VerdictName
    amount: int | None


class AnswerOut(Told):
    """The explained answer to one policy. Bit i of a mask is condition i of ``version``.

    Without a version both masks are 0, and ``conditions`` holds only what every version refuses,
    so an answer that is ``unknown`` may list failed conditions: the anchor day may still lie
    outside all versions. ``missing`` names what would tell.
    """

    policy: str
    name: str
    digest: str
    version: str | None
    version_status: Status | None
    as_of: date
    known_on: date | None
    verdict: VerdictName
    amount: int | None
    amount_unit: AmountUnit | None
    amount_kind: AmountKind | None
    arithmetic: list[str]
    conditions: list[ConditionOut]
    fail_mask: int
    unknown_mask: int
    missing: list[str]
    near_misses: list[NearMissOut]


class QuestionOut(Told):
    """What to learn next, with the sentence to ask a person; null when nothing matters more."""

    fact: str
    how: Literal["fetch", "ask"]
    question: str
    why: str | None
    kind: Literal["bool", "int", "money", "decimal", "date", "code"]
    unit: str
    values: dict[str, str]
    policies: list[str]


class PolicyLineOut(Told):
    """One line of the library."""

    id: str
    name: str
    summary: str
    audience: Audience
    authority: str
    delivery: Delivery
    status: Status
    digest: str


class StepsOut(Told):
    """Can I, what to bring, where, how long."""

    can: str
    bring: str
    where: str
    how_long: str


class FigureOut(Told):
    """A dated figure with its source."""

    name: str
    value: str
    source: str
    status: Status
    note: str


class RuleOut(Told):
    """A condition as the text writes it, and what it says when it holds."""

    name: str
    rule: str
    basis: str
    says: str


class VersionOut(Told):
    """One dated version; ``from`` and ``until`` bound the anchor days it rules, half open."""

    key: str
    start: date | None = Field(alias="from")
    until: date | None
    known_from: date | None
    status: Status
    source: str
    note: str
    params: list[FigureOut]
    conditions: list[RuleOut]
    amount: str | None


class PolicyOut(PolicyLineOut):
    """One policy with all its versions.

    ``anchor`` names the day that chooses the version: a fact, or ``as_of``. ``anchor_needs`` names
    the condition without which there is no such day: where it fails, the answer is ``not`` on
    every day.
    """

    source: str
    anchor: str
    anchor_needs: str | None
    once_per: str | None
    excludes: list[str]
    documents: list[str]
    steps: StepsOut
    object_to: str
    versions: list[VersionOut]
