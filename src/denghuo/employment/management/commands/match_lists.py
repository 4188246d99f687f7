"""``denghuo match-lists``: everybody's best posts of today as files, here or on a cluster.

Into one folder: ``offers-…`` (the posts, as the kernels read them), ``seekers`` (columns of wishes
under a number, nothing else of anybody), ``lists`` (that number, posts, scores) and
``wishes.parquet`` (which wish a number is). Exit codes: 0 written, 1 refused.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from denghuo.employment.queries.live_seekers import Everybody, everybody
from denghuo.employment.queries.matches import SHOWN
from denghuo.kernel.refusal import RefusalError
from denghuo.matching.public.cluster import (
    LIST_SCHEMA,
    SEEKER_SCHEMA,
    lists_on_cluster,
    match_batch,
    open_snapshot,
    save_snapshot,
    seeker_batches,
)
from denghuo.platform.public import connect_cluster

REFUSED = 1


class Command(BaseCommand):
    """Read, write the columns, rank, count."""

    help = "Write everybody's best posts of today as Parquet files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and who ranks."""
        parser.add_argument("folder", type=Path, help="a folder that is not there yet, or empty")
        parser.add_argument("--most", type=int, default=SHOWN, help="posts for each, 1 to 200")
        parser.add_argument(
            "--cluster",
            default="",
            metavar="sc://HOST:PORT",
            help="rank on a Spark Connect server whose workers see the folder by the same path",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Everything into the folder, then the counts."""
        folder: Path = options["folder"].resolve()
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"文件夹 {folder} 不是空的。请换一个。", returncode=REFUSED)
        try:
            found = _write_all(folder, options["cluster"], options["most"])
        except RefusalError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        lengths = [len(offers) for offers in _lists_of(folder)]
        if len(lengths) != len(found.wishes):
            raise CommandError("写出的名单不全。请删掉文件夹再来一次。", returncode=REFUSED)
        self.stdout.write(
            f"求职意愿 {len(found.wishes)} 份，岗位 {len(found.lists.offers.ids)} 个，"
            f"排进名单 {sum(lengths)} 次，一个合适的也没有的 {lengths.count(0)} 份"
        )


def _write_all(folder: Path, cluster: str, most: int) -> Everybody:
    if not cluster:
        found = everybody(timezone.now())
        _rank_here(folder, _write_columns(found, folder), most)
        return found
    session = connect_cluster(cluster)  # who is away is found out before anything is written
    try:
        found = everybody(timezone.now())
        snapshot = _write_columns(found, folder)
        frame = session.read.parquet(str(folder / "seekers"))
        lists_on_cluster(frame, snapshot, most).write.parquet(str(folder / "lists"))
        return found
    finally:
        session.stop()  # an open one would keep the whole process from ending


def _write_columns(found: Everybody, folder: Path) -> Path:
    (folder / "seekers").mkdir(parents=True, mode=0o750)
    wishes = {"id": range(len(found.wishes)), "wish": [str(one) for one in found.wishes]}
    schema = pa.schema([("id", pa.int64()), ("wish", pa.string())])
    pq.write_table(pa.Table.from_pydict(wishes, schema=schema), folder / "wishes.parquet")
    lists = found.lists
    batches = seeker_batches(lists.seekers, lists.words.kinds.group)
    written = 0
    for batch in batches:
        _write(folder / "seekers", written, batch)
        written += 1
    if not written:
        _write(folder / "seekers", 0, pa.RecordBatch.from_pylist([], schema=SEEKER_SCHEMA))
    return save_snapshot(lists, folder)


def _write(folder: Path, number: int, batch: pa.RecordBatch) -> None:
    pq.write_table(pa.Table.from_batches([batch]), folder / f"part-{number:05}.parquet")


def _rank_here(folder: Path, place: Path, most: int) -> None:
    snapshot = open_snapshot(place)
    (folder / "lists").mkdir(mode=0o750)
    for number, path in enumerate(sorted((folder / "seekers").iterdir())):
        for batch in pq.read_table(path).combine_chunks().to_batches():
            _write(folder / "lists", number, match_batch(batch, snapshot, most))


def _lists_of(folder: Path) -> Iterator[list[int]]:
    for path in sorted((folder / "lists").glob("*.parquet")):
        yield from pq.read_table(path, schema=LIST_SCHEMA).column("offers").to_pylist()
