"""The ledger beside its peers, in one run.

    python -m benchmarks.ledger            a few thousand transfers each
    python -m benchmarks.ledger --full     several times as many, more rounds

A transfer is one entry of two lines. ``one``: each is on the disk before the next begins
(SQLite WAL with synchronous=FULL, PostgreSQL with fsync). ``many``: a thousand in a transaction.
Each ledger lives in a process of its own; rounds go round the table, so that whatever else the
machine does disturbs all alike; medians are compared. django-hordak keeps its promises only on
PostgreSQL, so there ours is measured too; its tables on SQLite, without its checks, are shown.
Last our own is killed while booking: what it had said must stand, and the books must balance.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import connect

from tools.postgres import NoPostgresError, running_postgres

ROOT = Path(__file__).resolve().parents[1]
GOAL_PEER = 3.0
GOAL_FLOOR = 0.4
MODES = ("one", "many")
LEDGERS = {
    "ours_sqlite": "entry, postings, balances, floors, keys, audit row; checked by the database",
    "floor_sqlite": "the same rows by the bare library, nothing checked",
    "hordak_sqlite": "transaction and legs; its checks do not exist here",
    "ours_postgres": "as ours_sqlite",
    "hordak_postgres": "transaction and legs; its checks on; no balances, keys, floors, audit",
}


@dataclass
class Runner:
    """One ledger's process, and the seconds of its rounds."""

    name: str
    process: subprocess.Popen[str]
    seconds: dict[str, list[float]] = field(default_factory=lambda: {mode: [] for mode in MODES})
    cpu: dict[str, list[float]] = field(default_factory=lambda: {mode: [] for mode in MODES})
    found: dict[str, Any] = field(default_factory=dict)

    def ask(self, word: str) -> dict[str, Any]:
        if self.process.stdin is None:
            raise RuntimeError("the process has no pipes")
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.read()

    def read(self) -> dict[str, Any]:
        if self.process.stdout is None:
            raise RuntimeError("the process has no pipes")
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended early")
        found: dict[str, Any] = json.loads(line)
        return found

    def round(self, mode: str, count: int) -> None:
        found = self.ask(f"{mode} {count}")
        self.seconds[mode].append(found["seconds"] / count)
        self.cpu[mode].append(found["cpu"] / count)

    def rate(self, mode: str) -> float:
        """Transfers per second."""
        return 1 / statistics.median(self.seconds[mode])


def environment() -> dict[str, str]:
    """What a ledger's process needs to find our code."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


@contextmanager
def running(name: str, folder: Path, url: str) -> Iterator[Runner]:
    """A ledger's process with open books."""
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ledger_peers.worker", name, str(folder), url],
            cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=log, text=True,
        )  # fmt: skip
    runner = Runner(name, process)
    try:
        runner.read()
        yield runner
    except RuntimeError as ended:
        words = (folder / f"{name}.log").read_text().strip().splitlines()
        raise RuntimeError(words[-1] if words else str(ended)) from ended
    finally:
        process.kill()
        process.wait()


def databases(stack: ExitStack) -> dict[str, str]:
    """A database for each ledger on a durable PostgreSQL; none where there is no server."""
    try:
        url = stack.enter_context(running_postgres(durable=True))
    except NoPostgresError as absent:
        print(f"  no PostgreSQL: {absent}")
        return {}
    names = {"ours_postgres": "ours", "hordak_postgres": "hordak"}
    with connect(url, autocommit=True) as server:
        for name in names.values():
            server.execute(f"CREATE DATABASE {name}")
    return {ledger: url.replace("/postgres?", f"/{name}?") for ledger, name in names.items()}


def compare(folder: Path, rounds: int, counts: dict[str, int]) -> dict[str, Runner]:
    """Every ledger that can run here, in rounds that go round the table."""
    runners: dict[str, Runner] = {}
    with ExitStack() as stack:
        urls = databases(stack)
        for name in LEDGERS:
            if name.endswith("_postgres") and name not in urls:
                continue
            print(f"  preparing {name}", flush=True)
            try:
                runners[name] = stack.enter_context(running(name, folder, urls.get(name, "")))
            except RuntimeError as error:
                print(f"  {name} could not run here: {error}")
        for number in range(rounds + 1):
            print(f"  round {number} of {rounds}", flush=True)
            for mode in MODES:
                for runner in runners.values():
                    runner.round(mode, counts[mode])
        for runner in runners.values():
            for mode in MODES:
                # the first round warms caches and is not counted
                del runner.seconds[mode][0], runner.cpu[mode][0]
            runner.found = runner.ask("report")
    return runners


