"""Errands saved on the desk: sums open to cases, cases to a file, another league's are 404."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from denghuo.measures.actions.errands import count_new_errands
from denghuo.platform.models import AuditEntry
from tests.measures.case_rows import decided_case, filled_form, resident_actor, step
from tests.measures.region import CHIFENG, XINCHENG

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def some_cases(divisions: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases in one league, one in another, on a day of November."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 23))
    for area in (XINCHENG, XINCHENG, CHIFENG):
        row, actor = decided_case(area, AT + timedelta(days=2)), resident_actor()
        filled_form(row, AT, actor, [("a", 1), ("b", 3)])
        step(row, "submit", AT + timedelta(minutes=4), actor.label)
    count_new_errands(now=NOW)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_sums_open_to_cases_and_to_a_file(head: Client) -> None:
    shown = page(head, "/desk/measures/errands/?year=2026")
    for text in ("少跑", "9 <small>趟", "创业补助", "估算的，没有实测", "呼和浩特市"):
        assert text in shown
    rows = page(head, "/desk/measures/errands/rows/?year=2026&item=startup-grant")
    assert "共 3 条" in rows
    before = AuditEntry.objects.count()
    answer: Any = head.get("/desk/measures/errands/export/?year=2026")
    text = b"".join(answer).decode().lstrip("\ufeff")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 1 + 3
    assert lines[1][4:] == ["3", "0", "4", "1", "2", "150", "4", "14"]
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.latest("seq").action == "measures.export_rows"


def test_a_league_sees_its_own(leader: Client) -> None:
    assert "6 <small>趟" in page(leader, "/desk/measures/errands/?year=2026")
    assert "共 2 条" in page(leader, "/desk/measures/errands/rows/?year=2026")
    for address in ("", "rows/", "export/"):
        assert leader.get(f"/desk/measures/errands/{address}?area=1504").status_code == 404


@pytest.mark.parametrize("address", ["rows/?item=no-such", "export/?item=no-such", "?year=1999"])
def test_addresses_that_lead_nowhere(head: Client, address: str) -> None:
    assert head.get(f"/desk/measures/errands/{address}").status_code == 404


def test_a_year_without_cases_says_so(head: Client) -> None:
    assert "还没有数过的办件" in page(head, "/desk/measures/errands/?year=2024")
    assert "这一段时间没有记录" in page(head, "/desk/measures/errands/rows/?year=2024")


def test_station_clerks_do_not_read_it(divisions: None) -> None:
    assert Client().get("/desk/measures/errands/").status_code in (302, 401)
