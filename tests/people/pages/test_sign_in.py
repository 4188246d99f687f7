"""Residents sign in, as a browser does it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from denghuo.people.actions.phone_codes import code_of
from denghuo.people.logic.phone import Phone
from denghuo.people.models import IdentityClaim, Person, PhoneCode
from tests.factories.people import id_number, make_person

pytestmark = pytest.mark.django_db

PHONE = "13800138000"
CODE_PAGE = "/sign-in/code/"


def ask(client: Client, phone: str = PHONE, next_path: str = "") -> None:
    answer = client.post("/sign-in/", {"phone": phone, "next": next_path})
    assert (answer.status_code, answer.headers["Location"]) == (302, CODE_PAGE)


def last_code() -> str:
    return code_of(PhoneCode.objects.latest("created_at").pk)


def let_a_minute_pass() -> None:
    for row in PhoneCode.objects.all():
        row.created_at -= timedelta(minutes=2)
        row.save()


def registered(phone: str = PHONE, name: str = "乌云其木格") -> UUID:
    return make_person(name, phone=Phone.read(phone))


def test_the_page_works_without_scripts_and_asks_one_thing(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert page.count("<h1") == 1
    assert 'name="phone"' in page
    assert "没有手机" in page


def test_a_known_phone_signs_in_and_goes_where_it_wanted(client: Client) -> None:
    registered()
    ask(client, next_path="/me/looks/")
    before = client.session.session_key or ""
    answer = client.post(CODE_PAGE, {"code": last_code()})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/looks/")
    assert client.session.session_key != before
    page = client.get("/me/").content.decode()
    assert "***木格" in page
    assert "138****8000" in page
    assert PHONE not in page
    assert (Person.objects.get().id_number or "none") not in page


@pytest.mark.parametrize(
    "next_path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "me/", "\\\\x"]
)
def test_next_leads_nowhere_else(client: Client, next_path: str) -> None:
    registered()
    ask(client, next_path=next_path)
    assert client.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/"


def test_a_new_phone_says_who_and_a_double_submit_makes_one_person(client: Client) -> None:
    ask(client)
    assert client.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/sign-in/who/"
    second_tab = Client()
    second_tab.cookies["sessionid"] = client.session.session_key or ""
    number = id_number()
    told = {"name": "张 伟", "id_number": f" {number.text.lower()} "}
    assert client.post("/sign-in/who/", told).headers["Location"] == "/"
    assert Person.objects.get().name == "张伟"
    assert IdentityClaim.objects.get().id_number == number.text
    page = client.get("/me/").content.decode()
    assert "还没有核对" in page
    # The same form from a tab whose session has moved on leads back to the start.
    assert second_tab.post("/sign-in/who/", told).headers["Location"] == "/sign-in/"
    assert Person.objects.count() == 1


def test_claiming_the_number_of_another_looks_the_same_and_opens_nothing(client: Client) -> None:
    number = id_number()
    owner = make_person("乌云其木格", number=number)
    ask(client)
    client.post(CODE_PAGE, {"code": last_code()})
    answer = client.post("/sign-in/who/", {"name": "乌云其木格", "id_number": number.text})
    assert answer.headers["Location"] == "/"
    assert client.session["people.signed_in"]["person"] != str(owner)


def test_wrong_entries_keep_what_was_typed_and_link_to_the_field(client: Client) -> None:
    ask(client)
    client.post(CODE_PAGE, {"code": last_code()})
    answer = client.post("/sign-in/who/", {"name": "张伟", "id_number": "159901197001010016"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "最后一位校验不符" in page
    assert 'href="#id_id_number"' in page
    assert 'value="张伟"' in page


@pytest.mark.parametrize("typed", ["", "1380013800", "12012345678", "abc"])
def test_what_is_no_phone_is_told(client: Client, typed: str) -> None:
    answer = client.post("/sign-in/", {"phone": typed})
    assert answer.status_code == 422
    assert not PhoneCode.objects.exists()


def test_five_wrong_codes_then_wait(client: Client) -> None:
    registered()
    ask(client)
    wrong = str((int(last_code()) + 1) % 1_000_000).zfill(6)
    for left in (4, 3, 2, 1):
        page = client.post(CODE_PAGE, {"code": wrong}).content.decode()
        assert f"还可以再试 {left} 次" in page
    assert "请等 15 分钟" in client.post(CODE_PAGE, {"code": wrong}).content.decode()
    page = client.post(CODE_PAGE, {"code": last_code()}).content.decode()
    assert "请等 15 分钟" in page
    assert "people.signed_in" not in client.session
    # From another browser, for the same phone, the wait is the same.
    answer = Client().post("/sign-in/", {"phone": PHONE})
    assert "请等 15 分钟" in answer.content.decode()


def test_an_expired_code_says_what_to_do(client: Client) -> None:
    ask(client)
    PhoneCode.objects.update(
        created_at=timezone.now() - timedelta(minutes=6),
        expires_at=timezone.now() - timedelta(minutes=1),
    )
    page = client.post(CODE_PAGE, {"code": last_code()}).content.decode()
    assert "过了 5 分钟" in page
    assert "重新获取" in page


def test_another_code_after_a_minute(client: Client) -> None:
    registered()
    ask(client)
    hasty = client.post("/sign-in/again/")
    assert hasty.status_code == 429
    assert "验证码刚刚发出" in hasty.content.decode()
    let_a_minute_pass()
    assert client.post("/sign-in/again/").headers["Location"] == CODE_PAGE
    assert client.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/"


def test_back_and_submit_again_after_signing_in(client: Client) -> None:
    registered()
    ask(client)
    code = last_code()
    client.post(CODE_PAGE, {"code": code})
    assert client.post(CODE_PAGE, {"code": code}).headers["Location"] == "/sign-in/"


def test_a_button_pressed_twice_signs_in_whichever_answer_is_shown(client: Client) -> None:
    registered()
    ask(client)
    # The second press left the browser before the first had an answer: with the same session.
    second = Client()
    session = second.session
    session["people.sign_in"] = client.session["people.sign_in"]
    session.save()
    second.cookies["sessionid"] = session.session_key or ""
    for press in (client, second):
        assert press.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/"
        assert "***木格" in press.get("/me/").content.decode()


def test_two_presses_with_one_cookie_both_end_signed_in(client: Client) -> None:
    """Both requests carry the key that the first of them replaces."""
    registered()
    ask(client)
    cookie, late = client.cookies["sessionid"].value, Client()
    assert client.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/"
    late.cookies["sessionid"] = cookie
    # The old key is nobody's: only the same right digits open anything.
    assert late.get("/me/").headers["Location"].startswith("/sign-in/")
    assert late.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/"
    assert len({cookie, *(one.cookies["sessionid"].value for one in (client, late))}) == 3
    for press in (client, late):
        assert "***木格" in press.get("/me/").content.decode()
        key = press.cookies["sessionid"].value
        left = Session.objects.get(pk=key).expire_date - timezone.now()
        assert left > timedelta(hours=7)


def test_a_press_after_the_first_answer_goes_where_that_led() -> None:
    """Its page holds the token from before, its cookies are those of the first answer."""
    registered()
    client = Client(enforce_csrf_checks=True)

    def press(page: str, token: str, **said: str) -> Any:
        return client.post(page, {**said, "csrfmiddlewaretoken": token})

    client.get("/sign-in/")
    press("/sign-in/?next=/me/consents/", client.cookies["csrftoken"].value, phone=PHONE,
          next="/me/consents/")  # fmt: skip
    client.get(CODE_PAGE)
    token, digits = client.cookies["csrftoken"].value, last_code()
    # Nobody is signed in yet: an expired form is an expired form.
    assert press(CODE_PAGE, "x" * 64, code=digits).status_code == 403
    for _press in range(2):
        assert press(CODE_PAGE, token, code=digits).headers["Location"] == "/me/consents/"
    # Other forms do not become lenient by it, and after signing out neither does this one.
    assert press("/sign-out/", token).status_code == 403
    press("/sign-out/", client.cookies["csrftoken"].value)
    assert press(CODE_PAGE, token, code=digits).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_presses_in_the_same_instant_both_end_signed_in(
    client: Client, in_threads: Callable[..., list[Any]]
) -> None:
    registered()
    ask(client)
    cookie, code = client.cookies["sessionid"].value, last_code()

    def press() -> str:
        browser = Client()
        browser.cookies["sessionid"] = cookie
        answer = browser.post(CODE_PAGE, {"code": code})
        return f"{answer.headers['Location']} {browser.get('/me/').status_code}"

    assert in_threads(press, press, press) == ["/ 200"] * 3


def test_the_key_from_before_signing_in_lasts_a_minute(client: Client) -> None:
    registered()
    ask(client)
    cookie = client.cookies["sessionid"].value
    client.post(CODE_PAGE, {"code": last_code()})
    left = Session.objects.get(pk=cookie).expire_date - timezone.now()
    assert timedelta(seconds=50) < left <= timedelta(minutes=1)
    assert "people.signed_in" not in Session.objects.get(pk=cookie).get_decoded()


def test_the_same_code_in_another_browser_is_worth_nothing(client: Client) -> None:
    registered()
    ask(client)
    thief = Client()
    assert thief.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/sign-in/"


def test_a_shared_phone_asks_which_one(client: Client) -> None:
    mother = registered(name="乌云其木格")
    registered(name="巴特尔")
    ask(client)
    assert client.post(CODE_PAGE, {"code": last_code()}).headers["Location"] == "/sign-in/which/"
    page = client.get("/sign-in/which/").content.decode()
    assert "***木格" in page
    assert "乌云其木格" not in page
    chosen = {"person": str(mother), "last_four": "0000"}
    assert "后四位和登记的不一样" in client.post("/sign-in/which/", chosen).content.decode()
    number = Person.objects.get(pk=mother).id_number
    assert number is not None
    chosen["last_four"] = number[-4:].lower()
    assert client.post("/sign-in/which/", chosen).headers["Location"] == "/"
    assert client.session["people.signed_in"]["person"] == str(mother)


def test_guessing_the_last_four_ends_after_five(client: Client) -> None:
    mother = registered(name="乌云其木格")
    registered(name="巴特尔")
    ask(client)
    client.post(CODE_PAGE, {"code": last_code()})
    for _number in range(5):
        client.post("/sign-in/which/", {"person": str(mother), "last_four": "zzzz"})
    number = Person.objects.get(pk=mother).id_number
    assert number is not None
    answer = client.post("/sign-in/which/", {"person": str(mother), "last_four": number[-4:]})
    assert "次数太多" in answer.content.decode()


def test_nobody_skips_a_step(client: Client) -> None:
    registered()
    for page in ("/sign-in/code/", "/sign-in/who/", "/sign-in/which/"):
        assert client.get(page).headers["Location"] == "/sign-in/"
    ask(client)
    for page in ("/sign-in/who/", "/sign-in/which/"):
        assert client.get(page).headers["Location"] == "/sign-in/"


def test_signing_out_ends_everything(client: Client) -> None:
    registered()
    ask(client)
    client.post(CODE_PAGE, {"code": last_code()})
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/me/").headers["Location"].startswith("/sign-in/?next=")


def test_a_second_person_on_the_same_browser_finds_nothing_of_the_first(client: Client) -> None:
    registered()
    ask(client)
    client.post(CODE_PAGE, {"code": last_code()})
    session = client.session
    session["draft"] = "of the first"
    session.save()
    registered("13900139000", "张伟")
    ask(client, "13900139000")
    client.post(CODE_PAGE, {"code": last_code()})
    assert "draft" not in client.session


def test_an_anonymous_draft_survives_signing_in(client: Client) -> None:
    registered()
    ask(client)
    session = client.session
    session["draft"] = "mine"
    session.save()
    client.post(CODE_PAGE, {"code": last_code()})
    assert client.session["draft"] == "mine"


def test_nothing_personal_in_the_logs(
    client: Client, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    number = id_number()
    with caplog.at_level(logging.INFO):
        ask(client)
        code = last_code()
        client.post(CODE_PAGE, {"code": code})
        client.post("/sign-in/who/", {"name": "乌云其木格", "id_number": number.text})
        client.get("/me/")
        client.get(f"/me/?q={number.text}&phone={PHONE}")
    out = capsys.readouterr()
    written = caplog.text + out.out + out.err
    assert "people_sign_in" in written
    for secret in (code, PHONE, number.text, "乌云其木格"):
        assert secret not in written


def test_the_demo_numbers_are_numbers_only_in_the_demo(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    settings.SMS_URL = ""
    ask(client, "12012345678")
