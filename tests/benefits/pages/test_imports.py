"""The desk's files of facts: from an upload to its result, by people who may, without scripts."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from denghuo.benefits.actions.import_applying import apply_import, fail_import
from denghuo.benefits.actions.import_care import GIVEN_UP
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries import imports as queries
from denghuo.kernel.region import Region
from denghuo.platform.models.audit import AuditEntry
from tests.benefits import offices
from tests.benefits.offices import BASIS, HEADINGS, INSURANCE, csv_bytes, silent
from tests.factories.people import CHIFENG, HOHHOT, id_number, make_staff, uscc
from tests.people import browsers


def browser(login: str, role: str = "officer", area: Region = HOHHOT) -> Client:
    return browsers.staff(make_staff(login, roles=(role,), area=area))


@pytest.fixture
def desk(transactional_db: None, data_dir: Path) -> Client:
    """An officer's browser."""
    return browser("desk")


def upload(client: Client, content: bytes, name: str = "参保.csv", **more: object) -> Any:
    form = {
        "file": SimpleUploadedFile(name, content),
        "subject": "firm",
        "office": INSURANCE,
        "legal_basis": BASIS,
        "area": HOHHOT.code,
        "observed_on": "2026-10-31",
        **more,
    }
    return client.post("/desk/facts/", form)


def sent(client: Client, content: bytes, **more: object) -> tuple[UUID, str]:
    """An upload whose headings were looked at; its number and address."""
    answer = upload(client, content, **more)  # type: ignore[arg-type]
    assert answer.status_code == 302, answer.content.decode()
    import_id = FactImport.objects.latest("created_at").pk
    look_at_file(import_id, attempt=0, now=timezone.now())
    return import_id, answer["Location"]


def columns_form(import_id: UUID, **more: str) -> dict[str, str]:
    view = offices.view(import_id)
    chosen = {each.heading: f"{each.target}|{each.how}" for each in view.mapping.columns}
    form = {f"target-{at}": chosen.get(name, "") for at, name in enumerate(view.headings)}
    return {**form, "observed_on": "2026-10-31", "save_as": "社保表", **more}


def check(import_id: UUID) -> None:
    check_file(
        import_id, attempt=offices.view(import_id).attempt, progress=silent, now=timezone.now()
    )


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def two_firms() -> bytes:
    rows = [HEADINGS, (offices.firm(1), "甲", 2, "41.5", "186400"), (uscc(88).text, "生", 0, 1, 1)]
    return csv_bytes(rows)


def test_from_upload_to_result(desk: Client) -> None:
    page = text_of(desk, "/desk/facts/")
    assert "还没有传过文件" in page
    assert "部门数据" in page
    answer = upload(desk, two_firms())
    path = answer["Location"]
    waiting = text_of(desk, path)
    assert "正在看表头" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert "htmx" in waiting
    import_id = FactImport.objects.get().pk
    look_at_file(import_id, attempt=0, now=timezone.now())
    mapping = text_of(desk, path)
    assert "裁员人数" in mapping
    assert "表头一样" in mapping
    assert '<option value="unemployment_premium_paid|yuan" selected>' in mapping
    assert desk.post(f"{path}columns/", columns_form(import_id)).status_code == 302
    check(import_id)
    checked = text_of(desk, path)
    assert "能导入" in checked
    assert "不在登记名册里" in checked
    assert BASIS in checked
    attempt = str(offices.view(import_id).attempt)
    desk.post(f"{path}confirm/", {"mode": "records", "attempt": attempt})
    assert "正在导入" in text_of(desk, path)
    apply_import(import_id, progress=silent, clock=timezone.now)
    done = text_of(desk, path)
    assert "新的" in done
    assert "请另一位同事来办" in done  # who confirmed does not take back
    listed = text_of(desk, "/desk/facts/?q=参保&state=applied")
    assert "参保.csv" in listed
    assert "没有这样的文件" in text_of(desk, "/desk/facts/?q=别的")
    colleague = browser("colleague", "reviewer")
    assert "撤回这次导入" in text_of(colleague, path)
    assert "请写一句为什么撤回" in (
        colleague.post(f"{path}take-back/", {"reason": ""}).content.decode()
    )
    colleague.post(f"{path}take-back/", {"reason": "单位发错了"})
    offices.undone(import_id)
    assert "已经撤回" in text_of(desk, path)


