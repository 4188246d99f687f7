"""The same programs as one SQL query in an embedded DuckDB that can reach nothing outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from denghuo.policy.engines.answers import PolicyAnswers
from denghuo.policy.engines.tables import ROW_KEY, answers_from_table, arrow_table
from denghuo.policy.logic.columns.layout import FactColumns, Layout, layout_for
from denghuo.policy.logic.columns.program import RuleProgram
from denghuo.policy.logic.sql import DUCKDB, sweep_query

_TABLE = "facts_given"


class DuckdbEngine:
    """Answers programs by SQL. See ``answers.Engine``."""

    name = "duckdb"

    def __init__(
        self, programs: Sequence[RuleProgram], as_of: date, *, threads: int | None = None
    ) -> None:
        self.programs = tuple(programs)
        self.layout: Layout = layout_for(self.programs)
        self._query = sweep_query(
            self.programs, dialect=DUCKDB, as_of=as_of, table=_TABLE, keys=[ROW_KEY], guard=False
        )
        settings: dict[str, str | bool | int | float | list[str]] = {
            "enable_external_access": "false",  # no files, no network, no extensions
            "lock_configuration": "true",  # and no statement can turn that back on
        }
        if threads is not None:
            settings["threads"] = str(threads)
        self._connection = duckdb.connect(":memory:", config=settings)

    def close(self) -> None:
        self._connection.close()

    def evaluate(self, facts: FactColumns) -> list[PolicyAnswers]:
        """Answers for each program, in row order."""
        self._connection.register(_TABLE, arrow_table(facts, self.layout))
        try:
            table = self._connection.sql(self._query).to_arrow_table()
        finally:
            self._connection.unregister(_TABLE)
        return answers_from_table(table, self.programs, facts.rows)
