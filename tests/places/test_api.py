"""The JSON of the places room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from denghuo.places.logic.hours import read_hours
from denghuo.places.models import Facility
from tests.places.conftest import Loaded, MakeRow

Seed = Callable[..., None]
BASE = "/api/v1/places"


def test_divisions(client: Client, region: Loaded) -> None:
    assert len(client.get(f"{BASE}/divisions").json()) == 12
    assert len(client.get(f"{BASE}/divisions?parent=1504").json()) == 12
    assert len(client.get(f"{BASE}/divisions?level=township").json()) == 1033
    [found] = client.get(f"{BASE}/divisions", {"q": "阿鲁科尔沁"}).json()
    assert found["full_name"] == "赤峰市 阿鲁科尔沁旗"
    one = client.get(f"{BASE}/divisions/152522?on=1981-05-01").json()
    assert (one["name"], one["valid_until"]) == ("达拉特旗", "1982-01-01")


def test_resolution_and_history(client: Client, region: Loaded) -> None:
    found = client.get(f"{BASE}/divisions/152522/resolve?on=1981-05-01").json()
    assert found["outcome"] == "followed"
    assert [view["name"] for view in found["successors"]] == ["达拉特旗"]
    assert [step["year"] for step in found["changes"]] == [1982, 2001]
    history = client.get(f"{BASE}/divisions/150981/history").json()
    assert [step["year"] for step in history] == [1982, 1990, 2003]


def test_facilities_and_nearest(client: Client, seeded: Seed, make_row: MakeRow) -> None:
    seeded(make_row("1", hours=read_hours("24小时")), make_row("2", lon=111.9))
    page = client.get(f"{BASE}/facilities?within=1501&kind=station").json()
    assert (page["total"], page["pages"]) == (2, 1)
    row = Facility.objects.get(external_key="1")
    one = client.get(f"{BASE}/facilities/{row.pk}").json()
    assert (one["hours"], one["source_datum"], one["stale"]) == ("周一至周日 全天", "wgs84", False)
    near = client.get(f"{BASE}/nearest?lon=111.66&lat=40.86&limit=1&open_now=true").json()
    assert (near["method"], near["note"]) == ("crow_fly", "直线距离，估算")
    [entry] = near["entries"]
    assert (entry["distance_m"], entry["estimated"], entry["open_now"]) == (0, True, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/divisions/159999", 404),
        ("/divisions/abc", 422),
        ("/divisions/150", 422),
        ("/divisions/150102?on=gestern", 422),
        ("/divisions?level=village", 422),
        ("/nearest?lon=200&lat=0", 422),
        ("/nearest?lon=nan&lat=0", 422),
        ("/nearest?lon=1&lat=1&limit=1000", 422),
        ("/nearest?lon=1&lat=1&kind=茶馆", 422),
        ("/nearest?lat=1", 422),
        ("/facilities?page=0", 422),
        ("/facilities?within=00", 422),
        ("/facilities/00000000-0000-4000-8000-000000000000", 404),
        ("/facilities/1", 422),
    ],
)
def test_bad_questions_have_clear_answers(
    client: Client, region: Loaded, path: str, status: int
) -> None:
    answer = client.get(BASE + path)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("what", ["divisions", "facilities"])
def test_a_zero_byte_is_refused(client: Client, region: Loaded, what: str) -> None:
    answer = client.get(f"{BASE}/{what}", {"q": "\x00"})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "q"
