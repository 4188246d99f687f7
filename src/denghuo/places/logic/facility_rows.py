"""Rows of a facility list: which column is which, what each cell must be, what is wrong.

Columns are found by their headings, in any order; a row is refused as a whole with a
sentence per cell, and its neighbours go on.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from denghuo.kernel.refusal import RefusalError
from denghuo.places.logic.datum import Datum
from denghuo.places.logic.hours import Hours, HoursNotReadableError, StoredHours, read_hours

# Code word and official word of each kind.
KINDS: Mapping[str, str] = {
    "station": "就业服务驿站",
    "hall": "政务服务大厅",
    "hospital": "医院",
    "clinic": "基层卫生院所",
    "pharmacy": "药店",
    "hostel": "青年驿站",
    "training": "培训机构",
    "incubator": "创业园",
    "care": "养老服务中心",
    "bank": "银行网点",
}
_KIND_WORDS = {
    **{word: kind for kind, word in KINDS.items()},
    **{kind: kind for kind in KINDS},
    "驿站": "station",
    "零工驿站": "station",
    "就业驿站": "station",
    "服务大厅": "hall",
    "政务大厅": "hall",
    "便民服务中心": "hall",
    "卫生院": "clinic",
    "社区卫生服务中心": "clinic",
    "药房": "pharmacy",
    "人才驿站": "hostel",
    "创业孵化基地": "incubator",
}
_DATUM_WORDS: Mapping[str, Datum] = {
    "": "unknown",
    "不明": "unknown",
    "unknown": "unknown",
    "wgs84": "wgs84",
    "gps": "wgs84",
    "gcj02": "gcj02",
    "火星坐标": "gcj02",
    "高德": "gcj02",
    "腾讯": "gcj02",
    "微信": "gcj02",
    "cgcs2000": "cgcs2000",
    "国家2000": "cgcs2000",
    "天地图": "cgcs2000",
}
# The first heading of each field is the one of our own template.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "external_key": ("编号", "机构编号", "id", "序号编码"),
    "name": ("名称", "机构名称", "单位名称", "驿站名称", "医院名称"),
    "kind": ("类型", "机构类型", "类别"),
    "services": ("服务", "服务项目", "服务内容"),
    "hours": ("开放时间", "营业时间", "服务时间", "工作时间"),
    "address": ("地址", "详细地址", "机构地址"),
    "division": ("区划代码", "行政区划代码", "所在区划", "所属旗县区", "旗县区"),
    "lon": ("经度", "lon", "lng", "longitude"),
    "lat": ("纬度", "lat", "latitude"),
    "datum": ("坐标系", "坐标系统", "datum"),
    "accuracy_m": ("精度（米）", "精度", "精度米"),
    "phone": ("电话", "联系电话", "座机", "咨询电话"),
    "source": ("来源", "数据来源"),
    "owner": ("负责单位", "主管单位", "维护单位"),
    "review_on": ("复核日期", "下次复核日期", "复核期限"),
}
_REQUIRED = ("external_key", "name", "kind", "division", "source", "owner", "review_on")
_LONGEST = {
    "external_key": 80,
    "name": 120,
    "address": 200,
    "phone": 40,
    "source": 200,
    "owner": 120,
}
_LANDLINE = re.compile(
    r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?|[48]00-?\d{3}-?\d{4}|1[012]\d{3}|11[0-9]|120"
)
_MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}")
_SERVICES_MAX = 30
_SERVICE_LONGEST = 40
ROWS_MAX = 20_000
COLUMNS_MAX = 60
Cell = str | int | float | bool | date | datetime | None


class HeadingsMissingError(RefusalError):
    """Columns that every row needs are not there."""

    code = "places.headings_missing"
    template = "表头里少了这些列：{missing}。请下载模板对照一下。"


class HeadingTwiceError(RefusalError):
    """Two columns say they are the same thing."""

    code = "places.heading_twice"
    template = "表头里有两列都是“{heading}”，请只留一列。"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one cell. ``row`` counts as the spreadsheet does, heading is 1.

    ``template`` is the translation key, as with a refusal.
    """

    row: int
    heading: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The filled Chinese sentence."""
        return self.template.format(**self.values)


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """One facility as the list gives it. ``division`` is a code or a name, not yet looked up."""

    external_key: str
    name: str
    kind: str
    division: str
    source: str
    owner: str
    review_on: date
    services: tuple[str, ...] = ()
    hours: Hours = field(default_factory=Hours)
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: Datum = "unknown"
    accuracy_m: int | None = None
    phone: str = ""

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **{name: value for name, value in asdict(self).items() if name != "hours"},
            "services": list(self.services),
            "hours": self.hours.stored(),
            "review_on": self.review_on.isoformat(),
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> FacilityRow:
        """Back from JSON written by ``stored``."""
        hours: StoredHours = stored["hours"]
        return cls(
            **{
                **stored,
                "services": tuple(stored["services"]),
                "hours": Hours.from_stored(hours),
                "review_on": date.fromisoformat(stored["review_on"]),
            }
        )

    def digest(self) -> str:
        """Equal for equal rows: a list imported again changes nothing."""
        text = json.dumps(self.stored(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _tidy(cell: Cell) -> str:
    """A cell as one line of text: lines and spaces joined, 12.0 as 12."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = "".join(char for char in str(cell) if char.isprintable() or char.isspace())
    # Lines of a cell are parts of a list (services, hours).
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "; ".join(line for line in lines if line)


