"""Decision pages: one number each, named as their title says; whoever cites one finds it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.house import ROOT

pytestmark = pytest.mark.no_postgres
PAGES = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
NAME = re.compile(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md")
# "decision 0011", "decisions/0011", "docs/decisions/0020, 0021", "decisions/0011-verdicts.md".
CITED = re.compile(r"decisions?[/ ](\d{4}(?:, \d{4})*)((?:-[a-z0-9]+)*\.md)?")


def texts() -> Iterator[Path]:
    yield from (ROOT / "src").rglob("*.py")
    yield from (ROOT / "docs").rglob("*.md")
    yield from (ROOT / "benchmarks").rglob("*.py")
    yield from ROOT.glob("*.md")


def test_each_page_has_a_number_of_its_own_and_says_it() -> None:
    assert len(PAGES) > 50
    assert [page.name for page in PAGES if not NAME.fullmatch(page.name)] == []
    numbers = Counter(page.name[:4] for page in PAGES)
    assert [number for number, pages in numbers.items() if pages > 1] == []
    for page in PAGES:
        first = page.read_text(encoding="utf-8").partition("\n")[0]
        assert re.fullmatch(rf"# {page.name[:4]} \S.*", first), page.name


def test_what_is_cited_is_there() -> None:
    names = {page.name[:4]: page.name for page in PAGES}
    cited = [
        (file, number, match[2])
        for file in texts()
        for match in CITED.finditer(file.read_text(encoding="utf-8"))
        for number in match[1].split(", ")
    ]
    assert len(cited) > 40
    dangling = [
        f"{file.relative_to(ROOT)}: {number}{rest or ''}"
        for file, number, rest in cited
        if number not in names or (rest and names[number] != f"{number}{rest}")
    ]
    assert dangling == []
