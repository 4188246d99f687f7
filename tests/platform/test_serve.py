"""The product as its operators meet it: real processes, a real port."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.no_postgres
PATIENCE_SECONDS = 90
# The test settings' own: they protect nothing.
SECRETS = {
    "DENGHUO_SECRET_KEY": settings.SECRET_KEY,
    "DENGHUO_IDENTITY_KEY": settings.IDENTITY_KEY,
    "DENGHUO_LOOKUP_KEY": settings.LOOKUP_KEY,
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DENGHUO_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "DENGHUO_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}


def denghuo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "denghuo", *arguments],
        env=environment(folder),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, int]]:
    """A demo that is being served: its folder, its port, the pid of ``serve``."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "denghuo", "demo", "--size", "test", "--port", str(port)],
        env=environment(folder),
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert serving.stdout is not None
    for line in serving.stdout:
        if "ready:" in line:
            break
    else:
        pytest.fail("the demo ended before it was ready")
    yield folder, port, serving.pid
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(PATIENCE_SECONDS) == 0
    with pytest.raises(OSError, match="refused"):
        get(port, "/health/live")


def test_it_answers_with_a_worker_beside_it(demo: tuple[Path, int, int]) -> None:
    _, port, _ = demo
    assert get(port, "/health/live")[0] == 200
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        status, body = get(port, "/health/ready")
        findings = json.loads(body)["findings"]
        if findings["worker_seconds_silent"]["status"] == "ok":
            break
        assert time.monotonic() < deadline, "no worker came up"
        time.sleep(0.2)
    assert status == 200
    assert get(port, "/")[0] == 200


def test_many_at_once_are_all_answered(demo: tuple[Path, int, int]) -> None:
    _, port, _ = demo
    with ThreadPoolExecutor(16) as visitors:
        answers = list(visitors.map(lambda _: get(port, "/health/ready")[0], range(200)))
    assert set(answers) == {200}


def test_backup_while_it_serves_and_restore_elsewhere(
    demo: tuple[Path, int, int], tmp_path: Path
) -> None:
    folder, port, _ = demo
    secrets = json.loads((folder / "demo-secrets.json").read_text())

    def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "denghuo", *arguments],
            env={**environment(data), **secrets},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    copy = tmp_path / "copy.tar.gz"
    made = command(folder, "backup", "--to", str(copy))
    assert made.returncode == 0, made.stderr
    over = command(folder, "restore", str(copy), "--replace")
    assert over.returncode != 0
    assert "in use" in over.stderr
    restored = command(tmp_path / "new", "restore", str(copy))
    assert restored.returncode == 0, restored.stderr
    assert "whole:" in restored.stdout
    assert get(port, "/health/live")[0] == 200


def test_a_taken_port_is_said_plainly(demo: tuple[Path, int, int]) -> None:
    folder, port, _ = demo
    refused = denghuo(folder, "demo", "--port", str(port))
    assert refused.returncode != 0
    assert f"port {port} is taken" in refused.stderr


def test_real_data_is_never_served_as_a_demo(tmp_path: Path) -> None:
    common = {**environment(tmp_path / "real"), **SECRETS}
    run = [sys.executable, "-m", "denghuo"]
    migrated = subprocess.run(
        [*run, "migrate", "-v", "0"], env=common, cwd=tmp_path, capture_output=True, check=False
    )
    assert migrated.returncode == 0, migrated.stderr
    refused = subprocess.run(
        [*run, "serve", "--port", str(free_port())],
        env={**common, "DENGHUO_DEMO": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert refused.returncode != 0
    assert "platform.E001" in refused.stderr


def test_without_secrets_nothing_is_served_and_the_first_set_opens_it(tmp_path: Path) -> None:
    refused = denghuo(tmp_path / "data", "serve", "--port", str(free_port()))
    assert refused.returncode != 0
    assert "platform.E003" in refused.stderr
    assert "denghuo keys first" in refused.stderr
    made = denghuo(tmp_path / "data", "keys", "first")
    first = dict(line.split("=", 1) for line in made.stdout.split())
    assert set(first) == set(SECRETS)
    accepted = subprocess.run(
        [sys.executable, "-m", "denghuo", "check"],
        env={**environment(tmp_path / "data"), **first},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert accepted.returncode == 0, accepted.stderr
