"""One rule, one meaning: generated programs over generated rows, each engine and the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from denghuo.platform.public import connect_cluster
from denghuo.policy.engines.answers import Engine
from denghuo.policy.engines.columns_engine import ColumnsEngine
from denghuo.policy.engines.duckdb_engine import DuckdbEngine
from denghuo.policy.engines.kernels import KernelCache
from denghuo.policy.engines.spark_engine import SparkEngine
from denghuo.policy.engines.tables import answers_from_table, arrow_table
from denghuo.policy.logic.columns.program import RuleProgram
from tests.policy.logic.columns.oracle import outcome
from tests.policy.logic.columns.programs import AS_OF, FACT_TYPES, ProgramMaker
from tests.policy.logic.columns.records import columns_from_records

ROWS = 400


def disagreements(
    engine: Engine, programs: Sequence[RuleProgram], records: Sequence[Mapping[str, object]]
) -> list[str]:
    """Every row where the engine and the oracle differ, as text."""
    answers = engine.evaluate(columns_from_records(engine.layout, records))
    found = []
    for program, answer in zip(programs, answers, strict=True):
        for row, record in enumerate(records):
            wanted = outcome(program, record, AS_OF)
            amount = _held_amount(program, wanted.verdict, wanted.amount, wanted.version)
            expected = (wanted.verdict, amount, wanted.failed, wanted.unknown, wanted.version)
            given = tuple(
                int(column[row])
                for column in (
                    answer.verdict, answer.amount, answer.failed, answer.unknown, answer.version
                )
            )  # fmt: skip
            if given != expected:
                found.append(f"{program.policy} row {row}: {given}, not {expected}; {record}")
    return found


def _held_amount(program: RuleProgram, verdict: int, amount: int | None, version: int) -> int:
    if verdict != 1 or program.versions[version].amount is None:
        return 0
    return -1 if amount is None else amount


@pytest.fixture(scope="module")
def cache(kernels: Path) -> KernelCache:
    return KernelCache(kernels)


def _case(seed: int) -> tuple[list[RuleProgram], list[dict[str, object]]]:
    maker = ProgramMaker(Random(seed))
    return [maker.program(f"p{number}") for number in range(4)], maker.records(ROWS)


@pytest.mark.parametrize("seed", range(1000, 1003))
def test_kernels_answer_as_the_oracle(seed: int, cache: KernelCache) -> None:
    programs, records = _case(seed)
    engine = ColumnsEngine(programs, AS_OF, cache=cache, threads=2)
    assert disagreements(engine, programs, records) == []


@pytest.mark.parametrize("seed", range(1000, 1003))
def test_duckdb_answers_as_the_oracle(seed: int) -> None:
    """Many rows at once; any rule is in test_random_rules.py."""
    programs, records = _case(seed)
    engine = DuckdbEngine(programs, AS_OF, threads=1)
    assert disagreements(engine, programs, records) == []
    engine.close()


@pytest.fixture(scope="module")
def session() -> Iterator[object]:
    """A real Spark Connect server on this machine."""
    sail = pytest.importorskip("pysail.spark")
    server = sail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    session = connect_cluster(f"sc://127.0.0.1:{port}")
    yield session
    session.stop()
    server.stop()


@pytest.mark.engine
@pytest.mark.parametrize("seed", range(1000, 1006))
def test_a_cluster_answers_as_the_oracle(seed: int, session: Any) -> None:
    programs, records = _case(seed)
    engine = SparkEngine(programs, AS_OF, session=session)
    assert disagreements(engine, programs, records) == []


@pytest.mark.engine
def test_a_table_of_the_cluster_is_swept_where_it_lies(session: Any, tmp_path: Path) -> None:
    """Typed as an office keeps it: wide integers, some out of bounds; the ids come through."""
    programs, records = _case(1002)
    engine = SparkEngine(programs, AS_OF, session=session)
    facts = columns_from_records(engine.layout, records)
    table = arrow_table(facts, engine.layout)
    heads = pa.array([None if v is None else v * 1000 for v in table["headcount"].to_pylist()])
    table = table.set_column(table.column_names.index("headcount"), "headcount", heads)
    pq.write_table(table, tmp_path / "facts.parquet")
    frame = session.read.parquet(str(tmp_path / "facts.parquet"))
    frame.createOrReplaceTempView("office_facts")
    engine.sweep_table("office_facts", ["row_number"]).write.parquet(str(tmp_path / "answers"))
    answers = answers_from_table(pq.read_table(tmp_path / "answers"), programs, len(records))
    limit = FACT_TYPES["headcount"].high or 0
    seen = [
        {**record, "headcount": None if value is None or value > limit else value}
        for record, value in zip(records, heads.to_pylist(), strict=True)
    ]
    for program, answer in zip(programs, answers, strict=True):
        wanted = [outcome(program, record, AS_OF) for record in seen]
        assert answer.verdict.tolist() == [each.verdict for each in wanted]
        assert answer.failed.tolist() == [each.failed for each in wanted]
        assert answer.unknown.tolist() == [each.unknown for each in wanted]


def test_a_wrong_engine_is_caught(cache: KernelCache) -> None:
    """The comparison itself: one flipped answer must show."""
    programs, records = _case(1000)
    engine = ColumnsEngine(programs, AS_OF, cache=cache)
    right = engine.evaluate

    def wrong(facts: object) -> object:
        answers = right(facts)  # type: ignore[arg-type]
        answers[0].verdict[7] ^= 1
        return answers

    engine.evaluate = wrong  # type: ignore[method-assign,assignment]
    assert len(disagreements(engine, programs, records)) == 1


def test_kernels_are_kept_on_disk(tmp_path: Path) -> None:
    programs, records = _case(1001)
    facts = None
    costs = []
    for _ in range(2):
        cache = KernelCache(tmp_path / "kernels")
        engine = ColumnsEngine(programs[:1], AS_OF, cache=cache)
        facts = columns_from_records(engine.layout, records)
        costs.append(
            (cache.cost.compiled, cache.cost.loaded, engine.evaluate(facts)[0].verdict.sum())
        )
    versions = len(programs[0].versions) if programs[0].anchor else 1
    assert costs[0][:2] == (versions, 0)
    assert costs[1][:2] == (0, versions)
    assert costs[0][2] == costs[1][2]
