"""DuckDB on the query our own printer makes: verdict, amount and both masks of every pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.policy_peers.ours import AS_OF, load_rules
from denghuo.policy.logic.columns.from_definition import rule_program
from denghuo.policy.logic.sql import DUCKDB, Dialect, sweep_query

DECIMALS = ("export_share", "loan_rate", "claim_ratio")


def query(table: str, dialect: Dialect = DUCKDB, *, guard: bool = False) -> str:
    """The sweep of the eight policies over a table."""
    programs = [rule_program(each) for each in load_rules()]
    return sweep_query(
        programs, dialect=dialect, as_of=AS_OF, table=table, keys=["entity"], guard=guard
    )


def typed_columns(scaled: str) -> str:
    """The file's columns with decimals as the whole numbers that rules are printed for."""
    return ", ".join(f"CAST({name} * 10000 AS {scaled}) AS {name}" for name in DECIMALS)


class InMemory:
    """A table in memory to a table in memory."""

    def __init__(self, folder: Path) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": 2})
        columns = typed_columns("INTEGER")
        self.connection.execute(
            f"CREATE TABLE firms AS SELECT * REPLACE ({columns}) "
            f"FROM read_parquet('{folder / 'firms.parquet'}')"
        )
        self.query = query("firms")
        (rows,) = self.connection.execute("SELECT count(*) FROM firms").fetchone() or (0,)
        self.pairs = int(rows) * 8

    def run(self) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE answers AS {self.query}")

    def report(self) -> dict[str, Any]:
        return comparison(self.connection, "answers")


class Files:
    """A Parquet file to a Parquet file."""

    def __init__(self, folder: Path) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": 2})
        source = folder / "firms.parquet"
        self.connection.execute(
            f"CREATE VIEW firms AS SELECT * REPLACE ({typed_columns('INTEGER')}) "
            f"FROM read_parquet('{source}')"
        )
        self.out = folder / "duckdb.parquet"
        self.query = query("firms")
        (rows,) = self.connection.execute("SELECT count(*) FROM firms").fetchone() or (0,)
        self.pairs = int(rows) * 8

    def run(self) -> None:
        self.connection.execute(f"COPY ({self.query}) TO '{self.out}' (FORMAT parquet)")

    def report(self) -> dict[str, Any]:
        return comparison(self.connection, f"read_parquet('{self.out}')")


def comparison(connection: Any, table: str) -> dict[str, Any]:
    """Counts and sums in the shape of ``ours.Arrays.report``."""
    found: dict[str, list[Any]] = {"verdicts": [], "amounts": [], "masks": []}
    for number in range(8):
        row = connection.execute(
            f"SELECT count(*) FILTER (v{number} = 0), count(*) FILTER (v{number} = 1), "
            f"count(*) FILTER (v{number} = 2), count(*) FILTER (v{number} = 3), "
            f"coalesce(sum(a{number}), 0), sum(f{number}), sum(u{number}) FROM {table}"
        ).fetchone()
        numbers = [int(value) for value in row]
        found["verdicts"].append(numbers[:4])
        found["amounts"].append(numbers[4])
        found["masks"].append(numbers[5:])
    return found
