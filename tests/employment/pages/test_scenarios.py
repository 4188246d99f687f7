"""The officer's desk: three ways side by side; what may be asked, and by whom."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from denghuo.employment.actions.scenarios import work_out_scenario
from denghuo.employment.models import Scenario
from denghuo.kernel.region import Region
from denghuo.platform.models import AuditEntry
from tests.employment.actions.test_scenarios import market
from tests.employment.market import NOW
from tests.employment.seekers import BAOTOU, HOHHOT, lay_places
from tests.factories.people import make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db
PAGE = "/desk/work/scenarios/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def desk(*roles: str, area: str = HOHHOT, login: str = "officer") -> Client:
    return browsers.staff(make_staff(login, roles=roles or ("officer",), area=Region(area)))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_asked_worked_out_read_and_taken_home() -> None:
    market()
    web = desk()
    assert "还没有试算过" in text(web.get(PAGE))
    sent = {"area": HOHHOT, "group": "", "key": str(uuid4())}
    where = web.post(PAGE, sent).headers["Location"]
    assert web.post(PAGE, sent).headers["Location"] == where  # the second press
    row = Scenario.objects.get()
    waiting = text(web.get(where))
    assert "正在算" in waiting
    assert row.lot_seed in waiting  # shown before anything is worked out
    work_out_scenario(row.pk, now=NOW)
    shown = text(web.get(where))
    for words in ("2 个岗位，4 位在找活儿的人", "谁也不吃亏", "总分最高", "安排的人最多", "2 / 4"):
        assert words in shown
    table = text(web.get(f"{where}stable.csv"))
    assert table.splitlines()[0].endswith(
        "岗位编号,岗位,单位,求职人序号,是第几志愿,合适度（满分1000）"
    )
    assert len(table.splitlines()) == 3
    assert "乌云其木格" not in table + shown
    assert AuditEntry.objects.filter(action="employment.export_scenario").count() == 1
    assert where in text(web.get(PAGE))


def test_nothing_to_give_out_is_said() -> None:
    lay_places()
    web = desk()
    where = web.post(PAGE, {"area": HOHHOT, "group": "", "key": str(uuid4())}).headers["Location"]
    work_out_scenario(Scenario.objects.get().pk, now=NOW)
    assert "没有能分配的" in text(web.get(where))


@pytest.mark.parametrize(
    "changed", [{"area": BAOTOU}, {"area": "x"}, {"group": "9"}, {"key": "no"}, {"key": ""}]
)
def test_bad_input_asks_nothing(changed: dict[str, str]) -> None:
    lay_places()
    sent = {"area": HOHHOT, "group": "", "key": str(uuid4()), **changed}
    assert desk().post(PAGE, sent).status_code == 422
    assert not Scenario.objects.exists()


def test_another_area_s_and_strangers() -> None:
    lay_places()
    where = desk().post(
        PAGE, {"area": HOHHOT, "group": "", "key": str(uuid4())}
    ).headers["Location"]  # fmt: skip
    other = desk(area=BAOTOU, login="other")
    assert other.get(where).status_code == 404
    assert other.get(f"{where}stable.csv").status_code == 404
    assert desk("treasurer", login="money").get(PAGE).status_code in {403, 404}
    assert Client().get(PAGE).status_code in {302, 401, 403}
    assert desk(login="again").get(f"{PAGE}{uuid4()}/").status_code == 404
