"""The same query on a Spark Connect server without a JVM: Parquet in, Parquet out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

from benchmarks.policy_peers.duckdb_sql import comparison, query, typed_columns
from denghuo.policy.logic.sql import SPARK


class Files:
    """The server runs in this process, so its memory counts."""

    def __init__(self, folder: Path) -> None:
        self.server = SparkConnectServer("127.0.0.1", 0)
        self.server.start(background=True)
        _, port = self.server.listening_address
        self.session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        source = folder / "firms.parquet"
        self.session.read.parquet(str(source)).createOrReplaceTempView("firms_file")
        decimals = typed_columns("INT")
        names = [n for n in pq.read_schema(source).names if f"AS {n}" not in decimals]
        self.session.sql(
            f"SELECT {', '.join(names)}, {decimals} FROM firms_file"
        ).createOrReplaceTempView("firms")
        self.out = folder / "sail"
        self.query = query("firms", SPARK)
        self.pairs = pq.ParquetFile(source).metadata.num_rows * 8

    def run(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)
        self.session.sql(self.query).write.parquet(str(self.out))

    def report(self) -> dict[str, Any]:
        return comparison(duckdb.connect(), f"read_parquet('{self.out}/*.parquet')")
