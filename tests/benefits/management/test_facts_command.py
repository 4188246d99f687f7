"""An office's file from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from denghuo.benefits.models import FactImport, FactMapping
from denghuo.benefits.queries.imports import import_folder
from denghuo.platform.public import Actor
from tests.benefits import offices
from tests.benefits.offices import BASIS, HEADINGS, INSURANCE, csv_bytes


@pytest.fixture
def table(officer: Actor, tmp_path: Path) -> Path:
    path = tmp_path / "参保.csv"
    path.write_bytes(csv_bytes([HEADINGS, (offices.firm(1), "甲", 2, 41, 100)]))
    return path


def run(path: Path, *more: str) -> str:
    out = io.StringIO()
    call_command(
        "facts", "import", str(path), "--office", INSURANCE, "--basis", BASIS, "--area", "1501",
        "--observed-on", "2026-10-31", *more, stdout=out,
    )  # fmt: skip
    return out.getvalue()


def test_a_dry_run_says_and_leaves_nothing(table: Path) -> None:
    said = run(table, "--dry-run")
    assert "裁员人数 → laid_off_count（integer）" in said
    assert "读到 1 行：能导入 1" in said
    row = FactImport.objects.get()
    assert row.state == "dropped"
    assert not import_folder(row.pk).exists()


def test_a_file_is_applied_in_an_officer_s_name(table: Path) -> None:
    said = run(table, "--mode", "records", "--officer", "officer")
    assert "已导入 1 行" in said
    row = FactImport.objects.get()
    assert row.state == "applied"
    assert row.confirmed_by.startswith("staff:")


def test_a_saved_mapping_is_used(table: Path) -> None:
    run(table)
    FactMapping.objects.update(name="社保月报")
    assert "已导入" in run(table, "--mapping", "社保月报")
    with pytest.raises(CommandError) as error:
        run(table, "--mapping", "没有的")
    assert error.value.returncode == 1
    assert "没有叫" in str(error.value)


def test_rows_set_aside_have_their_own_exit_code(officer: Actor, tmp_path: Path) -> None:
    rows = [HEADINGS, *[(offices.firm(n), "甲", 2, 41, 100) for n in range(1, 5)]]
    rows.append((offices.firm(9), "乙", "两人", 41, 100))
    path, errors = tmp_path / "a.csv", tmp_path / "errors.csv"
    path.write_bytes(csv_bytes(rows))
    with pytest.raises(CommandError) as error:
        run(path, "--errors", str(errors))
    assert error.value.returncode == 3
    assert "第" not in errors.read_text(encoding="utf-8-sig").splitlines()[0]
    assert "6,裁员人数,两人" in errors.read_text(encoding="utf-8-sig")
    assert FactImport.objects.get().state == "applied"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [(("--officer", "nobody"), "没有“nobody”"), (("--area", "99xx"), "不是行政区划代码")],
)
def test_what_is_wrong_is_a_sentence(table: Path, more: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as error:
        run(table, *more)
    assert sentence in str(error.value)
    assert error.value.returncode == 1


def test_a_file_that_is_not_there(officer: Actor, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        run(tmp_path / "nothing.csv")
    assert "读不了文件" in str(error.value)
    assert not FactImport.objects.exists()
