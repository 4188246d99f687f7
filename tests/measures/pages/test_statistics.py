"""Bringing a published series by the desk: preview, agree, read it as a measure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.measures.models import StatisticPoint
from tests.factories.people import make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db
NEW = "/desk/measures/published/import/"
TABLE = (
    "指标,月份,地区,数值,公布日期,来源\n"
    "城镇调查失业率,2026-03,15,5.4%,2026-04-16,月报\n"
    "城镇调查失业率,2026-04,15,五,2026-05-16,月报\n"
    "城镇调查失业率,2026-05,15,5.6%,2026-06-16,月报\n"
)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 23 November 2026."""
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 23))


def upload(client: Client, content: str = TABLE, name: str = "月报.csv") -> str:
    answer = client.post(NEW, {"file": SimpleUploadedFile(name, content.encode())})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_from_the_file_to_the_measure(head: Client) -> None:
    address = upload(head)
    preview = head.get(address).content.decode()
    for text in ("还没有改动任何数据", "导入 2 个数", "“五”读不成数"):
        assert text in preview
    assert not StatisticPoint.objects.exists()
    assert head.post(f"{address}apply/").status_code == 302
    assert head.post(f"{address}apply/").status_code == 409, "a second press"
    assert "已导入：新的 2 个" in head.get(address).content.decode()
    shown = head.get("/desk/measures/of/surveyed-unemployment/?year=2026").content.decode()
    for text in ("5.6", "没有达到", "5.5%（待定）", "2026-06-16", "所以没有画线"):
        assert text in shown
    listed = head.get("/desk/measures/published/?year=2026").content.decode()
    assert "月报" in listed
    assert "5.6%" in head.get("/desk/measures/?year=2026").content.decode()


def test_dropping_it(head: Client) -> None:
    address = upload(head)
    assert head.post(f"{address}drop/").status_code == 302
    assert "已放弃" in head.get(address).content.decode()
    assert not StatisticPoint.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [("甲,乙\n1,2", "表头缺少"), ("指标", "表格里没有数据"), ("\x00\x01,\n1,", "打不开")],
)
def test_a_file_that_cannot_be_read_says_why(head: Client, content: str, said: str) -> None:
    answer = head.post(NEW, {"file": SimpleUploadedFile("x.csv", content.encode())})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_no_file_at_all(head: Client) -> None:
    assert head.post(NEW, {}).status_code == 422


def test_the_template_can_be_sent_back(head: Client) -> None:
    text = head.get("/desk/measures/published/template/").content.decode("utf-8-sig")
    assert "新的 1 个" in head.get(upload(head, text)).content.decode()


def test_who_may_bring_and_whose_upload_it_is(head: Client, leader: Client) -> None:
    address = upload(head)
    assert leader.get(NEW).status_code == 404, "a leader reads, an office brings"
    assert leader.get(address).status_code == 404
    other = browsers.staff(make_staff("other", roles=["supervisor"], area=Region.read("15")))
    assert other.get(address).status_code == 404
    assert other.post(f"{address}apply/").status_code == 404
    assert head.get(f"{NEW}{uuid4()}/").status_code == 404
    assert leader.get("/desk/measures/published/").status_code == 200
