"""The policy engine beside its peers, in one run.

    python -m benchmarks.policy            100,000 firms
    python -m benchmarks.policy --full     1,000,000 firms, and 24,000,000 streamed

Each engine lives in a process of its own; rounds go round the table, so that whatever else the
machine does disturbs all alike; medians are compared. An evaluation is one firm times one policy.
Ours writes verdict, amount, fail mask and unknown mask of every pair; what a peer leaves out is
said in its line. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.policy_peers.firms import write_firms
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import FactKind, FactSpec, load_registry

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src" / "denghuo" / "policy" / "library"
AS_OF = date(2026, 6, 30)
GOAL_RATIO = 2.5
GOAL_MB = 400
GOAL_EXPLAIN_MS = 1.0
STREAM_MILLIONS = 24
# What the product's settings choose before Arrow is loaded.
PRODUCT = {"ARROW_DEFAULT_MEMORY_POOL": "system"}

ENGINES = {
    "ours": "columns in memory; verdict, amount, both masks; exact",
    "openfisca": "verdict, amount in float32; no unknowns, no masks",
    "numpy": "verdict, amount in float64; no unknowns, no masks",
    "polars": "verdict with unknowns, amount in float64; no masks",
    "duckdb": "our SQL in memory; verdict, amount, both masks; exact",
    "zen": "a sample of complete records, one by one; no unknowns",
    "ours_files": "Parquet to Parquet, with counts",
    "duckdb_files": "our SQL, Parquet to Parquet",
    "sail_files": "our SQL on a Spark Connect server, Parquet to Parquet",
    "floor_stream": "the same bytes read and written, nothing computed",
}


@dataclass
class Runner:
    """One engine's process."""

    name: str
    process: subprocess.Popen[str]
    pairs: int = 0
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    def ask(self, word: str) -> dict[str, Any]:
        if self.process.stdin is None or self.process.stdout is None:
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

    def round(self) -> None:
        found = self.ask("run")
        self.seconds.append(found["seconds"])
        self.cpu.append(found["cpu"])

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Evaluations per second."""
        return self.pairs / self.median


@contextmanager
def running(name: str, folder: Path) -> Iterator[Runner]:
    """An engine's process, ready for rounds."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.policy_peers.worker", name, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    runner = Runner(name, process)
    try:
        runner.pairs = runner.read()["pairs"]
        yield runner
    finally:
        process.kill()
        process.wait()


def compare(folder: Path, rounds: int) -> tuple[dict[str, Runner], dict[str, str]]:
    """Every engine that can run here, in interleaved rounds; and why the others could not."""
    runners: dict[str, Runner] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        for name in ENGINES:
            print(f"  preparing {name}", flush=True)
            try:
                runners[name] = stack.enter_context(running(name, folder))
            except RuntimeError as error:
                absent[name] = str(error)
        for number in range(rounds + 1):
            print(f"  round {number} of {rounds}", flush=True)
            for runner in runners.values():
                runner.round()
        for runner in runners.values():
            # the first round warms caches and is not counted
            runner.seconds, runner.cpu = runner.seconds[1:], runner.cpu[1:]
            runner.found = runner.ask("report")
    return runners, absent


def show(runners: dict[str, Runner], absent: dict[str, str]) -> None:
    """The table."""
    print(
        f"\n{'engine':<14}{'M eval/s':>10}{'s':>9}{'min-max s':>18}{'CPU s':>8}{'peak MB':>9}  what"
    )
    for name, runner in sorted(runners.items(), key=lambda item: -item[1].rate):
        spread = f"{min(runner.seconds):.4f}-{max(runner.seconds):.4f}"
        print(
            f"{name:<14}{runner.rate / 1e6:>10.2f}{runner.median:>9.4f}{spread:>18}"
            f"{statistics.median(runner.cpu):>8.3f}{runner.found['peak_mb']:>9.0f}  {ENGINES[name]}"
        )
    for name, reason in absent.items():
        print(f"{name:<14} could not run here: {reason}")


def same_answers(runners: dict[str, Runner]) -> bool:
    """Do all exact engines agree on every verdict count, sum and mask?"""
    ours = runners["ours"].found
    agreed = True
    for name in ("duckdb", "ours_files", "duckdb_files", "sail_files"):
        if name in runners:
            other = runners[name].found
            for key in ("verdicts", "amounts", "masks"):
                if key in other and other[key] != ours[key]:
                    print(f"  {name} differs from ours in {key}")
                    agreed = False
    return agreed


def wrongly_granted(runners: dict[str, Runner]) -> int | None:
    """Pairs that OpenFisca grants beyond those really entitled, missing values being zero."""
    if "openfisca" not in runners:
        return None
    entitled = [counts[1] for counts in runners["ours"].found["verdicts"]]
    granted = runners["openfisca"].found["granted"]
    pairs = zip(granted, entitled, strict=True)
    return sum(max(int(g) - int(e), 0) for g, e in pairs)


def load_library() -> list[PolicyDefinition]:
    """The shipped policies."""
    registry = load_registry((LIBRARY / "facts.yaml").read_text(encoding="utf-8"))
    files = sorted(file for file in LIBRARY.rglob("*.yaml") if file.name != "facts.yaml")
    return [load_definition(file.read_text(encoding="utf-8"), registry) for file in files]


