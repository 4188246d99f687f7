"""Keys of programs on pages: made by their owner, seen once, ended at once, nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.models import ApiKey, Mandate
from denghuo.people.public import make_staff_key, make_subject_key
from denghuo.platform.public import SYSTEM
from tests.factories.people import make_firm, make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db
KEY = re.compile(r"dh_[A-Za-z0-9_-]{43}")


def make(client: Client, path: str = "/me/keys/", **more: object) -> str:
    given = {"label": "财务软件", "days": "90", "scopes": ["read"], **more}
    response = client.post(path, given)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    found = KEY.findall(response.content.decode())
    assert len(found) == 1
    return str(found[0])


def ask(key: str, subject: str) -> int:
    """What the API answers a program with this key."""
    return int(
        Client()
        .post(
            "/api/v1/explain",
            {"subject": subject},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        .status_code
    )


@pytest.fixture
def person(db: None) -> UUID:
    return make_person()


@pytest.fixture
def client(person: UUID) -> Client:
    return browsers.resident(person)


def law(firm: UUID) -> UUID:
    return Mandate.objects.get(from_firm=firm, how="legal").pk


def test_a_key_is_shown_once_and_opens_my_own_affairs(client: Client, person: UUID) -> None:
    key = make(client)
    page = client.get("/me/keys/").content.decode()
    assert key not in page
    assert f"{key[:8]}…" in page
    assert "财务软件" in page
    assert "还没用过" in page
    assert ask(key, f"person:{person}") == 200
    assert day_of(timezone.now()).isoformat() in client.get("/me/keys/").content.decode()


def test_revoked_it_opens_nothing_from_the_next_request(client: Client, person: UUID) -> None:
    key = make(client)
    row = ApiKey.objects.get()
    assert client.post(f"/me/keys/{row.pk}/revoke/").headers["Location"] == "/me/keys/"
    assert ask(key, f"person:{person}") == 401
    assert "已停用" in client.get("/me/keys/").content.decode()
    # Pressed twice it stays as it was.
    assert client.post(f"/me/keys/{row.pk}/revoke/").status_code == 302


def test_the_same_order_sent_twice_makes_one_key(client: Client) -> None:
    make(client)
    again = client.post("/me/keys/", {"label": "财务软件", "days": "90", "scopes": ["read"]})
    assert again.status_code == 422
    page = again.content.decode()
    assert "已经有一把叫“财务软件”的密钥在用" in page
    assert not KEY.search(page)
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"label": ""}, {"label": "字" * 61}, {"days": "4000"}, {"days": "x"}, {"scopes": []},
     {"scopes": ["money"]}, {"scopes": ["read", "all"]}],
)  # fmt: skip
def test_nonsense_makes_no_key(client: Client, wrong: dict[str, object]) -> None:
    given = {"label": "财务软件", "days": "90", "scopes": ["read"], **wrong}
    assert client.post("/me/keys/", given).status_code == 422
    assert not ApiKey.objects.exists()


def test_the_person_hears_that_a_key_was_made(client: Client) -> None:
    make(client)
    page = client.get("/inbox/").content.decode()
    assert "新发了一把程序用的密钥" in page


def test_the_firms_keys_are_its_legal_representatives(client: Client, person: UUID) -> None:
    firm = make_firm("敕勒川乳品", legal_representative=person)
    own = make(client)
    boss = browsers.resident(person, mandate_id=law(firm))
    page = boss.get("/me/keys/").content.decode()
    assert "敕勒川乳品 的程序用的密钥" in page
    assert own[:8] not in page
    key = make(boss, scopes=["read", "apply"])
    assert ask(key, f"firm:{firm}") == 200
    assert ask(key, f"person:{person}") == 404
    assert ApiKey.objects.filter(firm=firm).count() == 1
    # Acting for oneself, the firm's keys are out of reach.
    row = ApiKey.objects.get(firm=firm)
    assert client.post(f"/me/keys/{row.pk}/revoke/").status_code == 404
    assert boss.post(f"/me/keys/{row.pk}/revoke/").status_code == 302


def test_a_delegate_makes_no_key_of_the_firm(person: UUID) -> None:
    firm, clerk = make_firm(legal_representative=person), make_person("张伟")
    today = day_of(timezone.now())
    mandate = Mandate.objects.create(
        from_firm_id=firm,
        to_person_id=clerk,
        scopes=["read", "apply", "documents", "money"],
        start_on=today,
        until_on=today + timedelta(days=30),
        how="phone_code",
        accepted_at=timezone.now(),
    )
    client = browsers.resident(clerk, mandate_id=mandate.pk)
    assert "要法定代表人自己发" in client.get("/me/keys/").content.decode()
    key = make(client)
    assert ask(key, f"firm:{firm}") == 404
    assert ApiKey.objects.get().person_id == clerk
    made = make_subject_key(
        subject=SubjectRef("firm", firm), scopes=["read"], label="对账", days=30,
        actor=SYSTEM, now=timezone.now(),
    )  # fmt: skip
    assert client.post(f"/me/keys/{made.id}/revoke/").status_code == 404


def test_anothers_key_does_not_exist(client: Client) -> None:
    made = make_subject_key(
        subject=SubjectRef("person", make_person("张伟")), scopes=["read"], label="对账", days=30,
        actor=SYSTEM, now=timezone.now(),
    )  # fmt: skip
    assert "对账" not in client.get("/me/keys/").content.decode()
    assert client.post(f"/me/keys/{made.id}/revoke/").status_code == 404
    assert ApiKey.objects.get().revoked_at is None


def test_staff_make_and_end_their_own() -> None:
    mine, other = make_staff(), make_staff("bayar")
    client, path = browsers.staff(mine), "/desk/account/keys/"
    key = make(client, path)
    page = client.get(path).content.decode()
    assert f"{key[:8]}…" in page
    assert key not in page
    row = ApiKey.objects.get(staff_id=mine)
    assert browsers.staff(other).post(f"{path}{row.pk}/revoke/").status_code == 404
    assert client.post(f"{path}{row.pk}/revoke/").headers["Location"] == path
    assert make(client, path) != key, "its name is free again"
    made = make_staff_key(staff_id=other, label="x", days=3, actor=SYSTEM, now=timezone.now())
    assert client.post(f"{path}{made.id}/revoke/").status_code == 404


def test_each_sees_only_their_own_pages(client: Client) -> None:
    assert client.get("/desk/account/keys/").status_code == 404
    clerk = browsers.staff(make_staff())
    assert clerk.get("/me/keys/").status_code == 404
    assert Client().get("/me/keys/").headers["Location"].startswith("/sign-in/")