def killed(folder: Path, enough: int) -> dict[str, Any]:
    """Our own, killed with SIGKILL while booking: what was promised, and what stands."""
    books = folder / "killed"
    books.mkdir()
    poster = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ledger_peers.worker", "ours", str(books), "", "killed"],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    if poster.stdout is None:
        raise RuntimeError("the process has no pipes")
    promised = 0
    for line in poster.stdout:
        promised = int(line)
        if promised == enough:
            poster.kill()
    poster.wait()
    with running("ours_sqlite", books, "") as after:
        found = after.ask("report")
    stands = found["entries"]
    return {
        "promised": promised,
        "stands": stands,
        "faults": found["faults"],
        "holds": promised <= stands <= promised + 1 and not found["faults"],
    }


def show(runners: dict[str, Runner]) -> None:
    """The table."""
    for mode, words in zip(MODES, ("each on the disk", "a thousand at once"), strict=True):
        print(f"\n{words + ', transfers/s':<34}{'min-max':>17}{'CPU ms':>9}  what")
        for name, runner in sorted(runners.items(), key=lambda item: -item[1].rate(mode)):
            times = runner.seconds[mode]
            spread = f"{1 / max(times):,.0f}-{1 / min(times):,.0f}"
            cpu = statistics.median(runner.cpu[mode]) * 1000
            print(f"{name:<20}{runner.rate(mode):>14,.0f}{spread:>17}{cpu:>9.3f}  {LEDGERS[name]}")
    for name, runner in runners.items():
        for fault in runner.found["faults"]:
            print(f"{name}: {fault}")


def ratios(runners: dict[str, Runner]) -> dict[str, float]:
    """Ours beside a peer, like with like, and beside the floor."""
    pairs = {
        "hordak_postgres": ("ours_postgres", "hordak_postgres"),
        "hordak_sqlite": ("ours_sqlite", "hordak_sqlite"),
        "floor": ("ours_sqlite", "floor_sqlite"),
    }
    return {
        f"{label}_{mode}": round(runners[ours].rate(mode) / runners[other].rate(mode), 2)
        for label, (ours, other) in pairs.items()
        if ours in runners and other in runners
        for mode in MODES
    }


def main() -> None:
    """Measure, print the table, and end with one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="more transfers and rounds")
    parser.add_argument("--rounds", type=int, default=0)
    chosen = parser.parse_args()
    rounds = chosen.rounds or (9 if chosen.full else 5)
    counts = {"one": 1000, "many": 20_000} if chosen.full else {"one": 200, "many": 2000}
    with tempfile.TemporaryDirectory(prefix="denghuo-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        runners = compare(folder, rounds, counts)
        show(runners)
        after = killed(folder, 2000 if chosen.full else 300)
    found = ratios(runners)
    print(
        f"\nkilled after {after['promised']} promises: {after['stands']} stand, {after['faults']}"
    )
    # Each on the disk by itself, all wait for the same disk: that ratio says more about the disk
    # than about a ledger, and is shown, not asked for. Seasons are booked a thousand at once.
    peers = [ratio for name, ratio in found.items() if name.startswith("hordak_postgres_many")]
    floors = [ratio for name, ratio in found.items() if name.startswith("floor")]
    holds = (
        bool(peers)
        and min(peers) >= GOAL_PEER
        and min(floors) >= GOAL_FLOOR
        and after["holds"]
        and not any(runner.found["faults"] for runner in runners.values())
    )
    result = {
        "bench": "ledger",
        "unit": "transfers/s, durable, a thousand at once",
        "ours": round(runners["ours_sqlite"].rate("many")),
        "peers": {n: round(r.rate("many")) for n, r in runners.items() if n.startswith("hordak")},
        "floor": round(runners["floor_sqlite"].rate("many")),
        "ratio": peers[0] if peers else None,
        "goal": f"{GOAL_PEER} x hordak and {GOAL_FLOOR} of the floor, sum 0 after kill -9",
        "holds": holds,
        "each_on_the_disk": {name: round(runner.rate("one")) for name, runner in runners.items()},
        "ratios": found,
        "killed": after,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
