"""The national classification of occupations (GB/T 6565, edition 2022): codes and the tree.

A code is ``2-02-30-10``: 大类, 中类, 小类, 细类. A coarser group has zeros at the end, so that
``2-02-30-00`` is the 小类 of it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from denghuo.kernel.refusal import RefusalError

Depth = Literal[1, 2, 3, 4]
DEPTHS: tuple[Depth, ...] = (1, 2, 3, 4)
DEPTH_NAMES: Mapping[Depth, str] = {1: "大类", 2: "中类", 3: "小类", 4: "细类"}
_CODE = re.compile(r"[1-8]-\d{2}-\d{2}-\d{2}")
# The edition marks green (L) and digital (S) occupations after their name.
_MARKS = re.compile(r"(?<=[一-鿿])(?:L/S|L|S)$")
_COLUMNS = {"level", "code", "name", "alias"}


class UnknownOccupationError(RefusalError):
    """No occupation has this code."""

    code = "employment.unknown_occupation"
    template = "职业分类里没有代码 {occupation}。"


class OccupationTableError(ValueError):
    """The file is not the classification; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Occupation:
    """One group or occupation. ``aliases`` are other names of it, its own first.

    ``fine`` marks an occupation (细类): some are alone in their 小类 and bear its code.
    """

    code: str
    name: str
    depth: Depth
    fine: bool
    aliases: tuple[str, ...]


def path_of(code: str) -> tuple[str, str, str, str]:
    """The groups above a code and itself: 2-02-30-10 → 2-00-00-00, 2-02-00-00, …"""
    parts = code.split("-")
    a, b, c = parts[0], parts[1], parts[2]
    return f"{a}-00-00-00", f"{a}-{b}-00-00", f"{a}-{b}-{c}-00", code


def depth_of(code: str) -> Depth:
    """How fine a code is. Raises ``UnknownOccupationError`` if it is no code at all."""
    if not _CODE.fullmatch(code):
        raise UnknownOccupationError(occupation=code[:20])
    groups = path_of(code)
    return next(depth for depth in DEPTHS if groups[depth - 1] == code)


@dataclass(frozen=True, slots=True)
class OccupationTable:
    """The whole classification by code."""

    by_code: Mapping[str, Occupation]

    def find(self, code: str) -> Occupation:
        """One occupation. Raises ``UnknownOccupationError``."""
        found = self.by_code.get(code)
        if found is None:
            raise UnknownOccupationError(occupation=code[:20])
        return found

    def path_names(self, code: str) -> tuple[str, ...]:
        """The names from the broadest group down to the code, each once."""
        groups = dict.fromkeys(path_of(self.find(code).code))
        return tuple(self.by_code[one].name for one in groups if one in self.by_code)


def read_table(lines: Iterable[str]) -> OccupationTable:
    """Read the classification from CSV lines with the columns level, code, name and alias.

    Raises ``OccupationTableError``.
    """
    reader = csv.DictReader(lines)
    if missing := _COLUMNS - set(reader.fieldnames or ()):
        raise OccupationTableError(f"columns are missing: {sorted(missing)}")
    found: dict[str, Occupation] = {}
    for row in reader:
        code = row["code"].strip()
        if not _CODE.fullmatch(code):
            raise OccupationTableError(f"line {reader.line_num}: {code!r} is no code")
        name = _MARKS.sub("", row["name"].strip())
        others = (_MARKS.sub("", alias.strip()) for alias in sorted(row["alias"].split(",")))
        earlier = found.get(code)  # a few codes stand twice, as the 小类 and as its 细类
        before = earlier.aliases if earlier else ()
        aliases = dict.fromkeys(each for each in (*before, name, *others) if each)
        fine = row["level"].strip() == "4" or (earlier is not None and earlier.fine)
        found[code] = Occupation(code, name, depth_of(code), fine, tuple(aliases))
    if not found:
        raise OccupationTableError("no occupation")
    return OccupationTable(found)


def read_examples(lines: Iterable[str], table: OccupationTable) -> list[tuple[str, str]]:
    """Titles somebody coded: (title, code), from the columns job_name and expected_code.

    Rows without a code or with one the table lacks are left out.
    """
    reader = csv.DictReader(lines)
    if missing := {"job_name", "expected_code"} - set(reader.fieldnames or ()):
        raise OccupationTableError(f"columns are missing: {sorted(missing)}")
    pairs = ((row["job_name"].strip(), row["expected_code"].strip()) for row in reader)
    return [(title, code) for title, code in pairs if title and code in table.by_code]
