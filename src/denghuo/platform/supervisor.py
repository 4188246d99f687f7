"""Keep the web process and the worker process running, side by side, until told to stop."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

# A process that ends this soon after its start counts as failing, not as having worked.
QUICK_END_SECONDS = 5.0
QUICK_ENDS_MAX = 5
STOP_SECONDS_MAX = 20.0
_PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class ProcessFailingError(RuntimeError):
    """A process ends again and again right after its start."""


@dataclass(slots=True)
class Child:
    """One process to keep running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_ends: int = 0
    ends: list[int] = field(default_factory=list)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  our own command
            self.command,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  started before any thread
            # A group of its own: Ctrl-C reaches us alone, and what it forked ends with it.
            start_new_session=True,
        )

    def end_family(self) -> None:
        """Kill what the ended process left behind.

        A web server that is killed, or told to stop while it still starts, leaves its own
        child holding the port; nothing could be started again beside it.
        """
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def note_end(self, code: int) -> None:
        """Count it; raises ``ProcessFailingError`` when starting again makes no sense."""
        self.ends.append(code)
        quick = time.monotonic() - self.started < QUICK_END_SECONDS
        self.quick_ends = self.quick_ends + 1 if quick else 0
        if self.quick_ends >= QUICK_ENDS_MAX:
            raise ProcessFailingError(f"{self.name} ends right after its start (code {code})")


class Supervisor:
    """Start the children, start again what ends, stop all when one of us is told to."""

    def __init__(self, children: list[Child], *, say: Say) -> None:
        self.children = children
        self._say = say
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask for a clean end; safe to call from a signal handler."""
        self._stop.set()

    def run(self, *, ready: Callable[[], bool], when_ready: Callable[[], None]) -> None:
        """Until ``stop``. ``when_ready`` is called once, when ``ready`` first answers yes."""
        announced = False
        try:
            for child in self.children:
                child.start()
            while not self._stop.wait(0.1):
                for child in self.children:
                    self._look_after(child)
                if not announced and ready():
                    announced = True
                    when_ready()
        finally:
            self._end_all()

    def _look_after(self, child: Child) -> None:
        code = child.process.poll() if child.process else None
        if code is None:
            return
        child.end_family()
        child.note_end(code)
        self._say(f"{child.name} ended (code {code}); starting it again")
        self._stop.wait(min(0.2 * 2**child.quick_ends, QUICK_END_SECONDS))
        if not self._stop.is_set():
            child.start()

    def _end_all(self) -> None:
        running = [(child, child.process) for child in self.children if child.process]
        for _, process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for child, process in running:
            # A process past its time is killed with all it forked.
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            child.end_family()
            process.wait()


def is_port_free(host: str, port: int) -> bool:
    """Whether we could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _end_with_parent() -> None:
    """In the child: end when the supervisor is killed, so that nothing is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
