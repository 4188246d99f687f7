"""Rows behind a sum: found, sorted, explained, taken away; who did so stays in the audit."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import cast
from urllib.parse import unquote
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor, lookup_digest
from denghuo.policy.queries.sweep_rows import answer_rows
from tests.policy import firms
from tests.policy.firms import POLICY


@pytest.fixture
def run_id(colleague: Actor, facts: Path) -> UUID:
    return firms.swept(colleague, facts)


def row_of(run_id: UUID, entity: str) -> str:
    """The place of a firm's row: what its address names."""
    [found] = answer_rows(run_id, word=entity).rows
    return str(found.place)


def last_audit() -> tuple[str, dict[str, object]]:
    row = AuditEntry.objects.order_by("-seq")[0]
    return row.action, json.loads(row.detail)


def test_rows_are_filtered_searched_and_sorted(officer: Client, run_id: UUID) -> None:
    def rows(query: str) -> str:
        return officer.get(f"/desk/sweeps/{run_id}/rows/?{query}").content.decode()

    refused = rows("verdict=not")
    assert "乙公司" in refused
    assert "甲公司" not in refused
    assert "裁员率" in refused  # the reason stands beside it

    def searched(words: str) -> str:
        path = f"/desk/sweeps/{run_id}/rows/"
        sent = officer.post(path, {"q": words})
        assert words not in unquote(sent["Location"])
        return officer.get(sent["Location"]).content.decode()

    assert "丙公司" in searched("丙")
    assert "甲公司" not in searched("丙")
    assert "没有这样的行" in searched("丁")
    assert "乙公司" in rows("near=1")
    by_amount = rows("sort=-amount")
    assert by_amount.index("甲公司") < by_amount.index("乙公司")
    assert "共 3 条" in rows("page=999999")
    assert "共 3 条" in rows("page=-1&sort=evil;drop&verdict=evil")


def test_a_long_list_is_read_page_by_page(officer: Client, colleague: Actor, facts: Path) -> None:
    firms.write(facts, [{**firms.ROWS[n % 3], "entity": f"firm {n:05}"} for n in range(3_333)])
    long = firms.swept(firms.staff("third"), facts)
    first = officer.get(f"/desk/sweeps/{long}/rows/?verdict=entitled").content.decode()
    assert "共 1,111 条" in first
    assert "第 1 页，共 23 页" in first
    second = officer.get(f"/desk/sweeps/{long}/rows/?verdict=entitled&page=2").content.decode()
    assert "firm 00150" in second
    assert "firm 00147" not in second
    assert second.count('scope="row"') == 50
    last = officer.get(f"/desk/sweeps/{long}/rows/?verdict=entitled&page=23").content.decode()
    assert last.count('scope="row"') == 11


def test_one_row_is_explained_and_the_look_is_kept(officer: Client, run_id: UUID) -> None:
    listed = officer.get(f"/desk/sweeps/{run_id}/rows/").content.decode()
    assert "公司" not in "".join(unquote(one) for one in re.findall(r'href="([^"]*)"', listed))
    asked = {"row": row_of(run_id, "乙公司"), "policy": POLICY}
    page = officer.get(f"/desk/sweeps/{run_id}/row/", asked).content.decode()
    assert "裁减 30 人" in page
    action, detail = last_audit()
    assert action == "policy.open_row"
    assert detail["row"] == lookup_digest("乙公司", field="policy.sweep_entity").hex()[:24]
    assert "乙公司" not in json.dumps(detail, ensure_ascii=False)


