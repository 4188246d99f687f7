"""The bank's software: fetches what two people released, hands the answer in, booked once."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.ledger.actions.bank_files import make_bank_file
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.models import PayOrder, ReturnFile
from denghuo.platform.models.audit import AuditEntry
from tests.api.programs import BASE, program, staff_key
from tests.factories.people import CHIFENG, HOHHOT, make_staff
from tests.ledger import pay_kit as kit

BANK = f"{BASE}/bank"
_keys = itertools.count(1)


def fresh_key() -> str:
    return f"bank-{next(_keys)}"


def clerk(login: str, *roles: str, area: Region = HOHHOT) -> Client:
    """A program with the roles and the area of a member of staff."""
    owner = make_staff(login, roles=roles or ("treasurer",), area=area, now=kit.NOW)
    return program(staff_key(owner, now=kit.NOW))


@pytest.fixture
def client(
    transactional_db: None,
    data_dir: Path,
    unlimited: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Client:
    """The treasury's transfer program, the day after the file was released."""

    def stand(instant: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)

    stand(kit.LATER)
    kit.endow()
    return clerk("transfer")


def form(client: Client, body: bytes, *, key: str | None = None) -> Any:
    upload = SimpleUploadedFile("hp.txt", body)
    return client.post(
        f"{BANK}/returns", {"upload": upload}, headers={"Idempotency-Key": key or fresh_key()}
    )


def stream(client: Client, body: bytes, *, key: str | None = None) -> Any:
    return client.generic(
        "POST",
        f"{BANK}/returns/stream?{urlencode({'name': 'hp.txt'})}",
        body,
        "application/octet-stream",
        headers={"Idempotency-Key": key or fresh_key()},
    )


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def refused(answer: Any, status: int) -> str:
    code: str = told(answer, status)["error"]["code"]
    return code


def whole(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(cast("StreamingHttpResponse", answer))


def answer_of(file: Any, *codes: str) -> bytes:
    rows = [(*row, code, "") for row, code in zip(kit.rows_of(file), codes, strict=True)]
    return kit.return_file(file.form, rows, batch=file.number)


BOTH = pytest.mark.parametrize("hand_in", [form, stream])


@BOTH
def test_there_and_back(client: Client, hand_in: Callable[..., Any]) -> None:
    sent = kit.sent_file(3)
    [file] = told(client.get(f"{BANK}/files", {"state": "released"}))["files"]
    assert (file["number"], file["rows"], file["sum_fen"]) == (sent.number, 3, sent.sum_fen)
    answer = client.get(f"{BANK}/files/{file['id']}/content")
    content = whole(answer)
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert answer.headers["X-Content-SHA256"] == file["sha256"]
    assert AuditEntry.objects.filter(action="ledger.download_bank_file").count() == 1
    back = answer_of(sent, "0000", "0000", "E102")
    taken = hand_in(client, back)
    received = told(taken, 202)
    assert taken.headers["Location"] == f"/api/v1/bank/returns/{received['id']}"
    assert (received["again"], received["rows"], received["state"]) == (False, 3, "waiting")
    read_return_file(return_id=ReturnFile.objects.get().pk, now=kit.LATER)
    read = told(client.get(f"{BANK}/returns/{received['id']}"))
    assert read["state"] == "read"
    assert read["counts"]["paid"] == 2
    fund, transit, _bank = kit.books()
    # Handed in once more, by a program that lost its memory: nothing happens.
    again = told(hand_in(client, back))
    assert (again["id"], again["again"], again["state"]) == (received["id"], True, "read")
    read_return_file(return_id=ReturnFile.objects.get().pk, now=kit.LATER)
    assert kit.books()[:2] == (fund, transit)
    assert ReturnFile.objects.count() == 1


@BOTH
def test_the_same_key_is_the_same_answer_and_other_bytes_are_refused(
    client: Client, hand_in: Callable[..., Any]
) -> None:
    sent, key = kit.sent_file(2), fresh_key()
    back = answer_of(sent, "0000", "0000")
    first = told(hand_in(client, back, key=key), 202)
    read_return_file(return_id=ReturnFile.objects.get().pk, now=kit.LATER)
    replayed = hand_in(client, back, key=key)
    assert told(replayed, 202) == first
    assert replayed.headers["Idempotency-Replayed"] == "true"
    other = answer_of(sent, "0000", "E102")
    assert refused(hand_in(client, other, key=key), 409) == "platform.key_reused"
    assert ReturnFile.objects.count() == 1


def test_threads_with_one_key_hand_in_one_answer(
    client: Client, in_threads: Callable[..., list[object]]
) -> None:
    sent, key = kit.sent_file(2), fresh_key()
    back = answer_of(sent, "0000", "0000")
    answers: list[Any] = in_threads(*[lambda: stream(client, back, key=key)] * 4)
    for answer in answers:
        if answer.status_code != 202:
            assert refused(answer, 409) == "platform.key_at_work"
    assert ReturnFile.objects.count() == 1
    assert told(stream(client, back, key=key), 202)["id"] == str(ReturnFile.objects.get().pk)


@BOTH
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda body: body[:-10], "ledger.bank_file"),
        (lambda body: body.replace(b"0000", b"0001", 1), "ledger.bank_file"),
        (lambda _body: b"", ""),
        (lambda _body: b"PK\x03\x04" * 10, ""),
    ],
)
def test_what_is_no_answer_of_the_bank_is_not_kept(
    client: Client, hand_in: Callable[..., Any], spoil: Callable[[bytes], bytes], code: str
) -> None:
    sent = kit.sent_file(2)
    answer = hand_in(client, spoil(answer_of(sent, "0000", "0000")))
    assert refused(answer, 422).startswith(code or "ledger.")
    assert not ReturnFile.objects.exists()
    assert set(PayOrder.objects.values_list("state", flat=True)) == {"sent"}


