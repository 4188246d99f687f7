"""One question put to each engine: total, counts by place, and the twenty best keys.

Peers have no cutter for Chinese: they are given pairs of neighbouring characters, the usual way
out, so that a word is a row of pairs that must all be there. They read no pinyin and put no wrong
character right; that is what the recall beside their times shows.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from benchmarks.search_peers.posts import NOW_SECONDS, SHAPE, Asked
from denghuo.search.logic.answering import answer
from denghuo.search.logic.grams import normal
from denghuo.search.logic.segment import build
from denghuo.search.logic.shelf import Layer, Shelf
from denghuo.search.logic.understanding import understand
from denghuo.search.logic.values import Entry, Question

LIMIT = 20
NOW = datetime.fromtimestamp(NOW_SECONDS, UTC)
Answer = tuple[int, list[str]]


class AbsentError(Exception):
    """The engine is not installed."""


class Engine(Protocol):
    """What the benchmark does with each."""

    def build(self, entries: Sequence[Entry]) -> None:
        """Make the index from nothing."""

    def update(self, entry: Entry) -> None:
        """Change one entry so that the next question sees it."""

    def ask(self, asked: Asked) -> Answer:
        """How many there are, and the keys of the best."""


def pairs(texts: Iterable[str]) -> str:
    """Pairs of neighbouring characters as words, for engines that cut at spaces."""
    cut = []
    for text in texts:
        plain = normal(text)
        cut += [plain[at : at + 2] for at in range(len(plain) - 1)] or [plain]
    return " ".join(cut)


class Ours:
    """The room's own index."""

    def build(self, entries: Sequence[Entry]) -> None:
        self.shelf = Shelf(SHAPE, (Layer.whole(build(entries, SHAPE)),))

    def update(self, entry: Entry) -> None:
        self.shelf = self.shelf.changed([entry.key], [entry], self.shelf.number + 1)

    def ask(self, asked: Asked) -> Answer:
        found = answer(
            self.shelf,
            Question(
                NOW,
                understand(self.shelf, asked.typed),
                choices={"place": (asked.place,)} if asked.place else {},
                at_least={"pay": asked.pay_least} if asked.pay_least else {},
                limit=LIMIT,
                counted=("place",),
            ),
        )
        return found.total, [hit.key for hit in found.hits]


class Fts5:
    """SQLite's full-text search."""

    def build(self, entries: Sequence[Entry]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.base = sqlite3.connect(str(Path(self.folder.name) / "posts.db"), isolation_level=None)
        self.base.execute("PRAGMA synchronous = OFF")
        self.base.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, place TEXT, pay INT)")
        self.base.execute("CREATE VIRTUAL TABLE words USING fts5(title, names)")
        self.base.execute("BEGIN")
        self.base.executemany("INSERT INTO posts VALUES (?, ?, ?)", map(_row, entries))
        self.base.executemany(
            "INSERT INTO words (rowid, title, names) VALUES (?, ?, ?)", map(_words, entries)
        )
        self.base.execute("COMMIT")

    def update(self, entry: Entry) -> None:
        self.base.execute("BEGIN")
        self.base.execute("INSERT OR REPLACE INTO posts VALUES (?, ?, ?)", _row(entry))
        self.base.execute(
            "INSERT OR REPLACE INTO words (rowid, title, names) VALUES (?, ?, ?)", _words(entry)
        )
        self.base.execute("COMMIT")

    def ask(self, asked: Asked) -> Answer:
        match = " AND ".join(f'"{pair}"' for pair in pairs([asked.typed]).split())
        tables = "FROM words JOIN posts ON posts.id = words.rowid"
        limits = "words MATCH ? AND pay >= ? AND place LIKE ?"
        given = (match, asked.pay_least, f"{asked.place or ''}%")
        counts = self.base.execute(
            f"SELECT place, COUNT(*) {tables} WHERE {limits} GROUP BY place", given
        ).fetchall()
        best = self.base.execute(
            f"SELECT id {tables} WHERE {limits} ORDER BY bm25(words, 3, 1), id LIMIT {LIMIT}", given
        ).fetchall()
        return sum(count for _, count in counts), [f"{key:019}" for (key,) in best]


