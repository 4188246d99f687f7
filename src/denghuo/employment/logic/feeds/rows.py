"""One row of a list of posts, read whole: what it says, or every reason why it is refused."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from denghuo.employment.logic.feeds.cells import (
    read_count,
    read_day,
    read_schooling,
    read_years,
)
from denghuo.employment.logic.feeds.columns import Column
from denghuo.employment.logic.feeds.troubles import trouble_sentence
from denghuo.kernel.table_text import plain
from denghuo.kernel.uscc import NotUsccError, Uscc

Grade = Literal["refused", "held", "noted"]
TITLE_MAX = 120
EMPLOYER_MAX = 120
KEY_MAX = 120
SHORT_MAX = 200
BODY_MAX = 20_000
URL_MAX = 500
OPENINGS_MAX = 100_000
_LONGEST: Mapping[Column, int] = {
    "title": TITLE_MAX,
    "employer": EMPLOYER_MAX,
    "key": KEY_MAX,
    "wage": SHORT_MAX,
    "place": SHORT_MAX,
    "address": SHORT_MAX,
    "certificates": SHORT_MAX,
    "body": BODY_MAX,
    "url": URL_MAX,
}
_URL = re.compile(r"https://[^\s/@]+\.[^\s/@]+(?:/\S*)?", re.ASCII)
_PARTS = re.compile(r"[,，、;；/]+")
# A program would run these; text that only begins with a dash or an @ is text.
_FORMULA = ("=", "＝")


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """What is wrong with one cell (``column`` is empty where it is the whole row)."""

    column: Column | Literal[""]
    grade: Grade
    code: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """One Chinese sentence."""
        return trouble_sentence(self.code, dict(self.values))


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One post as its source told it, cells read as far as they are plain.

    ``key`` is the source's own number of the post, or one made of employer, title and place where
    it has none. ``place`` is place and address joined. ``wage`` is as written; two columns of
    figures are written as one.
    """

    key: str
    employer_uscc: str
    employer: str
    title: str
    body: str = ""
    wage: str = ""
    place: str = ""
    url: str = ""
    openings: int = 1
    schooling: int = 0
    years: int = 0
    certificates: tuple[str, ...] = ()
    open_from: date | None = None
    open_until: date | None = None
    # Only where somebody ticked them; elsewhere they are read from the text.
    hours: tuple[str, ...] = ()

    @property
    def told(self) -> dict[str, object]:
        """The smaller columns, as they are kept beside the text."""
        told: dict[str, object] = {
            "openings": self.openings,
            "schooling": self.schooling,
            "years": self.years,
            "certificates": list(self.certificates),
            "open_from": self.open_from.isoformat() if self.open_from else "",
            "open_until": self.open_until.isoformat() if self.open_until else "",
        }
        return told | ({"hours": list(self.hours)} if self.hours else {})

    @property
    def digest(self) -> str:
        """Equal for rows that say the same."""
        said = [
            self.employer_uscc, self.employer, self.title, self.body, self.wage, self.place,
            self.url, self.told,
        ]  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read_row(
    cells: Mapping[Column, str | None], *, today: date
) -> tuple[FeedRow | None, tuple[RowTrouble, ...]]:
    """The row and what is to be said of it; None where it is refused."""
    reading = _Reading({name: plain(text) or "" for name, text in cells.items()})
    reading.refuse_formulas_and_lengths()
    code = reading.employer_code()
    first, last = reading.day("open_from"), reading.day("open_until")
    if first and last and last < first:
        reading.add("open_until", "refused", "until_before_from")
    elif last and last < today:
        reading.add("open_until", "refused", "over")
    openings = reading.openings()
    url = reading.url()
    needed: tuple[tuple[Column, str], ...] = (("title", "no_title"), ("employer", "no_employer"))
    for name, word in needed:
        if not reading.said(name):
            reading.add(name, "refused", word)
    if any(one.grade == "refused" for one in reading.troubles):
        return None, tuple(reading.troubles)
    place = " ".join(dict.fromkeys(filter(None, (reading.said("place"), reading.said("address")))))
    row = FeedRow(
        key=reading.said("key"),
        employer_uscc=code,
        employer=reading.said("employer"),
        title=reading.said("title"),
        body=reading.said("body"),
        wage=reading.wage(),
        place=place[:SHORT_MAX],
        url=url,
        openings=openings,
        schooling=read_schooling(reading.said("schooling")),
        years=read_years(reading.said("years")),
        certificates=tuple(
            one.strip() for one in _PARTS.split(reading.said("certificates")) if one.strip()
        ),
        open_from=first,
        open_until=last,
    )
    return (row if row.key else _keyed(row)), tuple(reading.troubles)


def _keyed(row: FeedRow) -> FeedRow:
    """A key for a source that has none: the same post has the same key in the next list."""
    said = json.dumps([row.employer_uscc or row.employer, row.title, row.place], ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    return replace(row, key=f"~{digest}")


class _Reading:
    """The cells of a row and what was found wrong on the way."""

    def __init__(self, cells: Mapping[Column, str]) -> None:
        self._cells = cells
        self.troubles: list[RowTrouble] = []

    def said(self, name: Column) -> str:
        return self._cells.get(name, "")

    def add(self, name: Column, grade: Grade, code: str, **values: str) -> None:
        self.troubles.append(RowTrouble(name, grade, code, tuple(sorted(values.items()))))

    def refuse_formulas_and_lengths(self) -> None:
        for name, text in self._cells.items():
            if text.startswith(_FORMULA):
                self.add(name, "refused", "formula")
            elif len(text) > _LONGEST.get(name, SHORT_MAX):
                self.add(name, "refused", "too_long", most=str(_LONGEST.get(name, SHORT_MAX)))

    def employer_code(self) -> str:
        text = self.said("employer_code")
        if not text:
            self.add("employer_code", "noted", "no_code")
            return ""
        try:
            return Uscc.read(text).text
        except NotUsccError as wrong:
            self.add("employer_code", "refused", "bad_code", why=wrong.sentence)
            return ""

    def day(self, name: Literal["open_from", "open_until"]) -> date | None:
        text = self.said(name)
        if not text:
            return None
        day = read_day(text)
        if day is None:
            self.add(name, "refused", "bad_day", said=text[:40])
        return day

    def openings(self) -> int:
        text = self.said("openings")
        count = read_count(text)
        if count is None or count < 1:
            self.add("openings", "refused", "bad_number", said=text[:40])
            return 1
        if count > OPENINGS_MAX:
            self.add("openings", "refused", "too_many", said=f"{count:,}")
        return count

    def url(self) -> str:
        text = self.said("url")
        if text and not _URL.fullmatch(text):
            self.add("url", "noted", "bad_url")
            return ""
        return text

    def wage(self) -> str:
        if said := self.said("wage"):
            return said
        low, high = (_whole(self.said(name)) for name in ("wage_low", "wage_high"))
        if low and high:
            return f"{low}-{high}元/月" if low != high else f"{low}元/月"
        if low:
            return f"{low}元/月以上"
        return f"{high}元/月以下" if high else ""


def _whole(text: str) -> str:
    """5000.0 is 5000; a nought is nothing said."""
    tidy = text.replace(",", "").removesuffix("元")
    if re.fullmatch(r"\d+\.0+", tidy):
        tidy = tidy.partition(".")[0]
    return "" if not tidy.strip("0") else tidy
