"""A firm's posts by table: what is wrong with which row, what goes out, nobody else's touched."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.models import Post, PostDelivery, Source
from denghuo.employment.tasks import check_delivery_job
from denghuo.people.public import firm_of
from denghuo.platform.public import Actor, RunningJob, audit_of
from tests.benefits.offices import csv_bytes, silent, xlsx_bytes
from tests.employment.collected import BODY
from tests.employment.market import NOW, applicant, firm_id, hr, person_ref
from tests.factories.people import uscc
from tests.people import browsers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places", "data_dir")]
FILES = "/firm/posts/files/"
HEADINGS = (
    "岗位编号",
    "统一社会信用代码",
    "岗位名称",
    "工资",
    "工作地点",
    "招几个人",
    "岗位说明",
    "截止日期",
)
PLACE = "呼和浩特市新城区"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id, mandate_id=actor.mandate_id)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def line(number: str = "A1", title: str = "挤奶工", **more: str) -> list[str]:
    said = dict(zip(HEADINGS, ("", "", title, "4500-6000元/月", PLACE, "2", BODY, ""), strict=True))
    return [({**said, "岗位编号": number} | more)[name] for name in HEADINGS]


def brought(desk: Client, content: bytes, name: str = "岗位.csv") -> PostDelivery:
    answer = desk.post(FILES, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, text(answer)
    row = PostDelivery.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])
    look_at_delivery(row.pk, attempt=row.attempt)
    return row


def mapped(desk: Client, row: PostDelivery) -> None:
    row.refresh_from_db()
    assert desk.post(f"{FILES}{row.pk}/columns/", row.mapping).status_code == 302
    row.refresh_from_db()
    check_delivery(row.pk, attempt=row.attempt, progress=silent, now=NOW)
    row.refresh_from_db()


def table(*lines: Sequence[str]) -> bytes:
    return csv_bytes([HEADINGS, *lines])


def published(desk: Client, row: PostDelivery) -> None:
    answer = desk.post(f"{FILES}{row.pk}/publish/", {"attempt": str(row.attempt)})
    assert answer.status_code == 302
    apply_delivery(row.pk, progress=silent, clock=lambda: NOW)


def test_a_table_is_checked_row_by_row_and_what_is_good_goes_out_in_the_firms_name() -> None:
    firm = hr()
    desk, own = browser(firm), firm_of(firm_id(firm))
    wrong = str(own.uscc)[:-1] + ("A" if str(own.uscc)[-1] != "A" else "B")
    rows = (
        line("A1", 统一社会信用代码=own.uscc.text),
        line("A1"),  # says the same again
        line("A1", "司机"),  # the same number, another post
        line("A2", "牧工", 统一社会信用代码=wrong),
        line("A3", "牧工", 统一社会信用代码=uscc(71).text),
        line("A4", "牧工", 工资="8000-5000"),
        line("A5", "保洁", 工资="面议"),
        line("A6", "门卫", 截止日期="明年春天"),
        line("A7", "门卫", 截止日期="2026-11-01"),
        line("A8", '=cmd|"/c calc"'),
        line("A9", "库管(限男性)"),
        line("B1", "会计", 招几个人="三个"),
        line("B2", ""),
    )
    row = brought(desk, table(*rows))
    assert 'value="岗位名称" selected' in text(desk.get(f"{FILES}{row.pk}/"))
    mapped(desk, row)
    page = text(desk.get(f"{FILES}{row.pk}/"))
    for sentence in (
        "在第 2 行已经写过", "别家单位的信用代码", "最高工资低于最低工资", "工资写的是面议",
        "“明年春天”不是日期", "截止日期已经过了", "这一格是公式", "有法律不允许的用语",
        "“三个”不是整数", "没有写岗位名称", "把能发的 4 行发出去",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert Post.objects.count() == 0
    published(desk, row)
    posts = {one.title: one for one in Post.objects.all()}
    assert set(posts) == {"挤奶工", "牧工", "保洁", "库管(限男性)"}
    assert {one.employer_name for one in posts.values()} == {own.name}
    assert {one.firm_id for one in posts.values()} == {firm_id(firm)}
    assert posts["库管(限男性)"].state == "held"
    assert "已经发了" in text(desk.get(f"{FILES}{row.pk}/"))
    listed = list(csv.reader(io.StringIO(text(desk.get(f"{FILES}{row.pk}/remarks.csv")))))
    assert listed[1][0].isdecimal()
    labels = {one.action: one.actor for one in audit_of(f"employment.PostDelivery:{row.pk}")}
    assert labels["employment.take_rows"] == firm.label


def test_what_was_taken_home_and_changed_comes_back_as_the_same_posts() -> None:
    firm = hr()
    desk = browser(firm)
    row = brought(desk, xlsx_bytes([HEADINGS, line("A1"), line("A2", "司机")]), "岗位.xlsx")
    mapped(desk, row)
    published(desk, row)
    home = b"".join(desk.get("/firm/posts/posts.csv").streaming_content)  # type: ignore[attr-defined]
    cells = list(csv.reader(io.StringIO(home.decode().removeprefix("\ufeff"))))
    for one in cells[1:]:
        one[2] = "7000元/月"
    again = brought(desk, csv_bytes(cells))
    mapped(desk, again)
    assert (again.counts["changed"], again.counts.get("new", 0)) == (2, 0)
    published(desk, again)
    assert sorted(Post.objects.values_list("title", "pay_low_fen", "openings")) == [
        ("司机", 700_000, 2), ("挤奶工", 700_000, 2),
    ]  # fmt: skip


def test_nothing_good_nothing_goes_out() -> None:
    desk = browser(hr())
    row = brought(desk, table(line("A1", "")))
    mapped(desk, row)
    assert "没有一行能发" in text(desk.get(f"{FILES}{row.pk}/"))
    told = desk.post(f"{FILES}{row.pk}/publish/", {"attempt": str(row.attempt)}, follow=True)
    assert "没有一行能收" in text(told)
    # A number nobody was shown, or none: told, not done.
    for attempt in ("", "x", "0", "9" * 30):
        told = desk.post(f"{FILES}{row.pk}/publish/", {"attempt": attempt}, follow=True)
        assert "已经往下走了" in text(told)
    assert "一个岗位也没有发" in text(desk.post(f"{FILES}{row.pk}/drop/", follow=True))
    told = desk.post(f"{FILES}{row.pk}/drop/", follow=True)
    assert "已经往下走了" in text(told)
    told = desk.post(f"{FILES}{row.pk}/again/", follow=True)
    assert "已经往下走了" in text(told)


def test_a_column_without_which_no_row_is_a_post_is_asked_for() -> None:
    desk = browser(hr())
    row = brought(desk, table(line()))
    answer = desk.post(f"{FILES}{row.pk}/columns/", {"wage": "工资", "title": ""})
    assert answer.status_code == 422
    assert "请选一列" in text(answer)
    answer = desk.post(f"{FILES}{row.pk}/columns/", {"title": "工资", "wage": "工资"})
    assert "每一列只能用一次" in text(answer)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "空的"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", ".xls")],
)
def test_a_file_that_is_no_table_is_told_at_its_field(content: bytes, said: str) -> None:
    desk = browser(hr())
    answer = desk.post(FILES, {"file": SimpleUploadedFile("岗位.xlsx", content)})
    assert answer.status_code == 422
    assert said in text(answer)
    assert desk.post(FILES, {}).status_code == 422
    assert PostDelivery.objects.count() == 0


def test_more_than_five_thousand_rows_are_sent_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("denghuo.employment.actions.delivery_reading.FIRM_ROWS_MAX", 3)
    desk = browser(hr())
    row = brought(desk, table(*(line(f"A{n}", f"牧工{n}") for n in range(4))))
    desk.post(f"{FILES}{row.pk}/columns/", PostDelivery.objects.get().mapping)
    row.refresh_from_db()
    payload = {"delivery": str(row.pk), "attempt": row.attempt}
    check_delivery_job(RunningJob(1, "check", None, payload, 1, lambda _done, _total: True))
    assert "一次最多 3 行" in text(desk.get(f"{FILES}{row.pk}/"))


def test_another_firms_tables_are_not_found() -> None:
    firm, other = hr(), hr("旁边的厂")
    row = brought(browser(firm), table(line()))
    stranger = browser(other)
    for path in ("", "remarks.csv"):
        assert stranger.get(f"{FILES}{row.pk}/{path}").status_code == 404
        assert browser(applicant()).get(f"{FILES}{row.pk}/{path}").status_code == 404
        assert Client().get(f"{FILES}{row.pk}/{path}").status_code == 302
    for path in ("columns/", "publish/", "drop/", "again/"):
        assert stranger.post(f"{FILES}{row.pk}/{path}", {"attempt": "1"}).status_code == 404
        assert browser(firm).post(f"{FILES}{uuid.uuid4()}/{path}").status_code == 404
    assert "岗位.csv" not in text(stranger.get(FILES))
    row.refresh_from_db()
    assert row.state == "mapping"
    assert Source.objects.filter(kind="firm").count() == 1