def test_an_open_answer_without_a_version_says_what_is_known_already(
    officer: Client, colleague: Actor, facts: Path
) -> None:
    """The day that chooses the version is missing, and every version refuses the firm."""
    day: dict[str, object] = {"contribution_year_ends_on": None}
    rows = [
        {**firms.ROWS[0], **day, "entity": "戊公司", "dishonest": True},
        {**firms.ROWS[0], **day, "entity": "己公司"},
        firms.ROWS[0],
    ]
    firms.write(facts, rows)
    run_id = firms.swept(firms.staff("third"), facts)

    def page(entity: str) -> str:
        asked = {"row": row_of(run_id, entity), "policy": POLICY}
        return officer.get(f"/desk/sweeps/{run_id}/row/", asked).content.decode()

    refused, open_, decided = (page(name) for name in ("戊公司", "己公司", "甲公司"))
    for text in (refused, open_):
        assert "还不能判断" in text
        assert "定不了按哪一版规定判断" in text
    assert 'class="fail"' in refused
    assert "现有各版规定都过不了" in refused
    assert 'class="fail"' not in open_
    assert "各版" not in open_
    assert "哪一版" not in decided
    listed = officer.get(f"/desk/sweeps/{run_id}/rows/").content.decode()
    assert listed.count("定不了按哪一版规定") == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"row": "3", "policy": POLICY},
        {"row": "999999999999", "policy": POLICY},
        {"row": "9" * 40, "policy": POLICY},
        {"row": "-1", "policy": POLICY},
        {"row": "乙公司", "policy": POLICY},
        {"row": "1", "policy": "skill-up-subsidy"},
        {"row": "1", "policy": "../x"},
        {},
    ],
)
def test_a_row_that_is_not_there_is_not_found(
    officer: Client, run_id: UUID, asked: dict[str, str]
) -> None:
    assert officer.get(f"/desk/sweeps/{run_id}/row/", asked).status_code == 404


def test_an_export_is_counted_as_it_was_filtered(officer: Client, run_id: UUID) -> None:
    text = firms.downloaded(officer, f"/desk/sweeps/{run_id}/export/?verdict=entitled")
    header, *lines = text.splitlines()
    assert header.startswith('"谁","政策"')
    assert [line.split(",")[:4] for line in lines] == [
        ['"甲公司"', '"失业保险稳岗返还"', '"符合"', '"111840.00"']
    ]
    assert last_audit() == ("policy.export_rows", {"rows": 1, "what": "answers"})
    whole = officer.get(f"/desk/sweeps/{run_id}/export/?format=parquet")
    assert pq.read_table(io.BytesIO(b"".join(whole))).num_rows == 3
    assert last_audit()[1]["rows"] == 3
    firms.downloaded(officer, f"/desk/sweeps/{run_id}/bad-rows/")
    assert last_audit()[1] == {"rows": 0, "what": "bad_rows"}


def test_an_export_runs_nothing(officer: Client, colleague: Actor, facts: Path) -> None:
    firms.write(facts, [{**firms.ROWS[0], "entity": "=cmd|' /C calc'!A0"}])
    evil = firms.swept(firms.staff("third"), facts)
    lines = firms.downloaded(officer, f"/desk/sweeps/{evil}/export/").splitlines()
    assert lines[1].startswith("\"'=cmd")


def test_an_export_is_sent_while_it_is_read(officer: Client, colleague: Actor, facts: Path) -> None:
    firms.write(facts, [{**firms.ROWS[0], "entity": f"firm {n}"} for n in range(50_000)])
    long = firms.swept(firms.staff("third"), facts)
    answer = officer.get(f"/desk/sweeps/{long}/export/")
    pieces = list(cast("Iterable[bytes]", cast("StreamingHttpResponse", answer).streaming_content))
    assert len(pieces) > 2
    assert max(len(piece) for piece in pieces) < 4_000_000
    assert sum(piece.count(b"\n") for piece in pieces) == 50_001


def test_rows_of_a_run_that_is_not_done_are_not_found(
    officer: Client, colleague: Actor, facts: Path
) -> None:
    waiting = firms.start(firms.staff("third"), facts)
    for path in ("rows/", "export/", "export/?format=parquet", f"row/?row=1&policy={POLICY}"):
        assert officer.get(f"/desk/sweeps/{waiting}/{path}").status_code == 404


def test_the_row_of_a_changed_file_says_so(officer: Client, run_id: UUID, facts: Path) -> None:
    place = row_of(run_id, "乙公司")
    pq.write_table(pa.table({"other": [1]}), facts)
    answer = officer.get(f"/desk/sweeps/{run_id}/row/", {"row": place, "policy": POLICY})
    assert answer.status_code == 404
    assert "文件可能已经换过" in answer.content.decode()
