"""The third door: lists for everybody on a cluster, or here from the same files."""

from __future__ import annotations

from denghuo.matching.engines.batches import (
    LIST_SCHEMA,
    SEEKER_SCHEMA,
    match_batch,
    seeker_batches,
)
from denghuo.matching.engines.cluster import lists_on_cluster
from denghuo.matching.engines.snapshots import Snapshot, open_snapshot, save_snapshot

__all__ = [
    "LIST_SCHEMA",
    "SEEKER_SCHEMA",
    "Snapshot",
    "lists_on_cluster",
    "match_batch",
    "open_snapshot",
    "save_snapshot",
    "seeker_batches",
]
