"""Posts looked for by a program: what the page finds, and nothing that is not open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from denghuo.search.public import forget_standing
from tests.api.programs import BASE
from tests.employment.market import NOW
from tests.employment.shelved import change, shelve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _new_process(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    forget_standing()
    yield
    forget_standing()


def ask(path: str = "", **asked: Any) -> Any:
    return Client().get(f"{BASE}/posts{path}", asked)


def test_a_program_finds_what_a_person_finds() -> None:
    post = shelve("电焊工", employer_uscc="", certificates=["焊工证"])
    shelve("货车司机", pay_low_fen=800_000, pay_high_fen=None)
    found = ask(q="dianhangong").json()
    assert found["total"] == 1
    [one] = found["posts"]
    assert (one["id"], one["title"]) == (post.pk, "电焊工")
    assert (one["pay_low_fen"], one["employer_uscc"]) == (450_000, None)
    assert one["distance_m"] is None
    assert [one["title"] for one in ask(sort="high").json()["posts"]] == ["货车司机", "电焊工"]
    assert ask(q="电旱工").json()["understood"] == ["电焊工"]
    assert {one["value"]: one["count"] for one in ask().json()["pays"]}["6000"] == 2
    whole = ask(f"/{post.pk}").json()
    assert whole["body"] == post.body
    assert whole["certificates"] == ["焊工证"]


def test_what_is_not_open_is_not_there() -> None:
    post = shelve("电焊工")
    change(post, state="held")
    assert ask().json()["total"] == 0
    answer = ask(f"/{post.pk}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "employment.post_not_found"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", 51),
        ("page", 0),
        ("place", "15a"),
        ("work", "9-99"),
        ("km", 501),
        ("days", -1),
        ("schooling", 7),
        ("sort", "worst"),
        ("hours", "always"),
        ("source", "spy"),
        ("pay_yuan", "many"),
        ("q", "长" * 500),
    ],
)
def test_what_cannot_be_read_is_named(field: str, value: Any) -> None:
    answer = ask(**{field: value})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field


def test_a_number_beyond_any_post_is_no_post() -> None:
    for number in ("0", "99999999999999999999", str(2**63)):
        assert ask(f"/{number}").status_code in {404, 422}