def explain_times(definitions: Sequence[PolicyDefinition], subjects: int) -> list[float]:
    """Milliseconds to explain the whole library to one subject, for each of many."""
    pick = random.Random(11)
    specs = {name: spec for each in definitions for name, spec in each.specs.items()}
    times = []
    for _ in range(subjects):
        facts = {
            name: KnownFact(_value(spec, pick), spec.source, AS_OF)
            for name, spec in specs.items()
            if pick.random() < 0.8
        }
        began = time.perf_counter()
        for definition in definitions:
            answer(definition, facts, AS_OF)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _value(spec: FactSpec, pick: random.Random) -> Any:
    match spec.kind:
        case FactKind.BOOL:
            return pick.random() < 0.5
        case FactKind.CODE:
            return pick.choice(sorted(spec.values) or ["A"])
        case FactKind.DATE:
            return AS_OF - timedelta(days=pick.randrange(20_000))
        case _:
            low, high = spec.number_bounds
            return min(max(low, int(pick.expovariate(1 / 40))), high)


def stream(folder: Path, millions: int) -> dict[str, Any]:
    """``millions`` of firms from files to a file, in a process of its own."""
    many = folder / "many"
    many.mkdir()
    for number in range(millions):
        (many / f"part{number:03}.parquet").hardlink_to(folder / "firms.parquet")
    program = (
        "import json, resource, sys, time; from pathlib import Path\n"
        "from benchmarks.policy_peers.ours import AS_OF, KERNELS, load_rules\n"
        "from denghuo.policy.engines.results import Shape\n"
        "from denghuo.policy.engines.sweep import sweep\n"
        "folder = Path(sys.argv[1]); out = folder / 'many.parquet' if sys.argv[2] else None\n"
        "found = sweep(load_rules(), source=folder / 'many', as_of=AS_OF, out=out,\n"
        "    shape=Shape.SUBJECTS, kernel_folder=folder / KERNELS)\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(json.dumps([found.rows_answered, found.seconds, peak]))\n"
    )
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    measured: dict[str, Any] = {}
    for label, written in (("counts", ""), ("written", "yes")):
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder), written],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": path, **PRODUCT},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        rows, seconds, peak = json.loads(done.stdout.splitlines()[-1])
        size = (folder / "many.parquet").stat().st_size / 2**20 if written else 0.0
        measured[label] = {"rows": rows, "seconds": round(seconds, 2), "peak_mb": round(peak)}
        print(
            f"  {rows:,} firms x 8, {label}: {seconds:.1f} s, {rows * 8 / seconds / 1e6:.0f} M "
            f"eval/s, peak {peak:.0f} MB{f', {size:.0f} MiB out' if written else ''}"
        )
    return measured


def main() -> None:
    """Measure, print the table, and end with one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="1,000,000 firms and the long stream")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    rows = 1_000_000 if chosen.full else 100_000
    library = load_library()
    streamed: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="denghuo-bench-") as name:
        folder = Path(name)
        print(f"{rows:,} firms x 8 policies, {os.cpu_count()} processors", flush=True)
        write_firms(folder / "firms.parquet", rows)
        began = time.perf_counter()
        with running("ours", folder) as first:  # compiles; every later process loads the files
            kernels = first.ask("report")["kernels"]
        ready = time.perf_counter() - began
        print(f"  first start {ready:.1f} s, of which compiling {kernels['seconds']:.1f} s")
        runners, absent = compare(folder, chosen.rounds)
        if chosen.full:
            streamed = stream(folder, STREAM_MILLIONS)
    show(runners, absent)
    agreed = same_answers(runners)
    ours, peer = runners["ours"], runners.get("openfisca")
    ratio = ours.rate / peer.rate if peer else None
    load = statistics.median(runners["ours"].cpu) / ours.median
    print(f"\nloading kept kernels: {ours.found['kernels']['seconds'] * 1000:.0f} ms for 8")
    print(f"share of two processors ours was given: {load / 2:.0%}")
    print(f"pairs OpenFisca grants that are not entitled: {wrongly_granted(runners)}")
    print(f"exact engines agree on verdicts, sums and masks: {agreed}")
    times = sorted(explain_times(library, 300))
    p50 = times[len(times) // 2]
    print(f"one subject, library of {len(library)} explained: p50 {p50:.2f} ms")
    peak = ours.found["peak_mb"]
    holds = (
        ratio is not None
        and ratio >= GOAL_RATIO
        and peak <= GOAL_MB
        and agreed
        and p50 < GOAL_EXPLAIN_MS
    )
    result = {
        "bench": "policy",
        "unit": "evaluations/s",
        "ours": round(ours.rate),
        "peers": {
            n: round(r.rate) for n, r in runners.items() if n not in ("ours", "floor_stream")
        },
        "floor": round(runners["floor_stream"].rate),
        "ratio": None if ratio is None else round(ratio, 2),
        "goal": f"{GOAL_RATIO} x openfisca, {GOAL_MB} MB, exact, explained under 1 ms",
        "holds": holds,
        "rows": rows,
        "peak_mb": round(peak),
        "explain_p50_ms": round(p50, 3),
        "stream": streamed,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
