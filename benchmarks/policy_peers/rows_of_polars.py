"""Polars expressions: three-valued verdicts and amounts (floats), no masks."""

from __future__ import annotations

from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from benchmarks.policy_peers.defaults import DAYS, positions
from benchmarks.policy_peers.rule_text import RULES, Ops


def _expression(value: Any) -> Any:
    return value if isinstance(value, pl.Expr) else pl.lit(value)


OPS = Ops(
    lambda test, yes, no: pl.when(test).then(_expression(yes)).otherwise(_expression(no)),
    lambda column, values: column.is_in(values),
    lambda one, two: pl.min_horizontal(one, _expression(two)),
    lambda one, two: pl.max_horizontal(one, _expression(two)),
)


class PolarsText:
    """One lazy query over a frame in memory."""

    def __init__(self, folder: Path) -> None:
        path = folder / "firms.parquet"
        names = [name for name in pq.read_schema(path).names if name != "entity"]
        self.frame = pl.DataFrame(
            {n: pl.from_arrow(positions(pq.read_table(path, columns=[n])[n])) for n in names}
        )
        self.pairs = self.frame.height * 8
        facts = {name: pl.col(name) for name in names}
        self.query: list[Any] = []
        for number, rule in enumerate(RULES):
            verdict = reduce(and_, rule.conditions(facts, OPS, DAYS))
            paid = pl.when(verdict).then((rule.amount(facts, OPS) + 0.5).floor())
            self.query += [verdict.alias(f"v{number}"), paid.alias(f"a{number}")]
        self.answer: Any = None

    def run(self) -> None:
        self.answer = self.frame.lazy().select(self.query).collect()

    def report(self) -> dict[str, Any]:
        return {"granted": [int(self.answer[f"v{number}"].sum()) for number in range(8)]}
