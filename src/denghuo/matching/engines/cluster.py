"""The same kernel on a cluster: each worker maps the snapshot and ranks the batches it is given.

Workers need this package and the snapshot's folder under the same path. Nothing of a person goes
there but the columns of a wish and a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from denghuo.matching.engines.batches import LIST_DDL, match_batch
from denghuo.matching.engines.snapshots import Snapshot, open_snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_opened = lru_cache(maxsize=2)(open_snapshot)


def lists_on_cluster(seekers: DataFrame, snapshot: Path, k: int) -> DataFrame:
    """Lists for every row of a frame of ``SEEKER_SCHEMA``, as a lazy frame of ``LIST_SCHEMA``."""
    return seekers.mapInArrow(_worker(str(snapshot), k), LIST_DDL)


def _worker(place: str, k: int) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    def rank(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        return rank_batches(place, k, batches)

    return rank


def rank_batches(place: str, k: int, batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    """What a worker does. The snapshot is opened and compared once a process."""
    snapshot: Snapshot = _opened(Path(place))
    for batch in batches:
        yield match_batch(batch, snapshot, k)
