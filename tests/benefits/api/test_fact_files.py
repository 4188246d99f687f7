"""An office's program brings its file: as a form or as bare bytes, once, mapped by name."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from denghuo.benefits.actions.import_applying import apply_import
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.actions.imports import UPLOAD_MAX_BYTES
from denghuo.benefits.models import FactImport, FactMapping, ImportedFact
from denghuo.benefits.queries.imports import imports_folder
from denghuo.kernel.region import Region
from denghuo.platform.models.audit import AuditEntry
from tests.api.programs import BASE, program, staff_key
from tests.benefits import offices
from tests.benefits.offices import BASIS, HEADINGS, INSURANCE, csv_bytes, silent
from tests.factories.people import CHIFENG, HOHHOT, make_staff, uscc

FILES = f"{BASE}/facts/files"
_keys = itertools.count(1)
TOLD = {
    "subject": "firm",
    "office": INSURANCE,
    "legal_basis": BASIS,
    "area": HOHHOT.code,
    "observed_on": "2026-10-31",
}


def fresh_key() -> str:
    return f"facts-{next(_keys)}"


def clerk(login: str, *roles: str, area: Region = HOHHOT) -> Client:
    """A program with the roles and the area of a member of staff."""
    return program(staff_key(make_staff(login, roles=roles or ("officer",), area=area)))


@pytest.fixture
def client(transactional_db: None, data_dir: Path, unlimited: None) -> Client:
    """The program of the insurance office."""
    return clerk("naren")


def content() -> bytes:
    """Three firms, one wrong cell."""
    codes = [offices.firm(number) for number in (1, 2, 3)]
    told = ("0", "1", "两个")
    rows = [(code, f"企业{at}", told[at], 12, "9300.00") for at, code in enumerate(codes)]
    return csv_bytes([HEADINGS, *rows])


def form(client: Client, body: bytes, *, key: str | None = None, **more: str) -> Any:
    upload = SimpleUploadedFile("参保.csv", body, "text/csv")
    return client.post(
        FILES, {**TOLD, **more, "upload": upload}, headers={"Idempotency-Key": key or fresh_key()}
    )


def stream(client: Client, body: bytes, *, key: str | None = None, **more: str) -> Any:
    query = urlencode({"name": "参保.csv", **TOLD, **more})
    return client.generic(
        "POST",
        f"{FILES}/stream?{query}",
        body,
        "application/octet-stream",
        headers={"Idempotency-Key": key or fresh_key()},
    )


def post(client: Client, path: str, body: object = None, *, key: str | None = None) -> Any:
    sent: dict[str, Any] = (
        {} if body is None else {"data": body, "content_type": "application/json"}
    )
    return client.post(f"{FILES}{path}", **sent, headers={"Idempotency-Key": key or fresh_key()})


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def refused(answer: Any, status: int) -> str:
    code: str = told(answer, status)["error"]["code"]
    return code


def looked(answer: Any) -> dict[str, Any]:
    """The file whose headings were looked at by the job."""
    file: dict[str, Any] = told(answer, 202)
    look_at_file(UUID(file["id"]), attempt=0, now=timezone.now())
    return file


def checked(client: Client, file: dict[str, Any], **body: object) -> dict[str, Any]:
    """Mapped as guessed, and every row looked at by the job."""
    view = told(client.get(f"{FILES}/{file['id']}"))
    told_columns: dict[str, object] = {"columns": view["columns"], "save_as": "社保月报"}
    mapped = told(post(client, f"/{file['id']}/mapping", body or told_columns))
    assert mapped["state"] == "checking"
    check_file(UUID(file["id"]), attempt=mapped["attempt"], progress=silent, now=timezone.now())
    found: dict[str, Any] = told(client.get(f"{FILES}/{file['id']}"))
    return found


@pytest.mark.parametrize("bring", [form, stream])
def test_from_bytes_to_facts(client: Client, bring: Callable[..., Any]) -> None:
    answer = bring(client, content())
    file = looked(answer)
    assert answer.headers["Location"] == f"/api/v1/facts/files/{file['id']}"
    assert (file["state"], file["again"]) == ("received", False)
    found = checked(client, file)
    checks = found["checks"]
    assert (checks["rows"], checks["good"], checks["refused"], checks["errors"]) == (3, 2, 1, 1)
    assert list(checks["by_column"]) == ["裁员人数"]
    body = {"mode": "records", "attempt": found["attempt"]}
    assert told(post(client, f"/{file['id']}/confirm", body))["state"] == "applying"
    apply_import(UUID(file["id"]), progress=silent, clock=timezone.now)
    done = told(client.get(f"{FILES}/{file['id']}"))
    assert done["state"] == "applied"
    assert done["effects"]["new"] == ImportedFact.objects.count() == 6
    other = clerk("other", "reviewer")
    assert refused(post(client, f"/{file['id']}/take-back", {"reason": "x"}), 409)
    back = told(post(other, f"/{file['id']}/take-back", {"reason": "月份送错了"}))
    assert back["state"] == "taking_back"


def test_the_next_month_is_mapped_by_the_name_of_the_last(client: Client) -> None:
    checked(client, looked(form(client, content())))
    [saved] = told(client.get(f"{BASE}/facts/mappings"))
    assert (saved["name"], saved["version"], saved["office"]) == ("社保月报", 1, INSURANCE)
    next_month = csv_bytes([HEADINGS, (offices.firm(9), "企业九", 0, 3, "100.00")])
    file = looked(stream(client, next_month))
    found = checked(client, file, mapping="社保月报")
    assert (found["state"], found["mapping"]) == ("checked", "社保月报")
    assert FactMapping.objects.count() == 1
    another = looked(form(client, next_month, observed_on="2026-09-30"))
    unknown = post(client, f"/{another['id']}/mapping", {"mapping": "没有这套"})
    assert refused(unknown, 422) == "benefits.mapping_not_found"
    both = {"mapping": "社保月报", "columns": found["columns"]}
    assert refused(post(client, f"/{another['id']}/mapping", both), 422) == "benefits.mapping_wrong"
    assert refused(post(client, f"/{another['id']}/mapping", {}), 422) == "benefits.mapping_wrong"


@pytest.mark.parametrize(("first", "second"), [(form, stream), (stream, form), (form, form)])
def test_the_same_bytes_are_one_import(
    client: Client, first: Callable[..., Any], second: Callable[..., Any]
) -> None:
    body = content()
    file = looked(first(client, body))
    again = told(second(client, body))
    assert (again["id"], again["again"]) == (file["id"], True)
    assert FactImport.objects.count() == 1
    # Another day, another area's file, or after it was put away: a file of its own.
    assert told(second(client, body, observed_on="2026-09-30"), 202)["id"] != file["id"]
    told(post(client, f"/{file['id']}/drop"))
    assert told(second(client, body), 202)["id"] != file["id"]


@pytest.mark.parametrize("bring", [form, stream])
def test_the_same_key_is_the_same_answer_and_other_bytes_are_refused(
    client: Client, bring: Callable[..., Any]
) -> None:
    body, key = content(), fresh_key()
    first = bring(client, body, key=key)
    again = bring(client, body, key=key)
    assert told(first, 202) == told(again, 202)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert refused(bring(client, body + b"\n", key=key), 409) == "platform.key_reused"
    other_day = bring(client, body, key=key, observed_on="2026-09-30")
    assert refused(other_day, 409) == "platform.key_reused"
    assert FactImport.objects.count() == 1


def test_threads_with_one_key_bring_one_file(
    client: Client, in_threads: Callable[..., list[object]]
) -> None:
    body, key = content(), fresh_key()
    answers: list[Any] = in_threads(*[lambda: stream(client, body, key=key)] * 4)
    for answer in answers:
        if answer.status_code != 202:
            assert refused(answer, 409) == "platform.key_at_work"
    assert FactImport.objects.count() == 1
    assert told(stream(client, body, key=key), 202)["id"] == str(FactImport.objects.get().pk)


def test_wrong_cells_are_read_by_pages(client: Client) -> None:
    # Most cells of the column can be read, so that it is known for what it is.
    said = [*range(12), *(f"坏{at}" for at in range(7))]
    rows = [(offices.firm(at), f"企业{at}", one, 12, "9300.00") for at, one in enumerate(said)]
    file = looked(form(client, csv_bytes([HEADINGS, *rows])))
    checked(client, file)
    path = f"{FILES}/{file['id']}/errors"
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = told(client.get(path, {"after": after, "limit": "3"}))
        assert page["total"] == 7
        found += page["errors"]
        after = page["next"]
    assert [(one["line"], one["heading"], one["said"]) for one in found] == [
        (at + 14, "裁员人数", f"坏{at}") for at in range(7)
    ]
    assert all(one["why"] and one["next_step"] for one in found)
    assert AuditEntry.objects.filter(action="benefits.look_at_rows").count() == 3
    for mark in ("WzFd", "MTc", "LTE", "OTk5OTk5OTk", "dHJ1ZQ"):
        answer = client.get(path, {"after": mark})
        assert answer.status_code in {200, 422}
        assert answer.status_code == 422 or not answer.json()["errors"]


def test_the_sample_is_a_look_that_is_written_down(client: Client) -> None:
    file = looked(form(client, content()))
    sample = told(client.get(f"{FILES}/{file['id']}/sample"))
    assert sample["headings"][:4] == list(HEADINGS[:4])
    assert sample["rows"][0]["cells"][1] == "企业0"
    assert AuditEntry.objects.filter(action="benefits.look_at_rows").count() == 1
    told(post(client, f"/{file['id']}/drop"))
    assert refused(client.get(f"{FILES}/{file['id']}/sample"), 410) == "benefits.import_files_gone"


def test_the_list_goes_by_marks_and_states(client: Client) -> None:
    days = [f"2026-10-{day}" for day in (10, 11, 12)]
    body = content()
    files = [told(form(client, body, observed_on=day), 202)["id"] for day in days]
    first = told(client.get(FILES, {"limit": 2}))
    told(form(client, body, observed_on="2026-10-13"), 202)
    second = told(client.get(FILES, {"limit": 2, "after": first["next"]}))
    assert [one["id"] for one in first["files"] + second["files"]] == files[::-1]
    assert second["next"] is None
    assert told(client.get(FILES, {"state": "applied"}))["files"] == []


# Refused, and nothing stays


@pytest.mark.parametrize("bring", [form, stream])
@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"office": "气象局"}, 422, "benefits.office_unknown"),
        ({"area": "150400"}, 404, "platform.not_found"),
        ({"area": "99"}, 404, "platform.not_found"),
        ({"area": "x"}, 422, "api.unreadable_input"),
        ({"observed_on": "2999-01-01"}, 422, "api.unreadable_input"),
        ({"observed_on": "2150-01-01"}, 422, "benefits.day_ahead"),
        ({"subject": "horse"}, 422, "api.unreadable_input"),
        ({"legal_basis": ""}, 422, "api.unreadable_input"),
    ],
)
def test_what_goes_with_the_bytes_is_checked(
    client: Client, bring: Callable[..., Any], more: dict[str, str], status: int, code: str
) -> None:
    assert refused(bring(client, b"a,b\n1,2\n", **more), status) == code
    assert not FactImport.objects.exists()
    assert not list(imports_folder().glob("*"))


@pytest.mark.parametrize("bring", [form, stream])
def test_an_empty_file_leaves_nothing(client: Client, bring: Callable[..., Any]) -> None:
    assert refused(bring(client, b""), 422) == "platform.table_unreadable"
    assert not FactImport.objects.exists()
    assert not list(imports_folder().glob("*"))


def test_a_body_without_a_length_or_too_long_is_not_read(client: Client) -> None:
    path = f"{FILES}/stream?{urlencode({'name': 'a.csv', **TOLD})}"
    key = {"Idempotency-Key": fresh_key()}
    pieces = client.generic("POST", path, b"", HTTP_TRANSFER_ENCODING="chunked", headers=key)
    assert refused(pieces, 411) == "platform.length_missing"
    long = client.generic("POST", path, b"a", CONTENT_LENGTH=str(UPLOAD_MAX_BYTES + 1), headers=key)
    assert refused(long, 413) == "platform.body_too_large"


def test_a_confirmation_of_an_older_check_is_refused(client: Client) -> None:
    found = checked(client, looked(form(client, content())))
    body = {"mode": "records", "attempt": found["attempt"] - 1}
    answer = post(client, f"/{found['id']}/confirm", body)
    assert refused(answer, 409) == "benefits.import_moved_on"
    assert refused(post(client, f"/{found['id']}/confirm", {"mode": "all", "attempt": 1}), 422)
    told(post(client, f"/{found['id']}/headings", {"heading_row": 1}))
    assert refused(post(client, f"/{found['id']}/retry"), 409) == "benefits.import_moved_on"


# Who may


def writes(file: str) -> dict[str, object]:
    return {
        f"/{file}/headings": {"heading_row": 1},
        f"/{file}/mapping": {"mapping": "社保月报"},
        f"/{file}/confirm": {"mode": "table", "attempt": 1},
        f"/{file}/retry": None,
        f"/{file}/take-back": {"reason": "x"},
        f"/{file}/drop": None,
    }


def test_another_area_finds_no_file(client: Client) -> None:
    file = looked(form(client, content()))["id"]
    other = clerk("other", area=CHIFENG)
    for path, body in writes(file).items():
        assert refused(post(other, path, body), 404) == "benefits.import_not_found", path
        assert refused(post(client, path.replace(file, str(uuid4())), body), 404)
    for path in ("", "/sample", "/errors"):
        assert refused(other.get(f"{FILES}/{file}{path}"), 404) == "benefits.import_not_found"
    assert told(other.get(FILES))["files"] == []


def test_a_reviewer_looks_and_confirms_but_brings_nothing(client: Client) -> None:
    found = checked(client, looked(form(client, content())))
    reviewer = clerk("reviewer", "reviewer")
    assert refused(form(reviewer, b"a,b\n"), 404) == "platform.not_found"
    assert refused(stream(reviewer, b"a,b\n"), 404) == "platform.not_found"
    for verb in ("headings", "mapping", "drop"):
        body = writes(found["id"])[f"/{found['id']}/{verb}"]
        assert refused(post(reviewer, f"/{found['id']}/{verb}", body), 404) == "platform.not_found"
    body = {"mode": "table", "attempt": found["attempt"]}
    assert told(post(reviewer, f"/{found['id']}/confirm", body))["state"] == "applying"


@pytest.mark.parametrize("role", ["station", "treasurer", "policy_officer", "operator"])
def test_other_roles_and_nobody_have_no_door(client: Client, role: str) -> None:
    file = looked(form(client, content()))["id"]
    other = clerk("other", role)
    for path, body in writes(file).items():
        assert refused(post(other, path, body), 404) == "platform.not_found"
        assert refused(post(Client(), path, body), 401) == "platform.sign_in_needed"
    for path in ("", f"/{file}", f"/{file}/sample", f"/{file}/errors"):
        assert refused(other.get(f"{FILES}{path}"), 404) == "platform.not_found"
    assert refused(stream(Client(), b"a"), 401) == "platform.sign_in_needed"
    assert refused(other.get(f"{BASE}/facts/mappings"), 404) == "platform.not_found"


def test_a_firm_the_register_lacks_is_counted(client: Client) -> None:
    body = csv_bytes([HEADINGS, (uscc(77).text, "没登记", 0, 3, "100.00")])
    found = checked(client, looked(form(client, body)))
    assert found["checks"]["unregistered"] == 1