def _plain(text: str) -> str:
    """For comparing words: half width, lower case, without spaces and marks."""
    return re.sub(r"[\s（）()_\-*：:]", "", unicodedata.normalize("NFKC", text).lower())


def map_headings(headings: Sequence[Cell]) -> tuple[dict[str, int], list[str]]:
    """Field to column, and the headings nobody knows.

    Raises ``HeadingsMissingError`` and ``HeadingTwiceError``.
    """
    words = {_plain(word): name for name, known in HEADINGS.items() for word in known}
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for column, cell in enumerate(headings[:COLUMNS_MAX]):
        heading = _tidy(cell)
        name = words.get(_plain(heading))
        if name is None:
            if heading:
                unknown.append(heading[:40])
        elif name in columns:
            raise HeadingTwiceError(heading=HEADINGS[name][0])
        else:
            columns[name] = column
    missing = [HEADINGS[name][0] for name in _REQUIRED if name not in columns]
    if missing:
        raise HeadingsMissingError(missing="、".join(missing))
    return columns, unknown


class _Reader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, number: int, cells: Sequence[Cell], columns: Mapping[str, int]) -> None:
        self.number = number
        self.texts = {
            name: _tidy(cells[column]) if column < len(cells) else ""
            for name, column in columns.items()
        }
        self.problems: list[RowProblem] = []

    def wrong(self, name: str, template: str, **values: object) -> None:
        self.problems.append(RowProblem(self.number, HEADINGS[name][0], template, values))

    def text(self, name: str) -> str:
        text = self.texts.get(name, "")
        if not text and name in _REQUIRED:
            self.wrong(name, "这一格不能空着。")
        longest = _LONGEST.get(name, 400)
        if len(text) > longest:
            self.wrong(name, "太长了，最多 {longest} 个字。", longest=longest)
        return text

    def number_in(self, name: str, lowest: float, highest: float) -> float | None:
        text = unicodedata.normalize("NFKC", self.texts.get(name, ""))
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not lowest <= value <= highest:
            self.wrong(
                name,
                "“{text}”不是 {lowest} 到 {highest} 之间的数。",
                text=text[:20],
                lowest=f"{lowest:g}",
                highest=f"{highest:g}",
            )
            return None
        return value

    def kind(self) -> str:
        text = self.text("kind")
        kind = _KIND_WORDS.get(_plain(text), "")
        if text and not kind:
            self.wrong(
                "kind",
                "“{text}”不是认得的类型。可以写：{known}。",
                text=text[:20],
                known="、".join(KINDS.values()),
            )
        return kind

    def datum(self) -> Datum:
        text = self.texts.get("datum", "")
        datum = _DATUM_WORDS.get(_plain(text))
        if datum is None:
            self.wrong(
                "datum", "“{text}”不认得。可以写：WGS-84、GCJ-02、CGCS2000。", text=text[:20]
            )
            return "unknown"
        return datum

    def phone(self) -> str:
        text = unicodedata.normalize("NFKC", self.text("phone"))
        text = re.sub(r"[()\s]+", "-", text).strip("-")
        for one in re.split(r"[,;/、]", text):
            plain = re.sub(r"-", "", one)
            if _MOBILE.fullmatch(plain):
                self.wrong("phone", "这是个人手机号。请写单位座机或热线。")
            elif one and not _LANDLINE.fullmatch(one.strip("-")):
                self.wrong(
                    "phone", "“{text}”不像座机号码。请带区号，例如 0471-2345678。", text=one[:20]
                )
        return text

    def services(self) -> tuple[str, ...]:
        words = [word.strip() for word in re.split(r"[;；,，、|]", self.texts.get("services", ""))]
        services = tuple(dict.fromkeys(word for word in words if word))
        if len(services) > _SERVICES_MAX or any(len(word) > _SERVICE_LONGEST for word in services):
            self.wrong(
                "services",
                "最多 {items} 项，每项最多 {longest} 个字。",
                items=_SERVICES_MAX,
                longest=_SERVICE_LONGEST,
            )
        return services

    def hours(self) -> Hours:
        try:
            return read_hours(self.texts.get("hours", ""))
        except HoursNotReadableError as refusal:
            self.wrong("hours", refusal.template, **refusal.values)
            return Hours()

    def review_on(self) -> date:
        text = unicodedata.normalize("NFKC", self.text("review_on"))
        found = re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?", text)
        try:
            return date(*map(int, found.groups())) if found else date.fromisoformat(text)
        except ValueError:
            if text:
                self.wrong("review_on", "“{text}”不是日期。请写成 2027-03-31。", text=text[:20])
            return date.min


