"""Public notices: masked, by pages, gone after the last day; anybody may object once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from denghuo.cases.models import Case, Objection, PublicNotice
from denghuo.kernel.region import Region
from tests.cases import world as w
from tests.cases.pages.counter import SetClock, page, resident
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(known_world: w.World) -> tuple[w.World, str]:
    """One approved case on a list; the list's address."""
    w.noticed(known_world, w.decided(known_world))
    return known_world, f"/notices/{PublicNotice.objects.get().pk}/"


def test_anybody_reads_the_list_with_masked_names(shown: tuple[w.World, str]) -> None:
    _world, url = shown
    assert f'href="{url}"' in page(Client().get("/notices/"))
    text = page(Client().get(url))
    assert "***木格" in text
    assert "乌云其木格" not in text
    assert "1,500 元" in text
    assert "从 2025-09-01 到 2025-09-08 星期一" in text


def test_after_its_last_day_the_list_is_gone(shown: tuple[w.World, str], clock: SetClock) -> None:
    _world, url = shown
    clock(w.NOW + timedelta(days=7))
    assert Client().get(url).status_code == 200
    clock(w.NOW + timedelta(days=8))
    assert Client().get(url).status_code == 404
    assert "现在没有公示" in page(Client().get("/notices/"))


def test_a_neighbour_objects_once_and_the_applicant_is_not_told_who(
    shown: tuple[w.World, str],
) -> None:
    world, url = shown
    case = Case.objects.get()
    address = f"{url}{case.pk}/object/"
    assert Client().get(address).status_code == 302
    neighbour = resident(make_person("那仁", now=w.NOW))
    assert neighbour.post(address, {"words": ""}).status_code == 422
    assert "收到了" in page(neighbour.post(address, {"words": "证不是他的"}, follow=True))
    assert "正在核对" in page(neighbour.post(address, {"words": "再说一次"}, follow=True))
    assert Objection.objects.count() == 1
    text = page(resident(world.person).get(f"/me/cases/{case.number}/"))
    assert "有人提出异议，正在核对" in text
    assert "那仁" not in text


def test_one_s_own_line_has_another_door(shown: tuple[w.World, str]) -> None:
    world, url = shown
    address = f"{url}{Case.objects.get().pk}/object/"
    text = page(resident(world.person).post(address, {"words": "不对"}, follow=True))
    assert "请提复查" in text
    assert Objection.objects.count() == 0


def test_a_case_that_is_on_no_list_cannot_be_objected_to(
    shown: tuple[w.World, str],
) -> None:
    world, url = shown
    other = w.opened(world, period="B2")
    neighbour = resident(make_person("那仁", now=w.NOW))
    assert neighbour.get(f"{url}{other.id}/object/").status_code == 404
    assert neighbour.get(f"/notices/{other.id}/").status_code == 404


def test_a_long_list_asks_the_same_number_of_questions(shown: tuple[w.World, str]) -> None:
    _world, url = shown
    client = Client()
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _number in range(5):
        more = w.make_world()
        case = w.decided(more)
        notice = PublicNotice.objects.get()
        Case.objects.filter(pk=case.id).update(notice=notice, state="public_notice")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(one)


def searched(client: Client, url: str, words: str) -> str:
    return page(client.post(url, {"q": words}, follow=True))


def test_a_list_is_searched_only_by_what_it_shows(shown: tuple[w.World, str]) -> None:
    _world, url = shown
    number = Case.objects.get().number
    for words in ("木格", "格", "乌云其木格", number, number[-6:]):
        assert number in searched(Client(), url, words), words
    # Five characters that end alike read alike: a hidden character is neither told nor tested.
    assert number in searched(Client(), url, "萨仁其木格")
    for words in ("乌云", "其木", "云其木格", "李木格", "99999"):
        assert "这份名单里没有" in searched(Client(), url, words), words
    sent = Client().post(url, {"q": "木格"})
    assert sent["Location"].startswith(f"{url}?sought=")


def test_a_search_that_is_sent_over_and_over_is_slowed(shown: tuple[w.World, str]) -> None:
    _world, url = shown
    answers = [Client().post(url, {"q": "木"}).status_code for _try in range(31)]
    assert answers == [302] * 30 + [429]


def test_a_list_is_read_by_pages_or_whole_to_be_printed(
    shown: tuple[w.World, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, url = shown
    monkeypatch.setattr("denghuo.cases.pages.citizen_notices.LINES_PER_PAGE", 1)
    other = w.opened(world, period="B2")
    notice = PublicNotice.objects.get()
    Case.objects.filter(pk=other.id).update(notice=notice, state="public_notice")
    first = page(Client().get(url))
    assert "第 1 页，共 2 页" in first
    assert 'href="?all=1"' in first
    whole = page(Client().get(f"{url}?all=1"))
    assert other.number in whole
    assert Case.objects.exclude(pk=other.id).get().number in whole


def test_lists_are_narrowed_by_area_item_and_first_day(shown: tuple[w.World, str]) -> None:
    _world, url = shown
    first = PublicNotice.objects.get()
    far = PublicNotice.objects.create(
        item="startup-grant",
        area="150202000000",
        title="创业补助名单",
        from_on=first.from_on - timedelta(days=3),
        last_on=first.last_on,
    )
    everything = page(Client().get("/notices/"))
    assert url in everything
    assert f"/notices/{far.pk}/" in everything
    assert "共 2 条" in everything
    for query, other in (
        ("?area=150200000000", url),
        ("?item=startup-grant", url),
        (f"?from={far.from_on}", url),
        (f"?area={Region.read(first.area).code}&item={first.item}", f"/notices/{far.pk}/"),
    ):
        narrowed = page(Client().get(f"/notices/{query}"))
        assert f'href="{other}"' not in narrowed, query
        assert "共 1 条" in narrowed, query
    assert "没有这样的公示" in page(Client().get(f"/notices/?area=150200000000&item={first.item}"))
    for nonsense in ("?area=x&item=y&from=z", "?area=%00", "?from=2025-13-40"):
        assert url in page(Client().get(f"/notices/{nonsense}"))
