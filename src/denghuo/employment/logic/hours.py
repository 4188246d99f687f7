"""When a post is worked, from its words; posts rarely have a column for it."""

from __future__ import annotations

import re

from denghuo.employment.logic.numerals import normal_text
from denghuo.employment.logic.terms import Hours

_TEXT_MAX = 20_000
_WORDS: tuple[tuple[Hours, re.Pattern[str]], ...] = (
    ("shifts", re.compile(r"倒班|轮班|[两二三四]班|早晚班|上\d+休\d+|做[一二]休[一二]")),
    ("night", re.compile(r"夜班|晚班|夜间(?:上班|值守|工作)|通宵")),
    ("part", re.compile(r"兼职|小时工|钟点工|半天班|半日|计时工|临时工")),
    ("weekend", re.compile(r"(?:只|仅)?(?:周末|双休日)(?:兼职|上班|工作)")),
    ("season", re.compile(r"季节工|季节性|短期工|暑期工|寒假工|暑假工|秋收|采摘|羊毛季|接羔")),
)
_DAY = re.compile(r"白班|双休|朝九晚|单休|正常班|行政班")
_NONE_BEFORE = re.compile(r"(?:不|无|没有|无需|不用)(?:上|需|要|倒)?$")


def read_hours_worked(title: str, body: str) -> tuple[Hours, ...]:
    """The kinds of hours a post speaks of; one that speaks of none is worked by day.

    "不上夜班" and "不倒班" are none.
    """
    text = normal_text(f"{title}\n{body}"[:_TEXT_MAX])
    found: list[Hours] = []
    for hours, words in _WORDS:
        for match in words.finditer(text):
            if not _NONE_BEFORE.search(text[max(0, match.start() - 4) : match.start()]):
                found.append(hours)
                break
    if not found or _DAY.search(text):
        found.insert(0, "day")
    return tuple(found)
