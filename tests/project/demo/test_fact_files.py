"""Files for the sweeps: every fact a column, readable as they are, and three bad rows found."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from denghuo.kernel.uscc import Uscc
from denghuo.policy.public import registry
from denghuo.project.demo.fact_files import (
    BAD_CELLS,
    BAD_ROWS,
    DEMO_FIRMS,
    REGION_FIRMS,
    REGION_PERSONS,
    firm_code_column,
    write_region_firms,
)
from denghuo.project.demo.identities import firm_code
from denghuo.project.demo.spread import Spread
from tests.project.demo.conftest import SEED, TODAY, Seeded

REFUND = "stable-jobs-refund"
DAIRY_REFUND_FEN = 7_760_000


def quiet(_done: int, _total: int) -> None: ...


def test_codes_made_at_once_are_those_made_one_by_one() -> None:
    kinds = ["household", "enterprise", "law_office"] * 40
    made = firm_code_column(970, kinds).to_pylist()
    assert made == [
        firm_code(970 + row, kind="92" if kind == "household" else "91").text
        for row, kind in enumerate(kinds)
    ]


@pytest.mark.django_db
def test_two_runs_write_the_same_rows(tmp_path: Path, spread: Spread) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        write_region_firms(folder, registry(), spread, 3_000, seed=SEED, today=TODAY, tell=quiet)
    first, second = (pq.read_table(tmp_path / name / REGION_FIRMS) for name in ("one", "two"))
    assert first.equals(second)
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("file", "subject"),
    [(REGION_FIRMS, "firm"), (DEMO_FIRMS, "firm"), (REGION_PERSONS, "person")],
)
def test_a_file_has_every_fact_and_no_identity(seeded: Seeded, file: str, subject: str) -> None:
    table = pq.read_table(seeded.facts / file)
    facts = [name for name, spec in registry().items() if spec.subject == subject]
    assert table.schema.names == ["entity", "region", *facts]
    assert len(set(table["entity"].to_pylist())) == table.num_rows
    assert all(len(code) == 12 for code in table["region"].to_pylist())
    if subject == "person":
        assert all(re.fullmatch(r"演示人员\d{7}", one) for one in table["entity"].to_pylist())
    elif file == REGION_FIRMS:
        assert all(Uscc.read(code) for code in table["entity"].to_pylist())


def sweep(*arguments: object) -> None:
    call_command(
        "policy", "sweep", *map(str, arguments), "--policies", REFUND, "--as-of", str(TODAY)
    )


def test_the_officer_s_sweep_finds_the_three_bad_rows(seeded: Seeded, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    with pytest.raises(CommandError, match="3"):
        sweep(seeded.facts / BAD_ROWS, "--out", tmp_path / "out.csv", "--bad-rows", bad)
    with bad.open(encoding="utf-8-sig") as opened:
        lines = list(csv.reader(opened))[1:]
    assert [int(line[0]) for line in lines] == [record for record, _, _ in BAD_CELLS]
    assert [line[1] for line in lines] == [column for _, column, _ in BAD_CELLS]


def test_the_dairy_of_the_report_gets_what_the_report_says(seeded: Seeded, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    sweep(seeded.facts / DEMO_FIRMS, "--out", out)
    dairy = next(row for row in pq.read_table(out).to_pylist() if "乳品" in row["entity"])
    assert (dairy["verdict"], dairy["amount"]) == ("entitled", DAIRY_REFUND_FEN)
