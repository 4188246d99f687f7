"""Whole sweeps from file to file: nothing lost, everything counted, wrong rows named."""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from benchmarks.policy_peers.firms import make_batch, write_firms
from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.results import Shape
from denghuo.policy.engines.sources import ArrowSource, SourceUnreadableError
from denghuo.policy.engines.sweep import NoEntityColumnError, NoPolicyError, sweep
from denghuo.policy.logic import ir
from denghuo.policy.logic.decide import decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import WhyUnknown, known_facts
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import FactKind, load_registry
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict
from tests.policy.engines.test_library_agrees import FOLDERS, definitions_in

AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def definitions() -> list[PolicyDefinition]:
    return definitions_in(FOLDERS["bench"])


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "firms.parquet"
    write_firms(path, 3_000)
    return path


def _as_text(table: pa.Table) -> pa.Table:
    """The same firms as a CSV export would have them."""
    columns = []
    for column in table.columns:
        coded = pa.types.is_dictionary(column.type)
        columns.append(pc.cast(pc.cast(column, pa.string()) if coded else column, pa.string()))
    return pa.Table.from_arrays(columns, names=table.column_names)


def test_counts_are_those_of_one_person_at_a_time(
    definitions: list[PolicyDefinition], kernels: Path
) -> None:
    table = make_batch(500, 3, 1)
    summary = sweep(definitions, source=table, as_of=AS_OF, kernel_folder=kernels)
    assert (summary.rows_read, summary.rows_answered, summary.bad_row_count) == (500, 500, 0)
    for definition in definitions:
        found = summary.policies[definition.id]
        verdicts = dict.fromkeys(Verdict, 0)
        amount = near = 0
        decisive: dict[str, int] = {}
        for record in table.to_pylist():
            given = {name: record[name] for name in definition.specs}
            row, _ = row_of(definition, known_facts(definition.specs, given), AS_OF)
            outcome = decide(definition, row)
            verdicts[outcome.verdict] += 1
            amount += outcome.amount or 0
            near += outcome.fail_mask.bit_count() == 1
            if outcome.verdict is Verdict.UNKNOWN:
                only = _lone_missing_fact(definition, outcome.unknown_mask, row)
                if only:
                    decisive[only] = decisive.get(only, 0) + 1
        assert found.by_verdict == verdicts
        assert found.amount == amount
        assert found.near_misses == near
        assert {name: n for name, n in found.decisive.items() if n} == decisive


def _lone_missing_fact(
    definition: PolicyDefinition, mask: int, row: dict[str, Value | None]
) -> str | None:
    open_conditions = [
        each.expr
        for place, each in enumerate(definition.versions[0].conditions)
        if mask >> place & 1
    ]
    missing = {name for expr in open_conditions for name in ir.facts_of(expr) if row[name] is None}
    return missing.pop() if len(missing) == 1 else None


@pytest.mark.parametrize(
    ("engine", "shape"), [(e, s) for e in ("columns", "duckdb") for s in Shape]
)
def test_parquet_and_csv_in_and_out_agree(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path, engine: str, shape: Shape
) -> None:
    firms = tmp_path / "firms.parquet"
    write_firms(firms, 3_000)
    text = tmp_path / "firms.csv"
    pacsv.write_csv(_as_text(pq.read_table(firms)), text)
    results = []
    for source, suffix in ((firms, "parquet"), (text, "csv")):
        out = tmp_path / f"out.{suffix}"
        summary = sweep(
            definitions, source=source, as_of=AS_OF, engine=engine, out=out, shape=shape,
            kernel_folder=kernels,
        )  # fmt: skip
        assert (summary.rows_read, summary.rows_answered) == (3_000, 3_000)
        assert not list(tmp_path.glob("*.partial"))
        read = pq.read_table(out) if suffix == "parquet" else pacsv.read_csv(out)
        results.append(read.cast(pa.schema([(f.name, _flat(f.type)) for f in read.schema])))
    assert results[0].num_rows == 3_000 * (8 if shape is Shape.PAIRS else 1)
    for name in results[0].column_names:
        one, two = (result[name].cast(pa.string()).to_pylist() for result in results)
        assert [x or "" for x in one] == [x or "" for x in two], name


