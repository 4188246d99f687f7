"""Language, size and theme: posts that set a cookie, go back, and trust nobody's address."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from denghuo.people.access import PersonNotFoundError
from denghuo.people.models import Person
from denghuo.people.public import Reading, reading_of, set_preferences
from denghuo.platform.models import AuditEntry
from tests.factories.people import NOW, as_resident, make_person, make_staff
from tests.people import browsers

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


# With the person


def choose(client: Client, **chosen: str) -> None:
    for name, value in chosen.items():
        path, field = {
            "size": ("elder", "size"), "theme": ("theme", "theme"), "language": ("language",) * 2
        }[name]  # fmt: skip
        assert client.post(f"/preferences/{path}/", {field: value}).status_code == 302


def front(client: Client) -> str:
    page = client.get("/").content.decode()
    return page[page.index("<html") : page.index("<head>")]


def test_choices_follow_a_person_to_another_device() -> None:
    person = make_person()
    choose(browsers.resident(person), size="26", theme="dark", language="en")
    elsewhere = browsers.resident(person)
    assert front(elsewhere) == '<html lang="en" data-theme="dark" data-elder="26">\n'
    assert "Home" in elsewhere.get("/me/").content.decode()
    assert set(elsewhere.cookies) <= {"sessionid", "csrftoken"}


def test_a_lent_phone_goes_back_as_it_was() -> None:
    person = make_person()
    choose(browsers.resident(person), size="30", theme="dark", language="en")
    lent = browsers.resident(person)
    lent.cookies["denghuo_elder"] = "18"
    assert 'data-elder="30"' in front(lent)
    lent.post("/sign-out/")
    assert front(lent) == '<html lang="zh-Hans" data-theme="auto" data-elder="18">\n'


def test_what_was_never_chosen_is_the_devices() -> None:
    person = make_person()
    choose(browsers.resident(person), theme="light")
    client = browsers.resident(person)
    client.cookies["denghuo_elder"] = "22"
    client.cookies["denghuo_theme"] = "dark"
    assert front(client) == '<html lang="zh-Hans" data-theme="light" data-elder="22">\n'


def test_elder_mode_switched_off_is_a_choice_too() -> None:
    person = make_person()
    choose(browsers.resident(person), size="0")
    client = browsers.resident(person)
    client.cookies["denghuo_elder"] = "22"
    assert "data-elder" not in front(client)


def test_the_second_choice_keeps_the_first() -> None:
    person = make_person()
    client = browsers.resident(person)
    choose(client, size="22")
    choose(client, theme="dark")
    assert front(client) == '<html lang="zh-Hans" data-theme="dark" data-elder="22">\n'
    assert reading_of(person) == Reading(None, 22, "dark")


def test_two_people_on_one_phone_each_read_their_own() -> None:
    mother, son = make_person(), make_person("张伟")
    choose(browsers.resident(mother), size="30")
    client = browsers.resident(mother)
    assert 'data-elder="30"' in front(client)
    client.post("/sign-out/")
    client.cookies = browsers.resident(son).cookies
    assert "data-elder" not in front(client)


def test_staff_and_visitors_choose_for_the_device_only() -> None:
    for client in (Client(), browsers.staff(make_staff())):
        choose(client, size="26", theme="dark", language="en")
        assert client.cookies["denghuo_elder"].value == "26"
    assert not Person.objects.exclude(elder_size=None, theme="", language="").exists()


def test_a_choice_leaves_one_row_and_said_again_none() -> None:
    person = make_person()
    client = browsers.resident(person)
    before = Person.objects.get(pk=person).changed_at
    for _time in range(2):
        choose(client, size="26")
    rows = AuditEntry.objects.filter(action="people.set_preferences")
    assert [row.subject for row in rows] == [f"person:{person}"]
    # The day of an office's word about the person is not the day they chose larger type.
    assert Person.objects.get(pk=person).changed_at == before


def test_nobody_chooses_for_another() -> None:
    person, other = make_person(), make_person("张伟")
    with pytest.raises(PersonNotFoundError):
        set_preferences(
            person_id=person, chosen=Reading(theme="dark"), actor=as_resident(other), now=NOW
        )
    assert reading_of(person) == Reading()


@pytest.mark.parametrize("wrong", [{"elder_size": 17}, {"theme": "pink"}])
def test_only_ours_can_be_chosen(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="of ours"):
        Reading(**wrong)  # type: ignore[arg-type]


def test_a_language_the_site_has_lost_is_passed_over() -> None:
    person: UUID = make_person()
    Person.objects.filter(pk=person).update(language="xx")
    assert 'lang="zh-Hans"' in front(browsers.resident(person))
