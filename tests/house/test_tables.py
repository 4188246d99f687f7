"""No table leaves the house that a spreadsheet program would run."""

from __future__ import annotations

import ast

import pytest

from tests.house.house import modules, name_of, tree_of

pytestmark = pytest.mark.no_postgres

ARROW_WRITERS = frozenset({"write_csv", "CSVWriter"})
OTHER_WRITERS = frozenset({"to_csv", "sink_csv"})
ROW_WRITERS = frozenset({"writerow", "writerows", "writeheader"})
# Where Arrow writes CSV: every column of text is guarded there.
ARROW_MAY = {"policy/engines/safe_csv.py"}
# Tables for other programs, where a guard would be a wrong letter, with who reads them.
MAY: dict[str, str] = {}


def named(node: ast.AST) -> str:
    """The last word of what is named: ``writer`` of ``csv.writer``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_safe(row: ast.expr) -> bool:
    """Whether a row is made safe on the spot, or is our own constant."""
    if isinstance(row, ast.Name) and row.id.isupper():
        return True
    return any(isinstance(n, ast.Call) and named(n.func) == "safe_cell" for n in ast.walk(row))


def unsafe(tree: ast.AST) -> list[int]:
    """Lines that write a table in a way nothing guards."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.upper()
            if "COPY" in words and "CSV" in words and " TO " in words:
                found.append(node.lineno)
        if not isinstance(node, ast.Call):
            continue
        name = named(node.func)
        raw_row = name in ROW_WRITERS and not (node.args and is_safe(node.args[0]))
        if raw_row or name in ARROW_WRITERS | OTHER_WRITERS:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    "code",
    [
        "csv.writer(file).writerow(['name', name])",
        "writer.writerows(rows)",
        "csv.DictWriter(file, names).writeheader()",
        "pacsv.write_csv(table, out)",
        "frame.to_csv(path)",
        "database.sql(\"COPY answers TO 'x.csv' (FORMAT CSV)\")",
    ],
)
def test_the_search_finds_what_it_should(code: str) -> None:
    assert unsafe(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "writer.writerow([safe_cell(cell) for cell in row])",
        "writer.writerows([safe_cell(c) for c in row] for row in rows)",
        "writer.writerow(HEADINGS)",
        "file.writelines(table_lines(rows))",
    ],
)
def test_and_leaves_what_is_safe(code: str) -> None:
    assert unsafe(ast.parse(code)) == []


def test_every_table_is_safe_to_open() -> None:
    found = {name_of(file): unsafe(tree_of(file)) for file in modules()}
    wrong = {
        name: lines
        for name, lines in found.items()
        if lines and name not in ARROW_MAY and name not in MAY
    }
    assert wrong == {}, "use denghuo.kernel.spreadsheet.table_lines"


def test_the_exceptions_are_still_there() -> None:
    writing = {name_of(file) for file in modules() if unsafe(tree_of(file))}
    assert (ARROW_MAY | MAY.keys()) - writing == set(), "take these out of the list"
