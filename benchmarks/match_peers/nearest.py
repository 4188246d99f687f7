"""Two usual ways to shortlist, then judge: a vector index with filters, a full-text engine.

Neither knows hard limits or the score. Each is given as much as it can use (kinds, tags, for the
vectors also the limits as a filter), asked for a shortlist, and what it finds is judged exactly;
what it did not find is lost, and that is what recall counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.match_peers.world import WEIGHTS, World
from denghuo.matching.logic import brute
from denghuo.matching.logic.columns import take
from denghuo.matching.public import Offers, Seekers

DIMENSIONS = 128
SHORT_VECTORS, SHORT_FILTERED, SHORT_TEXT = 1_000, 60, 200
Int64s = npt.NDArray[np.int64]


class PeerAbsentError(Exception):
    """The peer is not installed."""


class Shortlisted(NamedTuple):
    """Lists of keys like ours, processor seconds of the peer's own search, and of its build."""

    name: str
    keys: Int64s
    cpu_seconds: float
    build_seconds: float


def ask_vectors(world: World, people: Seekers, k: int, seed: str) -> Iterator[Shortlisted]:
    """Exact inner products over 128 dimensions: first many, judged after; then few, limits as a
    filter within the search (making the filter is counted)."""
    try:
        import faiss  # noqa: PLC0415  only this peer needs it
    except ImportError as absent:
        raise PeerAbsentError(str(absent)) from absent
    faiss.omp_set_num_threads(1)
    began = time.process_time()
    project = _Projection(world)
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(project.offers(world.offers))
    build = time.process_time() - began
    vectors = project.seekers(people)

    def plain(row: int) -> Int64s:
        return np.asarray(index.search(vectors[row : row + 1], SHORT_VECTORS)[1][0], np.int64)

    def filtered(row: int) -> Int64s:
        met = brute.limits(people, row, world.offers, world.words).values()
        mask = np.packbits(np.logical_and.reduce(list(met)), bitorder="little")
        chosen = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(mask))
        found = index.search(vectors[row : row + 1], SHORT_FILTERED, params=chosen)[1][0]
        return np.asarray(found, np.int64)

    yield _Asked(world, people, k, seed).judged("vectors", plain, build)
    yield _Asked(world, people, k, seed).judged("vectors, filtered", filtered, build)


def ask_text(world: World, people: Seekers, k: int, seed: str) -> Iterator[Shortlisted]:
    """A full-text engine: kinds and tags are words, its own ranking makes the shortlist."""
    try:
        import tantivy  # noqa: PLC0415  only this peer needs it
    except ImportError as absent:
        raise PeerAbsentError(str(absent)) from absent
    with TemporaryDirectory() as folder:
        began = time.process_time()
        schema = (
            tantivy.SchemaBuilder()
            .add_unsigned_field("row", stored=True)
            .add_text_field("words", tokenizer_name="whitespace", index_option="freq")
            .build()
        )
        index = tantivy.Index(schema, path=str(Path(folder)))
        writer = index.writer(512_000_000, 1)
        for row, words in enumerate(_offer_words(world)):
            writer.add_document(tantivy.Document(row=row, words=words))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        build = time.process_time() - began
        searcher = index.searcher()

        def found(row: int) -> Int64s:
            should = tantivy.Occur.Should
            terms = [
                (should, tantivy.Query.term_query(schema, "words", word))
                for word in _seeker_words(world, people, row)
            ]
            hits = searcher.search(tantivy.Query.boolean_query(terms), SHORT_TEXT).hits
            return np.array([searcher.doc(at)["row"][0] for _, at in hits], np.int64)

        yield _Asked(world, people, k, seed).judged("full text", found, build)


