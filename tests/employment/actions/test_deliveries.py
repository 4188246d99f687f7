"""A list of posts from file to posts: headings, mapping, preview, confirming, taking in, again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from denghuo.employment.actions import delivery_applying
from denghuo.employment.actions.deliveries import (
    confirm_delivery,
    drop_delivery,
    map_columns,
    open_source,
    pause_source,
    receive_delivery,
)
from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.actions.delivery_refusals import (
    ColumnsMissingError,
    DeliveryMovedOnError,
    LossNotConfirmedError,
    NothingToTakeError,
    SourceNameTakenError,
    SourcePausedError,
)
from denghuo.employment.logic.feeds import trouble_sentence
from denghuo.employment.models import Advert, Post, PostDelivery, PostDeliveryRow
from denghuo.employment.queries.deliveries import (
    DeliveryNotFoundError,
    DeliveryView,
    delivery_of,
    delivery_view,
)
from denghuo.platform.public import Actor, TableUnreadableError
from tests.benefits.offices import csv_bytes, officer, silent, xlsx_bytes
from tests.employment.collected import BODY, LATER, NOW, source
from tests.factories.people import CHIFENG, HOHHOT, uscc

pytestmark = pytest.mark.usefixtures("few_places", "data_dir")
HEADINGS = ("职位编号", "统一社会信用代码", "单位名称", "招聘岗位", "岗位职责", "月薪",
            "工作地点", "招聘人数", "截止日期")  # fmt: skip


def line(number: int, title: str = "挤奶工", *, firm: int = 71, **more: Any) -> list[str]:
    cells = {
        "职位编号": f"A{number}",
        "统一社会信用代码": uscc(firm).text,
        "单位名称": f"草原乳业{firm}",
        "招聘岗位": title,
        "岗位职责": f"{BODY}第{number}班。",
        "月薪": "4500-6000元/月",
        "工作地点": "呼和浩特市赛罕区",
        "招聘人数": "3",
        "截止日期": "2026年12月31日",
    } | more
    return [str(cells[name]) for name in HEADINGS]


@pytest.fixture
def clerk(db: None) -> Actor:
    return officer()


def row_of(delivery_id: UUID) -> DeliveryView:
    return delivery_view(PostDelivery.objects.select_related("source").get(pk=delivery_id))


def looked_at(
    clerk: Actor, content: bytes, source_id: UUID, *, whole: bool = False, now: datetime = NOW
) -> UUID:
    delivery_id = receive_delivery(
        actor=clerk,
        source_id=source_id,
        name="岗位.csv",
        chunks=lambda: [content],
        whole=whole,
        now=now,
    )
    look_at_delivery(delivery_id, attempt=0)
    return delivery_id


def checked(
    clerk: Actor,
    content: bytes,
    source_id: UUID,
    *,
    whole: bool = False,
    now: datetime = NOW,
) -> UUID:
    delivery_id = looked_at(clerk, content, source_id, whole=whole, now=now)
    view = row_of(delivery_id)
    map_columns(actor=clerk, delivery_id=delivery_id, columns=view.columns, whole=whole, now=now)
    check_delivery(delivery_id, attempt=1, progress=silent, now=now)
    return delivery_id


def applied(
    clerk: Actor,
    content: bytes,
    source_id: UUID,
    *,
    whole: bool = False,
    loss: bool = False,
    now: datetime = NOW,
) -> DeliveryView:
    delivery_id = checked(clerk, content, source_id, whole=whole, now=now)
    confirm_delivery(actor=clerk, delivery_id=delivery_id, attempt=1, loss_confirmed=loss, now=now)
    apply_delivery(delivery_id, progress=silent, clock=lambda: now)
    return row_of(delivery_id)


FILES: dict[str, Callable[[list[list[str]]], bytes]] = {
    "csv": csv_bytes,
    "gb18030": lambda rows: csv_bytes(rows, encoding="gb18030"),
    "xlsx": xlsx_bytes,
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_becomes_posts(clerk: Actor, kind: str) -> None:
    board = source()
    content = FILES[kind]([list(HEADINGS), line(1), line(2, "会计")])
    view = applied(clerk, content, board.pk)
    assert view.state == "applied"
    assert view.counts["taken_new"] == 2
    post = Post.objects.get(title="会计")
    assert (post.state, post.openings, post.pay_low_fen) == ("open", 3, 450_000)
    assert post.open_until.isoformat() == "2027-01-01"


def test_headings_are_guessed_and_the_preview_says_what_would_come(clerk: Actor) -> None:
    board = source()
    delivery_id = checked(clerk, csv_bytes([HEADINGS, line(1), line(2, "会计")]), board.pk)
    view = row_of(delivery_id)
    assert view.state == "checked"
    assert view.columns == {
        "key": "职位编号", "employer_code": "统一社会信用代码", "employer": "单位名称",
        "title": "招聘岗位", "body": "岗位职责", "wage": "月薪", "place": "工作地点",
        "openings": "招聘人数", "open_until": "截止日期",
    }  # fmt: skip
    assert {name: view.counts[name] for name in ("rows", "good", "new")} == {
        "rows": 2, "good": 2, "new": 2,
    }  # fmt: skip
    assert view.samples[0]["wage"] == "4,500–6,000 元/月"
    assert Post.objects.count() == 0, "a preview takes nothing in"


def test_the_same_file_again_changes_nothing(clerk: Actor) -> None:
    board = source()
    content = csv_bytes([HEADINGS, line(1), line(2, "会计")])
    applied(clerk, content, board.pk)
    before = list(Post.objects.order_by("pk").values())
    again = applied(clerk, content, board.pk)
    assert again.counts["same"] == 2
    assert again.counts["taken_same"] == 2
    assert list(Post.objects.order_by("pk").values()) == before


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "bad_code": ({"统一社会信用代码": "91150105MA0N0000XX"}, "统一社会信用代码有误"),
    "formula": ({"招聘岗位": "=cmd|' /C calc'!A0"}, "公式"),
    "bad_day": ({"截止日期": "年底"}, "不是日期"),
    "over": ({"截止日期": "2025-01-01"}, "已经过了"),
    "bad_number": ({"招聘人数": "很多"}, "不是整数"),
    "no_title": ({"招聘岗位": ""}, "没有写岗位名称"),
    "no_employer": ({"单位名称": " "}, "没有写单位名称"),
    "too_long": ({"招聘岗位": "工" * 121}, "最多 120 个字"),
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_row_is_refused_with_its_number_and_a_sentence(clerk: Actor, code: str) -> None:
    wrong, words = BAD[code]
    delivery_id = checked(clerk, csv_bytes([HEADINGS, line(1), line(2, **wrong)]), source().pk)
    counts = row_of(delivery_id).counts
    assert (counts["good"], counts["refused"]) == (1, 1)
    said = PostDeliveryRow.objects.get(delivery_id=delivery_id, grade="refused")
    assert (said.row, said.code) == (3, code)
    assert words in trouble_sentence(said.code, said.values)


def test_doubtful_rows_are_taken_with_a_remark(clerk: Actor) -> None:
    rows = [
        line(1, 月薪="8000-5000"),
        line(2, "会计", 月薪="面议"),
        line(3, "保洁员", 岗位职责=BODY + "限女性，35岁以下。"),
    ]
    view = applied(clerk, csv_bytes([HEADINGS, *rows]), source().pk)
    assert view.counts["taken_new"] == 3
    said = {(one.row, one.code) for one in PostDeliveryRow.objects.filter(delivery_id=view.id)}
    assert said == {(2, "wage_not_understood"), (4, "wording_forbidden")}
    assert Post.objects.get(title="会计").questions == ["occupation_unsure"]
    assert Post.objects.get(title="保洁员").state == "held"


def test_rows_said_twice(clerk: Actor) -> None:
    rows = [line(1), line(1), line(2), line(2, 月薪="9000元/月")]
    delivery_id = checked(clerk, csv_bytes([HEADINGS, *rows]), source().pk)
    counts = row_of(delivery_id).counts
    assert (counts["good"], counts["repeated"], counts["refused"]) == (2, 1, 1)
    said = PostDeliveryRow.objects.get(delivery_id=delivery_id)
    assert (said.row, said.code, said.values) == (5, "key_again", {"line": "4"})


def test_an_old_workbook_under_a_new_name_leaves_nothing(clerk: Actor, data_dir: Path) -> None:
    with pytest.raises(TableUnreadableError, match="xls"):
        looked_at(clerk, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, source().pk)
    assert PostDelivery.objects.count() == 0
    assert list((data_dir / "post-deliveries").iterdir()) == []


def test_json_ld_needs_no_mapping(clerk: Actor) -> None:
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "value": "J-9"},
        "title": "电工",
        "description": "<p>维修车间线路&amp;设备。</p><p>白班。</p>",
        "hiringOrganization": {
            "@type": "Organization", "name": "草原乳业71", "taxID": uscc(71).text,
        },
        "jobLocation": {
            "@type": "Place",
            "address": {"addressLocality": "呼和浩特市", "streetAddress": "赛罕区"},
        },
        "baseSalary": {
            "@type": "MonetaryAmount", "currency": "CNY",
            "value": {"minValue": 5000, "maxValue": 7000, "unitText": "MONTH"},
        },
        "validThrough": "2026-12-31T00:00:00+08:00",
        "totalJobOpenings": 2,
        "url": "http://plain.example.cn/9",
    }  # fmt: skip
    view = applied(clerk, json.dumps({"@graph": [posting]}).encode(), source().pk)
    post = Post.objects.get()
    assert (post.title, post.body) == ("电工", "维修车间线路&设备。\n白班。")
    assert (post.pay_low_fen, post.pay_high_fen, post.openings) == (500_000, 700_000, 2)
    assert post.place == "150105000000"
    assert Advert.objects.get().url == "", "an address that is not https is not kept"
    assert [one.code for one in PostDeliveryRow.objects.filter(delivery_id=view.id)] == ["bad_url"]


def test_a_whole_list_withdraws_what_is_missing(clerk: Actor) -> None:
    board, other = source(), source("另一家", kind="board")
    titles = ("挤奶工", "会计", "电工", "司机")
    applied(clerk, csv_bytes([HEADINGS, *(line(at, one) for at, one in enumerate(titles))]),
            board.pk)  # fmt: skip
    applied(clerk, csv_bytes([HEADINGS, line(1, "司机", firm=72)]), other.pk)
    rest = csv_bytes([HEADINGS, *(line(at, one) for at, one in enumerate(titles[:3]))])
    view = applied(clerk, rest, board.pk, whole=True, now=LATER)
    assert view.counts["taken_withdrawn"] == 1
    assert Post.objects.get(title="司机", employer_uscc=uscc(71).text).state == "withdrawn"
    assert Post.objects.filter(state="open").count() == 4


def test_a_whole_list_that_loses_most_is_said_twice(clerk: Actor) -> None:
    board = source()
    titles = ("挤奶工", "会计", "电工")
    applied(clerk, csv_bytes([HEADINGS, *(line(at, one) for at, one in enumerate(titles))]),
            board.pk)  # fmt: skip
    short = csv_bytes([HEADINGS, line(0)])
    delivery_id = checked(clerk, short, board.pk, whole=True, now=LATER)
    with pytest.raises(LossNotConfirmedError, match="2 个岗位"):
        confirm_delivery(
            actor=clerk, delivery_id=delivery_id, attempt=1, loss_confirmed=False, now=LATER
        )
    confirm_delivery(
        actor=clerk, delivery_id=delivery_id, attempt=1, loss_confirmed=True, now=LATER
    )
    apply_delivery(delivery_id, progress=silent, clock=lambda: LATER)
    assert Post.objects.filter(state="withdrawn").count() == 2


def test_a_killed_worker_is_gone_on_with_and_nothing_is_taken_twice(
    clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_applying, "CHUNK_ROWS", 2)
    titles = ("挤奶工", "会计", "电工", "司机", "厨师")
    content = csv_bytes([HEADINGS, *(line(at, one) for at, one in enumerate(titles))])
    delivery_id = checked(clerk, content, source().pk)
    confirm_delivery(actor=clerk, delivery_id=delivery_id, attempt=1, loss_confirmed=False, now=NOW)

    class Killed(BaseException):
        pass

    def die_in_the_second_step(done: int, _total: int) -> None:
        if done > 3:
            raise Killed

    with pytest.raises(Killed):
        apply_delivery(delivery_id, progress=die_in_the_second_step, clock=lambda: NOW)
    assert 0 < Advert.objects.count() < 5
    apply_delivery(delivery_id, progress=silent, clock=lambda: NOW)
    view = row_of(delivery_id)
    assert (view.state, view.counts["taken_new"]) == ("applied", 5)
    assert Post.objects.count() == Advert.objects.count() == 5


def test_steps_out_of_turn_are_refused(clerk: Actor) -> None:
    board = source()
    delivery_id = looked_at(clerk, csv_bytes([("甲", "乙"), ("一", "二")]), board.pk)
    with pytest.raises(ColumnsMissingError):
        map_columns(
            actor=clerk, delivery_id=delivery_id, columns={"title": "甲"}, whole=False, now=NOW
        )
    with pytest.raises(ColumnsMissingError):
        map_columns(
            actor=clerk,
            delivery_id=delivery_id,
            columns={"title": "甲", "employer": "甲"},
            whole=False,
            now=NOW,
        )
    with pytest.raises(DeliveryMovedOnError):
        confirm_delivery(
            actor=clerk, delivery_id=delivery_id, attempt=0, loss_confirmed=False, now=NOW
        )
    drop_delivery(actor=clerk, delivery_id=delivery_id, now=NOW)
    assert row_of(delivery_id).state == "dropped"
    assert not row_of(delivery_id).path.exists()
    empty = checked(clerk, csv_bytes([HEADINGS, line(1, "")]), board.pk)
    with pytest.raises(NothingToTakeError):
        confirm_delivery(actor=clerk, delivery_id=empty, attempt=1, loss_confirmed=False, now=NOW)


def test_sources_are_opened_once_and_paused(clerk: Actor) -> None:
    asked = {"kind": "board", "area": HOHHOT, "days_valid": 30, "firm_id": None,
             "keeper_id": None, "now": NOW}  # fmt: skip
    made = open_source(actor=clerk, name="招聘网", **asked)  # type: ignore[arg-type]
    with pytest.raises(SourceNameTakenError):
        open_source(actor=clerk, name="招聘网", **asked)  # type: ignore[arg-type]
    pause_source(actor=clerk, source_id=made, why="数据太旧", now=NOW)
    with pytest.raises(SourcePausedError):
        looked_at(clerk, csv_bytes([HEADINGS, line(1)]), made)


def test_another_areas_deliveries_are_not_found(clerk: Actor) -> None:
    delivery_id = looked_at(clerk, csv_bytes([HEADINGS, line(1)]), source().pk)
    stranger = officer("chifeng", area=CHIFENG)
    with pytest.raises(DeliveryNotFoundError):
        delivery_of(stranger, delivery_id)
    with pytest.raises(DeliveryNotFoundError):
        drop_delivery(actor=stranger, delivery_id=delivery_id, now=NOW)
