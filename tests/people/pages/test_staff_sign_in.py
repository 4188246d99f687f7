"""Staff sign in, as a browser does it."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from denghuo.people.actions.staff import change_password, change_staff, reset_second_factor
from denghuo.people.models import Staff
from denghuo.people.sessions import KEY
from denghuo.platform.public import SYSTEM
from tests.factories.people import HOHHOT, NOW, PASSWORD, make_staff

pytestmark = pytest.mark.django_db

FIRST = "/desk/sign-in/"


def password(client: Client, login: str = "clerk", secret: str = PASSWORD) -> str:
    answer = client.post(FIRST, {"login": login, "password": secret, "next": "/desk/people/"})
    return answer.headers.get("Location", "")


def totp() -> pyotp.TOTP:
    return pyotp.TOTP(Staff.objects.get(login="clerk").totp_secret or "")


def bind(client: Client) -> str:
    assert password(client) == "/desk/sign-in/bind/"
    client.get("/desk/sign-in/bind/")
    return client.post("/desk/sign-in/bind/", {"code": totp().now()}).content.decode()


def test_first_sign_in_binds_a_phone_and_shows_paper_codes_once(client: Client) -> None:
    make_staff()
    password(client)
    page = client.get("/desk/sign-in/bind/").content.decode()
    assert totp().secret in page.replace(" ", "")
    assert "<svg" not in page.split('class="column"')[1].split("bind.svg")[0][-200:]
    picture = client.get("/desk/sign-in/bind.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"<script" not in picture.content
    shown = client.post("/desk/sign-in/bind/", {"code": totp().now()}).content.decode()
    assert len(re.findall(r"<code>[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}</code>", shown)) == 10
    assert client.get("/desk/account/").status_code == 200
    assert client.get("/desk/sign-in/bind.svg").status_code == 302
    assert client.get("/desk/sign-in/bind/").headers["Location"] == FIRST


def test_password_then_code(client: Client) -> None:
    make_staff()
    bind(client)
    Staff.objects.update(totp_last_step=0)
    other = Client()
    assert password(other) == "/desk/sign-in/code/"
    assert other.get("/desk/account/").headers["Location"].startswith("/sign-in/")
    answer = other.post("/desk/sign-in/code/", {"code": totp().now()})
    assert answer.headers["Location"] == "/desk/people/"
    assert other.get("/desk/account/").status_code == 200
    # The same digits again, from a third browser.
    third = Client()
    password(third)
    page = third.post("/desk/sign-in/code/", {"code": totp().now()})
    assert page.status_code == 422
    assert "只能用一次" in page.content.decode()


def test_wrong_entries_say_one_thing_and_then_wait(client: Client) -> None:
    make_staff()
    guess = {"login": "clerk", "password": "a guess of mine"}
    for words in (*(f"还可以再试 {left} 次" for left in (4, 3, 2, 1)), "请等 15 分钟"):
        page = client.post(FIRST, guess).content.decode()
        assert words in page
        assert "a guess of mine" not in page
    page = client.post(FIRST, {"login": "clerk", "password": PASSWORD}).content.decode()
    assert "次数太多" in page
    assert "分钟后再试" in page


def test_nobody_skips_the_password(client: Client) -> None:
    for page in ("/desk/sign-in/code/", "/desk/sign-in/bind/", "/desk/sign-in/bind.svg"):
        assert client.get(page).headers["Location"] == FIRST


def test_the_first_factor_waits_ten_minutes(client: Client) -> None:
    make_staff()
    password(client)
    session = client.session
    session["people.staff_sign_in"] |= {"at": (timezone.now() - timedelta(minutes=11)).isoformat()}
    session.save()
    assert client.get("/desk/sign-in/bind/").headers["Location"] == FIRST


def test_a_given_password_must_be_changed(client: Client) -> None:
    make_staff()
    Staff.objects.update(password_temporary=True)
    page = bind(client)
    assert 'href="/desk/account/password/"' in page
    wrong = client.post(
        "/desk/account/password/", {"password": "one long password", "again": "another"}
    )
    assert "两次输的不一样" in wrong.content.decode()
    weak = client.post("/desk/account/password/", {"password": "short", "again": "short"})
    assert "至少要 12 位" in weak.content.decode()
    right = {"password": "one long 密码 of mine", "again": "one long 密码 of mine"}
    answer = client.post("/desk/account/password/", right)
    assert answer.headers["Location"] == "/desk/account/"
    assert client.get("/desk/account/").status_code == 200
    assert not Staff.objects.get().password_temporary


def test_with_a_given_password_only_the_password_page_opens(client: Client) -> None:
    make_staff()
    Staff.objects.update(password_temporary=True)
    bind(client)
    for path in ("/desk/account/", "/desk/people/", "/desk/facilities/"):
        assert client.get(path).headers["Location"] == "/desk/account/password/", path
    forged = client.post("/desk/people/stop/")
    assert forged.headers["Location"] == "/desk/account/password/"
    program = client.post("/api/v1/sweeps", {}, content_type="application/json")
    assert program.status_code == 403
    assert program.json()["error"]["code"] == "people.password_temporary"
    assert client.get("/desk/account/password/").status_code == 200
    assert client.get("/policies/").status_code == 200
    new = {"password": "one long 密码 of mine", "again": "one long 密码 of mine"}
    client.post("/desk/account/password/", new)
    assert client.get("/desk/people/").status_code == 200


def test_a_password_changed_between_the_factors_begins_anew(client: Client) -> None:
    staff_id = make_staff()
    bind(client)
    client.post("/sign-out/")
    Staff.objects.update(totp_last_step=0)
    assert password(client) == "/desk/sign-in/code/"
    change_password(
        staff_id=staff_id, password="another long 密码", actor=SYSTEM, now=timezone.now()
    )
    late = client.post("/desk/sign-in/code/", {"code": totp().now()})
    assert late.headers["Location"] == "/desk/sign-in/"
    assert KEY not in client.session


def test_a_closed_account_and_a_lost_phone_end_the_session_at_the_next_click(
    client: Client,
) -> None:
    staff_id = make_staff()
    bind(client)
    assert client.get("/desk/account/").status_code == 200
    reset_second_factor(staff_id=staff_id, actor=SYSTEM, now=NOW)
    assert client.get("/desk/account/").status_code == 302
    again = Client()
    bind(again)
    assert again.get("/desk/account/").status_code == 200
    change_staff(
        staff_id=staff_id, roles=["station"], area=HOHHOT, active=False, actor=SYSTEM, now=NOW
    )
    assert again.get("/desk/account/").status_code == 302


def test_roles_are_read_at_every_click(client: Client) -> None:
    staff_id = make_staff()
    bind(client)
    assert client.get("/desk/people/").status_code == 200
    change_staff(staff_id=staff_id, roles=["bank"], area=HOHHOT, active=True, actor=SYSTEM, now=NOW)
    assert client.get("/desk/people/").status_code == 404


def test_the_way_to_the_desk_leads_through_the_staff_door(client: Client) -> None:
    answer = client.get("/desk/people/", follow=True)
    assert answer.request["PATH_INFO"] == FIRST
    assert 'name="next" value="/desk/people/"' in answer.content.decode()
