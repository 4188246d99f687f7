"""The desk's measures: tile, rows, file and frozen figure tell one story; bad addresses 404."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from denghuo.measures.models import MeasureSnapshot
from denghuo.people.models import Mandate, Person
from denghuo.platform.models import AuditEntry
from tests.factories.people import make_person, make_staff
from tests.measures.region import CHIFENG, SAIHAN, XINCHENG, correction, resident
from tests.people import browsers

pytestmark = pytest.mark.django_db
REGISTERED = "/desk/measures/of/persons-registered/"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 23 November 2026 at ten in China, whatever the machine says."""
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 23))


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def whole(answer: Any) -> str:
    return b"".join(cast("StreamingHttpResponse", answer)).decode()


def test_a_number_opens_to_its_rows_and_they_to_a_file(head: Client) -> None:
    for area in (XINCHENG, XINCHENG, SAIHAN, CHIFENG, None):
        resident(area)
    assert "5 人" in page(head, "/desk/measures/?year=2026")
    shown = page(head, REGISTERED + "?year=2026")
    for text in ("5 人", "呼和浩特市", "赤峰市", "没有写地区", "3 月"):
        assert text in shown
    assert ">3 人<" in shown, "three of them live in the first league"
    rows = page(head, REGISTERED + "rows/?year=2026")
    assert "共 5 条，涉及 5 人" in rows
    assert rows.count("2026-03-05") == 5
    answer = head.get(REGISTERED + "export/?year=2026")
    lines = list(csv.reader(io.StringIO(whole(answer).lstrip("\ufeff"))))
    assert len(lines) == 1 + 5
    assert len({line[2] for line in lines[1:]}) == 5, "different people by their marks"


