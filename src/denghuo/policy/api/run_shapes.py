"""The shapes of runs: one library asked of a whole file of subjects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from denghuo.kernel.json_shapes import Told
from denghuo.policy.logic.json_shapes import VerdictName
from denghuo.policy.queries.sweep_rows import RowPage
from denghuo.policy.queries.sweeps import RunView, SourceView


class SourceOut(Told):
    """A file of facts in place; ``rows`` is null where only reading it would tell."""

    name: str
    rows: int | None
    size_bytes: int


class Kept(BaseModel):
    """Sums as a run has kept them, perhaps by an older version that wrote more."""


class DoubtOut(Kept):
    """A fact that had a value nobody may use, and in how many rows."""

    fact: str
    why: str
    rows: int


class RunBadRowOut(Kept):
    """A row that was set aside, and why."""

    row: int
    column: str
    reason: str


class RepeatsOut(Kept):
    """Subjects that stand in the file more than once: each row was answered, and would be paid.

    ``rows``: the row numbers of some of them. Without ``complete`` only the first
    ``rows_compared`` rows were looked through.
    """

    entities: int
    rows: list[list[int]]
    rows_compared: int
    complete: bool


class PolicySumsOut(Kept):
    """One policy over the whole file; lists by condition are in the order of its conditions."""

    by_verdict: dict[VerdictName, int]
    amount: int | None
    amount_unknown: int
    near: int
    failed: list[int]
    unknown: list[int]
    near_by_condition: list[int]


class WorthOut(Kept):
    """How many open pairs one office's missing column would decide."""

    office: str
    fact: str
    policy: str
    pairs: int


class SummaryOut(Kept):
    """The sums of a finished run."""

    rows_read: int
    rows_answered: int
    bad_rows: int
    seconds: float
    compile_seconds: float
    absent_columns: list[str]
    unused_columns: list[str]
    doubtful: list[DoubtOut]
    first_bad_rows: list[RunBadRowOut]
    repeats: RepeatsOut | None = None
    policies: dict[str, PolicySumsOut]
    worth: list[WorthOut]


class RunOut(Told):
    """How a run stands; ``summary`` once it is done, ``failure`` is a sentence."""

    id: UUID
    kind: str
    state: str
    source: str
    policies: list[str]
    as_of: date
    rows_done: int
    rows_total: int | None
    rows_bad: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failure: str
    summary: SummaryOut | None


class RowOut(Told):
    """One answer of a run."""

    entity: str
    policy: str
    verdict: VerdictName
    amount: int | None
    fail_mask: int
    unknown_mask: int


class RowsOut(Told):
    """One page of answers, in the order of the source."""

    page: int
    pages: int
    total: int
    rows: list[RowOut]


def source_out(view: SourceView) -> dict[str, Any]:
    """A source without its place on the disk."""
    return {"name": view.name, "rows": view.rows, "size_bytes": view.size_bytes}


def run_out(view: RunView) -> dict[str, Any]:
    """A run without its engine's inner affairs."""
    return {
        "id": view.id,
        "kind": view.kind,
        "state": view.state,
        "source": view.source_name,
        "policies": list(view.policies),
        "as_of": view.as_of,
        "rows_done": view.rows_done,
        "rows_total": view.rows_total,
        "rows_bad": view.rows_bad,
        "created_at": view.created_at,
        "started_at": view.started_at,
        "finished_at": view.finished_at,
        "failure": view.failure,
        "summary": view.summary or None,
    }


def rows_out(page: RowPage) -> dict[str, Any]:
    """A page of rows."""
    return {
        "page": page.page,
        "pages": page.pages,
        "total": page.total,
        "rows": [
            {
                "entity": row.entity,
                "policy": row.policy,
                "verdict": row.verdict,
                "amount": row.amount,
                "fail_mask": row.fail_mask,
                "unknown_mask": row.unknown_mask,
            }
            for row in page.rows
        ],
    }
