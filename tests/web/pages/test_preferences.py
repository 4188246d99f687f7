"""Language, size and theme: posts that set a cookie, go back, and trust nobody's address."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "data", "cookie", "value"),
    [
        ("/preferences/elder/", {"size": "30"}, "denghuo_elder", "30"),
        ("/preferences/theme/", {"theme": "dark"}, "denghuo_theme", "dark"),
        ("/preferences/language/", {"language": "mn"}, "django_language", "mn"),
    ],
)
def test_a_choice_is_kept_and_the_reader_goes_back(
    client: Client, path: str, data: dict[str, str], cookie: str, value: str
) -> None:
    response = client.post(path, {**data, "next": "/design/?page=3"})
    assert response.status_code == 302
    assert response["Location"] == "/design/?page=3"
    assert response.cookies[cookie].value == value


@pytest.mark.parametrize("path", ["elder", "theme", "language"])
@pytest.mark.parametrize(
    "next_",
    ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", ""],
)
def test_the_way_back_never_leaves_the_site(client: Client, path: str, next_: str) -> None:
    response = client.post(f"/preferences/{path}/", {"next": next_, "language": "en"})
    assert response.status_code == 302
    assert response["Location"] == "/"


@pytest.mark.parametrize("size", ["0", "", "17", "300", "-1", "abc", "²²"])
def test_an_unknown_size_turns_elder_mode_off(client: Client, size: str) -> None:
    client.cookies["denghuo_elder"] = "22"
    response = client.post("/preferences/elder/", {"size": size})
    assert response.cookies["denghuo_elder"].value == ""
    assert response.cookies["denghuo_elder"]["max-age"] == 0


def test_the_cookie_is_for_our_pages_only(client: Client) -> None:
    cookie = client.post("/preferences/elder/", {"size": "18"}).cookies["denghuo_elder"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["secure"] == ""
    cookie = client.post("/preferences/elder/", {"size": "18"}, secure=True).cookies[
        "denghuo_elder"
    ]
    assert cookie["secure"]


@pytest.mark.parametrize("path", ["elder", "theme", "language"])
def test_reading_an_address_changes_nothing(client: Client, path: str) -> None:
    assert client.get(f"/preferences/{path}/").status_code == 405


@pytest.mark.parametrize("path", ["elder", "theme", "language"])
def test_another_site_cannot_choose(path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/preferences/{path}/", {"size": "30"}).status_code == 403