def read_row(
    number: int, cells: Sequence[Cell], columns: Mapping[str, int]
) -> FacilityRow | list[RowProblem]:
    """The facility of one row, or everything that is wrong with it."""
    reader = _Reader(number, cells, columns)
    lon = reader.number_in("lon", -180, 180)
    lat = reader.number_in("lat", -90, 90)
    if (lon is None) != (lat is None) and not reader.problems:
        reader.wrong("lon" if lon is None else "lat", "经度和纬度要么都写，要么都不写。")
    accuracy = reader.number_in("accuracy_m", 0, 500_000)
    row = FacilityRow(
        external_key=reader.text("external_key"),
        name=reader.text("name"),
        kind=reader.kind(),
        division=reader.text("division"),
        source=reader.text("source"),
        owner=reader.text("owner"),
        review_on=reader.review_on(),
        services=reader.services(),
        hours=reader.hours(),
        address=reader.text("address"),
        lon=lon,
        lat=lat,
        datum=reader.datum(),
        accuracy_m=None if accuracy is None else round(accuracy),
        phone=reader.phone(),
    )
    return reader.problems or row


def read_rows(
    lines: Iterable[tuple[int, Sequence[Cell]]], columns: Mapping[str, int]
) -> tuple[list[tuple[int, FacilityRow]], list[RowProblem]]:
    """Good rows with their numbers, and all problems. A number used twice is a problem."""
    rows: list[tuple[int, FacilityRow]] = []
    problems: list[RowProblem] = []
    first_use: dict[str, int] = {}
    for number, cells in lines:
        if not any(_tidy(cell) for cell in cells):
            continue
        row = read_row(number, cells, columns)
        if isinstance(row, list):
            problems += row
        elif row.external_key in first_use:
            problems.append(
                RowProblem(
                    number,
                    HEADINGS["external_key"][0],
                    "编号“{key}”在第 {first} 行已经用过。",
                    {"key": row.external_key, "first": first_use[row.external_key]},
                )
            )
        else:
            first_use[row.external_key] = number
            rows.append((number, row))
    return rows, problems