def test_progress_alone_is_sent_to_the_page_that_asks(desk: Client) -> None:
    path = upload(desk, two_firms())["Location"]
    part = desk.get(path, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    look_at_file(FactImport.objects.get().pk, attempt=0, now=timezone.now())
    assert desk.get(path, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"legal_basis": " "}, "请写明依据"),
        ({"office": ""}, "请选来源部门"),
        ({"observed_on": "2027-01-01"}, "还没有到"),
        ({"observed_on": "昨天"}, "请写日期"),
        ({"office": "税务征收", "subject": "person"}, "没有登记过这个来源部门"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    desk: Client, more: dict[str, str], sentence: str
) -> None:
    answer = upload(desk, two_firms(), **more)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not FactImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "空的"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "另存为")],
)
def test_a_file_that_is_no_table(desk: Client, content: bytes, sentence: str) -> None:
    answer = upload(desk, content, name="旧表.xlsx")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_wrong_mapping_keeps_what_was_chosen(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    form = columns_form(import_id, **{"target-0": "", "words-2": "甲"})
    answer = desk.post(f"{path}columns/", form)
    assert answer.status_code == 422
    assert "要写成 1=大型" in answer.content.decode()
    answer = desk.post(f"{path}columns/", columns_form(import_id, **{"target-0": ""}))
    page = answer.content.decode()
    assert "哪一列是统一社会信用代码" in page
    assert '<option value="laid_off_count|integer" selected>' in page
    for wrong in ("laid_off_count", "nothing|integer", "laid_off_count|yuan", "|", "a|b|c"):
        form = columns_form(import_id, **{"target-2": wrong})
        assert desk.post(f"{path}columns/", form).status_code == 422, wrong
    assert offices.view(import_id).state == "mapping"


def test_headings_elsewhere(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    assert desk.post(f"{path}headings/", {"heading_row": "99"}).status_code == 422
    assert desk.post(f"{path}headings/", {"heading_row": "2"}).status_code == 302
    look_at_file(import_id, attempt=offices.view(import_id).attempt, now=timezone.now())
    assert offices.view(import_id).heading_row == 2


def test_wrong_cells_are_listed_and_downloaded(desk: Client) -> None:
    rows = [
        HEADINGS,
        (offices.firm(1), "甲", 1, 1, 1),
        (offices.firm(2), "=cmd()", "二十", "-3", 1),
    ]
    rows += [(offices.firm(number), "甲", 1, 1, 1) for number in range(3, 12)]
    import_id, path = sent(desk, csv_bytes(rows))
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    page = text_of(desk, path)
    assert "“二十”不是数" in page
    assert "不能是负数" in page
    answer = cast("StreamingHttpResponse", desk.get(f"{path}errors/"))
    text = b"".join(cast("Any", answer.streaming_content)).decode("utf-8-sig")
    listed = list(csv.reader(io.StringIO(text)))
    assert listed[0] == ["行", "列", "写的是", "哪里不对", "怎么改"]
    assert {row[0] for row in listed[1:]} == {"3"}
    assert "no-store" in answer["Cache-Control"]


def test_unregistered_firms_are_downloaded(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    answer = cast("StreamingHttpResponse", desk.get(f"{path}unregistered/"))
    text = b"".join(cast("Any", answer.streaming_content)).decode("utf-8-sig")
    assert f"3,{uscc(88).text},生" in text


def test_no_identity_number_is_on_any_page(desk: Client) -> None:
    number, wrong = id_number().text, id_number().text
    wrong = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
    rows = [("身份证号", "参保月数", "备注"), (number, 12, f"换证前{number}"), (wrong, 1, "")]
    import_id, path = sent(desk, csv_bytes(rows), subject="person")
    pages = [text_of(desk, path)]
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    pages.append(text_of(desk, path))
    answer = cast("StreamingHttpResponse", desk.get(f"{path}errors/"))
    pages.append(b"".join(cast("Any", answer.streaming_content)).decode())
    assert all(each not in page for page in pages for each in (number, wrong))
    assert number[:6] in pages[0]


def test_each_look_is_written_down(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    before = AuditEntry.objects.filter(action="benefits.look_at_rows").count()
    text_of(desk, path)
    rows = AuditEntry.objects.filter(action="benefits.look_at_rows")
    assert rows.count() == before + 1
    assert rows.latest("seq").entity == f"benefits.FactImport:{import_id}"


def test_who_may(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    away, station = browser("away", area=CHIFENG), browser("station", "station")
    reviewer = browser("reviewer", "reviewer")
    addresses = (path, f"{path}errors/", f"{path}unregistered/")
    for stranger in (away, station):
        for address in addresses:
            assert stranger.get(address).status_code == 404
        for verb in ("columns", "confirm", "drop", "headings", "again", "take-back"):
            assert stranger.post(f"{path}{verb}/").status_code == 404
    assert Client().get(path).status_code in (302, 401)
    content = csv_bytes([HEADINGS])
    assert upload(reviewer, content).status_code == 404
    assert reviewer.post(f"{path}columns/").status_code == 404
    assert reviewer.post(f"{path}drop/").status_code == 404
    page = text_of(reviewer, path)
    assert "确认导入" in page
    assert "放弃这份文件" not in page
    assert upload(desk, content, area=CHIFENG.code).status_code == 422


def test_many_rows_wait_for_a_colleague(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SECOND_PERSON_ROWS", 1)
    import_id, path = sent(desk, two_firms())
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    assert "另一位同事看过再确认" in text_of(desk, path)
    form = {"mode": "records", "attempt": str(offices.view(import_id).attempt)}
    answer = desk.post(f"{path}confirm/", form, follow=True).content.decode()
    assert "要由另一位同事来办" in answer
    browser("colleague").post(f"{path}confirm/", form)
    assert offices.view(import_id).state == "applying"


def test_confirming_what_was_not_looked_at(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    old = {"mode": "records", "attempt": "0"}
    assert "请刷新再看" in desk.post(f"{path}confirm/", old, follow=True).content.decode()
    for wrong in ({"mode": "all", "attempt": "1"}, {"mode": "table", "attempt": "x"}, {}):
        assert desk.post(f"{path}confirm/", wrong).status_code == 422
    assert offices.view(import_id).state == "checked"


def test_a_failure_is_said_and_tried_again(desk: Client) -> None:
    import_id, path = sent(desk, two_firms())
    desk.post(f"{path}columns/", columns_form(import_id))
    fail_import(import_id, GIVEN_UP)
    assert "再试一次" in text_of(desk, path)
    desk.post(f"{path}again/")
    check(import_id)
    assert offices.view(import_id).state == "checked"
    desk.post(f"{path}drop/")
    assert "已经放弃" in text_of(desk, path)


def test_the_same_file_is_recognised(desk: Client) -> None:
    content = two_firms()
    import_id, path = sent(desk, content)
    desk.post(f"{path}columns/", columns_form(import_id))
    check(import_id)
    attempt = str(offices.view(import_id).attempt)
    desk.post(f"{path}confirm/", {"mode": "records", "attempt": attempt})
    apply_import(import_id, progress=silent, clock=timezone.now)
    _second, again = sent(desk, content)
    assert "一模一样的文件以前导入过" in text_of(desk, again)
    assert "照上次保存的" in text_of(desk, again)