def test_a_league_and_a_month_of_it(head: Client) -> None:
    resident(XINCHENG, datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    resident(XINCHENG, datetime(2026, 3, 31, 16, 0, tzinfo=UTC))  # April in China
    resident(CHIFENG, datetime(2026, 4, 2, tzinfo=UTC))
    april = page(head, REGISTERED + "rows/?year=2026&area=150100000000&month=4")
    assert "共 1 条" in april
    assert "2026-04-01" in april
    inside = page(head, REGISTERED + "?year=2026&area=150100000000")
    assert "新城区" in inside
    assert "赛罕区" in inside, "a banner without records stands there too"
    assert "还没有记录" in inside


@pytest.mark.parametrize(
    "address",
    [
        "/desk/measures/?year=2023", "/desk/measures/?year=2028", "/desk/measures/?year=abcd",
        "/desk/measures/?area=1504", "/desk/measures/?area=15", "/desk/measures/?area=zz",
        "/desk/measures/of/no-such/", "/desk/measures/of/no-such/rows/",
        REGISTERED + "?area=150402", REGISTERED + "rows/?area=150400000000",
        REGISTERED + "export/?area=150000000000", REGISTERED + "rows/?month=13",
        "/desk/measures/of/surveyed-unemployment/rows/", "/desk/measures/of/job-fairs/rows/",
        "/desk/measures/of/job-fairs/export/",
        "/desk/measures/frozen/00000000-0000-4000-8000-000000000001/",
        "/desk/measures/of/sweeps-finished/rows/?year=1",
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere_or_to_another_league(leader: Client, address: str) -> None:
    assert leader.get(address).status_code == 404


@pytest.mark.parametrize("text", ["-1", "0", "999999", "x", "１", "1e3", "99999999999999999999999"])
def test_odd_page_numbers_are_a_page(head: Client, text: str) -> None:
    resident()
    assert "共 1 条" in page(head, REGISTERED + f"rows/?year=2026&page={text}")


def test_who_may_not_read(divisions: None) -> None:
    assert Client().get("/desk/measures/").status_code in (302, 401)
    assert browsers.resident(make_person()).get("/desk/measures/").status_code == 404
    for role in ("station", "operator", "bank", "admin"):
        clerk = browsers.staff(make_staff(role, roles=[role]))
        assert clerk.get("/desk/measures/").status_code == 404
        assert clerk.get(REGISTERED + "export/").status_code == 404


def test_leaders_see_no_names_officers_masked_ones(leader: Client, officer: Client) -> None:
    resident(XINCHENG)
    address = REGISTERED + "rows/?year=2026"
    assert "木格" not in page(leader, address)
    assert "这里不显示姓名" in page(leader, address)
    seen = page(officer, address)
    assert "***木格" in seen
    assert "乌云" not in seen
    file = whole(leader.get(REGISTERED + "export/?year=2026"))
    assert "木格" not in file


def test_opening_and_exporting_rows_about_persons_leaves_one_row_of_audit(leader: Client) -> None:
    for _ in range(3):
        resident(XINCHENG)
    before = AuditEntry.objects.count()
    page(leader, REGISTERED + "?year=2026")
    page(leader, "/desk/measures/")
    assert AuditEntry.objects.count() == before, "a figure names nobody"
    page(leader, REGISTERED + "rows/?year=2026")
    whole(leader.get(REGISTERED + "export/?year=2026"))
    opened, taken = AuditEntry.objects.order_by("-seq")[:2][::-1]
    assert (opened.action, taken.action) == ("measures.open_rows", "measures.export_rows")
    assert '"rows":3' in opened.detail
    assert '"rows":3' in taken.detail
    assert "150100000000" in taken.detail


def test_persons_and_person_times_are_turned_and_never_confused(head: Client) -> None:
    giver, other = resident(XINCHENG), resident(XINCHENG)
    for number in range(3):
        Mandate.objects.create(
            from_person_id=giver, to_person_id=other, scopes=["read"], how="phone_code",
            start_on=date(2026, 3, 1), until_on=date(2026, 9, 1),
            accepted_at=datetime(2026, 3, 1 + number, 2, tzinfo=UTC),
        )  # fmt: skip
    address = "/desk/measures/of/mandates-given/"
    times = page(head, address + "?year=2026")
    assert re.search(r'class="value">3 <small>人次', times)
    assert "其中不同的：1 人" in times
    persons = page(head, address + "?year=2026&count=other")
    assert re.search(r'class="value">1 <small>人</small>', persons)
    assert "合 3 人次" in persons
    rows = page(head, address + "rows/?year=2026&count=other")
    assert "共 3 条，涉及 1 人" in rows
    assert "<b>1 人</b>" in rows


def test_a_rate_opens_to_those_who_were_kept_waiting(head: Client) -> None:
    who = resident(XINCHENG)
    at = datetime(2026, 5, 4, 2, tzinfo=UTC)
    correction(who, at, at + timedelta(days=3), "name")
    correction(who, at, at + timedelta(days=15), "residence")
    correction(who, at, at + timedelta(days=15, seconds=1), "born_on")
    correction(who, at, None, "phone")
    address = "/desk/measures/of/corrections-in-time/"
    assert "50%" in page(head, address + "?year=2026")
    late = page(head, address + "rows/?year=2026&met=no")
    assert "共 2 条" in late
    assert "共 4 条，涉及" in late, "the figure is of all rows, whatever is shown"
    assert len(whole(head.get(address + "export/?year=2026&met=yes")).splitlines()) == 1 + 2


def test_an_empty_area_and_year_say_so(head: Client, officer: Client) -> None:
    assert "还没有记录" in page(head, "/desk/measures/?year=2024&area=1504")
    assert "这一段时间没有记录" in page(head, REGISTERED + "rows/?year=2024&area=1504")
    assert "这一项只有全区的数" in page(officer, "/desk/measures/of/messages-read/")


def test_measures_without_a_source_say_what_is_missing(head: Client) -> None:
    shown = page(head, "/desk/measures/?year=2026")
    assert "67,100 人（待定）" in shown
    assert "还没有数据来源的" in shown
    one = page(head, "/desk/measures/of/new-urban-jobs/?year=2026")
    assert "还没有接入就业登记" in one
    assert "截至 4 月底" in one
    assert 'class="value"' not in one, "never a made-up number"


def test_freezing_and_what_came_after(head: Client, leader: Client) -> None:
    early = resident(XINCHENG)
    resident(XINCHENG)
    address = REGISTERED + "freeze/?year=2026&area=150100000000"
    assert "定下这个数" in page(head, REGISTERED + "?year=2026&area=150100000000")
    running = head.post(address, {"period": "11"})
    assert running.status_code == 422, "November still runs and is not offered"
    answer = head.post(address, {"period": "3", "note": "一季度"})
    assert answer.status_code == 302
    again = head.post(address, {"period": "3"})
    assert again.status_code == 422, "a frozen month is not offered again"
    shown = page(leader, answer["Location"])
    for text in ("2 人", "明细完整", "定数以后没有变化", "一季度"):
        assert text in shown
    resident(SAIHAN)
    Person.objects.filter(pk=early).update(residence=CHIFENG.code)
    later = page(leader, answer["Location"])
    for text in ("后来补进来的（1）", "后来没有了的（1）", f"编号 {str(early)[:8]}"):
        assert text in later
    snapshot = MeasureSnapshot.objects.get()
    assert (snapshot.value, snapshot.row_count) == (2, 2), "what was published stays"


def test_only_who_leads_freezes_and_only_their_own(officer: Client, leader: Client) -> None:
    resident(XINCHENG)
    assert officer.post(REGISTERED + "freeze/?year=2026", {"period": "3"}).status_code == 404
    elsewhere = leader.post(REGISTERED + "freeze/?year=2026&area=1504", {"period": "3"})
    assert elsewhere.status_code == 404
    assert not MeasureSnapshot.objects.exists()
    assert "定下这个数" not in page(officer, REGISTERED + "?year=2026")


def test_another_leagues_frozen_figure_is_not_there(head: Client, leader: Client) -> None:
    resident(CHIFENG)
    answer = head.post(REGISTERED + "freeze/?year=2026&area=1504", {"period": "3"})
    assert page(head, answer["Location"])
    assert leader.get(answer["Location"]).status_code == 404


def test_pages_ask_the_database_a_bounded_number_of_times(
    head: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        resident(XINCHENG, datetime(2026, 1 + number % 11, 5, tzinfo=UTC))
    with django_assert_max_num_queries(60):
        page(head, "/desk/measures/")
    with django_assert_max_num_queries(20):
        page(head, REGISTERED + "?year=2026")
    with django_assert_max_num_queries(20):
        shown = page(head, REGISTERED + "rows/?year=2026")
    assert "共 60 条" in shown
    assert "第 1 页，共 2 页" in shown
