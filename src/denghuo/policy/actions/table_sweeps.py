"""A sweep over a table another room made: its answers as a file, its sums, its rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.queries.library import policy
from denghuo.policy.queries.sweeps import kernel_folder

SMALL_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class SweptTable:
    """``by_verdict`` counts rows under ``entitled``, ``not``, ``unknown`` and ``no_rule``;
    ``repeated`` are subjects with several rows. ``absent`` names the facts no column tells."""

    definition: PolicyDefinition
    rows_read: int
    bad_rows: int
    repeated: int
    by_verdict: Mapping[str, int]
    amount: int
    amount_unknown: int
    absent: tuple[str, ...]


def sweep_table(
    *,
    policy_id: str,
    source: Path,
    as_of: date,
    known_at: datetime,
    observed_on: Mapping[str, date],
    out: Path,
    progress: Callable[[int, int | None], None] | None = None,
) -> SweptTable:
    """Answer one policy for every row of a Parquet table, in bounded memory.

    ``out`` is written whole or not at all: Parquet with ``entity``, ``verdict``, ``amount``,
    ``fail_mask``, ``unknown_mask`` and ``version``, in the order of the source. The rule is the
    text as it spoke at ``known_at``. Raises ``PolicyNotFoundError`` and what ``sweep`` raises.
    """
    from denghuo.policy.engines.sources import open_source  # noqa: PLC0415  compilers are large
    from denghuo.policy.engines.sweep import sweep  # noqa: PLC0415

    definition = policy(policy_id, known_at)
    opened = open_source(source)
    # Compiling a rule takes seconds; for a small table the engine that needs none is done sooner.
    # That both say the same is tested (decision 0070).
    small = opened.rows is not None and opened.rows <= SMALL_ROWS
    summary = sweep(
        [definition],
        source=opened,
        as_of=as_of,
        engine="duckdb" if small else "columns",
        out=out,
        observed_on=observed_on,
        kernel_folder=kernel_folder(),
        progress=progress,
    )
    sums = summary.policies[policy_id]
    return SweptTable(
        definition=definition,
        rows_read=summary.rows_read,
        bad_rows=summary.bad_row_count,
        repeated=summary.repeated_entities,
        by_verdict={verdict.name.lower(): count for verdict, count in sums.by_verdict.items()},
        amount=sums.amount,
        amount_unknown=sums.amount_unknown,
        absent=summary.absent_columns,
    )
