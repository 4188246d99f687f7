"""A batch in, a batch out, as the lists in memory are; what would lead a kernel astray is refused.

And the same over a real Spark Connect server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.kernel.refusal import RefusalError
from denghuo.matching.engines.batches import (
    LIST_SCHEMA,
    SEEKER_SCHEMA,
    match_batch,
    seeker_batches,
)
from denghuo.matching.engines.cluster import lists_on_cluster, rank_batches
from denghuo.matching.engines.lists import Lists
from denghuo.matching.engines.snapshots import Snapshot, open_snapshot, save_snapshot
from denghuo.matching.logic.columns import offer_columns, seeker_columns
from denghuo.matching.logic.ties import TIE_BITS
from denghuo.platform.public import connect_cluster
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres
WORDS = words()
GROUP = WORDS.kinds.group


def lists_of(seed: int, offers: int, seekers: int) -> Lists:
    return Lists(
        offer_columns(draw_offers(seed, offers), WORDS),
        seeker_columns(draw_seekers(seed, seekers), WORDS),
        WORDS,
        WEIGHTS,
        seed="lot",
    )


def snapshot_of(lists: Lists) -> Snapshot:
    return Snapshot(lists.offer_index, lists.rules, lists.offers.ids, "in memory")


def expected(lists: Lists, k: int) -> dict[int, tuple[list[int], list[int]]]:
    ranked = lists.for_seekers(k)
    return {
        int(one): (
            lists.offers.ids[ranked.slots[row][ranked.slots[row] >= 0]].tolist(),
            (ranked.keys[row][ranked.slots[row] >= 0] >> TIE_BITS).tolist(),
        )
        for row, one in enumerate(lists.seekers.ids.tolist())
    }


def said(tables: list[pa.RecordBatch] | pa.Table) -> dict[int, tuple[list[int], list[int]]]:
    table = pa.Table.from_batches(tables) if isinstance(tables, list) else tables
    rows = table.to_pylist()
    assert len({one["id"] for one in rows}) == len(rows)
    return {one["id"]: (one["offers"], one["scores"]) for one in rows}


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(0, 120), st.integers(1, 60), st.integers(1, 25))
def test_batches_of_any_size_give_the_lists(seed: int, offers: int, rows: int, k: int) -> None:
    lists = lists_of(seed, offers, 50)
    batches = list(seeker_batches(lists.seekers, GROUP, rows))
    assert [one.num_rows for one in batches[:-1]] == [rows] * (len(batches) - 1)
    found = [match_batch(one, snapshot_of(lists), k) for one in batches]
    assert all(one.schema == LIST_SCHEMA for one in found)
    assert said(found) == expected(lists, k)


def test_a_slice_of_a_batch_is_read_from_where_it_begins() -> None:
    lists = lists_of(3, 100, 40)
    (batch,) = seeker_batches(lists.seekers, GROUP)
    whole = said([match_batch(batch, snapshot_of(lists), 5)])
    part = said([match_batch(batch.slice(11, 9), snapshot_of(lists), 5)])
    assert part == {one: whole[one] for one in part}
    assert len(part) == 9
    assert match_batch(batch.slice(0, 0), snapshot_of(lists), 5).num_rows == 0


BAD: dict[str, tuple[str, Any]] = {
    "a kind that is not there": ("want_2", 10_000),
    "nothing wanted": ("want_1", -1),
    "a kind below none": ("want_3", -2),
    "no reach": ("reach", 0),
    "off the plane": ("east", 2**31 - 1),
    "too many years": ("years", 61),
    "no such schooling": ("grade", 16),
    "less than nothing": ("pay_least", -1),
    "a number above a tie": ("id", 2**52),
    "hours that are no mask": ("hours", 256),
    "a tag that is not there": ("tags", [65_535]),
    "a tag below none": ("tags", [-1]),
    "more tags than fit": ("tags", [0] * 65),
    "a gap": ("north", None),
    "a gap among tags": ("tags", [None]),
}


@pytest.mark.parametrize("why", BAD)
def test_what_would_lead_a_kernel_astray_is_refused(why: str) -> None:
    lists = lists_of(3, 30, 5)
    (batch,) = seeker_batches(lists.seekers, GROUP)
    name, value = BAD[why]
    rows = batch.to_pylist()
    rows[2][name] = value
    with pytest.raises(RefusalError, match=name):
        match_batch(pa.RecordBatch.from_pylist(rows, schema=SEEKER_SCHEMA), snapshot_of(lists), 5)


def test_a_missing_column_and_one_of_another_type_are_refused() -> None:
    lists = lists_of(3, 30, 5)
    (batch,) = seeker_batches(lists.seekers, GROUP)
    at = SEEKER_SCHEMA.get_field_index("reach")
    with pytest.raises(RefusalError, match="reach"):
        match_batch(batch.drop_columns(["reach"]), snapshot_of(lists), 5)
    wide = batch.set_column(at, "reach", batch.column("reach").cast(pa.int64()))
    with pytest.raises(RefusalError, match="int32"):
        match_batch(wide, snapshot_of(lists), 5)


def test_a_worker_maps_the_snapshot_by_its_folder(tmp_path: Path) -> None:
    lists = lists_of(4, 80, 20)
    place = save_snapshot(lists, tmp_path)
    batches = seeker_batches(lists.seekers, GROUP, 6)
    assert said(list(rank_batches(str(place), 5, batches))) == expected(lists, 5)
    assert open_snapshot(place).digest in place.name


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """A real Spark Connect server on this machine."""
    sail = pytest.importorskip("pysail.spark")
    server = sail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    session = connect_cluster(f"sc://127.0.0.1:{port}")
    yield session
    session.stop()
    server.stop()


@pytest.mark.engine
@pytest.mark.parametrize("files", [1, 3])
def test_a_cluster_gives_the_same_lists(session: Any, tmp_path: Path, files: int) -> None:
    lists = lists_of(8, 150, 90)
    place = save_snapshot(lists, tmp_path / "offers")
    (tmp_path / "seekers").mkdir()
    for number, batch in enumerate(seeker_batches(lists.seekers, GROUP, -(-90 // files))):
        pq.write_table(pa.Table.from_batches([batch]), tmp_path / f"seekers/{number}.parquet")
    frame = session.read.parquet(str(tmp_path / "seekers"))
    lists_on_cluster(frame, place, 9).write.parquet(str(tmp_path / "lists"))
    assert said(pq.read_table(tmp_path / "lists")) == expected(lists, 9)
    assert np.unique([len(one) for one, _ in expected(lists, 9).values()]).max() > 1
