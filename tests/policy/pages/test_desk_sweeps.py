"""The desk's sweeps: from a file to sums, wrong files refused with a sentence, one form one run."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.platform.public import Actor
from denghuo.policy.actions import sweeps as actions
from denghuo.policy.actions.sweep_work import run_sweep
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.sweeps import run, run_folder, runs_folder
from tests.factories.people import make_staff
from tests.people import browsers
from tests.policy import firms
from tests.policy.firms import AS_OF, POLICY, silent

HOHHOT, CHIFENG = Region.read("1501"), Region.read("1504")


def send(client: Client, name: str, content: bytes, **more: object) -> object:
    upload = SimpleUploadedFile(name, content)
    asked = {"upload": upload, "policies": [POLICY], "as_of": AS_OF, **more}
    return client.post("/desk/sweeps/", asked)


def test_a_sweep_from_the_form_to_its_sums(officer: Client, facts: Path) -> None:
    page = officer.get("/desk/sweeps/").content.decode()
    assert "firms.parquet（3 行）" in page
    assert 'type="date" name="as_of" value="20' in page  # the browser's own form of a date
    sent = officer.post(
        "/desk/sweeps/", {"source": "firms.parquet", "policies": [POLICY], "as_of": AS_OF}
    )
    assert sent.status_code == 302
    run_id = SweepRun.objects.get().id
    waiting = officer.get(sent["Location"]).content.decode()
    assert "排队" in waiting
    assert "htmx" in waiting  # the page asks by itself how far it is
    assert 'http-equiv="refresh"' in waiting  # and without scripts too
    run_sweep(run_id, progress=silent)
    assert firms.sums(run_id) == {"not": 1, "entitled": 1, "unknown": 1, "no_rule": 0}
    shown = officer.get(sent["Location"]).content.decode()
    assert "111,840.00" in shown
    assert "社会保险登记" in shown  # the office whose column would decide the third firm
    assert "算了" in shown
    assert "以单位形式参保" in shown  # an absent column by its name in words
    assert "多数差在哪里" in shown


def test_progress_alone_is_sent_to_the_page_that_asks(officer: Client, facts: Path) -> None:
    run_id = firms.start(firms.staff(), facts)
    asked = {"HTTP_HX_REQUEST": "true"}
    part = officer.get(f"/desk/sweeps/{run_id}/", **asked)  # type: ignore[arg-type]
    assert part.content.decode().lstrip().startswith('<div class="progress"')
    run_sweep(run_id, progress=silent)
    assert officer.get(f"/desk/sweeps/{run_id}/", **asked)["HX-Refresh"] == "true"  # type: ignore[arg-type]


def test_a_form_sent_twice_is_one_run(officer: Client, facts: Path) -> None:
    form = {
        "source": "firms.parquet", "policies": [POLICY], "as_of": AS_OF, "token": str(uuid4()),
    }  # fmt: skip
    first, second = (officer.post("/desk/sweeps/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert SweepRun.objects.count() == 1
    changed = officer.post("/desk/sweeps/", {**form, "as_of": "2025-09-02"})
    assert changed.status_code == 302
    assert SweepRun.objects.count() == 2


def test_an_upload_sent_twice_is_one_run(officer: Client, data_dir: Path) -> None:
    token = str(uuid4())
    for _ in range(2):
        send(officer, "firms.csv", b"entity,laid_off_count\na,1\n", token=token)
    assert SweepRun.objects.count() == 1
    send(officer, "firms.csv", b"entity,laid_off_count\nb,1\n", token=token)
    assert SweepRun.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("firms.xlsx", b"PK\x03\x04", "不是 .parquet 或 .csv"),
        ("firms.parquet", b"not parquet at all", "读不了"),
        ("firms.csv", b"\xff\xfe\x00\x00\x81", "读不了"),
        ("firms.csv", b"", "空"),
    ],
)
def test_a_wrong_upload_gets_a_sentence_and_leaves_nothing(
    officer: Client, data_dir: Path, name: str, content: bytes, sentence: str
) -> None:
    answer = send(officer, name, content)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert sentence in answer.content.decode()  # type: ignore[attr-defined]
    assert not SweepRun.objects.exists()
    assert not runs_folder().is_dir() or not list(runs_folder().iterdir())


def test_neither_file_and_both_files_are_refused(officer: Client, facts: Path) -> None:
    neither = officer.post("/desk/sweeps/", {"policies": [POLICY], "as_of": AS_OF})
    assert "请选一个文件" in neither.content.decode()
    both = send(officer, "a.csv", b"entity\n1\n", source="firms.parquet")
    assert "只留一样" in both.content.decode()  # type: ignore[attr-defined]


def test_an_upload_longer_than_it_said_is_refused(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "UPLOAD_MAX_BYTES", 20)
    with pytest.raises(actions.TableTooLargeError):
        actions.keep_upload(name="a.csv", chunks=lambda: [b"entity,a\n", b"x" * 40], size_bytes=9)
    assert not list(runs_folder().iterdir())


def test_a_full_disk_gets_a_sentence(
    officer: Client, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    answer = send(officer, "a.csv", b"entity\n1\n")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "磁盘满了" in answer.content.decode()  # type: ignore[attr-defined]
    assert not SweepRun.objects.exists()


@pytest.mark.parametrize(
    "name", ["../secret.parquet", "/etc/passwd", "..%2f..%2fx.csv", "1501/../../secret.parquet"]
)
def test_no_name_leads_out_of_the_folder(officer: Client, facts: Path, name: str) -> None:
    firms.write(facts.parent.parent / "secret.parquet")
    answer = officer.post("/desk/sweeps/", {"source": name, "policies": [POLICY], "as_of": AS_OF})
    assert answer.status_code == 422
    assert not SweepRun.objects.exists()


def test_bad_rows_are_named_and_the_rest_is_answered(officer: Client, data_dir: Path) -> None:
    lines = ["entity,laid_off_count,insured_average", *[f"甲{n},1,42" for n in range(200)]]
    lines[10], lines[50], lines[120] = "乙,一,42", "丙,1,四十", "丁,1"
    send(officer, "firms.csv", "\n".join(lines).encode())
    run_id = SweepRun.objects.get().id
    run_sweep(run_id, progress=silent)
    view = run(run_id)
    assert (view.summary["rows_read"], view.rows_bad) == (200, 3)
    page = officer.get(f"/desk/sweeps/{run_id}/").content.decode()
    assert all(f"第 {row} 行" in page for row in (10, 50, 120))
    download = firms.downloaded(officer, f"/desk/sweeps/{run_id}/bad-rows/")
    assert len(download.splitlines()) == 4


def test_a_stopped_run_leaves_nothing(officer: Client, data_dir: Path) -> None:
    send(officer, "firms.csv", b"entity,laid_off_count\na,1\n")
    run_id = SweepRun.objects.get().id
    assert run_folder(run_id).is_dir()
    officer.post(f"/desk/sweeps/{run_id}/stop/")
    run_sweep(run_id, progress=silent)
    assert run(run_id).state == "cancelled"
    assert not run_folder(run_id).exists()
    assert "停下了" in officer.get(f"/desk/sweeps/{run_id}/").content.decode()


def test_the_list_is_searched_filtered_and_exported(officer: Client, facts: Path) -> None:
    firms.swept(firms.staff(), facts)
    found = officer.get("/desk/sweeps/?q=firms&state=done").content.decode()
    assert "失业保险稳岗返还" in found
    assert "没有这样的核算" in officer.get("/desk/sweeps/?q=none").content.decode()
    table = officer.get("/desk/sweeps/?format=csv")
    assert "firms.parquet,失业保险稳岗返还,算完了,3" in table.content.decode("utf-8-sig")


def test_each_area_sees_its_own_files_and_runs(transactional_db: None, data_dir: Path) -> None:
    firms.write(data_dir / "facts" / "all.parquet")
    there = firms.write(data_dir / "facts" / "1501" / "hohhot.parquet")
    whole, own = firms.browser("whole"), firms.browser("own", area=HOHHOT)
    other = firms.browser("other", area=CHIFENG)
    form = {"policies": [POLICY], "as_of": AS_OF}
    assert "1501/hohhot.parquet" in whole.get("/desk/sweeps/").content.decode()
    seen = own.get("/desk/sweeps/").content.decode()
    assert "1501/hohhot.parquet" in seen
    assert "all.parquet" not in seen
    assert "hohhot" not in other.get("/desk/sweeps/").content.decode()
    assert own.post("/desk/sweeps/", {**form, "source": "all.parquet"}).status_code == 422
    assert other.post("/desk/sweeps/", {**form, "source": there.name}).status_code == 422
    assert own.post("/desk/sweeps/", {**form, "source": "1501/hohhot.parquet"}).status_code == 302
    run_id = SweepRun.objects.get().id
    run_sweep(run_id, progress=silent)
    for path in ("", "rows/", "export/", "bad-rows/", f"row/?row=0&policy={POLICY}"):
        address = f"/desk/sweeps/{run_id}/{path}"
        assert whole.get(address).status_code == 200
        assert own.get(address).status_code == 200
        assert other.get(address).status_code == 404
    assert other.post(f"/desk/sweeps/{run_id}/stop/").status_code == 404


def test_what_is_uploaded_is_seen_in_the_sender_s_area(
    transactional_db: None, data_dir: Path
) -> None:
    own, other = firms.browser("own", area=HOHHOT), firms.browser("other", area=CHIFENG)
    send(own, "firms.csv", b"entity,laid_off_count\na,1\n")
    run_id = SweepRun.objects.get().id
    assert own.get(f"/desk/sweeps/{run_id}/").status_code == 200
    assert other.get(f"/desk/sweeps/{run_id}/").status_code == 404


def test_a_subject_with_two_rows_is_pointed_out(
    officer: Client, colleague: Actor, facts: Path
) -> None:
    once = firms.swept(colleague, facts)
    assert "不止一行" not in officer.get(f"/desk/sweeps/{once}/").content.decode()
    firms.write(facts, [*firms.ROWS, firms.ROWS[0], {**firms.ROWS[1], "entity": "丁"}])
    twice = firms.swept(firms.staff("third"), facts)
    page = officer.get(f"/desk/sweeps/{twice}/").content.decode()
    assert "1 个编号不止一行" in page
    assert "第 1、4 行是同一个" in page
    assert "只查了前" not in page
    SweepRun.objects.filter(id=once).update(summary={
        **SweepRun.objects.get(id=once).summary,
        "repeats": {"entities": 0, "rows": [], "rows_compared": 24_000_000, "complete": False},
    })  # fmt: skip
    assert "只查了前 24,000,000 行" in officer.get(f"/desk/sweeps/{once}/").content.decode()
    # A run kept before repeats were counted says nothing of them.
    summary = SweepRun.objects.get(id=once).summary
    del summary["repeats"]
    SweepRun.objects.filter(id=once).update(summary=summary)
    page = officer.get(f"/desk/sweeps/{once}/").content.decode()
    assert "编号" not in page


@pytest.mark.parametrize("role", ["station", "officer", "reviewer", "operator", "leader"])
def test_the_desk_is_for_policy_staff_only(role: str, facts: Path, colleague: Actor) -> None:
    run_id = firms.swept(colleague, facts)
    stranger = browsers.staff(make_staff(f"clerk-{role}", roles=(role,), area=firms.WHOLE))
    for path in (
        "/desk/policies/", "/desk/sweeps/", "/desk/simulations/", "/desk/look-backs/",
        f"/desk/sweeps/{run_id}/", f"/desk/sweeps/{run_id}/rows/",
        f"/desk/sweeps/{run_id}/export/", f"/desk/comparisons/{run_id}/",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404
        assert Client().get(path).status_code == 302
