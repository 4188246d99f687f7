"""A season from three offices' files to money in accounts, on the embedded default.

    python -m benchmarks.season             20,000 firms
    python -m benchmarks.season --full      1,000,000 firms
    python -m benchmarks.season --firms N   as many as wanted
    python -m benchmarks.season --kill      killed at random instants and gone on with, 12 times

Three files are imported (the register's own enters the firms), joined and swept; the list is
sampled, opened as cases, signed, shown, its accounts confirmed by simulated firms, ordered, sent to
a made-up bank, whose answer is read and followed. Nothing is skipped: numbers, steps, snapshots
with every sentence, decisions, audit rows, double entry, sealed account numbers. At the end queries
prove that nobody was paid twice and that the books are the bank's word. The last line is JSON; the
floor is SQLite alone, inserting as many rows in as many durable transactions.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

from benchmarks.season_parts.driver import CHUNK, LEAGUES, Driver

GOAL_FIRMS_PER_SECOND = 1_000_000 / (15 * 60)
KILLS = 12
AT_WORK = "at work"


def write_files(folder: Path, firms: int) -> None:
    """In a process of its own, so that making the files is no memory of the season."""
    from denghuo.project.demo.fact_files import firm_code_column  # noqa: PLC0415  needs Django

    codes = firm_code_column(1_000_000, ["company"] * firms).to_pylist()
    with (folder / "register.csv").open("w", encoding="utf-8") as file:
        file.write("统一社会信用代码,单位名称,区划代码,单位类型\n")
        for at, code in enumerate(codes):
            file.write(f"{code},演示企业{at},{LEAGUES[at % len(LEAGUES)]},企业\n")
    with (folder / "insurance.csv").open("w", encoding="gb18030") as file:
        file.write("统一社会信用代码,裁员人数,月平均参保人数,缴费月数,是否僵尸企业\n")
        for at, code in enumerate(codes):
            laid_off = at % 3 if at % 5 else 60
            file.write(f"{code},{laid_off},{at % 300 + 40},{12 if at % 11 else 9},否\n")
    with (folder / "tax.csv").open("w", encoding="utf-8") as file:
        file.write("统一社会信用代码,企业划型,实缴失业保险费（元）,是否严重失信\n")
        for at, code in enumerate(reversed(codes)):
            size = ("微型", "小型", "中型")[at % 3]
            file.write(
                f"{code},{size},{at % 90_000 + 1_000}.25,{'是' if at % 500 == 0 else '否'}\n"
            )


def drive(folder: Path) -> None:
    """The child's work: go on to the end and say what was found."""
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    print(AT_WORK, flush=True)
    driver = Driver(folder)
    began, worked = time.perf_counter(), time.process_time()
    driver.run()
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    found = driver.found()
    database = sum(one.stat().st_size for one in folder.glob("*.sqlite3*"))
    print(
        json.dumps(
            {
                **found,
                "seconds": round(seconds, 1),
                "times": {name: round(took, 1) for name, took in driver.times.items()},
                "cpu_times": {name: round(took, 1) for name, took in driver.cpu.items()},
                "cpu": round(cpu, 1),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "database_mb": database // 2**20,
            }
        )
    )


def floor_seconds(rows: int, folder: Path) -> float:
    """SQLite alone: as many plain rows with one index, durably, in as many chunks."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE one (id TEXT PRIMARY KEY, a TEXT, b TEXT, c INT, d INT, e TEXT)")
    began = time.perf_counter()
    for start in range(0, rows, CHUNK):
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO one VALUES (?, ?, ?, ?, ?, ?)",
            [
                (f"{n:032x}", "stable-jobs-refund", "2025-09-01 02:00:00", n, n, "x" * 80)
                for n in range(start, min(start + CHUNK, rows))
            ],
        )
        database.execute("COMMIT")
    took = time.perf_counter() - began
    database.close()
    return took


def run_child(command: list[str], environment: dict[str, str], patience: float | None) -> str:
    """The child's last words; nothing when it was killed ``patience`` seconds after it said that
    it is at work: starting up takes a while and can be killed by anybody."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None  # noqa: S101  asked for above
        said = child.stdout.readline()
        killer = Timer(patience, child.send_signal, [signal.SIGKILL]) if patience else None
        if killer:
            killer.start()
        said += child.stdout.read()
        if killer:
            killer.cancel()
        if child.wait() == -signal.SIGKILL and killer:
            return ""
        if child.returncode:
            raise RuntimeError("the season failed")
        return said.splitlines()[-1] if said else ""


def killed_often(go: Callable[[float | None], str], firms: int) -> tuple[str, int]:
    """Killed after a random while, again and again, then let go on to its end."""
    dice = random.Random(firms)
    kills = 0
    for _ in range(KILLS):
        said = go(dice.uniform(1.0, 1.0 + firms / 2_000))
        if said:
            return said, kills
        kills += 1
        print(f"killed {kills} times", flush=True)
    return go(None), kills


def main() -> None:
    """Write the files, run the season in a fresh process, say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--firms", type=int, default=0)
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    firms = options.firms or (1_000_000 if options.full else 20_000)
    if options.folder and options.write:
        import django  # noqa: PLC0415

        django.setup()
        write_files(options.folder, firms)
        return
    if options.folder:
        drive(options.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "denghuo.project.settings_test",
            "DENGHUO_DATA_DIR": name,
            "DENGHUO_DATABASE_URL": f"sqlite:///{name}/season.sqlite3",
        }
        command = [sys.executable, "-m", "benchmarks.season", "--in", name]
        run_child([*command, "--write", "--firms", str(firms)], environment, None)
        go = partial(run_child, command, environment)
        said, kills = killed_often(go, firms) if options.kill else (go(None), 0)
        found = json.loads(said)
        floor = floor_seconds(found["rows"], folder)
    report(found, firms, floor, kills=kills if options.kill else None)


def report(found: dict[str, Any], firms: int, floor: float, *, kills: int | None) -> None:
    """Step by step for a person, one line for a program."""
    for name, took in found["times"].items():
        print(f"{name:26} {took:8.1f} s {found['cpu_times'][name]:8.1f} s of processor")
    print(
        f"{firms:,} firms: {found['entitled']:,} entitled, {found['paid']:,} paid, "
        f"{found['pending']:,} given back by the bank, {found['taken_out']:,} taken out; "
        f"{found['seconds']} s, {found['cpu']} s of processor, peak {found['peak_mb']} MB, "
        f"database {found['database_mb']} MB, {found['rows']:,} rows (SQLite alone: {floor:.1f} s)"
        + (f"; killed {kills} times, the time is the last run's" if kills is not None else "")
    )
    print("laws: " + ("; ".join(found["faults"]) or "all hold, nobody was paid twice"))
    ours = firms / found["seconds"]
    print(
        json.dumps(
            {
                "bench": "season",
                "unit": "firms/s",
                "ours": round(ours, 1),
                "peers": {},
                "floor": round(firms / floor, 1),
                "ratio": round(ours * floor / firms, 3),
                "goal": round(GOAL_FIRMS_PER_SECOND, 1),
                "holds": not found["faults"]
                and (kills is not None or ours >= GOAL_FIRMS_PER_SECOND),
                "kills": kills,
                "found": found,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
