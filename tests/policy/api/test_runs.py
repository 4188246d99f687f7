"""Sweeps over files by API: started once per key, read page by page, by staff of the area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.platform.models import AuditEntry, Job
from denghuo.policy.actions.sweep_work import run_sweep
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.sweeps import run_folder, runs_folder
from tests.factories.people import CHIFENG, make_staff
from tests.people import browsers
from tests.policy.api.test_sweep import GOOD, POLICY

BASE = "/api/v1/sweeps/runs"
WHOLE_REGION = Region.read("15")
ROWS = [
    {"entity": f"firm{n:03}", **GOOD, "laid_off_count": (2, 30, None)[n % 3]} for n in range(120)
]
ASKED = {"source": "firms.parquet", "policies": [POLICY], "as_of": "2025-09-01"}
CSV = "entity,laid_off_count,insured_average\n甲,1,42\n乙,一,42\n丙,99,42\n"


@pytest.fixture
def place(data_dir: Path) -> Path:
    """A file of facts of the whole region, in place."""
    folder = data_dir / "facts"
    folder.mkdir()
    pq.write_table(pa.Table.from_pylist(ROWS), folder / "firms.parquet")
    return folder


@pytest.fixture
def officer(transactional_db: None, place: Path) -> Client:
    return browsers.staff(make_staff("officer", roles=("policy_officer",), area=WHOLE_REGION))


def start(client: Client, key: str | None = None, **more: object) -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post(BASE, {**ASKED, **more}, content_type="application/json", headers=headers)


def upload(client: Client, key: str | None = None, text: str = CSV, name: str = "a.csv") -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    body = {
        "upload": SimpleUploadedFile(name, text.encode()),
        "policies": [POLICY],
        "as_of": "2025-09-01",
    }
    return client.post(f"{BASE}/upload", body, headers=headers)


def do(run_id: str) -> None:
    run_sweep(UUID(run_id), progress=lambda _done, _total: None)


def test_a_subject_with_two_rows_is_pointed_out(officer: Client, place: Path) -> None:
    pq.write_table(pa.Table.from_pylist([*ROWS[:3], ROWS[1]]), place / "firms.parquet")
    run_id = start(officer).json()["id"]
    do(run_id)
    assert officer.get(f"{BASE}/{run_id}").json()["summary"]["repeats"] == {
        "entities": 1,
        "rows": [[2, 4]],
        "rows_compared": 4,
        "complete": True,
    }


def test_from_a_file_in_place_to_one_explained_row(officer: Client) -> None:
    [source] = officer.get(f"{BASE}/sources").json()
    assert (source["name"], source["rows"]) == ("firms.parquet", len(ROWS))
    sent = start(officer)
    assert sent.status_code == 202
    run_id = sent.json()["id"]
    assert sent.headers["Location"] == f"{BASE}/{run_id}"
    assert officer.get(sent.headers["Location"]).json()["state"] == "queued"
    for part in ("rows", f"answer?entity=firm001&policy={POLICY}"):
        early = officer.get(f"{BASE}/{run_id}/{part}")
        assert (early.status_code, early.json()["error"]["code"]) == (409, "policy.run_not_done")
    do(run_id)
    found = officer.get(f"{BASE}/{run_id}").json()
    assert (found["state"], found["rows_done"], found["rows_bad"]) == ("done", 120, 0)
    assert found["summary"]["policies"][POLICY]["by_verdict"] == {
        "entitled": 40,
        "not": 40,
        "unknown": 40,
        "no_rule": 0,
    }
    first = officer.get(f"{BASE}/{run_id}/rows").json()
    assert (first["total"], first["pages"], len(first["rows"])) == (120, 3, 50)
    last = officer.get(f"{BASE}/{run_id}/rows?page=3").json()
    assert [row["entity"] for row in last["rows"]] == [f"firm{n:03}" for n in range(100, 120)]
    refused = officer.get(f"{BASE}/{run_id}/rows?verdict=not&policy={POLICY}").json()
    assert {row["verdict"] for row in refused["rows"]} == {"not"}
    assert refused["total"] == 40
    assert officer.get(f"{BASE}/{run_id}/rows?near=true&verdict=not").json()["total"] == 40
    one = officer.get(f"{BASE}/{run_id}/answer?entity=firm001&policy={POLICY}").json()
    assert one["verdict"] == "not"
    assert "30" in " ".join(condition["sentence"] for condition in one["conditions"])
    assert AuditEntry.objects.filter(action="policy.open_row").count() == 1
    assert [each["id"] for each in officer.get(BASE).json()] == [run_id]


def test_one_key_is_one_run(officer: Client) -> None:
    first, again = start(officer, "order-7"), start(officer, "order-7")
    assert first.json()["id"] == again.json()["id"]
    assert start(officer, "order-8").json()["id"] != first.json()["id"]
    assert start(officer).json()["id"] != start(officer).json()["id"]
    other = browsers.staff(make_staff("other", roles=("policy_officer",), area=WHOLE_REGION))
    assert start(other, "order-7").json()["id"] != first.json()["id"]
    assert Job.objects.filter(kind="policy.run_sweep").count() == 5


def test_one_key_for_two_orders_is_refused(officer: Client) -> None:
    assert start(officer, "order-7").status_code == 202
    for more in ({"as_of": "2025-09-02"}, {"policies": ["startup-rent"]}):
        refused = start(officer, "order-7", **more)
        assert refused.status_code == 422
        assert refused.json()["error"]["code"] == "policy.idempotency_key_reused"
    assert SweepRun.objects.count() == 1


def test_orders_sent_at_once_under_one_key_are_one_run(
    officer: Client, in_threads: Callable[..., list[object]]
) -> None:
    owner = SweepRunOwner()
    results = in_threads(*[lambda: start(owner.client(), "order-7").json()["id"]] * 4)
    assert len(set(map(str, results))) == 1
    assert SweepRun.objects.count() == 1
    assert AuditEntry.objects.filter(action="policy.start_sweep").count() == 1


class SweepRunOwner:
    """One member of staff in several browsers."""

    def __init__(self) -> None:
        self._staff = make_staff("several", roles=("policy_officer",), area=WHOLE_REGION)

    def client(self) -> Client:
        return browsers.staff(self._staff)


def test_uploads_sent_at_once_under_one_key_are_one_run(
    officer: Client, in_threads: Callable[..., list[object]]
) -> None:
    owner = SweepRunOwner()
    results = in_threads(*[lambda: upload(owner.client(), "file-7").json()["id"]] * 4)
    assert len(set(map(str, results))) == 1
    kept = [path.name for path in run_folder(UUID(str(results[0]))).iterdir()]
    assert kept == ["source.csv"]
    assert not list(runs_folder().glob("coming-*"))


def test_an_upload_is_answered_with_bad_rows_named(officer: Client) -> None:
    sent = upload(officer, "file-7")
    assert sent.status_code == 202
    run_id = sent.json()["id"]
    assert upload(officer, "file-7").json()["id"] == run_id
    changed = upload(officer, "file-7", text=CSV.replace("99", "98"))
    assert changed.json()["error"]["code"] == "policy.idempotency_key_reused"
    do(run_id)
    found = officer.get(f"{BASE}/{run_id}").json()
    assert (found["source"], found["summary"]["rows_read"], found["rows_bad"]) == ("a.csv", 3, 1)
    [bad] = found["summary"]["first_bad_rows"]
    assert (bad["row"], bad["column"]) == (2, "laid_off_count")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("firms.xlsx", "PK", "不是 .parquet 或 .csv"),
        ("firms.parquet", "not parquet", "“firms.parquet”读不了"),
        ("noname", "", "不是 .parquet 或 .csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    officer: Client, name: str, text: str, words: str
) -> None:
    refused = upload(officer, name=name, text=text or "x")
    assert refused.status_code == 422
    assert words in refused.json()["error"]["message"]
    assert not SweepRun.objects.exists()
    assert not runs_folder().exists() or not list(runs_folder().iterdir())


def test_an_unknown_policy_keeps_no_file(officer: Client) -> None:
    body = {
        "upload": SimpleUploadedFile("a.csv", CSV.encode()),
        "policies": ["nothing"],
        "as_of": "2025-09-01",
    }
    assert officer.post(f"{BASE}/upload", body).status_code == 404
    assert not runs_folder().exists()


def test_a_broken_form_is_a_bad_request(officer: Client) -> None:
    kind = "multipart/form-data"
    assert officer.post(f"{BASE}/upload", b"--x", content_type=kind).status_code == 400
    kind += "; boundary=x"
    assert officer.post(f"{BASE}/upload", b"nonsense", content_type=kind).status_code == 422


@pytest.mark.parametrize("key", ["", "x" * 121, "空", "a b"])
def test_a_key_is_short_and_plain(officer: Client, key: str) -> None:
    refused = start(officer, key)
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "Idempotency-Key"


def test_unknown_sources_and_policies(officer: Client) -> None:
    for name in ("nothing.parquet", "../facts/firms.parquet", "/etc/passwd"):
        refused = start(officer, source=name)
        assert (refused.status_code, refused.json()["error"]["field"]) == (422, "source")
    assert start(officer, policies=["nothing"]).status_code == 404
    assert start(officer, policies=[]).status_code == 422
    assert not SweepRun.objects.exists()


def test_stopped_twice_is_stopped(officer: Client) -> None:
    run_id = start(officer).json()["id"]
    for _ in range(2):
        assert officer.post(f"{BASE}/{run_id}/stop").json()["state"] == "cancelled"
    assert AuditEntry.objects.filter(action="policy.cancel_sweep").count() == 1
    assert officer.get(f"{BASE}/{run_id}/rows").status_code == 409


def test_runs_of_another_area_are_not_there(officer: Client) -> None:
    run_id = start(officer).json()["id"]
    do(run_id)
    other = browsers.staff(make_staff("chifeng", roles=("policy_officer",), area=CHIFENG))
    station = browsers.staff(make_staff("station", roles=("station",), area=WHOLE_REGION))
    for client in (other, station):
        for part in ("", "/rows", f"/answer?entity=firm001&policy={POLICY}"):
            assert client.get(f"{BASE}/{run_id}{part}").status_code == 404
        assert client.post(f"{BASE}/{run_id}/stop").status_code == 404
    assert other.get(f"{BASE}/sources").json() == []
    assert other.get(BASE).json() == []
    assert start(other).status_code == 422
    assert Client().get(f"{BASE}/{run_id}").status_code == 401


def test_what_is_not_there(officer: Client) -> None:
    assert officer.get(f"{BASE}/{uuid4()}").status_code == 404
    assert officer.get(f"{BASE}/nothing").status_code == 404
    run_id = start(officer).json()["id"]
    do(run_id)
    assert officer.get(f"{BASE}/{run_id}/answer?entity=x&policy={POLICY}").status_code == 404
    other = officer.get(f"{BASE}/{run_id}/answer?entity=firm001&policy=startup-rent")
    assert other.status_code == 404
