"""Writing many rows of one table with few words.

``bulk_create`` builds a model instance and prepares every column of every row; a season has a
million rows of sixty columns, most of them the same. Here what is the same is prepared once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL

Prepare = Callable[[Sequence[Any]], Sequence[Any]]
# SQLite takes 32,766 parameters in a statement; beyond some hundred rows nothing is won.
_ROWS_PER_STATEMENT, _PARAMETERS_MAX = 500, 30_000
_TAIL_BITS = 74
_VERSION_7, _VARIANT = 7 << 76, 2 << 62


def fresh_ids(count: int, at: datetime) -> list[UUID]:
    """Identifiers nobody can guess that rise: the instant, then 74 random bits (RFC 9562, 7).

    A million rows under scattered identifiers write a page of every index anew for each row; these
    stand at its end. Only for rows whose instant is no secret.
    """
    stamp = (int(at.timestamp() * 1000) & (1 << 48) - 1) << 80 | _VERSION_7 | _VARIANT
    tails = sorted(secrets.randbits(_TAIL_BITS) for _ in range(count))
    return [UUID(int=stamp | (tail >> 62) << 64 | tail & (1 << 62) - 1) for tail in tails]


def one_of(values: Collection[UUID] | Collection[str], *, text: bool = False) -> RawSQL:
    """What ``__in`` takes instead of the values: one parameter for thousands, each of which would
    cost Django more than the search costs the database. Identifiers, or ``text``."""
    if connection.vendor == "postgresql":
        sql = "SELECT unnest(%s::text[])" if text else "SELECT unnest(%s::uuid[])"
        return RawSQL(sql, [list(values)])  # noqa: S611  constant text
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(plain([*values]))])


class RowWriter:
    """Inserts rows of a model of which only ``varying`` columns differ.

    ``constants`` and ``varying`` name fields by their column attribute (``case_id``); whatever is
    in neither takes the field's default. Nothing is read back: give primary keys that are not
    the database's own.
    """

    def __init__(
        self, model: type[models.Model], constants: Mapping[str, object], varying: Sequence[str]
    ) -> None:
        by_name = {
            field.attname: field
            for field in model._meta.concrete_fields  # noqa: SLF001  Django's public _meta
            if not isinstance(field, models.AutoField)
        }
        unknown = ({*constants} | {*varying}) - by_name.keys()
        if unknown:
            raise ValueError(f"{model.__name__} has no {sorted(unknown)}")
        self._prepare = [preparing(by_name[name]) for name in varying]
        fixed = [name for name in by_name if name not in varying]
        self._fixed = [
            preparing(by_name[name])([constants.get(name, by_name[name].get_default())])[0]
            for name in fixed
        ]
        quote = connection.ops.quote_name
        columns = [quote(by_name[name].column or name) for name in (*varying, *fixed)]
        table = quote(model._meta.db_table)  # noqa: SLF001  Django's public _meta
        self._insert = f"INSERT INTO {table} ({', '.join(columns)})"

    def write(self, *columns: Sequence[object]) -> None:
        """Insert rows given column by column, in the order of ``varying``."""
        prepared = [one(column) for one, column in zip(self._prepare, columns, strict=True)]
        if not columns[0]:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                # A statement that a trigger may refuse keeps a copy of each page it changes, so
                # one for hundreds of rows costs a quarter of one for each. PostgreSQL would
                # have to be told the kinds of the values, and has no such copies.
                for start in range(0, len(columns[0]), self._rows_max):
                    until = start + self._rows_max
                    cursor.execute(*self._many([column[start:until] for column in prepared]))
                return
            marks = ", ".join(["%s"] * (len(prepared) + len(self._fixed)))
            same = (repeat(value, len(columns[0])) for value in self._fixed)
            rows = list(zip(*prepared, *same, strict=True))
            cursor.executemany(f"{self._insert} VALUES ({marks})", rows)

    @property
    def _rows_max(self) -> int:
        return min(_ROWS_PER_STATEMENT, _PARAMETERS_MAX // len(self._prepare))

    def _many(self, columns: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        """One statement for these rows; what is the same in all stands in it once."""
        rows = list(zip(*columns, strict=True))
        marks = f"({', '.join(['%s'] * len(columns))})"
        # SQLite calls the columns of VALUES so.
        names = [f"column{n}" for n in range(1, len(columns) + 1)]
        chosen = ", ".join([*names, *["%s"] * len(self._fixed)])
        given = ", ".join([marks] * len(rows))
        sql = f"{self._insert} SELECT {chosen} FROM (VALUES {given})"  # noqa: S608
        return sql, [*self._fixed, *chain.from_iterable(rows)]


def update_rows(table: str, changes: str, *columns: Sequence[object]) -> None:
    """``UPDATE table SET changes WHERE id = %s`` once per row, given column by column; the ids
    stand last.

    ``table`` and ``changes`` are constant text of ours, never a request's.
    """
    rows: list[tuple[Any, ...]] = list(zip(*(plain(column) for column in columns), strict=True))
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", rows)  # noqa: S608
            return
        # For the reason ``write`` has: a reference may be refused, and many rows share a page.
        names = [f"given.column{n}" for n in range(1, len(columns) + 1)]
        said = changes % tuple(names[:-1])
        marks = f"({', '.join(['%s'] * len(columns))})"
        rows_max = min(_ROWS_PER_STATEMENT, _PARAMETERS_MAX // len(columns))
        for start in range(0, len(rows), rows_max):
            some = rows[start : start + rows_max]
            given = f"(VALUES {', '.join([marks] * len(some))}) AS given"
            cursor.execute(
                f"UPDATE {table} SET {said} FROM {given} WHERE {table}.id = {names[-1]}",  # noqa: S608
                list(chain.from_iterable(some)),
            )


def plain(column: Sequence[Any]) -> Sequence[Any]:
    """Values in the form the engine's driver takes: SQLite keeps identifiers as 32 digits."""
    if connection.vendor != "sqlite":
        return column
    return [value.hex if isinstance(value, UUID) else value for value in column]


def preparing(field: models.Field[Any, Any]) -> Prepare:
    """How a column of this field's values becomes parameters."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.UUIDField):
        return plain
    text = isinstance(target, models.CharField | models.TextField | models.IntegerField)
    if text and field.get_internal_type() != "BinaryField":
        return _as_is
    if isinstance(target, models.DateField | models.BooleanField):
        return lambda column: _each_once(field, column)
    return lambda column: [field.get_db_prep_save(value, connection=connection) for value in column]


def _each_once(field: models.Field[Any, Any], column: Sequence[Any]) -> Sequence[Any]:
    """Thousands of rows share a handful of days. Never for sealed values: each has its own seal."""
    ready = {value: field.get_db_prep_save(value, connection=connection) for value in {*column}}
    return [ready[value] for value in column]


def _as_is(column: Sequence[Any]) -> Sequence[Any]:
    return [str(value) if type(value) is not str and isinstance(value, str) else value
            for value in column]  # fmt: skip
