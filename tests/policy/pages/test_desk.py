"""The officers' desk: a sweep from file to rows, a simulation, a text through two hands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client

from denghuo.policy.actions.sweeps import cancel_sweep, run_sweep, start_sweep
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.figures import NotAFigureError, with_figures
from denghuo.policy.models import PolicyText, SweepRun
from denghuo.policy.queries.library import library, policy, speaking_text
from denghuo.policy.queries.sweeps import answer_rows, run
from tests.factories.people import NOW, as_staff, make_staff
from tests.people import browsers

POLICY = "stable-jobs-refund"
# A small firm that gets 60 % of 186,400.00 yuan (the worked sum of the service facts), one that
# laid off too many, one that is one thing short of being judged, and one that nobody can read.
ROWS: list[dict[str, object]] = [
    {"entity": "甲公司", "laid_off_count": 2, "region": "150102", "size_class": "small"},
    {"entity": "乙公司", "laid_off_count": 30, "region": "150102", "size_class": "small"},
    {"entity": "丙公司", "laid_off_count": None, "region": "150402", "size_class": "micro"},
]
COMMON: dict[str, object] = {
    "firm_kind": "enterprise",
    "insured_average": "42",
    "unemployment_premium_paid": 18_640_000,
    "unemployment_months_paid": 12,
    "dishonest": False,
    "zombie": False,
    "contribution_year_ends_on": date(2024, 12, 31),
    "pool_reserve_months": 6,
}
AS_OF = date(2025, 9, 1)


@pytest.fixture
def facts(data_dir: Path) -> Path:
    """A file of facts in place, with three firms."""
    folder = data_dir / "facts"
    folder.mkdir()
    path = folder / "firms.parquet"
    pq.write_table(pa.Table.from_pylist([{**COMMON, **row} for row in ROWS]), path)
    return path


@pytest.fixture
def officer(transactional_db: None) -> Client:
    return browsers.staff(make_staff("officer", roles=("policy_officer",)))


def sums(run_id: UUID) -> dict[str, int]:
    found: dict[str, int] = run(run_id).summary["policies"][POLICY]["by_verdict"]
    return found


def start(officer_id: UUID, path: Path, **more: object) -> UUID:
    return start_sweep(
        actor=as_staff(officer_id, roles=("policy_officer",)),
        source=path,
        source_name=path.name,
        policies=[POLICY],
        as_of=AS_OF,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


def downloaded(client: Client, address: str) -> str:
    answer = cast("StreamingHttpResponse", client.get(address))
    return b"".join(cast("Iterable[bytes]", answer.streaming_content)).decode("utf-8-sig")


def silent(_done: int, _total: int) -> None:
    """A job that keeps no lease."""


def test_a_sweep_from_the_form_to_one_explained_row(officer: Client, facts: Path) -> None:
    page = officer.get("/desk/sweeps/")
    assert "firms.parquet" in page.content.decode()
    sent = officer.post(
        "/desk/sweeps/", {"source": "firms.parquet", "policies": [POLICY], "as_of": AS_OF}
    )
    assert sent.status_code == 302
    run_id = SweepRun.objects.get().id
    assert "排队" in officer.get(sent["Location"]).content.decode()
    run_sweep(run_id, progress=silent)
    assert sums(run_id) == {"not": 1, "entitled": 1, "unknown": 1, "no_rule": 0}
    shown = officer.get(sent["Location"]).content.decode()
    assert "111,840.00" in shown
    assert "社会保险登记" in shown  # the office whose column would decide the third firm
    rows = officer.get(f"/desk/sweeps/{run_id}/rows/?verdict=not").content.decode()
    assert "乙公司" in rows
    assert "甲公司" not in rows
    one = officer.get(f"/desk/sweeps/{run_id}/row/", {"entity": "乙公司", "policy": POLICY})
    assert "裁减 30 人" in one.content.decode()
    export = downloaded(officer, f"/desk/sweeps/{run_id}/export/?verdict=entitled")
    assert export.splitlines()[1].startswith("甲公司,stable-jobs-refund,entitled")


def test_running_a_sweep_again_changes_nothing(officer: Client, facts: Path) -> None:
    run_id = start(make_staff("second", roles=("policy_officer",)), facts)
    run_sweep(run_id, progress=silent)
    first = run(run_id)
    SweepRun.objects.filter(id=run_id).update(state="running")  # killed before it said done
    run_sweep(run_id, progress=silent)
    again = run(run_id)
    assert again.summary["policies"] == first.summary["policies"]
    assert answer_rows(run_id).total == len(ROWS)


def test_a_stopped_sweep_stays_stopped(officer: Client, facts: Path) -> None:
    staff_id = make_staff("second", roles=("policy_officer",))
    run_id = start(staff_id, facts)
    cancel_sweep(actor=as_staff(staff_id), run_id=run_id, now=NOW)
    run_sweep(run_id, progress=silent)
    assert run(run_id).state == "cancelled"


def test_one_number_is_one_run(officer: Client, facts: Path) -> None:
    staff_id, number = make_staff("second", roles=("policy_officer",)), uuid4()
    assert start(staff_id, facts, run_id=number) == start(staff_id, facts, run_id=number)
    assert SweepRun.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("firms.xlsx", b"PK\x03\x04", "不是 .parquet 或 .csv"),
        ("firms.parquet", b"not parquet at all", "读不了"),
        ("firms.csv", b"\xff\xfe\x00\x00\x81", "读不了"),
    ],
)
def test_a_wrong_upload_gets_a_sentence(
    officer: Client, data_dir: Path, name: str, content: bytes, sentence: str
) -> None:
    answer = officer.post(
        "/desk/sweeps/",
        {
            "upload": SimpleUploadedFile(name, content),
            "policies": [POLICY],
            "as_of": AS_OF,
        },
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not SweepRun.objects.exists()


def test_bad_rows_are_named_and_the_rest_is_answered(officer: Client, data_dir: Path) -> None:
    lines = ["entity,laid_off_count,insured_average", *[f"甲{n},1,42" for n in range(200)]]
    lines[10], lines[50], lines[120] = "乙,一,42", "丙,1,四十", "丁,1"
    officer.post(
        "/desk/sweeps/",
        {
            "upload": SimpleUploadedFile("firms.csv", "\n".join(lines).encode()),
            "policies": [POLICY],
            "as_of": AS_OF,
        },
    )
    run_id = SweepRun.objects.get().id
    run_sweep(run_id, progress=silent)
    view = run(run_id)
    assert (view.summary["rows_read"], view.rows_bad) == (200, 3)
    page = officer.get(f"/desk/sweeps/{run_id}/").content.decode()
    assert all(f"第 {row} 行" in page for row in (10, 50, 120))
    download = downloaded(officer, f"/desk/sweeps/{run_id}/bad-rows/")
    assert len(download.splitlines()) == 4


def test_a_simulation_says_who_gains_and_what_it_costs(officer: Client, facts: Path) -> None:
    page = officer.get(f"/desk/simulations/{POLICY}/try/").content.decode()
    version = policy(POLICY).in_force()[-1].version
    share = "rate_small"
    assert f"{version.key}|{share}" in page
    sent = officer.post(
        f"/desk/simulations/{POLICY}/try/",
        {"source": "firms.parquet", "as_of": AS_OF, f"{version.key}|{share}": "0.90"},
    )
    run_id = SweepRun.objects.get().id
    run_sweep(run_id, progress=silent)
    assert run(run_id).failure == ""
    shown = officer.get(sent["Location"]).content.decode()
    assert "+55,920.00" in shown  # 30 % of 186,400.00
    assert "呼和浩特市" in shown


def test_a_figure_that_is_no_figure_is_refused(officer: Client, facts: Path) -> None:
    version = policy(POLICY).versions[0]
    name = next(iter(version.params))
    for typed in ("0.6 # x", "{a: 1}", "&a 1", "999999999999999999999"):
        answer = officer.post(
            f"/desk/simulations/{POLICY}/try/",
            {"source": "firms.parquet", "as_of": AS_OF, f"{version.key}|{name}": typed},
        )
        assert answer.status_code == 422
    same = officer.post(
        f"/desk/simulations/{POLICY}/try/", {"source": "firms.parquet", "as_of": AS_OF}
    )
    assert "没有改动" in same.content.decode()
    with pytest.raises(NotAFigureError):
        with_figures(speaking_text(POLICY), policy(POLICY), {(version.key, name): "1\nevil: 2"})


@pytest.mark.django_db
def test_every_figure_of_the_library_can_be_changed_where_it_stands() -> None:
    for definition in library().values():
        text = speaking_text(definition.id)
        for version in definition.versions:
            for param in version.params.values():
                same = {(version.key, param.name): figure_text(param.held)}
                assert with_figures(text, definition, same) == text


def test_a_text_goes_through_two_hands(officer: Client) -> None:
    written = speaking_text(POLICY).replace("summary:", "# 改了一句\nsummary:", 1)
    sent = officer.post(f"/desk/policies/{POLICY}/write/", {"text": written, "note": "试"})
    text_id = PolicyText.objects.get().id
    assert sent.status_code == 302
    assert officer.post(f"/desk/texts/{text_id}/propose/").status_code == 302
    assert officer.post(f"/desk/texts/{text_id}/publish/").status_code == 409
    both = browsers.staff(make_staff("both", roles=("policy_publisher",)))
    assert "等发布" in both.get(f"/desk/texts/{text_id}/").content.decode()
    assert both.post(f"/desk/texts/{text_id}/return/", {"reason": " "}).status_code == 422
    assert both.post(f"/desk/texts/{text_id}/publish/").status_code == 302
    assert both.post(f"/desk/texts/{text_id}/publish/").status_code == 409  # pressed twice
    assert speaking_text(POLICY) == written.replace("\r\n", "\n")
    both.post(f"/desk/texts/{text_id}/withdraw/", {"reason": "写错了"})
    assert speaking_text(POLICY) != written


def test_a_broken_text_says_line_and_keeps_what_was_written(officer: Client) -> None:
    broken = speaking_text(POLICY).replace("audience: firm", "audience: frim", 1)
    answer = officer.post(f"/desk/policies/{POLICY}/write/", {"text": broken, "note": "试"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "行" in shown
    assert "audience: frim" in shown
    assert not PolicyText.objects.exists()


@pytest.mark.django_db
def test_the_desk_is_for_policy_staff_only() -> None:
    for path in ("/desk/policies/", "/desk/sweeps/", "/desk/simulations/"):
        assert Client().get(path).status_code == 302
        station = browsers.staff(make_staff(f"station{len(path)}", roles=("station",)))
        assert station.get(path).status_code == 404
