"""The door of the benefits room: what other floors may import."""

from __future__ import annotations

from denghuo.benefits.actions.imports import (
    confirm_import,
    drop_import,
    receive_file,
    set_mapping,
    take_back,
)
from denghuo.benefits.queries.imports import ImportView, import_of, imports_for
from denghuo.benefits.queries.tables import (
    JoinedTable,
    NoTableError,
    TableFact,
    TableView,
    entity_key,
    facts_in_table,
    join_tables,
    latest_table,
    latest_tables,
    subjects_of,
    table_of,
)

__all__ = [
    "ImportView",
    "JoinedTable",
    "NoTableError",
    "TableFact",
    "TableView",
    "confirm_import",
    "drop_import",
    "entity_key",
    "facts_in_table",
    "import_of",
    "imports_for",
    "join_tables",
    "latest_table",
    "latest_tables",
    "receive_file",
    "set_mapping",
    "subjects_of",
    "table_of",
    "take_back",
]
