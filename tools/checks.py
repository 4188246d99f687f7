#!/usr/bin/env python3
"""Every check and test, in the order in which a failure is cheapest to meet.

    python3 run.py test                all of it (what CI runs)
    python3 run.py test lint           style, types, import contracts, migrations
    python3 run.py test sqlite         the tests on the embedded database, browser included
    python3 run.py test postgres       the tests that speak to a database, on PostgreSQL
    python3 run.py test sqlite -- -k name    what follows ``--`` is handed to pytest

Everything runs even when something before it failed, so that one run tells all; the exit code
is that of the first failure. The last lines repeat pytest's own closing lines.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.postgres import NoPostgresError, running_postgres  # noqa: E402  found from ROOT

BIN = Path(sys.executable).parent
CHROMIUM = Path("/usr/bin/chromium")
# The driver's own node is linked to it, and a bare Debian has it not.
DRIVER_LIBRARIES = ("libatomic.so.1",)
PACKAGES = ("chromium", "fonts-noto-cjk", "libatomic1")
PROCESSES = "2"
SETTINGS = {"DJANGO_SETTINGS_MODULE": "denghuo.project.settings_test"}
PARTS = ("lint", "sqlite", "postgres")


@dataclass
class Round:
    """What has been run, how long it took, and what failed."""

    pytest_arguments: list[str]
    times: list[tuple[str, float, int]] = field(default_factory=list)
    closing: list[tuple[str, str]] = field(default_factory=list)

    def step(self, name: str, *command: str | Path, env: dict[str, str] | None = None) -> str:
        """Run one command under a heading; its last line."""
        say(f"{name}")
        started = time.monotonic()
        merged = {**os.environ, **SETTINGS, "PYTHONUNBUFFERED": "1", **(env or {})}
        tail = b""
        with subprocess.Popen(
            [str(one) for one in command],
            cwd=ROOT,
            env=merged,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as running:
            # By pieces, not by lines: pytest's dots are one long line, and the only progress.
            try:
                while running.stdout and (piece := os.read(running.stdout.fileno(), 65536)):
                    sys.stdout.buffer.write(piece)
                    sys.stdout.buffer.flush()
                    tail = (tail + piece)[-4096:]
            except BaseException:
                running.terminate()  # we are told to stop, and so is what we started
                raise
        self.note(name, time.monotonic() - started, running.returncode)
        return tail.decode(errors="replace").strip().rpartition("\n")[2]

    def note(self, name: str, seconds: float, code: int) -> None:
        self.times.append((name, seconds, code))
        say(f"{name}: {'ok' if code == 0 else f'FAILED ({code})'} in {seconds:.1f} s")

    @property
    def exit_code(self) -> int:
        return next((code for _, _, code in self.times if code), 0)


def say(sentence: str) -> None:
    print(f"\n» {sentence}" if not sentence.startswith(" ") else sentence, flush=True)


def lint(this: Round) -> None:
    this.step("style: ruff check", BIN / "ruff", "check", ".")
    this.step("layout: ruff format", BIN / "ruff", "format", "--check", ".")
    this.step("types: mypy strict", BIN / "mypy")
    this.step("rooms: import contracts", BIN / "lint-imports", "--no-cache")
    this.step(
        "tables: models and migrations agree",
        *(sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"),
    )


def sqlite(this: Round) -> None:
    ensure_browser()
    with_pytest(this, "tests on SQLite", env={"DENGHUO_DATABASE_URL": ""})


def postgres(this: Round) -> None:
    try:
        with running_postgres() as url:
            with_pytest(
                this,
                "tests on PostgreSQL",
                *("-m", "not no_postgres and not browser and not engine"),
                env={"DENGHUO_DATABASE_URL": url},
            )
    except NoPostgresError as refused:
        say(f"{refused}")
        this.note("tests on PostgreSQL", 0.0, 1)


def with_pytest(this: Round, name: str, *selection: str, env: dict[str, str]) -> None:
    # Sync Playwright runs an event loop in the test's thread, and Django then fears for it.
    environment = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1", "PYTHONDONTWRITEBYTECODE": "1", **env}
    # A file's tests share what its fixtures made: one process each, the longest files first.
    command = [sys.executable, "-m", "pytest", "-q", "-n", PROCESSES, "--dist", "loadfile"]
    last = this.step(name, *command, *selection, *this.pytest_arguments, env=environment)
    this.closing.append((name, last))


def missing_libraries() -> str:
    """What the browser's driver cannot start without and this machine lacks; empty: nothing."""
    missing = []
    for library in DRIVER_LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return ", ".join(missing)


def ensure_browser() -> None:
    """Install a browser where that is one command; else the tests say why they are skipped."""
    if CHROMIUM.exists() and not missing_libraries():
        return
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        say("no browser here, and installing one needs root: browser tests will be skipped")
        return
    say("installing a browser and Chinese fonts (once)")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [apt, "update", "-qq"],
        [apt, "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        done = subprocess.run(
            command, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            say("the browser could not be installed: browser tests will be skipped")
            print(done.stderr.decode(errors="replace")[-2000:], flush=True)
            return


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    split = arguments.index("--") if "--" in arguments else len(arguments)
    wanted = arguments[:split] or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        print(__doc__)
        return 2
    this = Round(pytest_arguments=arguments[split + 1 :])
    parts: dict[str, Callable[[Round], None]] = {
        "lint": lint,
        "sqlite": sqlite,
        "postgres": postgres,
    }
    for name in PARTS:
        if name in wanted:
            parts[name](this)
    summarise(this)
    return this.exit_code


def summarise(this: Round) -> None:
    """What ran and for how long, then pytest's closing lines, the fullest run's last."""
    say("all")
    for name, seconds, code in this.times:
        print(f"  {'ok    ' if code == 0 else 'FAILED'} {seconds:7.1f} s  {name}", flush=True)
    for name, line in reversed(this.closing):
        say(name)
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