@dataclass(frozen=True)
class _Asked:
    """Who is asked for, and how lists are to come out."""

    world: World
    people: Seekers
    k: int
    seed: str

    def judged(self, name: str, shortlist: Callable[[int], Int64s], build: float) -> Shortlisted:
        """A peer's shortlists judged with the full score; judging is not charged to the peer."""
        keys = np.full((len(self.people.ids), self.k), -1, np.int64)
        seconds = 0.0
        for row in range(len(self.people.ids)):
            began = time.process_time()
            found = shortlist(row)
            seconds += time.process_time() - began
            some = take(self.world.offers, np.sort(found[found >= 0]))
            best = brute.best(
                self.people, row, some, self.world.words, WEIGHTS, k=self.k, seed=self.seed
            )
            keys[row, : len(best)] = best
        return Shortlisted(name, keys, seconds, build)


class _Projection:
    """Kinds by their levels and tags by their weight, thrown onto a plane of fewer dimensions."""

    def __init__(self, world: World) -> None:
        rng = np.random.default_rng(9)
        kinds = world.words.kinds
        self.parents, levels = _levels(kinds.codes)
        draw: Callable[[int], npt.NDArray[Any]] = lambda count: (  # noqa: E731
            rng.normal(0, DIMENSIONS**-0.5, (count, DIMENSIONS)).astype(np.float32)
        )
        self.level_vectors = draw(levels)
        weights = world.words.tag_weights.astype(np.float32)
        self.tag_vectors = draw(len(weights)) * np.sqrt(weights / weights.max())[:, None]

    def _kind(self, kind: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        made: npt.NDArray[np.float32] = self.level_vectors[self.parents[kind]].sum(axis=1)
        return made

    def _own(self, table: Any) -> npt.NDArray[np.float32]:
        rows = np.repeat(np.arange(len(table.ids)), np.diff(table.tag_start))
        sums = np.zeros((len(table.ids), DIMENSIONS), np.float32)
        np.add.at(sums, rows, self.tag_vectors[table.tags])
        counts = np.maximum(np.diff(table.tag_start), 1)
        made: npt.NDArray[np.float32] = sums / np.sqrt(counts)[:, None].astype(np.float32)
        return made

    def offers(self, offers: Offers) -> npt.NDArray[np.float32]:
        return np.ascontiguousarray(self._kind(offers.kind) + self._own(offers))

    def seekers(self, seekers: Seekers) -> npt.NDArray[np.float32]:
        kinds = np.zeros((len(seekers.ids), DIMENSIONS), np.float32)
        for place in range(seekers.wants.shape[1]):
            some = np.flatnonzero(seekers.wants[:, place] >= 0)
            kinds[some] += self._kind(seekers.wants[some, place])
        return np.ascontiguousarray(kinds + self._own(seekers))


def _levels(codes: Any) -> tuple[npt.NDArray[np.int64], int]:
    """For each code the numbers of its second, third and fourth level, and how many there are."""
    names: dict[str, int] = {}
    rows = []
    for code in codes:
        parts = code.split("-")
        rows.append([names.setdefault("-".join(parts[:end]), len(names)) for end in (2, 3, 4)])
    return np.array(rows), len(names)


def _kind_words(code: str) -> list[str]:
    parts = code.split("-")
    return ["k" + "_".join(parts[:end]) for end in (2, 3, 4)]


def _offer_words(world: World) -> Iterator[str]:
    codes, offers = world.words.kinds.codes, world.offers
    start, tags = offers.tag_start.tolist(), offers.tags.tolist()
    for row, kind in enumerate(offers.kind.tolist()):
        own = [f"t{one}" for one in tags[start[row] : start[row + 1]]]
        yield " ".join([*_kind_words(codes[kind]), *own, f"d{int(offers.district[row])}"])


def _seeker_words(world: World, people: Seekers, row: int) -> list[str]:
    codes = world.words.kinds.codes
    words = [
        word for one in people.wants[row].tolist() if one >= 0 for word in _kind_words(codes[one])
    ]
    start, end = int(people.tag_start[row]), int(people.tag_start[row + 1])
    return [*dict.fromkeys(words), *(f"t{one}" for one in people.tags[start:end].tolist())]
