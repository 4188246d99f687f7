"""Two processes kept running side by side."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from denghuo.platform.supervisor import Child, ProcessFailingError, Supervisor, is_port_free

pytestmark = pytest.mark.no_postgres


def sleeper(trace: Path, name: str = "sleeper") -> Child:
    """Leaves its pid behind, then waits to be told to stop."""
    code = (
        f"import os, time; open({str(trace)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    )
    return Child(name, [sys.executable, "-c", code])


def pids(trace: Path) -> list[int]:
    return [int(line) for line in trace.read_text().split()] if trace.exists() else []


def wait_for(trace: Path, count: int) -> list[int]:
    deadline = time.monotonic() + 30
    while len(pids(trace)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return pids(trace)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # In a container nobody may ask after an orphan: it is dead, and only its entry is left.
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_child_that_is_killed_is_started_again_and_all_end_with_us(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    said: list[str] = []
    ready: list[bool] = []
    supervisor = Supervisor([sleeper(first), sleeper(second)], say=said.append)

    def interfere() -> None:
        [pid] = wait_for(first, 1)
        os.kill(pid, signal.SIGKILL)
        wait_for(first, 2)
        wait_for(second, 1)
        supervisor.stop()

    interfering = threading.Thread(target=interfere)
    interfering.start()
    supervisor.run(ready=lambda: True, when_ready=lambda: ready.append(True))
    interfering.join()
    assert ready == [True]
    assert said == ["sleeper ended (code -9); starting it again"]
    assert not any(is_running(pid) for pid in pids(first) + pids(second))


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_what_a_killed_child_forked_ends_with_it(tmp_path: Path) -> None:
    """A web server's own worker would go on holding the port."""
    trace = tmp_path / "forked"
    code = (
        "import os, time\n"
        f"pid = os.fork()\nopen({str(trace)!r}, 'a').write('' if pid else f'{{os.getpid()}}\\n')\n"
        "time.sleep(60)"
    )
    forking = Child("forking", [sys.executable, "-c", code])
    supervisor = Supervisor([forking], say=lambda _sentence: None)

    def interfere() -> None:
        wait_for(trace, 1)
        assert forking.process is not None
        os.kill(forking.process.pid, signal.SIGKILL)
        wait_for(trace, 2)
        supervisor.stop()

    interfering = threading.Thread(target=interfere)
    interfering.start()
    supervisor.run(ready=lambda: True, when_ready=lambda: None)
    interfering.join()
    gone_by = time.monotonic() + 10
    while any(is_running(pid) for pid in pids(trace)):
        assert time.monotonic() < gone_by
        time.sleep(0.02)


def test_a_child_that_always_fails_ends_the_other_too(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    failing = Child("failing", [sys.executable, "-c", "raise SystemExit(3)"])
    supervisor = Supervisor([sleeper(trace), failing], say=lambda _sentence: None)
    with pytest.raises(ProcessFailingError, match=r"failing .* \(code 3\)"):
        supervisor.run(ready=lambda: False, when_ready=lambda: None)
    assert not any(is_running(pid) for pid in pids(trace))


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_port_free("127.0.0.1", taken.getsockname()[1])
    assert is_port_free("127.0.0.1", 0)
