"""A look back: who is owed and who is asked back, each by name, as a page and as a table."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client

from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor
from denghuo.policy.actions.sweep_work import run_sweep
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.sweep_rows import changed_rows
from denghuo.policy.queries.sweeps import run
from tests.policy import firms
from tests.policy.firms import AS_OF, POLICY, silent

FORM = {
    "policy": POLICY, "source": "firms.parquet", "as_of": AS_OF, "known_before": "2025-06-30",
}  # fmt: skip


@pytest.fixture
def raised(facts: Path) -> Path:
    """Three firms whose fund is rich enough for the raised share published in 2025-07."""
    return firms.write(facts, [{**row, "pool_reserve_months": 24} for row in firms.ROWS])


def looked_back(officer: Client) -> UUID:
    assert officer.post("/desk/look-backs/", FORM).status_code == 302
    run_id = SweepRun.objects.get().id
    run_sweep(run_id, progress=silent)
    return run_id


def test_who_is_owed_after_a_late_publication(officer: Client, raised: Path) -> None:
    assert "失业保险稳岗返还：2024-01-01" in officer.get("/desk/look-backs/").content.decode()
    run_id = looked_back(officer)
    page = officer.get(f"/desk/comparisons/{run_id}/").content.decode()
    assert "+55,920.00" in page
    assert "按 2025-06-30 知道的规定" in page
    assert "请核对当时实际付了多少" in page
    rows = officer.get(f"/desk/comparisons/{run_id}/rows/?kind=more").content.decode()
    assert "甲公司" in rows
    assert "111,840.00" in rows
    assert "167,760.00" in rows
    assert "乙公司" not in rows
    assert (
        "没有这样的行"
        in officer.get(f"/desk/comparisons/{run_id}/rows/?kind=lose").content.decode()
    )
    assert "公司" not in "".join(unquote(one) for one in re.findall(r'href="([^"]*)"', rows))
    [place] = [each.place for each in changed_rows(run(run_id)).rows if each.entity == "甲公司"]
    one = officer.get(f"/desk/sweeps/{run_id}/row/", {"row": str(place), "policy": POLICY})
    assert "167,760.00" in one.content.decode()


def test_the_names_as_a_table_and_in_the_audit(officer: Client, raised: Path) -> None:
    run_id = looked_back(officer)
    text = firms.downloaded(officer, f"/desk/comparisons/{run_id}/export/")
    header, *lines = list(csv.reader(io.StringIO(text)))
    assert header[:3] == ["谁", "变化", "原来"]
    assert lines == [
        [
            "甲公司",
            "多拿",
            "符合",
            "111840.00",
            "符合",
            "167760.00",
            "55920.00",
            "呼和浩特市",
            "小型",
        ]
    ]
    last = AuditEntry.objects.order_by("-seq")[0]
    assert last.action == "policy.export_rows"
    assert json.loads(last.detail) == {"rows": 1, "what": "changed"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"known_before": ""}, "不是日期"),
        ({"known_before": "2999-01-01"}, "今天以前"),
        ({"source": "../x.parquet"}, "请选一个数据文件"),
    ],
)
def test_what_cannot_be_asked_is_said(
    officer: Client, facts: Path, change: dict[str, str], sentence: str
) -> None:
    answer = officer.post("/desk/look-backs/", {**FORM, **change})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not SweepRun.objects.exists()


def test_a_policy_nobody_knows_is_not_found(officer: Client, facts: Path) -> None:
    assert officer.post("/desk/look-backs/", {**FORM, "policy": "x"}).status_code == 404


def test_where_nothing_changes_the_page_says_so(officer: Client, facts: Path) -> None:
    run_id = looked_back(officer)
    page = officer.get(f"/desk/comparisons/{run_id}/").content.decode()
    assert "没有谁的结果会变" in page
    assert "export" not in page


def test_a_sweep_is_no_comparison_and_the_other_way_round(
    officer: Client, colleague: Actor, facts: Path
) -> None:
    sweep_id = firms.swept(colleague, facts)
    assert officer.get(f"/desk/comparisons/{sweep_id}/").status_code == 404
    assert officer.get(f"/desk/comparisons/{sweep_id}/rows/").status_code == 404
    back_id = firms.swept(colleague, facts, known_before=AS_OF)
    led = officer.get(f"/desk/sweeps/{back_id}/")
    assert led["Location"] == f"/desk/comparisons/{back_id}/"