def _flat(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def test_three_bad_rows_among_many_are_named_and_the_rest_answered(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    rows = 150_000
    table = _as_text(make_batch(rows, 1, 1))
    wrong = {
        7: ("headcount", "十二"),
        70_000: ("founded_on", "2025-02-30"),
        149_999: ("trade", "Z99"),
    }
    for number, (column, value) in wrong.items():
        index = table.column_names.index(column)
        values = table[column].to_pylist()
        values[number - 1] = value
        table = table.set_column(index, column, pa.array(values, pa.string()))
    source, out, report = tmp_path / "f.csv", tmp_path / "o.parquet", tmp_path / "bad.csv"
    pacsv.write_csv(table, source)
    seen: list[int] = []
    summary = sweep(
        definitions, source=source, as_of=AS_OF, out=out, bad_rows_out=report,
        shape=Shape.SUBJECTS, kernel_folder=kernels, progress=lambda done, _: seen.append(done),
    )  # fmt: skip
    assert summary.rows_read == rows
    assert summary.rows_answered == rows - 3
    assert [(bad.row, bad.column) for bad in summary.bad_rows] == [
        (number, column) for number, (column, _) in wrong.items()
    ]
    assert "十二" in summary.bad_rows[0].reason
    with report.open(encoding="utf-8") as file:
        assert [line[0] for line in csv.reader(file)] == ["row", "7", "70000", "149999"]
    answered = set(pq.read_table(out, columns=["entity"])["entity"].to_pylist())
    assert {str(n) for n in range(1, rows + 1)} - answered == {"7", "70000", "149999"}
    assert seen == sorted(seen)
    assert len(seen) > 1


def test_rows_with_the_wrong_number_of_fields_keep_their_numbers(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    source = tmp_path / "f.csv"
    source.write_text(
        "entity,headcount,in_arrears\n"
        "a,5,false\n"
        "b,6\n"
        "c,x,true\n"
        "d,7,true,extra\n"
        'e,8,"是"\n'
        "f,很多,否\n",
        encoding="utf-8",
    )
    summary = sweep(definitions, source=source, as_of=AS_OF, kernel_folder=kernels)
    assert [(bad.row, bad.column) for bad in summary.bad_rows] == [
        (2, ""), (3, "headcount"), (4, ""), (6, "headcount"),
    ]  # fmt: skip
    assert (summary.rows_read, summary.rows_answered, summary.bad_row_count) == (6, 2, 4)
    assert "founded_on" in summary.absent_columns


def test_a_gb18030_export_is_read(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    source = tmp_path / "f.csv"
    source.write_bytes("entity,in_arrears,备注\n甲,是,好\n乙,否,很好\n".encode("gb18030"))
    summary = sweep(definitions, source=source, as_of=AS_OF, kernel_folder=kernels)
    assert summary.rows_answered == 2
    assert summary.unused_columns == ("备注",)
    assert summary.policies["bench.b1"].failed_by_condition[2] == 1


def test_values_out_of_bounds_are_unknown_and_counted(
    definitions: list[PolicyDefinition], kernels: Path
) -> None:
    table = pa.table({"entity": ["a", "b", "c", "d"], "insured_months": [-1, 601, 600, None]})
    summary = sweep(definitions, source=table, as_of=AS_OF, kernel_folder=kernels)
    assert summary.doubtful["insured_months", WhyUnknown.BELOW] == 1
    assert summary.doubtful["insured_months", WhyUnknown.ABOVE] == 1
    assert summary.policies["bench.b1"].unknown_by_condition[0] == 3
    as_text = table.set_column(1, "insured_months", pa.array(["-1", "601", "600", ""]))
    again = sweep(definitions, source=as_text, as_of=AS_OF, kernel_folder=kernels)
    assert again.doubtful == summary.doubtful
    assert again.policies == summary.policies


def test_a_stale_column_counts_as_unknown(kernels: Path) -> None:
    registry_text = (FOLDERS["bench"] / "facts.yaml").read_text(encoding="utf-8")

    aged = registry_text.replace("  in_arrears:\n", "  in_arrears:\n    max_age: 30\n")
    text = (FOLDERS["bench"] / "b1.yaml").read_text(encoding="utf-8")
    definition = load_definition(text, load_registry(aged))
    table = pa.table({"entity": ["a"], "in_arrears": [True]})
    for drawn, fails in ((date(2026, 5, 31), 1), (date(2026, 5, 30), 0)):
        summary = sweep(
            [definition], source=table, as_of=AS_OF, observed_on={"in_arrears": drawn},
            kernel_folder=kernels,
        )  # fmt: skip
        assert summary.policies["bench.b1"].failed_by_condition[2] == fails
        assert summary.doubtful["in_arrears", WhyUnknown.STALE] == 1 - fails


def test_a_closed_list_reads_absence_as_no(
    definitions: list[PolicyDefinition], kernels: Path
) -> None:
    text = (FOLDERS["bench"] / "facts.yaml").read_text(encoding="utf-8")

    closed = text.replace("  dishonest:\n", "  dishonest:\n    world: closed\n")
    rule = (FOLDERS["bench"] / "b1.yaml").read_text(encoding="utf-8")
    definition = load_definition(rule, load_registry(closed))
    for values in ([None, True], ["", "true"]):
        table = pa.table({"entity": ["a", "b"], "dishonest": values})
        summary = sweep([definition], source=table, as_of=AS_OF, kernel_folder=kernels)
        assert summary.policies["bench.b1"].failed_by_condition[3] == 1
        assert summary.policies["bench.b1"].unknown_by_condition[3] == 0
    # a file without the column at all never saw the list
    table = pa.table({"entity": ["a"]})
    summary = sweep([definition], source=table, as_of=AS_OF, kernel_folder=kernels)
    assert summary.policies["bench.b1"].unknown_by_condition[3] == 1


def test_a_sweep_that_fails_leaves_nothing_and_keeps_what_was_there(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "o.parquet"
    out.write_bytes(b"yesterday")
    source = ArrowSource(make_batch(100_000, 1, 1))

    def broken(columns: object) -> object:
        yield 1, source.table.select(columns).to_batches(max_chunksize=1000)[0]
        raise SourceUnreadableError(name="f", reason="断了。")

    source.batches = broken  # type: ignore[method-assign,assignment]
    with pytest.raises(RefusalError, match="断了"):
        sweep(definitions, source=source, as_of=AS_OF, out=out, kernel_folder=kernels)
    assert out.read_bytes() == b"yesterday"
    assert not list(tmp_path.glob("*.partial"))


def test_damaged_and_foreign_files_end_in_a_sentence(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path, firms: Path
) -> None:
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(firms.read_bytes()[:5_000])
    cut = tmp_path / "cut.parquet"
    whole = bytearray(firms.read_bytes())
    whole[2_000:40_000] = random.Random(1).randbytes(38_000)
    cut.write_bytes(whole)
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    other = tmp_path / "x.xlsx"
    other.write_bytes(b"PK")
    for path in (damaged, cut, empty, other, tmp_path / "absent.csv"):
        with pytest.raises(SourceUnreadableError):
            sweep(definitions, source=path, as_of=AS_OF, kernel_folder=kernels)


def test_a_sweep_needs_policies_and_an_entity_column(
    definitions: list[PolicyDefinition], firms: Path
) -> None:
    with pytest.raises(NoPolicyError):
        sweep([], source=firms, as_of=AS_OF)
    with pytest.raises(NoEntityColumnError, match="统一代码"):
        sweep(definitions, source=firms, as_of=AS_OF, entity_column="统一代码")


def test_a_row_without_an_entity_is_set_aside(
    definitions: list[PolicyDefinition], kernels: Path
) -> None:
    table = pa.table({"entity": ["a", None, "", "x" * 65, " b", "好"], "headcount": [1] * 6})
    summary = sweep(definitions, source=table, as_of=AS_OF, kernel_folder=kernels)
    assert [bad.row for bad in summary.bad_rows] == [2, 3, 4, 5]
    assert summary.rows_answered == 2


def test_slices_that_start_within_a_byte_are_read_right(
    definitions: list[PolicyDefinition], kernels: Path
) -> None:
    table = make_batch(1_000, 2, 1)
    whole = sweep(definitions, source=table, as_of=AS_OF, kernel_folder=kernels)
    parts = [
        sweep(definitions, source=table.slice(start, length), as_of=AS_OF, kernel_folder=kernels)
        for start, length in ((0, 13), (13, 500), (513, 487))
    ]
    for name, found in whole.policies.items():
        assert found.amount == sum(part.policies[name].amount for part in parts)
        for verdict in Verdict:
            total = sum(part.policies[name].by_verdict[verdict] for part in parts)
            assert found.by_verdict[verdict] == total


def test_worth_is_listed_by_office(definitions: list[PolicyDefinition], kernels: Path) -> None:
    summary = sweep(definitions, source=make_batch(5_000, 4, 1), as_of=AS_OF, kernel_folder=kernels)
    pairs = [each.pairs for each in summary.worth]
    assert pairs == sorted(pairs, reverse=True)
    assert sum(pairs) == sum(count for _, count in summary.worth_by_office)
    assert dict(summary.worth_by_office)["残联"] == sum(
        each.pairs for each in summary.worth if each.fact == "disabled_hires"
    )


def test_a_column_given_twice_is_refused(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    one = pa.table({"entity": ["a"], "headcount": [3]})
    twice = pa.Table.from_arrays(
        [*one.columns, one.column("headcount")], [*one.column_names, "headcount"]
    )
    folder = tmp_path / "months"
    folder.mkdir()
    pq.write_table(one, folder / "01.parquet")
    pq.write_table(twice, folder / "02.parquet")
    text = tmp_path / "twice.csv"
    text.write_text("entity,headcount,headcount\na,3,4\n")
    for source in (twice, folder, folder / "02.parquet", text):
        with pytest.raises(SourceUnreadableError, match="“headcount”这一列有 2 个"):
            sweep(definitions, source=source, as_of=AS_OF, kernel_folder=kernels)
    subjects = pa.Table.from_arrays([one.column("entity")] * 2, ["entity", "entity"])
    with pytest.raises(SourceUnreadableError, match="“entity”这一列有 2 个"):
        sweep(definitions, source=subjects, as_of=AS_OF, kernel_folder=kernels)


def test_files_of_one_folder_have_the_same_columns(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    pq.write_table(pa.table({"entity": ["a"], "headcount": [3]}), tmp_path / "01.parquet")
    pq.write_table(pa.table({"entity": ["b"]}), tmp_path / "02.parquet")
    with pytest.raises(SourceUnreadableError, match=r"02\.parquet.*“headcount”这一列有的文件有"):
        sweep(definitions, source=tmp_path, as_of=AS_OF, kernel_folder=kernels)


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([[1]]),
        pa.array([{"n": 1}]),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        pa.array([b"3"]),
        pa.array([3], pa.duration("s")),
        pa.array([3], pa.time32("s")),
    ],
    ids=lambda cells: str(cells.type),
)
def test_a_column_that_can_hold_no_fact_is_refused_by_name(
    definitions: list[PolicyDefinition], kernels: Path, cells: pa.Array
) -> None:
    for name, other in (("headcount", "entity"), ("entity", "headcount")):
        table = pa.table({name: cells, other: ["3"]})
        with pytest.raises(SourceUnreadableError, match=f"“{name}”这一列是"):
            sweep(definitions, source=table, as_of=AS_OF, kernel_folder=kernels)


def test_days_beyond_the_calendar_are_bad_rows(
    definitions: list[PolicyDefinition], kernels: Path
) -> None:
    name = next(
        name
        for each in definitions
        for name, spec in each.specs.items()
        if spec.kind is FactKind.DATE
    )
    far = 9_000 * 366 * 86_400_000_000
    days = pa.array([0, far, None, 1_700_000_000_000_000], pa.timestamp("us"))
    kinds = [days, days.cast(pa.timestamp("us", "UTC")), days.cast(pa.date64(), safe=False)]
    for column in kinds:
        table = pa.table({"entity": ["a", "b", "c", "d"], name: column})
        summary = sweep(definitions, source=table, as_of=AS_OF, kernel_folder=kernels)
        assert (2, name) in [(bad.row, bad.column) for bad in summary.bad_rows]
        assert 3 not in [bad.row for bad in summary.bad_rows]
        assert summary.rows_answered == 4 - summary.bad_row_count


def test_a_column_of_nothing_is_unknown(definitions: list[PolicyDefinition], kernels: Path) -> None:
    table = pa.table({"entity": ["a", "b"], "headcount": pa.nulls(2)})
    absent = pa.table({"entity": ["a", "b"]})
    summaries = [
        sweep(definitions, source=each, as_of=AS_OF, kernel_folder=kernels)
        for each in (table, absent)
    ]
    assert summaries[0].policies == summaries[1].policies


def test_a_subject_given_twice_is_told(
    definitions: list[PolicyDefinition], kernels: Path, tmp_path: Path
) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("entity,headcount\na,3\nb,4\nc,x\nc\na,5\nc,3\n")
    summary = sweep(definitions, source=path, as_of=AS_OF, kernel_folder=kernels)
    # row 3 holds no number and row 4 no second field, so only one c was answered
    assert [bad.row for bad in summary.bad_rows] == [3, 4]
    assert summary.repeated_entities == 1
    assert summary.repeats.rows == ((1, 5),)
    assert (summary.rows_read, summary.rows_answered) == (6, 4)