class Postgres:
    """PostgreSQL's text search over an inverted index. It must be running at ``url``."""

    def __init__(self, url: str) -> None:
        import psycopg  # noqa: PLC0415  only this peer needs it

        self.server: Any = psycopg.connect(url, autocommit=True)

    def build(self, entries: Sequence[Entry]) -> None:
        self.server.execute(
            "CREATE TABLE posts (id bigint PRIMARY KEY, place text, pay bigint, words tsvector)"
        )
        with self.server.cursor().copy("COPY posts FROM STDIN") as copy:
            for entry in entries:
                copy.write_row((*_row(entry), _vector(entry)))
        self.server.execute("CREATE INDEX ON posts USING gin (words)")
        self.server.execute("VACUUM ANALYZE posts")

    def update(self, entry: Entry) -> None:
        self.server.execute(
            "UPDATE posts SET place = %s, pay = %s, words = %s::tsvector WHERE id = %s",
            (*_row(entry)[1:], _vector(entry), int(entry.key)),
        )

    def ask(self, asked: Asked) -> Answer:
        query = " & ".join(f"'{pair}'" for pair in pairs([asked.typed]).split())
        limits = "words @@ %s::tsquery AND pay >= %s AND place LIKE %s"
        given = (query, asked.pay_least, f"{asked.place or ''}%")
        counts = self.server.execute(
            f"SELECT place, COUNT(*) FROM posts WHERE {limits} GROUP BY place", given
        ).fetchall()
        best = self.server.execute(
            f"SELECT id FROM posts WHERE {limits}"
            f" ORDER BY ts_rank(words, %s::tsquery) DESC, id LIMIT {LIMIT}",
            (*given, query),
        ).fetchall()
        return sum(count for _, count in counts), [f"{key:019}" for (key,) in best]


class Tantivy:
    """A search engine in the process. Counts by place are left out: it is asked for less."""

    def build(self, entries: Sequence[Entry]) -> None:
        try:
            import tantivy  # noqa: PLC0415  only this peer needs it
        except ImportError as absent:
            raise AbsentError(str(absent)) from absent
        self.tantivy: Any = tantivy
        shape = tantivy.SchemaBuilder()
        shape.add_text_field("key", stored=True, tokenizer_name="raw")
        shape.add_text_field("league", tokenizer_name="raw")
        shape.add_text_field("title", tokenizer_name="whitespace")
        shape.add_text_field("names", tokenizer_name="whitespace")
        shape.add_integer_field("pay", indexed=True, fast=True)
        self.schema = shape.build()
        self.index = tantivy.Index(self.schema)
        self.writer = self.index.writer(200_000_000, 1)
        for entry in entries:
            self.writer.add_document(self._document(entry))
        self.writer.commit()
        self.index.reload()

    def _document(self, entry: Entry) -> Any:
        _, title, names = _words(entry)
        return self.tantivy.Document(
            key=entry.key, league=entry.one["place"][:4], title=title, names=names,
            pay=entry.numbers["pay"],
        )  # fmt: skip

    def update(self, entry: Entry) -> None:
        self.writer.delete_documents("key", entry.key)
        self.writer.add_document(self._document(entry))
        self.writer.commit()
        self.index.reload()

    def ask(self, asked: Asked) -> Answer:
        kit = self.tantivy
        must = []
        for pair in pairs([asked.typed]).split():
            either = [
                (kit.Occur.Should, kit.Query.term_query(self.schema, name, pair))
                for name in ("title", "names")
            ]
            must.append((kit.Occur.Must, kit.Query.boolean_query(either)))
        if asked.place:
            must.append((kit.Occur.Must, kit.Query.term_query(self.schema, "league", asked.place)))
            at_least = kit.Query.range_query(
                self.schema, "pay", kit.FieldType.Integer, asked.pay_least, 1 << 40
            )
            must.append((kit.Occur.Must, at_least))
        searcher = self.index.searcher()
        found = searcher.search(kit.Query.boolean_query(must), LIMIT, count=True)
        return found.count, [searcher.doc(at)["key"][0] for _, at in found.hits]


def _row(entry: Entry) -> tuple[int, str, int | None]:
    return int(entry.key), entry.one["place"], entry.numbers["pay"]


def _words(entry: Entry) -> tuple[int, str, str]:
    return int(entry.key), pairs([entry.title]), pairs(entry.names)


def _vector(entry: Entry) -> str:
    title = {f"'{pair}':1A" for pair in pairs([entry.title]).split()}
    return " ".join(sorted(title | {f"'{pair}':2" for pair in pairs(entry.names).split()}))
