"""Writing many rows of one table with few words.

``bulk_create`` builds a model instance and prepares every column of every row; a season has a
million rows of sixty columns, most of them the same. Here what is the same is prepared once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

Prepare = Callable[[Any], Any]


class RowWriter:
    """Inserts rows of a model of which only ``varying`` columns differ.

    ``constants`` and ``varying`` name fields by their column attribute (``case_id``); whatever is
    in neither takes the field's default. Nothing is read back: give primary keys that are not
    the database's own.
    """

    def __init__(
        self, model: type[models.Model], constants: Mapping[str, object], varying: Sequence[str]
    ) -> None:
        fields = [
            field
            for field in model._meta.concrete_fields  # noqa: SLF001  Django's public _meta
            if not isinstance(field, models.AutoField)
        ]
        by_name = {field.attname: field for field in fields}
        unknown = ({*constants} | {*varying}) - by_name.keys()
        if unknown:
            raise ValueError(f"{model.__name__} has no {sorted(unknown)}")
        self._varying = [(name, preparing(by_name[name])) for name in varying]
        fixed = [name for name in by_name if name not in varying]
        self._fixed = tuple(
            preparing(by_name[name])(constants.get(name, _default(by_name[name], constants, name)))
            for name in fixed
        )
        quote = connection.ops.quote_name
        columns = [quote(by_name[name].column or name) for name in (*varying, *fixed)]
        marks = ", ".join(["%s"] * len(columns))
        table = quote(model._meta.db_table)  # noqa: SLF001  Django's public _meta
        self._sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows whose values stand in the order of ``varying``."""
        prepared = [prepare for _, prepare in self._varying]
        fixed = self._fixed
        values: list[tuple[Any, ...]] = [
            (*(one(value) for one, value in zip(prepared, row, strict=True)), *fixed)
            for row in rows
        ]
        if values:
            with connection.cursor() as cursor:
                cursor.executemany(self._sql, values)


def update_rows(table: str, changes: str, rows: Sequence[Sequence[object]]) -> None:
    """``UPDATE table SET changes WHERE id = %s`` once per row; the id stands last.

    ``table`` and ``changes`` are constant text of ours, never a request's.
    """
    prepared: list[tuple[Any, ...]] = [tuple(plain(value) for value in row) for row in rows]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", prepared)  # noqa: S608


def plain(value: object) -> object:
    """A parameter in the form the engine's driver takes."""
    if isinstance(value, UUID):
        return value.hex if connection.vendor == "sqlite" else value
    return value


def preparing(field: models.Field[Any, Any]) -> Prepare:
    """How a value of this field becomes a parameter."""
    if isinstance(field, models.UUIDField) or (
        isinstance(field, models.ForeignKey) and isinstance(field.target_field, models.UUIDField)
    ):
        return plain
    text = isinstance(field, models.CharField | models.TextField | models.IntegerField)
    if text and field.get_internal_type() != "BinaryField":
        return _as_is
    return lambda value: field.get_db_prep_save(value, connection=connection)


def _as_is(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _default(field: models.Field[Any, Any], constants: Mapping[str, object], name: str) -> object:
    return None if name in constants else field.get_default()
