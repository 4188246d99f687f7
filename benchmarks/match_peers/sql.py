"""The same matching as queries: DuckDB over all seekers at once, PostgreSQL one query a seeker.

Both compute the full score in whole numbers, so their lists must be ours, key for key. A tag is
kept as ``tag * 4096 + weight``: what two rows share is then a list of numbers to sum up.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
from psycopg import connect

from benchmarks.match_peers.world import KINDS, WEIGHTS, World
from denghuo.matching.public import Offers, Seekers, tie_places

CODED = 4096
ID_MAX = (1 << 52) - 1
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Answered:
    """Lists of some seekers (sorted keys, -1 where none), and what they took."""

    keys: Int64s
    cpu_seconds: float
    wall_seconds: float


def points(integer: str) -> str:
    """The score of a pair ``s``, ``o`` with its percent ``n``; ``integer`` is whole division."""
    w = WEIGHTS
    floor = f"CASE WHEN s.pay_least = 0 THEN {w.pay_floor_if_none_fen} ELSE s.pay_least END"
    gain = f"LEAST(GREATEST(o.pay - ({floor}), 0), ({floor}))"
    metres = "CAST(FLOOR(SQRT(CAST((o.east - s.east) * (o.east - s.east)"
    metres += " + (o.north - s.north) * (o.north - s.north) AS DOUBLE PRECISION))) AS BIGINT)"
    near = f"({w.distance} * GREATEST(s.reach - {metres}, 0)) {integer} s.reach"
    return f"""
        ({w.kind} * n.percent) {integer} 100
        + ({w.tags} * COALESCE(__own__, 0)) {integer} o.total
        + ({w.pay} * {gain}) {integer} ({floor})
        + CASE WHEN o.district = 127 THEN {w.distance} ELSE {near} END
        + CASE WHEN s.years >= o.years THEN {w.years}
               ELSE ({w.years} * s.years) {integer} GREATEST(o.years, 1) END"""


FITS = """
    o.pay_top >= s.pay_least AND (o.required & s.lacking) = 0 AND (o.hours & s.hours) <> 0
    AND o.grade <= s.grade AND (o.bars & s.barred) = 0
    AND ((o.east - s.east) * (o.east - s.east) + (o.north - s.north) * (o.north - s.north)
         <= s.reach * s.reach OR o.district = 127 OR s.accepted LIKE o.district_like)"""


def offer_rows(offers: Offers, weights: npt.NDArray[np.int32], seed: str) -> dict[str, Any]:
    """Offers as plain columns for a database."""
    coded = offers.tags.astype(np.int64) * CODED + weights[offers.tags]
    sums = np.concatenate([[0], np.cumsum(weights[offers.tags], dtype=np.int64)])
    return {
        "kind": offers.kind.astype(np.int64),
        "east": offers.east.astype(np.int64),
        "north": offers.north.astype(np.int64),
        "district": offers.district.astype(np.int64),
        "district_like": [f"%,{one},%" for one in offers.district.tolist()],
        "pay": offers.pay.astype(np.int64),
        "pay_top": offers.pay_top.astype(np.int64),
        "required": offers.required.astype(np.int64),
        "grade": offers.grade_least.astype(np.int64),
        "years": offers.years_wanted.astype(np.int64),
        "hours": offers.hours.astype(np.int64),
        "bars": offers.bars.astype(np.int64),
        "total": sums[offers.tag_start[1:]] - sums[offers.tag_start[:-1]],
        "tie": ID_MAX - tie_places(offers.ids, seed),
        "tags": _lists(coded, offers.tag_start),
    }


def seeker_rows(seekers: Seekers, weights: npt.NDArray[np.int32]) -> dict[str, Any]:
    """Seekers as plain columns for a database."""
    coded = seekers.tags.astype(np.int64) * CODED + weights[seekers.tags]
    masks = zip(seekers.districts.tolist(), seekers.districts_more.tolist(), strict=True)
    accepted = [
        "," + "".join(f"{place}," for place in range(127) if (low | high << 64) >> place & 1)
        for low, high in masks
    ]
    return {
        "row": np.arange(len(seekers.ids)),
        "east": seekers.east.astype(np.int64),
        "north": seekers.north.astype(np.int64),
        "reach": seekers.reach.astype(np.int64),
        "pay_least": seekers.pay_least.astype(np.int64),
        "lacking": (~seekers.held & np.uint64((1 << 60) - 1)).astype(np.int64),
        "grade": seekers.grade.astype(np.int64),
        "years": seekers.years.astype(np.int64),
        "hours": seekers.hours.astype(np.int64),
        "barred": seekers.barred.astype(np.int64),
        "accepted": accepted,
        "tags": _lists(coded, seekers.tag_start),
    }


def near_rows(world: World, seekers: Seekers) -> list[tuple[int, int, int]]:
    """Seeker, kind and percent for every kind near to a wish."""
    kinds = world.words.kinds
    found = []
    for row, wants in enumerate(seekers.wants.tolist()):
        best = np.zeros(KINDS, np.int64)
        for want in wants:
            if want >= 0:
                part = slice(int(kinds.near_start[want]), int(kinds.near_start[want + 1]))
                best[kinds.near_kind[part]] = np.maximum(
                    best[kinds.near_kind[part]], kinds.near_percent[part]
                )
        found += [(row, int(kind), int(best[kind])) for kind in np.flatnonzero(best)]
    return found


def ask_duckdb(world: World, seekers: Seekers, k: int, seed: str) -> Answered:
    """All seekers in one query, one thread."""
    weights = world.words.tag_weights
    with duckdb.connect(config={"threads": 1}) as base:
        _fill_duckdb(base, "offers", offer_rows(world.offers, weights, seed))
        _fill_duckdb(base, "seekers", seeker_rows(seekers, weights))
        near = np.array(near_rows(world, seekers))
        _fill_duckdb(base, "near", {"row": near[:, 0], "kind": near[:, 1], "percent": near[:, 2]})
        own = "list_sum(list_transform(list_intersect(o.tags, s.tags), lambda x: x % 4096))"
        score = points("//").replace("__own__", own)
        began, wall = time.process_time(), time.perf_counter()
        rows = base.execute(
            f"""SELECT s.row, max(({score}) * {1 << 52} + o.tie, {k})
                FROM near n JOIN seekers s ON s.row = n.row JOIN offers o ON o.kind = n.kind
                WHERE {FITS} GROUP BY s.row"""
        ).fetchall()
        cpu, wall = time.process_time() - began, time.perf_counter() - wall
    return Answered(_as_lists(dict(rows), len(seekers.ids), k), cpu, wall)


def ask_postgres(url: str, world: World, seekers: Seekers, k: int, seed: str) -> Answered:
    """One prepared query for each seeker, over an index by kind."""
    weights = world.words.tag_weights
    offers, people = offer_rows(world.offers, weights, seed), seeker_rows(seekers, weights)
    names = list(offers)
    texts = {"tags": "bigint[]", "district_like": "text"}
    own = "(SELECT CAST(SUM(MOD(x, 4096)) AS BIGINT) FROM UNNEST(o.tags) x WHERE x = ANY(s.tags))"
    score = points("/").replace("__own__", own)
    values = ", ".join(
        f"%({name})s::{'text' if name == 'accepted' else texts.get(name, 'bigint')} AS {name}"
        for name in people
    )
    query = f"""
        SELECT ({score}) * {1 << 52} + o.tie AS key
        FROM (SELECT {values}) s,
             UNNEST(%(kinds)s::bigint[], %(percents)s::bigint[]) n(kind, percent)
        JOIN offers o ON o.kind = n.kind WHERE {FITS} ORDER BY key DESC LIMIT {k}"""
    near: dict[int, list[tuple[int, int]]] = {}
    for row, kind, percent in near_rows(world, seekers):
        near.setdefault(row, []).append((kind, percent))
    found: dict[int, list[int]] = {}
    with connect(url, autocommit=True) as server:
        columns = ", ".join(f"{name} {texts.get(name, 'bigint')}" for name in names)
        server.execute(f"CREATE TABLE offers ({columns})")
        with server.cursor().copy(f"COPY offers ({', '.join(names)}) FROM STDIN") as copy:
            for one in zip(*(_plain(offers[name]) for name in names), strict=True):
                copy.write_row(one)
        server.execute("CREATE INDEX ON offers (kind)")
        server.execute("VACUUM ANALYZE offers")
        (backend,) = server.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        began, from_ = time.perf_counter(), _cpu_seconds(backend)
        for row in range(len(seekers.ids)):
            given = {name: _plain(column[row : row + 1])[0] for name, column in people.items()}
            given["kinds"] = [kind for kind, _ in near[row]]
            given["percents"] = [percent for _, percent in near[row]]
            found[row] = [key for (key,) in server.execute(query, given, prepare=True)]
        cpu, wall = _cpu_seconds(backend) - from_, time.perf_counter() - began
    return Answered(_as_lists(found, len(seekers.ids), k), cpu, wall)


def _cpu_seconds(process: int) -> float:
    """What a process of the server has used, its own and the system's for it."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fill_duckdb(base: Any, name: str, columns: dict[str, Any]) -> None:
    import pyarrow as pa  # noqa: PLC0415  only this peer needs it

    table = pa.table({key: pa.array(_plain(column)) for key, column in columns.items()})
    base.register("arriving", table)
    base.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
    base.unregister("arriving")


def _plain(column: Any) -> list[Any]:
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def _lists(values: Int64s, starts: npt.NDArray[np.int32]) -> list[list[int]]:
    plain, bounds = values.tolist(), starts.tolist()
    return [plain[start:end] for start, end in pairwise(bounds)]


def _as_lists(found: dict[int, list[int]], rows: int, k: int) -> Int64s:
    keys = np.full((rows, k), -1, np.int64)
    for row, best in found.items():
        keys[row, : len(best)] = sorted(best, reverse=True)
    return keys
