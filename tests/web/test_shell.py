"""The frame of every page, in every language, size and theme."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from denghuo.platform.public import Actor
from denghuo.web.context import _DESK_NAV, _RESIDENT_NAV, leads_in, route_exists
from tests.web.html_checks import read

pytestmark = pytest.mark.django_db
PAGES = ("/", "/design/", "/design/screen/")


@pytest.fixture(params=["", "22"])
def reader(request: pytest.FixtureRequest, client: Client) -> Client:
    if request.param:
        client.cookies["denghuo_elder"] = request.param
    return client


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("language", "lang"), [("zh-hans", "zh-Hans"), ("mn", "mn-Mong"), ("en", "en")]
)
def test_pages_are_sound(reader: Client, path: str, language: str, lang: str) -> None:
    reader.cookies["django_language"] = language
    response = reader.get(path)
    assert response.status_code == 200
    page = read(response.content.decode())
    assert page.problems == []
    assert page.lang == lang


@pytest.mark.parametrize("path", ["/", "/design/"])
def test_links_of_the_frame_lead_somewhere(client: Client, path: str) -> None:
    page = read(client.get(path).content.decode())
    local = {link for link in page.links if link.startswith("/")}
    assert local
    for link in local:
        resolve(link.partition("?")[0])
    assert "#" not in page.links


def test_a_door_that_is_not_built_says_so(client: Client) -> None:
    html = client.get("/").content.decode()
    for path in ("/benefits/", "/jobs/", "/care/", "/places/"):
        try:
            resolve(path)
            built = True
        except Resolver404:
            built = False
        assert route_exists(path) == built
        assert (f'class="door" href="{path}"' in html) == built
    assert "将开放" in html


def test_elder_mode_is_on_every_page(client: Client) -> None:
    client.cookies["denghuo_elder"] = "26"
    html = client.get("/").content.decode()
    assert 'data-elder="26"' in html
    assert "标准字" in html
    client.cookies["denghuo_elder"] = '26"><script>'
    assert "data-elder" not in client.get("/").content.decode()


def test_a_chosen_theme_is_kept(client: Client) -> None:
    assert 'data-theme="auto"' in client.get("/").content.decode()
    client.cookies["denghuo_theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.cookies["denghuo_theme"] = "neon"
    assert 'data-theme="auto"' in client.get("/").content.decode()


def test_the_watermark_stands_in_the_demo_only(client: Client, settings: object) -> None:
    assert "演示数据：" not in client.get("/").content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "演示数据：" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"), [("", 260), ("330", 330), ("9999", 400), ("-1", 260), ("²", 260)]
)
def test_a_part_of_progress_names_the_next(client: Client, asked: str, shown: int) -> None:
    html = client.get("/design/progress/", {"done": asked}).content.decode()
    assert f'value="{shown}"' in html
    assert (f"done={shown + 70}" in html) == (shown < 400)
    assert "<html" not in html


def test_a_stranger_does_not_see_the_desk(client: Client) -> None:
    response = client.get("/desk/")
    assert response.status_code in {302, 401, 404}
    assert "desk-nav" not in response.content.decode()


def test_a_phone_can_keep_the_site(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert manifest["start_url"] == "/"
    assert manifest["short_name"] == "灯火"
    assert manifest["icons"][0]["src"].startswith("/static/web/")


def test_mongolian_pages_are_set_downwards(client: Client) -> None:
    client.cookies["django_language"] = "mn"
    html = client.get("/").content.decode()
    assert "vertical.css" in html
    assert "ᠵᠤᠯᠠ ᠭᠡᠷᠡᠯ" in html
    client.cookies["django_language"] = "zh-hans"
    assert "vertical.css" not in client.get("/").content.decode()


@pytest.mark.parametrize("path", [path for path, _, _ in (*_RESIDENT_NAV, *_DESK_NAV)])
def test_the_frame_names_no_page_that_is_gone(path: str) -> None:
    """A destination whose address changed would vanish silently from every page."""
    assert route_exists(path)


def test_a_reader_is_led_only_where_they_may_go() -> None:
    clerk = Actor(kind="staff", roles=frozenset({"nobody"}))
    assert not leads_in("/me/", clerk)
    assert not leads_in("/desk/jobs/", clerk)
    assert leads_in("/desk/", clerk)
    # Somebody not signed in is led to sign-in, and from there on.
    assert leads_in("/me/", Actor())
    assert not leads_in("/nonesuch/", Actor())


def test_the_home_search_finds_policies(client: Client) -> None:
    assert 'action="/policies/"' in client.get("/").content.decode()
    found = client.get("/policies/", {"q": "贷款"})
    assert found.status_code == 200
    assert "贷款" in found.content.decode()
