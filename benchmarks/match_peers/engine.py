"""The same kernel carried by a distributed engine, Parquet to Parquet: Spark Connect (Sail)."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.match_peers.world import World
from denghuo.matching.public.cluster import (
    lists_on_cluster,
    match_batch,
    open_snapshot,
    save_snapshot,
    seeker_batches,
)
from denghuo.matching.public.lists import Lists, Ranked

CORES = 2


class EngineAbsentError(Exception):
    """The engine is not installed."""


class Carried(NamedTuple):
    """Seconds of processor and of the clock, plain and carried, and whether the lists are ours."""

    kernel_cpu: float
    plain_cpu: float
    plain_wall: float
    carried_cpu: float
    carried_wall: float
    same: bool


def carry(world: World, lists: Lists, ranked: Ranked, k: int, rounds: int = 3) -> Carried:
    """Kernel: one thread, the same batches one after the other, from memory, written nowhere.
    Plain: one thread reads the files, ranks, writes files, as ``denghuo match-lists`` does here.
    Carried: the engine reads them, gives batches to workers and writes them. The engine
    lives in this process, so that all its processor time is counted. The best of some rounds each:
    the first compiles and opens. Raises ``EngineAbsentError``."""
    try:
        from pysail.spark import SparkConnectServer  # noqa: PLC0415  only this peer needs it
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as absent:
        raise EngineAbsentError(str(absent)) from absent
    with TemporaryDirectory() as folder:
        root = Path(folder)
        snapshot = save_snapshot(lists, root)
        batches = list(seeker_batches(world.seekers, world.words.kinds.group))
        (root / "seekers").mkdir()
        for number, batch in enumerate(batches):
            pq.write_table(pa.Table.from_batches([batch]), root / f"seekers/{number:04}.parquet")
        opened = open_snapshot(snapshot)
        kernel: list[float] = []
        plain = []
        for _ in range(rounds):
            cpu = time.process_time()
            for batch in batches:
                match_batch(batch, opened, k)
            kernel.append(time.process_time() - cpu)
        for turn in range(rounds):
            (root / f"plain{turn}").mkdir()
            cpu, wall = time.process_time(), time.perf_counter()
            for number, path in enumerate(sorted((root / "seekers").iterdir())):
                for batch in pq.read_table(path).combine_chunks().to_batches():
                    table = pa.Table.from_batches([match_batch(batch, opened, k)])
                    pq.write_table(table, root / f"plain{turn}/{number:04}.parquet")
            plain.append((time.process_time() - cpu, time.perf_counter() - wall))
        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        _, port = server.listening_address
        session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        carried = []
        try:
            for turn in range(rounds + 1):
                cpu, wall = time.process_time(), time.perf_counter()
                frame = session.read.parquet(str(root / "seekers"))
                lists_on_cluster(frame, snapshot, k).write.parquet(str(root / f"lists{turn}"))
                if turn:
                    carried.append((time.process_time() - cpu, time.perf_counter() - wall))
        finally:
            session.stop()
            server.stop()
        return Carried(
            min(kernel),
            min(cpu for cpu, _ in plain), min(wall for _, wall in plain),
            min(cpu for cpu, _ in carried), min(wall for _, wall in carried),
            _same(pq.read_table(root / f"lists{rounds}"), world, ranked),
        )  # fmt: skip


def _same(table: pa.Table, world: World, ranked: Ranked) -> bool:
    table = table.sort_by("id")
    order = np.argsort(world.seekers.ids, kind="stable")
    if not np.array_equal(table.column("id").to_numpy(), world.seekers.ids[order]):
        return False
    slots = ranked.slots[order]
    offers = world.offers.ids[slots[slots >= 0]]
    flat = table.column("offers").combine_chunks().flatten().to_numpy()
    lengths = table.column("offers").combine_chunks().value_lengths().to_numpy()
    return bool(np.array_equal(flat, offers) and np.array_equal(lengths, (slots >= 0).sum(axis=1)))
