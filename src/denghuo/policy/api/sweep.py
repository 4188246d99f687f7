"""A small sweep, answered at once."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from denghuo.kernel.json_shapes import Day, Sent, Told
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, opened
from denghuo.policy.access import policy_staff
from denghuo.policy.api.runs import runs
from denghuo.policy.logic.decide import decide, row_of
from denghuo.policy.logic.fact_values import FactValueError, known_facts
from denghuo.policy.logic.json_shapes import POLICIES_MAX, Facts, PolicyName, VerdictName
from denghuo.policy.queries.library import policy, registry

ROWS_MAX = 1_000
PAIRS_MAX = 10_000

sweeps = Router()
sweeps.add_router("/runs", runs)

_EXAMPLE = {
    "policies": ["stable-jobs-refund"],
    "as_of": "2025-09-01",
    "rows": [
        {"entity": "甲公司", "facts": {"firm_kind": "enterprise", "laid_off_count": 2}},
        {"entity": "乙公司", "facts": {"firm_kind": "enterprise", "laid_off_count": None}},
    ],
}


class TooManyRowsError(RefusalError):
    """A small sweep answers at once; a large one is a file and a run."""

    code = "policy.too_many_rows"
    template = "一次最多 {rows} 行，行数乘政策数最多 {pairs}。更多请传文件：/sweeps/runs。"


class SweepRow(Sent):
    """One subject and its facts."""

    entity: Annotated[str, Field(min_length=1, max_length=80)]
    facts: Facts = Field(default_factory=dict)


class SweepBody(Sent):
    """Up to 1,000 subjects; rows times policies at most 10,000."""

    rows: list[SweepRow] = Field(json_schema_extra={"maxItems": ROWS_MAX})
    policies: Annotated[list[PolicyName], Field(min_length=1, max_length=POLICIES_MAX)]
    as_of: Day | None = None


class SweptOut(Told):
    """The bare answer for a subject and a policy; bit i of a mask is condition i."""

    entity: str
    policy: str
    version: str | None
    verdict: VerdictName
    amount: int | None
    fail_mask: int
    unknown_mask: int


class BadRowOut(Told):
    """A row that was set aside, and why."""

    row: int
    column: str | None
    reason: str


class SweepOut(Told):
    """Answers in the order of the rows, policies innermost; nothing is dropped in silence."""

    rows_read: int
    answers: list[SweptOut]
    bad_rows: list[BadRowOut]


@sweeps.post(
    "",
    auth=opened(policy_staff),
    response=SweepOut,
    summary=_("马上筛查几行"),
    description=_("一次最多 1,000 行，当场回答。读不懂的行会写明第几行、为什么，不会悄悄丢掉。"),
    openapi_extra={"requestBody": {"content": {"application/json": {"example": _EXAMPLE}}}},
)
def sweep_rows(request: ActorRequest, body: SweepBody) -> dict[str, Any]:
    """Answers for up to 1,000 rows at once; a row that cannot be read is named, not dropped."""
    as_of = body.as_of or timezone.localdate()
    if len(body.rows) > ROWS_MAX or len(body.rows) * len(body.policies) > PAIRS_MAX:
        raise TooManyRowsError(field="rows", rows=ROWS_MAX, pairs=PAIRS_MAX)
    asked = [policy(name) for name in dict.fromkeys(body.policies)]
    answered: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    for number, row in enumerate(body.rows, start=1):
        try:
            facts = known_facts(registry(), row.facts, source="接口")
        except FactValueError as refused:
            bad.append({"row": number, "column": refused.field, "reason": refused.sentence})
            continue
        for definition in asked:
            known = {name: fact for name, fact in facts.items() if name in definition.specs}
            held, _why = row_of(definition, known, as_of)
            outcome = decide(definition, held)
            answered.append(
                {
                    "entity": row.entity,
                    "policy": definition.id,
                    "version": outcome.version.key if outcome.version else None,
                    "verdict": outcome.verdict.name.lower(),
                    "amount": outcome.amount,
                    "fail_mask": outcome.fail_mask,
                    "unknown_mask": outcome.unknown_mask,
                }
            )
    return {"rows_read": len(body.rows), "answers": answered, "bad_rows": bad}
