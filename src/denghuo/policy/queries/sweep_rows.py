"""The rows of a run: pages, whole exports, one row explained, and the rows a change touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.compare import CHANGED_FILE, KINDS
from denghuo.policy.engines.sources import open_source
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import FactValueError, KnownFact, read_value
from denghuo.policy.queries.library import policy
from denghuo.policy.queries.sweeps import ANSWERS_FILE, ENTITY, RunView, run, source_of

ROWS_PER_PAGE = 50
EXPORT_BATCH_ROWS = 20_000
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "256MB"}

Sort = Literal["", "amount", "-amount"]
SORTS: tuple[Sort, ...] = ("", "-amount", "amount")
_DIRECTIONS = {"amount": "ASC", "-amount": "DESC"}


class RowNotFoundError(RefusalError):
    """The run's source has no such subject."""

    code = "policy.row_not_found"
    template = "这份文件里没有这一行，文件可能已经换过。"
    status = 404


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which answers: of a policy, of a verdict, refusals that fail exactly one condition, of
    subjects whose name holds ``word``."""

    policy: str = ""
    verdict: str = ""
    near: bool = False
    word: str = ""

    def where(self) -> tuple[str, dict[str, Any]]:
        """The condition and its values, for the database."""
        parts, values = ["true"], {}
        if self.policy:
            parts.append("CAST(policy AS VARCHAR) = $policy")
            values["policy"] = self.policy
        if self.verdict:
            parts.append("CAST(verdict AS VARCHAR) = $verdict")
            values["verdict"] = self.verdict
        if self.near:  # one bit set: a power of two
            parts.append("fail_mask > 0 AND (fail_mask & (fail_mask - 1)) = 0")
        if self.word:
            parts.append("contains(CAST(entity AS VARCHAR), $word)")
            values["word"] = self.word
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class RowView:
    """One answer of a run: a subject and a policy. ``place`` is where it stands in the run's own
    file: what an address names, for a subject's name is nobody's to read over a shoulder."""

    entity: str
    policy: str
    verdict: str
    amount: int | None
    fail_mask: int
    unknown_mask: int
    version: str | None
    place: int


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of answers."""

    rows: tuple[RowView, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One subject whose verdict or amount a change touches. ``change`` is None where a sum lacks
    a fact; ``league`` is a four-digit code or empty; ``place`` as in ``RowView``."""

    entity: str
    kind: str
    was: str
    paid: int | None
    is_now: str
    owed: int | None
    change: int | None
    league: str
    size: str
    place: int


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """One page of them."""

    rows: tuple[ChangedRow, ...]
    page: int
    pages: int
    total: int


_ANSWER = (
    "CAST(entity AS VARCHAR) AS entity, CAST(policy AS VARCHAR) AS policy, "
    "CAST(verdict AS VARCHAR) AS verdict, amount, fail_mask, unknown_mask, "
    "CAST(version AS VARCHAR) AS version"
)
_CHANGED = "entity, kind, was, paid, is_now, owed, change, league, size"
_PLACE = "file_row_number"


def answer_rows(
    run_id: UUID,
    *,
    policy_id: str = "",
    verdict: str = "",
    near: bool = False,
    word: str = "",
    sort: Sort = "",
    page: int = 1,
) -> RowPage:
    """Answers of a finished run, filtered, a page at a time.

    ``near`` keeps refusals that fail exactly one condition; ``sort`` is the order of the source
    or of amounts. Raises ``SweepNotFoundError``, ``FilesGoneError``.
    """
    view = run(run_id)
    asked = RowFilter(policy_id, verdict, near, word)
    condition, values = asked.where()
    found, number, pages, total = _page(
        view.file(ANSWERS_FILE), f"{_ANSWER}, {_PLACE}", condition, values,
        sort=sort, column="amount", page=page, total=count_rows(view, asked),
    )  # fmt: skip
    return RowPage(tuple(RowView(*row) for row in found), number, pages, total)


def count_rows(view: RunView, asked: RowFilter) -> int:
    """How many answers a filter keeps; from the run's sums wherever they say it."""
    if not asked.word and not (asked.near and asked.verdict not in ("", "not")):
        sums: dict[str, Any] = view.summary.get("policies", {})
        chosen = [each for name, each in sums.items() if asked.policy in ("", name)]
        if asked.near:
            return sum(each["near"] for each in chosen)
        if asked.verdict:
            return sum(each["by_verdict"][asked.verdict] for each in chosen)
        return sum(sum(each["by_verdict"].values()) for each in chosen)
    condition, values = asked.where()
    return _count(view.file(ANSWERS_FILE), condition, values)


def export_rows(view: RunView, asked: RowFilter) -> Iterator[pa.RecordBatch]:
    """All the answers a filter keeps, in the order of the source, a batch at a time."""
    file = view.file(ANSWERS_FILE)
    condition, values = asked.where()
    return _batches(
        f"SELECT {_ANSWER} "  # noqa: S608 - our own words
        f"FROM read_parquet($file) WHERE {condition}",
        {**values, "file": str(file)},
    )


def changed_rows(
    view: RunView, *, kind: str = "", word: str = "", sort: Sort = "", page: int = 1
) -> ChangedPage:
    """Subjects whose verdict or amount a simulation or a look back changes."""
    condition, values = _changed_where(kind, word)
    file = view.file(CHANGED_FILE)
    total = _count(file, condition, values)
    columns = f"{_CHANGED}, {_PLACE}"
    found, number, pages, total = _page(
        file, columns, condition, values, sort=sort, column="change", page=page, total=total
    )
    return ChangedPage(tuple(ChangedRow(*row) for row in found), number, pages, total)


def count_changed(view: RunView, *, kind: str = "", word: str = "") -> int:
    """How many there are."""
    return _count(view.file(CHANGED_FILE), *_changed_where(kind, word))


def export_changed(view: RunView, *, kind: str = "", word: str = "") -> Iterator[pa.RecordBatch]:
    """All of them, in the order of the source, a batch at a time."""
    condition, values = _changed_where(kind, word)
    return _batches(
        f"SELECT {_CHANGED} FROM read_parquet($file) WHERE {condition}",  # noqa: S608
        {**values, "file": str(view.file(CHANGED_FILE))},
    )


def explained_row(view: RunView, entity: str, policy_id: str, language: str = "zh") -> Answer:
    """One row of the source, answered with every reason, by the rules of the run: the text that
    spoke when it was asked for, and in a look back only what was public by then.

    Raises ``RowNotFoundError``, ``PolicyNotFoundError``.
    """
    definition = policy(policy_id, view.created_at)
    raw = _source_row(source_of(view.id), entity)
    facts: dict[str, KnownFact] = {}
    for name, spec in definition.specs.items():
        if name not in raw:
            continue
        try:
            reading = read_value(spec, raw[name])
        except FactValueError:
            continue
        facts[name] = KnownFact(reading.value, spec.source, None, reading.why)
    known_on = day_of(view.created_at) if view.kind == "retro" else None
    return answer(definition, facts, view.as_of, known_on=known_on, language=language)


def entity_at(view: RunView, place: int) -> str:
    """Whom the row at a place of the run's list is about. Raises ``RowNotFoundError``."""
    file = view.file(ANSWERS_FILE if view.kind == "sweep" else CHANGED_FILE)
    with duckdb.connect(":memory:", config=_SETTINGS) as database:
        found = database.execute(
            "SELECT CAST(entity AS VARCHAR) "
            "FROM read_parquet($file, file_row_number = true) WHERE file_row_number = $place",
            {"file": str(file), "place": place},
        ).fetchone()
    if found is None:
        raise RowNotFoundError
    return str(found[0])


def _source_row(path: Path, entity: str) -> dict[str, Any]:
    """The first record of a subject, whole."""
    opened = open_source(path)
    if ENTITY not in opened.columns:
        raise RowNotFoundError
    if path.suffix.lower() == ".parquet":
        return _parquet_row(path, entity)
    for _, batch in opened.batches(list(opened.columns)):
        names = batch.column(batch.schema.get_field_index(ENTITY)).cast(pa.string())
        found = pc.index(names, entity).as_py()
        if found >= 0:
            return dict(batch.slice(found, 1).to_pylist()[0])
    raise RowNotFoundError


def _parquet_row(path: Path, entity: str) -> dict[str, Any]:
    """Only the subjects' names are read until the one is found."""
    with duckdb.connect(":memory:", config=_SETTINGS) as database:
        found = database.sql(
            "SELECT * FROM read_parquet($file) WHERE CAST(entity AS VARCHAR) = $entity LIMIT 1",
            params={"file": str(path), "entity": entity},
        ).to_arrow_table()
    if not found.num_rows:
        raise RowNotFoundError
    return dict(found.to_pylist()[0])


def _changed_where(kind: str, word: str) -> tuple[str, dict[str, Any]]:
    parts, values = ["true"], {}
    if kind in KINDS:
        parts.append("kind = $kind")
        values["kind"] = kind
    if word:
        parts.append("contains(entity, $word)")
        values["word"] = word
    return " AND ".join(parts), values


def _count(file: Path, condition: str, values: Mapping[str, Any]) -> int:
    with duckdb.connect(":memory:", config=_SETTINGS) as database:
        found = database.execute(
            f"SELECT count(*) FROM read_parquet($file) WHERE {condition}",  # noqa: S608
            {**values, "file": str(file)},
        ).fetchone()
    return int(found[0]) if found else 0


def _page(
    file: Path,
    columns: str,
    condition: str,
    values: Mapping[str, Any],
    *,
    sort: Sort,
    column: str,
    page: int,
    total: int,
) -> tuple[list[Any], int, int, int]:
    """One page, its number, how many there are, and the total."""
    pages = max(1, -(-total // ROWS_PER_PAGE))
    number = min(max(1, page), pages)
    # Only a sort reads everything; otherwise the file's own order stands and reading stops early.
    order = f"ORDER BY {column} {_DIRECTIONS[sort]} NULLS LAST, file_row_number" if sort else ""
    with duckdb.connect(":memory:", config=_SETTINGS) as database:
        found = database.execute(
            f"SELECT {columns} FROM read_parquet($file, file_row_number = true) "  # noqa: S608
            f"WHERE {condition} {order} "
            f"LIMIT {ROWS_PER_PAGE} OFFSET {(number - 1) * ROWS_PER_PAGE}",
            {**values, "file": str(file)},
        ).fetchall()
    return found, number, pages, total


def _batches(query: str, values: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
    with duckdb.connect(":memory:", config=_SETTINGS) as database:
        yield from database.sql(query, params=dict(values)).to_arrow_reader(EXPORT_BATCH_ROWS)
