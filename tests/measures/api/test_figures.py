"""A figure, its rows and its file are one, for those who answer for them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.platform.models import AuditEntry
from tests.api.programs import BASE, program, staff_key
from tests.factories.people import make_staff
from tests.measures.region import CHIFENG, SAIHAN, WHOLE, XINCHENG, resident

pytestmark = pytest.mark.django_db
PATH = f"{BASE}/measures"
REGISTERED = f"{PATH}/persons-registered"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, unlimited: None) -> None:
    """It is 23 November 2026 at ten in China, whatever the machine says."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 23))


def clerk(login: str, role: str = "leader", area: Region = WHOLE) -> Client:
    return program(staff_key(make_staff(login, roles=(role,), area=area, now=NOW), now=NOW))


@pytest.fixture
def head(divisions: None) -> Client:
    """The program of who leads the region."""
    for area in (XINCHENG, XINCHENG, SAIHAN, CHIFENG, None):
        resident(area)
    return clerk("head")


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def refused(answer: Any, status: int) -> str:
    code: str = told(answer, status)["error"]["code"]
    return code


def test_every_measure_is_listed_and_can_be_asked(head: Client) -> None:
    listed = told(head.get(PATH))
    assert len(listed) > 18
    for one in listed:
        figure = told(head.get(f"{PATH}/{one['id']}"))
        assert figure["measure"] == one
        assert (figure["value"] is None) or not one["missing"]


def test_the_figure_is_its_months_its_areas_and_its_rows(head: Client) -> None:
    figure = told(head.get(REGISTERED, {"year": 2026}))
    assert figure["value"] == 5
    assert {one["month"]: one["value"] for one in figure["months"]}[3] == 5
    areas = {one["code"][:4]: one["value"] for one in figure["areas"]}
    assert (areas["1501"], areas["1504"]) == (3, 1)
    assert sum(one["value"] for one in figure["areas"]) == 5
    rows = told(head.get(f"{REGISTERED}/rows", {"year": 2026}))
    assert (rows["value"], rows["shown"], len(rows["rows"]), rows["pages"]) == (5, 5, 5, 1)
    assert len({one["subject"] for one in rows["rows"]}) == 5
    assert all(one["label"] == "" for one in rows["rows"]), "who leads needs no names"
    assert AuditEntry.objects.filter(action="measures.open_rows").count() == 1
    for month, shown in (("3", 5), ("4", 0)):
        query = {"year": "2026", "month": month}
        assert told(head.get(f"{REGISTERED}/rows", query))["shown"] == shown


def test_the_file_holds_the_same_rows(head: Client) -> None:
    rows = told(head.get(f"{REGISTERED}/rows", {"year": 2026}))["rows"]
    answer = head.get(f"{REGISTERED}/rows.csv", {"year": 2026})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    text = b"".join(cast("StreamingHttpResponse", answer)).decode()
    lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:]
    assert {(line[0], line[2], line[3], line[4]) for line in lines} == {
        (one["key"], one["subject"], one["area"], one["day"]) for one in rows
    }
    [taken] = AuditEntry.objects.filter(action="measures.export_rows")
    assert json.loads(taken.detail)["rows"] == 5


def test_an_area_is_its_own(head: Client) -> None:
    own = clerk("xincheng", "officer", XINCHENG)
    assert told(own.get(REGISTERED))["value"] == 2
    assert refused(own.get(REGISTERED, {"area": "1504"}), 404) == "measures.area_not_found"
    assert refused(own.get(f"{REGISTERED}/rows", {"area": "15"}), 404) == "measures.area_not_found"
    answer = own.get(f"{REGISTERED}/rows.csv", {"area": "1504"})
    assert refused(answer, 404) == "measures.area_not_found"
    named = told(own.get(f"{REGISTERED}/rows"))["rows"]
    assert all(one["label"] for one in named), "who works on the files sees masked names"


@pytest.mark.parametrize("path", ["", "/persons-registered", "/persons-registered/rows"])
def test_who_may_read_figures(head: Client, path: str) -> None:
    assert refused(Client().get(f"{PATH}{path}"), 401) == "platform.sign_in_needed"
    for role in ("station", "treasurer", "reviewer"):
        assert refused(clerk(role, role).get(f"{PATH}{path}"), 404) == "platform.not_found"


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("/nothing", {}, 404, "measures.not_found"),
        ("/persons-registered", {"year": 2019}, 404, "measures.year_out_of_range"),
        ("/persons-registered", {"year": "x"}, 422, "api.unreadable_input"),
        ("/persons-registered", {"area": "xx"}, 404, "measures.area_not_found"),
        ("/persons-registered/rows", {"month": "13"}, 422, "api.unreadable_input"),
        ("/persons-registered/rows", {"met": "maybe"}, 422, "api.unreadable_input"),
        ("/persons-registered/rows", {"page": 0}, 422, "api.unreadable_input"),
    ],
)
def test_words_of_the_address_are_checked(
    head: Client, path: str, query: dict[str, Any], status: int, code: str
) -> None:
    assert refused(head.get(f"{PATH}{path}", query), status) == code


def test_what_nothing_counts_has_no_rows(head: Client) -> None:
    missing = next(one["id"] for one in told(head.get(PATH)) if one["missing"])
    assert refused(head.get(f"{PATH}/{missing}/rows"), 404) == "measures.no_rows_behind"
    assert refused(head.get(f"{PATH}/{missing}/rows.csv"), 404) == "measures.no_rows_behind"
