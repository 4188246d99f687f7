"""The desk of sources: a list brought, its columns, its check, what it became; nobody else's."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.models import Advert, Post, PostDelivery, Source
from denghuo.kernel.region import Region
from denghuo.platform.public import audit_of
from tests.benefits.offices import csv_bytes, silent, xlsx_bytes
from tests.employment.collected import BODY, NOW, source
from tests.factories.people import make_staff, uscc
from tests.people import browsers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places", "data_dir")]
SOURCES, DELIVERIES = "/desk/posts/sources/", "/desk/posts/deliveries/"
HEADINGS = ("职位编号", "统一社会信用代码", "单位名称", "招聘岗位", "岗位职责", "月薪", "工作地点")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def staff(name: str = "desk", *roles: str, area: str = "1501") -> Client:
    return browsers.staff(
        make_staff(name, roles=list(roles or ["officer"]), area=Region.read(area))
    )


def text(answer: Any) -> str:
    return str(answer.content.decode())


def line(key: str = "A1", title: str = "挤奶工", wage: str = "4500-6000元/月") -> list[str]:
    return [key, uscc(71).text, "草原乳业", title, BODY + key, wage, "呼和浩特市赛罕区"]


def table(*lines: Sequence[str]) -> bytes:
    return csv_bytes([HEADINGS, *lines])


def brought(
    desk: Client, of: Source, content: bytes, name: str = "名单.csv", *, whole: bool = False
) -> PostDelivery:
    sent: dict[str, Any] = {"file": SimpleUploadedFile(name, content)}
    answer = desk.post(f"{SOURCES}{of.pk}/", sent | ({"whole": "on"} if whole else {}))
    assert answer.status_code == 302, text(answer)
    row = PostDelivery.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])
    look_at_delivery(row.pk, attempt=row.attempt)
    row.refresh_from_db()
    return row


def checked(desk: Client, row: PostDelivery) -> PostDelivery:
    sent = row.mapping | ({"whole": "on"} if row.whole else {})
    assert desk.post(f"{DELIVERIES}{row.pk}/columns/", sent).status_code == 302
    row.refresh_from_db()
    check_delivery(row.pk, attempt=row.attempt, progress=silent, now=NOW)
    row.refresh_from_db()
    return row


def confirmed(desk: Client, row: PostDelivery, **more: str) -> Any:
    sent = {"attempt": str(row.attempt), **more}
    answer = desk.post(f"{DELIVERIES}{row.pk}/confirm/", sent, follow=True)
    apply_delivery(row.pk, progress=silent, clock=lambda: NOW)
    row.refresh_from_db()
    return answer


def test_a_source_is_entered_changed_paused_and_resumed() -> None:
    desk = staff()
    assert "您这里还没有来源" in text(desk.get(SOURCES))
    told = {"name": "赛罕招聘网", "kind": "board", "area": "150100000000", "days_valid": "20"}
    assert "没有登记过这个代码" in text(
        desk.post(f"{SOURCES}new/", told | {"firm_code": uscc(80).text})
    )
    assert "18 位" in text(desk.post(f"{SOURCES}new/", told | {"firm_code": "123"}))
    for wrong in ("0", "366", "许多", ""):
        answer = desk.post(f"{SOURCES}new/", told | {"days_valid": wrong})
        assert answer.status_code == 422
    # Another league's ground, and a firm's own list: neither is offered, neither is taken.
    assert desk.post(f"{SOURCES}new/", told | {"area": "150200000000"}).status_code == 422
    assert desk.post(f"{SOURCES}new/", told | {"kind": "firm"}).status_code == 422
    assert Source.objects.count() == 0
    page = text(desk.post(f"{SOURCES}new/", told, follow=True))
    assert "20 天后过期" in page
    row = Source.objects.get()
    assert "已经有一个叫这个名字" in text(desk.post(f"{SOURCES}new/", told))
    keeper = make_staff("keeper", roles=["officer"], area=Region.read("150105"))
    changed = {"name": "赛罕人才网", "days_valid": "45", "keeper": str(keeper)}
    page = text(desk.post(f"{SOURCES}{row.pk}/change/", changed, follow=True))
    assert "赛罕人才网" in page
    row.refresh_from_db()
    assert (row.days_valid, row.keeper_id, row.kind) == (45, keeper, "board")
    stranger = make_staff("stranger", roles=["officer"], area=Region.read("1504"))
    answer = desk.post(f"{SOURCES}{row.pk}/change/", changed | {"keeper": str(stranger)})
    assert answer.status_code == 422
    assert desk.post(f"{SOURCES}{row.pk}/pause/", {"why": " "}).status_code == 422
    page = text(desk.post(f"{SOURCES}{row.pk}/pause/", {"why": "连着三次错"}, follow=True))
    assert "已经暂停：连着三次错" in page
    upload = {"file": SimpleUploadedFile("名单.csv", table(line()))}
    assert "先恢复它" in text(desk.post(f"{SOURCES}{row.pk}/", upload))
    assert "已经暂停" not in text(desk.post(f"{SOURCES}{row.pk}/resume/", follow=True))
    actions = {one.action for one in audit_of(f"employment.Source:{row.pk}")}
    assert {"employment.open_source", "employment.change_source"} <= actions


def test_two_sources_have_two_names() -> None:
    source("甲")
    other = source("乙")
    answer = staff().post(f"{SOURCES}{other.pk}/change/", {"name": "甲", "days_valid": "30"})
    assert answer.status_code == 422
    assert "已经有一个叫这个名字" in text(answer)


def test_a_list_is_looked_at_checked_row_by_row_and_becomes_posts() -> None:
    desk, of = staff(), source()
    rows = (line("A1"), line("A1"), line("A2", "", "面议"), line("A3", "强电师傅", "看着给"))
    row = brought(desk, of, table(*rows))
    page = text(desk.get(f"{DELIVERIES}{row.pk}/"))
    assert "文件的头几行" in page
    assert 'value="招聘岗位" selected' in page
    checked(desk, row)
    page = text(desk.get(f"{DELIVERIES}{row.pk}/"))
    for said in ("没有写岗位名称", "看着给（没看懂）", "把能收的 2 行", "拿不准，等人定"):
        assert said in page, said
    assert Post.objects.count() == 0
    only = text(desk.get(f"{DELIVERIES}{row.pk}/", {"reason": "no_title"}))
    assert "第 4 行" in only
    assert "看全部" in only
    assert "第 4 行" not in text(desk.get(f"{DELIVERIES}{row.pk}/", {"reason": "formula"}))
    confirmed(desk, row)
    assert sorted(Post.objects.values_list("title", flat=True)) == ["强电师傅", "挤奶工"]
    page = text(desk.get(f"{DELIVERIES}{row.pk}/"))
    assert "新岗位" in page
    listed = list(csv.reader(io.StringIO(text(desk.get(f"{DELIVERIES}{row.pk}/remarks.csv")))))
    assert any("没有写岗位名称" in one[3] for one in listed[1:])
    # The same file once more: it says so, and nothing is new.
    again = checked(desk, brought(desk, of, table(*rows)))
    assert "一模一样的文件在 2026-11-23 已经收过" in text(desk.get(f"{DELIVERIES}{again.pk}/"))
    confirmed(desk, again)
    assert Post.objects.count() == 2
    assert "名单.csv" in text(desk.get(SOURCES))
    assert "名单.csv" in text(desk.get(f"{SOURCES}{of.pk}/"))


def test_headings_lower_down_are_pointed_at() -> None:
    desk, of = staff(), source()
    content = xlsx_bytes([["赛罕区就业服务中心"], ["2026 年 11 月"], HEADINGS, line()])
    row = brought(desk, of, content, "名单.xlsx")
    address = f"{DELIVERIES}{row.pk}/headings/"
    for wrong in ("0", "16", "", "三"):
        assert desk.post(address, {"sheet": row.sheet, "heading_row": wrong}).status_code == 422
    assert desk.post(address, {"sheet": "没有", "heading_row": "3"}).status_code == 422
    assert desk.post(address, {"sheet": row.sheet, "heading_row": "3"}).status_code == 302
    row.refresh_from_db()
    look_at_delivery(row.pk, attempt=row.attempt)
    row.refresh_from_db()
    assert row.headings == list(HEADINGS)
    confirmed(desk, checked(desk, row))
    assert Post.objects.get().title == "挤奶工"


def test_postings_in_json_need_no_columns() -> None:
    desk, of = staff(), source()
    posting = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": "挤奶工",
        "identifier": "J1", "description": BODY,
        "hiringOrganization": {"@type": "Organization", "name": "草原乳业"},
    }  # fmt: skip
    row = brought(desk, of, json.dumps([posting]).encode(), "posts.json")
    assert "不用对" in text(desk.get(f"{DELIVERIES}{row.pk}/"))
    confirmed(desk, checked(desk, row))
    assert Advert.objects.get().source_key == "J1"


def test_a_whole_list_that_loses_most_is_confirmed_by_a_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, of = staff(), source()
    confirmed(desk, checked(desk, brought(desk, of, table(*(line(f"A{n}") for n in range(4))))))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=9))
    row = checked(desk, brought(desk, of, table(line("A0")), whole=True))
    page = text(desk.get(f"{DELIVERIES}{row.pk}/"))
    assert "少了 3 个岗位" in page
    assert "核对过了，确实要撤" in page
    assert "请先核对文件是不是完整" in text(confirmed(desk, row))
    assert (row.state, Advert.objects.filter(withdrawn_on=None).count()) == ("checked", 4)
    confirmed(desk, row, loss_confirmed="on")
    assert (row.state, Advert.objects.filter(withdrawn_on=None).count()) == ("applied", 1)


def test_a_button_pressed_twice_or_late_is_told_and_done_once() -> None:
    desk, of = staff(), source()
    row = checked(desk, brought(desk, of, table(line())))
    for attempt in ("", "x", "9" * 30):
        sent = {"attempt": attempt}
        told = desk.post(f"{DELIVERIES}{row.pk}/confirm/", sent, follow=True)
        assert "已经往下走了" in text(told)
    confirmed(desk, row)
    for deed in ("confirm", "drop", "again", "columns"):
        sent = row.mapping | {"attempt": str(row.attempt)}
        assert "已经往下走了" in text(desk.post(f"{DELIVERIES}{row.pk}/{deed}/", sent, follow=True))
    assert Post.objects.count() == 1
    other = checked(desk, brought(desk, of, table(line("A2", ""))))
    assert "没有一行能收" in text(desk.get(f"{DELIVERIES}{other.pk}/"))
    assert "一个岗位也没有收" in text(desk.post(f"{DELIVERIES}{other.pk}/drop/", follow=True))


def test_columns_are_asked_for_and_used_once() -> None:
    desk, of = staff(), source()
    row = brought(desk, of, table(line()))
    address = f"{DELIVERIES}{row.pk}/columns/"
    assert "请选一列" in text(desk.post(address, {"title": "招聘岗位"}))
    twice = {"title": "招聘岗位", "employer": "招聘岗位"}
    assert "每一列只能用一次" in text(desk.post(address, twice))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "空的"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", ".xls")],
)
def test_a_file_that_is_no_list_is_told_at_its_field(content: bytes, said: str) -> None:
    desk, of = staff(), source()
    answer = desk.post(f"{SOURCES}{of.pk}/", {"file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "请选一份名单" in text(desk.post(f"{SOURCES}{of.pk}/", {}))
    assert PostDelivery.objects.count() == 0


def test_another_areas_source_is_not_found_and_who_only_looks_moves_nothing() -> None:
    desk, of = staff(), source()
    row = brought(desk, of, table(line()))
    elsewhere, leader = staff("chifeng", area="1504"), staff("leader", "leader")
    upload = {"file": SimpleUploadedFile("名单.csv", table(line()))}
    for address in (f"{SOURCES}{of.pk}/", f"{SOURCES}{of.pk}/change/", f"{DELIVERIES}{row.pk}/",
                    f"{DELIVERIES}{row.pk}/remarks.csv"):  # fmt: skip
        assert elsewhere.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert elsewhere.post(f"{SOURCES}{of.pk}/", upload).status_code == 404
    assert leader.get(f"{SOURCES}{of.pk}/").status_code == 200
    assert leader.post(f"{SOURCES}{of.pk}/", upload).status_code == 404
    for deed in ("headings", "columns", "confirm", "drop", "again"):
        sent = row.mapping | {"attempt": "1", "heading_row": "1", "sheet": ""}
        address = f"{DELIVERIES}{row.pk}/{deed}/"
        assert elsewhere.post(address, sent).status_code == 404
        assert leader.post(address, sent).status_code == 404
        assert desk.post(f"{DELIVERIES}{uuid.uuid4()}/{deed}/", sent).status_code == 404
    for deed in ("pause", "resume"):
        address = f"{SOURCES}{of.pk}/{deed}/"
        assert elsewhere.post(address, {"why": "x"}).status_code == 404
        assert leader.post(address, {"why": "x"}).status_code == 404
    assert leader.get(f"{SOURCES}new/").status_code == 404
    assert "名单.csv" not in text(elsewhere.get(SOURCES))
    row.refresh_from_db()
    of.refresh_from_db()
    assert (row.state, of.state) == ("mapping", "live")
