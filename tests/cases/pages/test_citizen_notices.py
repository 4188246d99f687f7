"""Public notices: masked, by pages, gone after the last day; anybody may object once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from denghuo.cases.models import Case, Objection, PublicNotice
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
