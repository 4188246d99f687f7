"""Where a post is, from free text: 包头昆区, 锡盟西乌旗, 原东胜市, 呼和浩特市赛罕区敕勒川大街.

The table of names is passed in; it comes from the divisions in force and from old names with what
became of them. A name counts only as far as the text bears it: a street called after a league is
a street, a two-character short name needs its league beside it, and one name of several
places is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from denghuo.employment.logic.numerals import normal_text
from denghuo.kernel.region import LEVELS, Level, Region
from denghuo.kernel.wording import gettext_noop

TEXT_MAX = 200
Outcome = Literal[
    "resolved", "broader", "ambiguous", "several", "contradiction", "outside", "not_found"
]
SENTENCES: Mapping[Outcome, str] = {
    "resolved": gettext_noop("找到了这个地方。"),
    "broader": gettext_noop("有几个地方叫这个名字，只定到了上一级。请补全旗县区。"),
    "ambiguous": gettext_noop("有几个地方叫这个名字。请写上盟市和旗县区。"),
    "several": gettext_noop("写了不止一个地方。请每个地方分开发布。"),
    "contradiction": gettext_noop("上下级对不上。请核对盟市和旗县区。"),
    "outside": gettext_noop("不在内蒙古。"),
    "not_found": gettext_noop("没有找到这个地方。请写盟市和旗县区。"),
}
# Short names in daily use that no rule gives; the division each stands for is looked up by name.
SHORT_NAMES: Mapping[str, str] = {
    "呼市": "呼和浩特市", "鄂市": "鄂尔多斯市", "乌市": "乌兰察布市", "巴市": "巴彦淖尔市",
    "锡盟": "锡林郭勒盟", "阿盟": "阿拉善盟", "昆区": "昆都仑区", "达茂旗": "达尔罕茂明安联合旗",
    "准旗": "准格尔旗", "达旗": "达拉特旗", "伊旗": "伊金霍洛旗", "鄂前旗": "鄂托克前旗",
    "西乌旗": "西乌珠穆沁旗", "东乌旗": "东乌珠穆沁旗", "阿左旗": "阿拉善左旗",
    "阿右旗": "阿拉善右旗", "额旗": "额济纳旗", "科左中旗": "科尔沁左翼中旗",
    "科左后旗": "科尔沁左翼后旗", "科右前旗": "科尔沁右翼前旗", "科右中旗": "科尔沁右翼中旗",
    "阿旗": "阿鲁科尔沁旗", "克旗": "克什克腾旗", "乌前旗": "乌拉特前旗", "乌中旗": "乌拉特中旗",
    "乌后旗": "乌拉特后旗", "察右前旗": "察哈尔右翼前旗", "察右中旗": "察哈尔右翼中旗",
    "察右后旗": "察哈尔右翼后旗", "四子王": "四子王旗", "莫旗": "莫力达瓦达斡尔族自治旗",
    "鄂温克旗": "鄂温克族自治旗", "巴盟": "巴彦淖尔盟", "伊盟": "伊克昭盟", "哲盟": "哲里木盟",
    "昭盟": "昭乌达盟", "乌盟": "乌兰察布盟", "呼盟": "呼伦贝尔盟",
}  # fmt: skip
_OTHERS = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|"
    "海南|四川|贵州|云南|陕西|甘肃|青海|台湾|广西|西藏|宁夏|新疆|香港|澳门"
)
_NOT_STREET = r"(?![东西南北中]?(?:大?[路街巷道]|小区|广场|桥))"
_OUTSIDE = re.compile(rf"^(?:{_OTHERS}){_NOT_STREET}(?!区)|(?:{_OTHERS})省")
_STREET = re.compile(
    r"[东西南北中]?(?:大(?:街|道)|[路街巷](?!道)|道(?!办)|小区|广场|大桥|大厦|酒店|宾馆|火车站|机场)"
)
_KIND_WORDS = ("自治旗", "联合旗", "地区", "区", "市", "县", "旗", "盟")
_SHORTEST_ALONE = 3


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name and the divisions in force it means. ``short`` leaves out 市, 盟, 旗, 区 or 县;
    ``old`` is a name no division bears any more."""

    name: str
    level: Level
    codes: frozenset[str]
    short: bool = False
    old: bool = False


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """Names to what they mean; one name may be a township's and a banner's at once."""

    names: Mapping[str, tuple[PlaceName, ...]]
    longest: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text, by place."""

    words: str
    start: int
    end: int
    meant: tuple[PlaceName, ...]


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """What was understood. ``code`` is set for ``resolved`` and ``broader``; ``candidates`` are
    the divisions a person may choose from."""

    outcome: Outcome
    code: str | None = None
    candidates: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    old_name: bool = False

    @property
    def sentence(self) -> str:
        """One Chinese sentence; the translation key too."""
        return SENTENCES[self.outcome]


def _stem(name: str) -> str:
    for word in _KIND_WORDS:
        if name.endswith(word) and len(name) - len(word) >= 2:
            return name.removesuffix(word)
    return name


def place_table(
    divisions: Iterable[tuple[str, str]], old_names: Iterable[tuple[str, str]]
) -> PlaceTable:
    """The table of names.

    ``divisions``: (code, name) of every division in force. ``old_names``: (name, code in force)
    for every former name; a name whose place was divided comes with each of its successors.
    """
    held: dict[tuple[str, Level, bool, bool], set[str]] = {}
    full: dict[str, list[tuple[str, Level, bool]]] = {}

    def add(name: str, code: str, *, short: bool, old: bool) -> None:
        region = Region.read(code)
        held.setdefault((name, region.level, short, old), set()).add(region.code)
        if not short:
            full.setdefault(name, []).append((code, region.level, old))

    listed = [(code, name, False) for code, name in divisions]
    current = {name for _, name, _ in listed}
    listed += [(code, name, True) for name, code in old_names if name not in current]
    for code, name, old in listed:
        add(name, code, short=False, old=old)
        stem = _stem(name)
        if stem != name and Region.read(code).level in {"league", "banner"}:
            add(stem, code, short=True, old=old)
        if name == "内蒙古自治区":
            add("内蒙古", code, short=False, old=False)
    for nickname, name in SHORT_NAMES.items():
        for code, _, old in full.get(name, ()):
            add(nickname, code, short=False, old=old)
    names: dict[str, list[PlaceName]] = {}
    for (name, level, short, old), codes in sorted(held.items()):
        names.setdefault(name, []).append(PlaceName(name, level, frozenset(codes), short, old))
    return PlaceTable(
        {name: tuple(meant) for name, meant in names.items()},
        max(map(len, names), default=0),
    )


def mentions(text: str, table: PlaceTable) -> list[Mention]:
    """Names in a text, longest first, never overlapping, streets left out."""
    found: list[Mention] = []
    at = 0
    while at < len(text):
        for length in range(min(table.longest, len(text) - at), 1, -1):
            words = text[at : at + length]
            meant = table.names.get(words)
            if not meant:
                continue
            if not _STREET.match(text, at + length):
                found.append(Mention(words, at, at + length, meant))
            at += length - 1
            break
        at += 1
    return found


def _inside(code: str, above: frozenset[str]) -> bool:
    region = Region(code)
    return any(Region(one).contains(region) for one in above)


def resolve_place(text: str, table: PlaceTable) -> PlaceReading:
    """The finest division a text names without contradiction. Never raises."""
    plain = normal_text(text[:TEXT_MAX]).replace(" ", "")
    if _OUTSIDE.search(plain):
        return PlaceReading("outside")
    found = mentions(plain, table)
    borne = [one for one in found if _borne(one, found)]
    if not borne:
        return PlaceReading("not_found")
    return _combined(borne)


def _borne(mention: Mention, found: list[Mention]) -> bool:
    """A full name bears itself; a short one of two characters needs what lies above it."""
    if any(not one.short for one in mention.meant) or len(mention.words) >= _SHORTEST_ALONE:
        return True
    if any(one.level == "league" for one in mention.meant):
        return True
    codes = [code for one in mention.meant for code in one.codes]
    others = [one for other in found if other is not mention for one in other.meant]
    return any(
        one.level in {"league", "banner"} and _inside(code, one.codes) and code not in one.codes
        for code in codes
        for one in others
    )


def _finest(mention: Mention) -> int:
    return max(LEVELS.index(one.level) for one in mention.meant)


def _combined(found: list[Mention]) -> PlaceReading:
    words = tuple(one.words for one in found)
    finest = max(map(_finest, found))
    fine = [one for one in found if _finest(one) == finest]
    coarse = [one for one in found if _finest(one) < finest]
    sets = [frozenset(code for one in each.meant for code in one.codes) for each in fine]
    shared = frozenset.intersection(*sets)
    if not shared:
        every = frozenset[str]().union(*sets)
        return PlaceReading("several", None, tuple(sorted(every)), words)
    above = [frozenset(code for one in each.meant for code in one.codes) for each in coarse]
    left = sorted(code for code in shared if all(_inside(code, one) for one in above))
    old = any(one.old for each in found for one in each.meant if one.codes & shared)
    if len(left) == 1:
        return PlaceReading("resolved", left[0], (left[0],), words, old)
    if not left:
        every = frozenset[str]().union(shared, *above)
        return PlaceReading("contradiction", None, tuple(sorted(every)), words)
    fitting = [one for one in above if len(one) == 1]
    if fitting:
        broader = max((next(iter(one)) for one in fitting), key=lambda code: Region(code).prefix)
        return PlaceReading("broader", broader, tuple(left), words, old)
    return PlaceReading("ambiguous", None, tuple(left), words, old)
