"""The keepers' desk: only their own area, corrections kept, imports previewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from denghuo.places.models import Facility, FacilityImport
from denghuo.platform.public import Actor
from tests.places.actions.test_imports import as_csv, line
from tests.places.conftest import Loaded, MakeRow, staff_of
from tests.places.pages.test_near import text_of

Act = Callable[[Actor], None]
Seed = Callable[..., None]
FORM = {
    "name": "新名字",
    "services": "招聘登记\n政策咨询",
    "hours": "周一至周五 09:00-17:00",
    "address": "新路 2 号",
    "phone": "0471-2345678",
    "owner": "人社局",
    "review_on": "2028-01-01",
}


def test_the_list_holds_ones_own_area_and_what_is_overdue(
    client: Client, acting: Act, seeded: Seed, make_row: MakeRow
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    seeded(
        make_row("本地", review_on=yesterday),
        make_row("别处", division="150421100000", lon=None, lat=None),
    )
    acting(staff_of("1501", "station"))
    words = text_of(client.get("/desk/facilities/"))
    assert "第本地" in words
    assert "过期" in words
    assert "第别处" not in words
    assert "导入名录" not in words  # operators only
    assert "第本地" in text_of(client.get("/desk/facilities/?review=overdue"))
    assert "这里没有服务点" in text_of(client.get("/desk/facilities/?q=没有&page=x"))


def test_a_correction_is_kept_and_a_wrong_one_is_told(
    client: Client, acting: Act, seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("1"))
    row = Facility.objects.get()
    address = f"/desk/facilities/{row.pk}/"
    acting(staff_of("150102", "station"))
    assert "周一至周五 08:30-12:00 14:30-17:30" in client.get(address).content.decode()
    wrong = client.post(address, {**FORM, "phone": "13812345678", "hours": "随便"})
    assert wrong.status_code == 422
    words = text_of(wrong)
    assert "个人手机号" in words
    assert "请这样写" in words
    row.refresh_from_db()
    assert row.name == "第1就业服务驿站"
    assert client.post(address, FORM).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.services) == ("新名字", ["招聘登记", "政策咨询"])
    assert row.review_on.isoformat() == "2028-01-01"


def test_closing_takes_it_off_the_public_list(
    client: Client, acting: Act, seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("1"))
    row = Facility.objects.get()
    acting(staff_of("150102", "station"))
    assert client.get(f"/desk/facilities/{row.pk}/close/").status_code == 405
    assert client.post(f"/desk/facilities/{row.pk}/close/").status_code == 302
    row.refresh_from_db()
    assert row.closed_on == timezone.localdate()


def test_an_import_from_upload_to_report(client: Client, acting: Act, region: Loaded) -> None:
    acting(staff_of("15", "operator"))
    content = as_csv(line("1"), line("2", phone="13812345678"))
    upload = {"register": "甲名录", "file": SimpleUploadedFile("名录.csv", content)}
    sent = client.post("/desk/facilities/import/", upload)
    assert sent.status_code == 302
    words = text_of(client.get(sent["Location"]))
    assert "还没有改动任何数据" in words
    assert "新增 1 个" in words
    assert "1 行有错" in words
    assert "个人手机号" in words
    assert not Facility.objects.exists()
    applied = client.post(sent["Location"] + "apply/", follow=True)
    assert "已导入：新增 1 个" in text_of(applied)
    assert Facility.objects.count() == 1
    assert client.post(sent["Location"] + "apply/").status_code == 409


def test_an_upload_can_be_put_away(client: Client, acting: Act, region: Loaded) -> None:
    acting(staff_of("15", "operator"))
    upload = {"register": "甲", "file": SimpleUploadedFile("a.csv", as_csv(line("1")))}
    address = client.post("/desk/facilities/import/", upload)["Location"]
    assert client.post(address + "drop/").status_code == 302
    assert "已放弃" in text_of(client.get(address))
    assert FacilityImport.objects.get().state == "dropped"


@pytest.mark.parametrize(
    ("content", "part"), [(b"a,b\n1,2\n", "表头里少了"), (b"\xd0\xcf\x11\xe0", "打不开"), (b"", "")]
)
def test_a_file_that_is_no_list_is_told_on_the_form(
    client: Client, acting: Act, db: None, content: bytes, part: str
) -> None:
    acting(staff_of("15", "operator"))
    upload = {"register": "甲", "file": SimpleUploadedFile("a.csv", content)}
    page = client.post("/desk/facilities/import/", upload)
    assert page.status_code == 422
    assert part in text_of(page)


def test_the_template_can_be_imported_as_it_is(client: Client, acting: Act, region: Loaded) -> None:
    acting(staff_of("15", "operator"))
    template = client.get("/desk/facilities/import/template.csv")
    assert template["Content-Disposition"].startswith("attachment")
    upload = {"register": "甲", "file": SimpleUploadedFile("a.csv", template.content)}
    address = client.post("/desk/facilities/import/", upload)["Location"]
    assert "0 行有错" in text_of(client.get(address))


@pytest.mark.parametrize(
    "actor",
    [
        staff_of("150103", "station", "operator"),
        staff_of("15", "bank"),
        Actor(kind="staff", staff_id=uuid4(), roles=frozenset({"station"})),
        Actor(kind="resident"),
    ],
    ids=["next door", "another office", "no area", "resident"],
)
def test_others_see_404(
    client: Client, acting: Act, seeded: Seed, make_row: MakeRow, actor: Actor
) -> None:
    seeded(make_row("1"))
    row = Facility.objects.get()
    acting(actor)
    assert client.get(f"/desk/facilities/{row.pk}/").status_code == 404
    assert client.post(f"/desk/facilities/{row.pk}/", FORM).status_code == 404
    assert client.post(f"/desk/facilities/{row.pk}/close/").status_code == 404
    row.refresh_from_db()
    assert row.name == "第1就业服务驿站"


def test_nobody_signed_in_is_led_to_sign_in(client: Client, db: None) -> None:
    page = client.get("/desk/facilities/")
    assert page.status_code in (302, 401)
