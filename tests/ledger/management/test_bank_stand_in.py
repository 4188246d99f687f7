"""The made-up bank as a command: a file in, an answer out, nothing half-written."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import (
    StandInFileError,
    receive_return_file,
)
from denghuo.ledger.logic.pay_answers import Outcome
from denghuo.ledger.queries.bank_files import ReturnFileView
from denghuo.platform.public import mark_as_demo
from tests.ledger.pay_kit import LATER, NOW, content, endow, sent_file, treasurer

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["real"])
def sent(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "demo":
        mark_as_demo(at=NOW)
    endow()
    file = tmp_path / "pay.txt"
    file.write_bytes(content(sent_file(40)))
    return file


def run(*given: object) -> str:
    said = StringIO()
    call_command("bank_stand_in", *map(str, given), stdout=said)
    return said.getvalue()


def receive(out: Path) -> ReturnFileView:
    return receive_return_file(
        actor=treasurer(), name=out.name, pieces=[out.read_bytes()], now=LATER
    )


@pytest.mark.parametrize("sent", ["demo"], indirect=True)
def test_its_answer_is_taken_in_a_demo(sent: Path, tmp_path: Path) -> None:
    out = tmp_path / "hp.txt"
    said = run(sent, "--out", out, "--day", "2026-11-24", "--closed-account", "0.5")
    assert "40" in said
    assert "演示数据" in said
    view = read_return_file(return_id=receive(out).id, now=LATER)
    assert view.counts.keys() == {Outcome.PAID, Outcome.RETURNED}
    assert 5 < view.counts[Outcome.RETURNED] < 35


def test_its_answer_is_taken_nowhere_else(sent: Path, tmp_path: Path) -> None:
    out = tmp_path / "hp.txt"
    run(sent, "--out", out, "--day", "2026-11-24")
    with pytest.raises(StandInFileError):
        receive(out)


def test_the_same_seed_the_same_bytes(sent: Path, tmp_path: Path) -> None:
    answers = []
    for number, seed in enumerate((1, 1, 2)):
        out = tmp_path / f"{number}.txt"
        run(sent, "--out", out, "--seed", seed, "--day", "2026-11-24", "--missing", "0.4")
        answers.append(out.read_bytes())
    assert answers[0] == answers[1] != answers[2]


def test_nothing_is_overwritten_or_half_written(sent: Path, tmp_path: Path) -> None:
    out = tmp_path / "hp.txt"
    out.write_bytes(b"mine")
    with pytest.raises(CommandError, match="没有覆盖"):
        run(sent, "--out", out)
    assert out.read_bytes() == b"mine"
    broken = tmp_path / "broken.txt"
    broken.write_bytes(sent.read_bytes()[:-9])
    with pytest.raises(CommandError, match="行"):
        run(broken, "--out", tmp_path / "none.txt")
    with pytest.raises(CommandError, match="打不开"):
        run(tmp_path / "nothing.txt", "--out", tmp_path / "none.txt")
    with pytest.raises(CommandError, match="比例"):
        run(sent, "--out", tmp_path / "none.txt", "--missing", "0.9", "--repeated", "0.9")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["broken.txt", "hp.txt", "pay.txt"]
