"""Near me: typed or chosen, without scripts; a facility's page says how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from denghuo.places.logic.hours import read_hours
from denghuo.places.models import Division, Facility
from tests.places.conftest import Loaded, MakeRow

Seed = Callable[..., None]


def text_of(page: object) -> str:
    """The words of the page's main part."""
    html = page.content.decode()  # type: ignore[attr-defined]
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_first_page_asks_where(client: Client, region: Loaded) -> None:
    page = client.get("/places/")
    assert page.status_code == 200
    words = text_of(page)
    assert "您在哪个盟市？" in words
    assert words.index("阿拉善盟") < words.index("锡林郭勒盟")
    assert 'href="?in=150400000000"' in page.content.decode()


def test_one_level_after_another_by_links_alone(
    client: Client, seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("天山", division="150421100000", lon=None, lat=None))
    page = client.get("/places/?in=150400000000")
    assert 'href="?in=150421000000"' in page.content.decode()
    page = client.get("/places/?in=150421000000")
    assert 'href="?at=150421100000"' in page.content.decode()
    words = text_of(client.get("/places/?at=150421100000"))
    assert "第天山就业服务驿站" in words
    assert "直线距离，估算" in words


def test_a_typed_place_leads_to_the_list_or_to_a_choice(
    client: Client, seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("1"))
    assert "从赤峰市 阿鲁科尔沁旗算起" in text_of(client.get("/places/", {"q": "阿鲁科尔沁"}))
    words = text_of(client.get("/places/", {"q": "胜利"}))
    assert "您说的是哪一个？" in words
    assert "没有找到这个地方" in text_of(client.get("/places/", {"q": "不存在的地方"}))


def test_distance_is_said_as_what_it_is(client: Client, seeded: Seed, make_row: MakeRow) -> None:
    seeded(make_row("近", lon=111.67), make_row("偏", lon=None, lat=None))
    words = text_of(client.get("/places/", {"lon": "111.66", "lat": "40.86"}))
    assert "直线距离，估算：约 850 米" in words  # 0.01° at 40.86° N is 841 m
    assert "误差约" in words
    assert "以内" in text_of(client.get("/places/", {"at": "150102"}))
    assert "实际的路会更长" in words


def test_only_open_ones_and_only_one_kind(client: Client, seeded: Seed, make_row: MakeRow) -> None:
    seeded(
        make_row("常开", hours=read_hours("24小时")),
        make_row("从不", hours=read_hours("2001-01-01 全天")),
        make_row("医院", kind="hospital", hours=read_hours("24小时")),
    )
    words = text_of(client.get("/places/", {"at": "150102", "open": "1", "kind": "station"}))
    assert "第常开" in words
    assert "第从不" not in words
    assert "第医院" not in words
    assert "没有符合的地方" in text_of(client.get("/places/", {"at": "150102", "kind": "bank"}))


def test_a_vague_place_is_called_vague(client: Client, region: Loaded) -> None:
    words = text_of(client.get("/places/", {"at": "150102"}))
    assert "只知道大概位置" in words


def test_what_is_only_known_to_its_banner_stands_apart(
    client: Client, seeded: Seed, make_row: MakeRow
) -> None:
    # The vague one's point is the banner's own: it would come first with a distance of nothing.
    vague = Division.objects.filter(point_kind="above", parent__code="150421000000")
    here = {"division": "150421100000", "lon": 120.3, "lat": 43.9}
    seeded(
        make_row("准", **here),
        make_row("粗", division=vague[0].code, lon=None, lat=None),
    )
    words = text_of(client.get("/places/", {"at": "150421"}))
    apart = words.index("位置只知道大概")
    assert words.index("第准") < apart < words.index("第粗")


@pytest.mark.parametrize(
    "query",
    [
        {"lon": "nan", "lat": "1"},
        {"lon": "1e999", "lat": "1"},
        {"at": "abc"},
        {"at": "999999"},
        {"in": "150421100000"},
        {"kind": "茶馆"},
        {"q": "\x00"},
        {"q": "天" * 500},
        {"lon": "111"},
    ],
)
def test_a_broken_address_is_still_a_page(
    client: Client, region: Loaded, query: dict[str, str]
) -> None:
    assert client.get("/places/", query).status_code == 200


def test_a_facility_says_everything_it_knows(
    client: Client, seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("1", hours=read_hours("周一至周五 08:30-12:00; 节假日 休息; 周六 22:00-06:00")))
    page = client.get(f"/places/{Facility.objects.get().pk}/")
    words = text_of(page)
    for part in (
        "周一至周五 08:30–12:00",
        "周六 22:00–次日 06:00",
        "周日 休息",
        "节假日 休息",
        "呼和浩特市 新城区 测试路 1 号",
        "招聘登记、政策咨询",
        "登记的坐标，误差约 50 米",
        "新城区人社局",
        "测试名录",
    ):
        assert part in words, part
    assert 'href="tel:0471-2345678"' in page.content.decode()
    assert "可能已经变了" not in words


def test_an_entry_overdue_for_review_says_so(
    client: Client, seeded: Seed, make_row: MakeRow
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    seeded(make_row("1", review_on=yesterday, phone="", hours=read_hours(""), services=()))
    words = text_of(client.get(f"/places/{Facility.objects.get().pk}/"))
    assert "可能已经变了" in words
    assert f"按计划应在 {yesterday.isoformat()}" in words
    assert "开放时间没有登记" in words


def test_a_closed_facility_tells_people_not_to_go(
    client: Client, seeded: Seed, make_row: MakeRow
) -> None:
    seeded(make_row("1"))
    Facility.objects.update(closed_on=timezone.localdate())
    words = text_of(client.get(f"/places/{Facility.objects.get().pk}/"))
    assert "已经停用，请不要去" in words
    assert "现在开着" not in words


def test_a_facility_that_is_not_there(client: Client, db: None) -> None:
    assert client.get(f"/places/{uuid4()}/").status_code == 404
