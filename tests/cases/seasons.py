"""A season of firms, as a sweep would hand it over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from denghuo.cases.public import Evidence, FrozenFact, NewCase
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from tests.cases import world as w

HOMES = tuple(Region.read(code) for code in ("150102", "150103", "150104"))


def evidence(fen: int = 11_184_000) -> Evidence:
    """What the sweep froze for one firm."""
    return Evidence(
        as_of=w.TODAY,
        policy="stable-jobs-refund",
        policy_digest="d" * 64,
        rule_version="2024-01-01",
        verdict="entitled",
        amount_fen=fen,
        facts=(
            FrozenFact("laid_off_count", "裁减人数", 2, "2 人", "社会保险登记", date(2025, 3, 1)),
            FrozenFact("insured_average", "平均参保人数", "42", "42 人", "社会保险登记"),
        ),
        answer={"verdict": "entitled", "amount": fen, "fail_mask": 0},
    )


def new_cases(
    count: int, *, start: int = 0, subjects: list[UUID] | None = None, fen: int = 11_184_000
) -> list[NewCase]:
    """Rows of a season."""
    return [
        NewCase(
            row=row,
            subject=SubjectRef("firm", subjects[row] if subjects else UUID(int=row + 1)),
            home=HOMES[row % 3],
            evidence=evidence(fen + row),
            period="2024",
        )
        for row in range(start, start + count)
    ]
