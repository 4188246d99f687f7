"""``denghuo policy sweep`` with each engine, and what it says when an engine is not to be had."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from tests.policy import firms
from tests.policy.firms import AS_OF, POLICY

pytestmark = pytest.mark.no_postgres


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return firms.write(tmp_path / "firms.parquet")


def swept(source: Path, *more: str) -> tuple[str, list[dict[str, Any]]]:
    out, written = source.with_name("answers.parquet"), io.StringIO()
    call_command(
        "policy", "sweep", str(source), "--policies", POLICY, "--out", str(out),
        "--as-of", AS_OF.isoformat(), *more, stdout=written, stderr=io.StringIO(),
    )  # fmt: skip
    return written.getvalue(), pq.read_table(out).to_pylist()


def test_the_two_engines_of_this_machine_answer_alike(source: Path) -> None:
    said, ours = swept(source)
    assert "算了 3 行" in said
    assert swept(source, "--engine", "duckdb")[1] == ours
    assert [row["verdict"] for row in ours] == ["entitled", "not", "unknown"]


def test_a_subject_with_two_rows_is_pointed_out(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms.write(source, [*firms.ROWS, firms.ROWS[2]])
    call_command("policy", "sweep", str(source), "--policies", firms.POLICY)
    assert "有 1 个编号不止出现一次，每一行都算了。例如第 3、4 行" in capsys.readouterr().err


@pytest.fixture
def cluster() -> Iterator[str]:
    """A Spark Connect server in this process, where its packages are installed."""
    sail = pytest.importorskip("pysail.spark")
    server = sail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.mark.engine
def test_a_cluster_answers_as_we_do(source: Path, cluster: str) -> None:
    _said, ours = swept(source)
    assert swept(source, "--engine", "spark", "--cluster", cluster)[1] == ours


def test_without_the_client_the_sentence_says_what_to_install(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(CommandError, match=r"denghuo\[cluster\]") as refused:
        swept(source, "--engine", "spark", "--cluster", "sc://127.0.0.1:15002")
    assert refused.value.returncode == 1
    assert not source.with_name("answers.parquet").exists()


class _Client:
    """Stands where the client library would, so that only the address is tried."""

    SparkSession = None


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "不是集群地址"),
        ("http://127.0.0.1:15002", "不是集群地址"),
        ("sc://127.0.0.1", "不是集群地址"),
        ("sc://127.0.0.1:99999", "不是集群地址"),
        ("sc://127.0.0.1:1", "连不上集群"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_at_once(
    source: Path, monkeypatch: pytest.MonkeyPatch, address: str, sentence: str
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", _Client)
    monkeypatch.setitem(sys.modules, "pyspark", _Client)
    with pytest.raises(CommandError, match=sentence):
        swept(source, "--engine", "spark", "--cluster", address)
