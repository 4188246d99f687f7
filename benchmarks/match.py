"""Matching beside its peers, in one run.

    python -m benchmarks.match            60,000 offers, 100,000 seekers
    python -m benchmarks.match --full     579,600 offers, 1,000,000 seekers

Top 20 under hard limits for everybody, both ways, one person at a time, arrivals and withdrawals
in live lists, and assignment. Peers answer a sample of the same seekers with the same full score,
and their lists must be ours key for key: recall is counted, not assumed. The floor is the time to
read the bytes of every row visited and every row scored once, at the rate measured here. Figures
are processor seconds of one core, medians of the rounds; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.match_peers.engine import CORES, EngineAbsentError, carry
from benchmarks.match_peers.nearest import PeerAbsentError, ask_text, ask_vectors
from benchmarks.match_peers.solvers import SolverAbsentError, solve_with_ortools
from benchmarks.match_peers.sql import Answered, ask_duckdb, ask_postgres
from benchmarks.match_peers.world import WEIGHTS, World, make_world
from denghuo.matching.engines.assignment import PRECISION, run_auction
from denghuo.matching.engines.kernels.forward import best_offers
from denghuo.matching.engines.lists import empty_lists
from denghuo.matching.logic import brute
from denghuo.matching.logic.columns import join, take
from denghuo.matching.public import Seekers
from denghuo.matching.public.lists import (
    Lists,
    LiveLists,
    Ranked,
    choices_of,
    compare,
)
from tools.postgres import NoPostgresError, running_postgres

K = 20
SEED = "benchmark"
SMALL, FULL = (60_000, 100_000), (579_600, 1_000_000)
SAMPLE = {"numpy": 200, "duckdb": 1_000, "postgres": 200}
SHORTLISTED = 100
OURS = {"per_seeker", "per_offer_reverse"}
CHANGES = 1_000
VISITED_BYTES, SCORED_BYTES = 23, 33
GOALS = {
    "recall": ("≥", 1.0),
    "duckdb_over_ours": ("≥", 40.0),
    "postgres_over_ours": ("≥", 130.0),
    "over_floor": ("≤", 7.0),
    "online_p99_ms": ("≤", 1.0),
    "insert_ms": ("≤", 1.0),
    "live_as_rebuilt": ("≥", 1.0),
    "auction_gap_percent": ("≤", 0.01),
    "ortools_over_auction": ("≥", 25.0),
    "reverse_over_forward": ("≤", 2.0),
    "engine_overhead_percent": ("≤", 15.0),
    "engine_same": ("≥", 1.0),
}

Int64s = npt.NDArray[np.int64]


def cpu_of(call: Callable[[], Any], rounds: int = 3) -> float:
    """Median processor seconds of some calls; what compiles was compiled before."""
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        call()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def bytes_per_second() -> float:
    """How fast one core reads memory that no cache holds."""
    long = np.ones(1 << 25, np.int64)
    return long.nbytes / cpu_of(long.sum)


def everybody(world: World, rounds: int) -> tuple[Lists, Ranked, dict[str, float]]:
    """Both directions for all, and the floor."""
    lists = Lists(world.offers, world.seekers, world.words, WEIGHTS, seed=SEED)
    began = time.process_time()
    index, entries = lists.offer_index, lists.seeker_index
    index_seconds = time.process_time() - began
    lists.for_seekers(K, np.arange(5))
    lists.for_offers(K, np.arange(5))
    forward = cpu_of(lambda: lists.for_seekers(K), rounds)
    ranked = lists.for_seekers(K)
    order = np.arange(len(world.seekers.ids), dtype=np.int32)
    again = empty_lists(len(order), K)
    visited = best_offers(order, world.seekers, index, lists.rules, again.keys, again.slots)
    if not (again.keys == ranked.keys).all():
        raise RuntimeError("the order of seekers changed a list")
    eligible = _eligible(world, 300)
    scored = statistics.mean(eligible) * len(order)
    floor = (visited * VISITED_BYTES + scored * SCORED_BYTES) / bytes_per_second()
    some = np.random.default_rng(2).choice(len(world.offers.ids), 5_000, replace=False)
    reverse = cpu_of(lambda: lists.for_offers(K, some), rounds) / len(some)
    # Seekers of a pair's group within the rows of cells: the same pairs, seen from the other side.
    reverse_pairs = scored / len(world.offers.ids)
    forward_pairs = statistics.mean(eligible)
    return (
        lists,
        ranked,
        {
            "index_s": index_seconds,
            "entries": float(len(entries.row)),
            "forward_s": forward,
            "seekers_per_s": len(order) / forward,
            "us_per_seeker": forward / len(order) * 1e6,
            "visited_per_seeker": visited / len(order),
            "eligible_mean": forward_pairs,
            "eligible_median": float(statistics.median(eligible)),
            "floor_s": floor,
            "over_floor": forward / floor,
            "us_per_offer_reverse": reverse * 1e6,
            "reverse_over_forward": (reverse / reverse_pairs)
            / (forward / len(order) / forward_pairs),
        },
    )


def _eligible(world: World, sample: int) -> list[int]:
    rows = np.random.default_rng(3).choice(len(world.seekers.ids), sample, replace=False)
    return [
        int(
            np.logical_and.reduce(
                list(brute.limits(world.seekers, row, world.offers, world.words).values())
            ).sum()
        )
        for row in rows.tolist()
    ]


def online(lists: Lists, count: int = 2_000) -> dict[str, float]:
    """One person at a time, index standing, as a page asks."""
    rows = np.random.default_rng(4).choice(len(lists.seekers.ids), count, replace=False)
    people = [take(lists.seekers, rows[at : at + 1]) for at in range(count)]
    cpu, wall = [], []
    for person in people:
        began, from_ = time.thread_time(), time.perf_counter()
        lists.for_others(person, K)
        cpu.append(time.thread_time() - began)
        wall.append(time.perf_counter() - from_)
    return {
        "online_median_ms": sorted(cpu)[count // 2] * 1e3,
        "online_p99_ms": sorted(cpu)[count * 99 // 100] * 1e3,
        "online_p99_wall_ms": sorted(wall)[count * 99 // 100] * 1e3,
    }


def peers(world: World, ranked: Ranked, us: float) -> dict[str, Any]:
    """Peers over samples of seekers: time against ours, and recall."""
    rng = np.random.default_rng(5)
    found: dict[str, Any] = {}
    recalls = []
    for name, count in SAMPLE.items():
        rows = rng.choice(len(world.seekers.ids), count, replace=False)
        people = take(world.seekers, rows)
        try:
            answered = _ask(name, world, people)
        except NoPostgresError as absent:
            print(f"  {name}: absent ({absent})")
            continue
        each = answered.cpu_seconds / count * 1e6
        recall = float((answered.keys == ranked.keys[rows]).all(axis=1).mean())
        recalls.append(recall)
        found[f"us_{name}"] = each
        found[f"{name}_over_ours"] = each / us
        print(
            f"  {name:<10}{each:>12,.1f} µs a seeker{each / us:>10,.1f} × ours; same {recall:.3f}"
        )
    found["recall"] = min(recalls)
    return found


def _ask(name: str, world: World, people: Seekers) -> Answered:
    if name == "duckdb":
        return ask_duckdb(world, people, K, SEED)
    if name == "postgres":
        with running_postgres() as url:
            return ask_postgres(url, world, people, K, SEED)
    keys = np.full((len(people.ids), K), -1, np.int64)
    began, wall = time.process_time(), time.perf_counter()
    for row in range(len(people.ids)):
        best = brute.best(people, row, world.offers, world.words, WEIGHTS, k=K, seed=SEED)
        keys[row, : len(best)] = best
    return Answered(keys, time.process_time() - began, time.perf_counter() - wall)


def shortlists(world: World, ranked: Ranked, us: float) -> dict[str, float]:
    """Ways that shortlist first: how much of the exact lists they find, and at what price."""
    rows = np.random.default_rng(8).choice(len(world.seekers.ids), SHORTLISTED, replace=False)
    people = take(world.seekers, rows)
    exact = ranked.keys[rows]
    found: dict[str, float] = {}
    for ask in (ask_vectors, ask_text):
        try:
            for one in ask(world, people, K, SEED):
                hits = [
                    np.isin(own[own >= 0], had).sum()
                    for own, had in zip(exact, one.keys, strict=True)
                ]
                recall = float(sum(hits) / (exact >= 0).sum())
                each = one.cpu_seconds / SHORTLISTED * 1e6
                name = one.name.replace(", ", "_").replace(" ", "_")
                found |= {f"us_{name}": each, f"recall_{name}": recall}
                print(
                    f"  {one.name:<18}{each:>10,.1f} µs a seeker{each / us:>8,.1f} × ours;"
                    f" recall {recall:.3f}; built in {one.build_seconds:.1f} s"
                )
        except PeerAbsentError as absent:
            print(f"  {ask.__name__}: absent ({absent})")
    return found


def on_engine(world: World, lists: Lists, ranked: Ranked) -> dict[str, float]:
    """The same kernel on a distributed engine, against the same batches without one."""
    try:
        one = carry(world, lists, ranked, K)
    except EngineAbsentError as absent:
        print(f"  absent ({absent})")
        return {}
    print(f"  kernel  {one.kernel_cpu:>8.2f} s of processor, from memory to memory")
    print(f"  plain   {one.plain_cpu:>8.2f} s of processor{one.plain_wall:>8.2f} s")
    print(f"  carried {one.carried_cpu:>8.2f} s of processor{one.carried_wall:>8.2f} s")
    ideal = one.plain_wall / CORES
    print(f"  over an ideal {CORES} times as quick: {(one.carried_wall / ideal - 1) * 100:.1f} %")
    return {
        "kernel_s": one.kernel_cpu,
        "plain_s": one.plain_cpu,
        "engine_s": one.carried_cpu,
        "engine_wall_over_ideal": one.carried_wall / ideal,
        "engine_overhead_percent": (one.carried_cpu / one.plain_cpu - 1) * 100,
        "engine_same": float(one.same),
    }


def live(world: World) -> dict[str, float]:
    """Arrivals and withdrawals one batch each, then everything against a rebuild."""
    all_offers = np.arange(len(world.offers.ids))
    before, arriving = take(world.offers, all_offers[:-CHANGES]), all_offers[-CHANGES:]
    lists = LiveLists(before, world.seekers, world.words, WEIGHTS, k=K, seed=SEED)
    lists.add_offers(take(world.offers, arriving[:1]))
    began = time.process_time()
    edits = lists.add_offers(take(world.offers, arriving[1:]))
    insert = time.process_time() - began
    gone = np.random.default_rng(6).choice(len(before.ids), CHANGES, replace=False)
    began = time.process_time()
    renewed = lists.withdraw_offers(gone.tolist())
    withdraw = time.process_time() - began
    stay = np.setdiff1d(all_offers[:-CHANGES], gone)
    left = join([take(world.offers, stay), take(world.offers, arriving)])
    rebuilt = Lists(left, world.seekers, world.words, WEIGHTS, seed=SEED).for_seekers(K)
    ids, keys = lists.all_lists()
    same = bool((keys == rebuilt.keys).all())
    same = same and bool((ids == np.append(left.ids, -1)[rebuilt.slots]).all())
    return {
        "insert_ms": insert / (CHANGES - 1) * 1e3,
        "insert_edits": float(edits),
        "withdraw_ms": withdraw / CHANGES * 1e3,
        "withdraw_lists": float(renewed),
        "live_as_rebuilt": float(same),
    }


def assignments(world: World, ranked: Ranked) -> dict[str, float]:
    """The three ways side by side, over lists of 20 and some three places an offer."""
    places = np.random.default_rng(7).geometric(0.35, len(world.offers.ids)).astype(np.int32)
    choices = choices_of(ranked, places, world.seekers.ids, SEED)
    began = time.process_time()
    ways = compare(choices)
    seconds = time.process_time() - began
    found: dict[str, float] = {"assign_s": seconds}
    for way in ways:
        one = way.figures
        line = f"  {way.way:<12}{one.placed:>10,} placed{one.total_score:>14,} points"
        line += f"{one.blocking:>10,} blocking{one.offers_without:>9,} offers without"
        found[f"{way.way}_placed"] = one.placed
        if one.at_most_total is not None:
            gap = (one.at_most_total - one.total_score) / one.at_most_total * 100
            found[f"{way.way}_gap_percent"] = gap
            line += f"   ≤ {gap:.4f} % below the best"
        print(line)
    found["auction_gap_percent"] = found["best_total_gap_percent"]
    # The solver only solves; so the auction is timed without the counting that follows.
    auction = cpu_of(lambda: run_auction(choices, PRECISION, 0))
    try:
        solved = solve_with_ortools(choices)
    except SolverAbsentError as absent:
        print(f"  OR-Tools: absent ({absent})")
        return found
    ours = ways[1].figures.total_score
    gap = (solved.total - ours) / solved.total * 100
    print(f"  OR-Tools{solved.total:>29,} points; the auction is {gap:.4f} % below")
    print(f"  OR-Tools {solved.cpu_seconds:.2f} s, the auction {auction:.2f} s")
    return found | {
        "auction_gap_percent": gap,
        "auction_s": auction,
        "ortools_s": solved.cpu_seconds,
        "ortools_over_auction": solved.cpu_seconds / auction,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Matching beside its peers.")
    parser.add_argument("--full", action="store_true", help="the whole region")
    arguments = parser.parse_args()
    offers, seekers = FULL if arguments.full else SMALL
    print(f"{offers:,} offers, {seekers:,} seekers, top {K}")
    world = make_world(offers, seekers)
    lists, ranked, found = everybody(world, 1 if arguments.full else 3)
    for name, value in found.items():
        print(f"  {name:<22}{value:>16,.3f}")
    found |= online(lists)
    print("peers")
    found |= peers(world, ranked, found["us_per_seeker"])
    print("shortlists")
    found |= shortlists(world, ranked, found["us_per_seeker"])
    print("on an engine")
    found |= on_engine(world, lists, ranked)
    print("live lists")
    found |= live(world)
    print("assignment")
    found |= assignments(world, ranked)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("goals")
    missed = [name for name in GOALS if not _told(name, found)]
    peers_us = {name[3:]: value for name, value in found.items() if name.startswith("us_")}
    floor = found["floor_s"] / seekers * 1e6
    summary = {
        "bench": "match",
        "unit": "µs of processor a seeker",
        "ours": found["us_per_seeker"],
        "peers": {name: one for name, one in peers_us.items() if name not in OURS},
        "floor": floor,
        "ratio": found["over_floor"],
        "goal": GOALS["over_floor"][1],
        "holds": not missed,
        "missed": missed,
        "figures": {"offers": offers, "seekers": seekers, **found},
    }
    print(json.dumps(summary, ensure_ascii=False))


def _told(name: str, found: dict[str, Any]) -> bool:
    """Whether a goal is met; what was not measured holds nothing up."""
    if name not in found:
        print(f"  {name:<24} not measured")
        return True
    sign, goal = GOALS[name]
    met = bool(found[name] >= goal if sign == "≥" else found[name] <= goal)
    print(f"  {name:<24}{found[name]:>12,.4f} {sign} {goal:<8}{'met' if met else 'missed'}")
    return met


if __name__ == "__main__":
    main()