def test_what_is_not_released_is_not_fetched(client: Client) -> None:
    kit.order(1)
    made = make_bank_file(actor=kit.treasurer(), fund=kit.FUND, form=kit.FIXED, now=kit.NOW)
    answer = client.get(f"{BANK}/files/{made.id}/content")
    assert refused(answer, 409) == "ledger.file_step"
    assert told(client.get(f"{BANK}/files", {"state": "released"}))["files"] == []
    assert told(client.get(f"{BANK}/files/{made.id}"))["state"] == "made"


def test_rows_of_an_answer_go_by_marks(client: Client) -> None:
    sent = kit.sent_file(5)
    view = kit.answered(sent, ["0000", "E102", "0000", "E102", "0000"])
    path = f"{BANK}/returns/{view.id}/rows"
    first = told(client.get(path, {"limit": 2}))
    second = told(client.get(path, {"limit": 2, "after": first["next"]}))
    third = told(client.get(path, {"limit": 2, "after": second["next"]}))
    lines = [one["line"] for page in (first, second, third) for one in page["rows"]]
    assert lines == sorted(lines)
    assert len(set(lines)) == 5
    assert third["next"] is None
    paid = told(client.get(path, {"outcome": "paid"}))["rows"]
    assert [one["outcome"] for one in paid] == ["paid"] * 3
    assert refused(client.get(path, {"after": "WzFd"}), 422) == "platform.not_mark"
    assert refused(client.get(path, {"outcome": "lost"}), 422) == "api.unreadable_input"


def test_files_go_by_marks(client: Client) -> None:
    numbers = [kit.sent_file(1, first=first).number for first in (1, 2, 3)]
    first = told(client.get(f"{BANK}/files", {"limit": 2}))
    second = told(client.get(f"{BANK}/files", {"limit": 2, "after": first["next"]}))
    found = [one["number"] for one in first["files"] + second["files"]]
    assert sorted(found) == sorted(numbers)
    assert second["next"] is None


# Who may


def test_another_area_finds_nothing(client: Client) -> None:
    sent = kit.sent_file(2)
    view = kit.answered(sent, ["0000", "0000"])
    other = clerk("chifeng", area=CHIFENG)
    for path in (
        f"/files/{sent.id}",
        f"/files/{sent.id}/content",
        f"/returns/{view.id}",
        f"/returns/{view.id}/rows",
        f"/files/{uuid4()}",
    ):
        assert refused(other.get(f"{BANK}{path}"), 404) == "ledger.bank_file_not_found", path
    assert told(other.get(f"{BANK}/files"))["files"] == []
    assert told(other.get(f"{BANK}/returns"))["returns"] == []


@BOTH
def test_another_areas_answer_is_one_to_nothing(
    client: Client, hand_in: Callable[..., Any]
) -> None:
    sent = kit.sent_file(1)
    other = clerk("chifeng", area=CHIFENG)
    answer = hand_in(other, answer_of(sent, "0000"))
    assert refused(answer, 422) == "ledger.answer_to_nothing"
    assert not ReturnFile.objects.exists()


@pytest.mark.parametrize("role", ["leader", "officer", "bank", "operator"])
def test_other_roles_and_nobody(client: Client, role: str) -> None:
    sent = kit.sent_file(1)
    other = clerk("other", role)
    back = answer_of(sent, "0000")
    reads = 200 if role == "leader" else 404
    for path in ("/files", f"/files/{sent.id}", "/returns"):
        assert other.get(f"{BANK}{path}").status_code == reads
        assert refused(Client().get(f"{BANK}{path}"), 401) == "platform.sign_in_needed"
    assert refused(other.get(f"{BANK}/files/{sent.id}/content"), 404) == "platform.not_found"
    for hand_in in (form, stream):
        assert refused(hand_in(other, back), 404) == "platform.not_found"
        assert refused(hand_in(Client(), back), 401) == "platform.sign_in_needed"
    assert not ReturnFile.objects.exists()
