"""A text of limits and weights: dated, with its source, checked before anything is ranked by it.

The versions stand like those of a policy: each has a day from which it holds, a source and a
status. ``assumed`` is a figure that somebody chose and no document gives; it is said on the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from string import Formatter
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from denghuo.matching.logic.kinds import LEVELS, PERCENT
from denghuo.matching.logic.refusals import NoTextInForceError, TextError

TOTAL_POINTS = 1000
SIZE_MAX = 64 * 1024
PART_NAMES = ("kind", "tags", "pay", "distance", "years")
LIMIT_NAMES = ("kind", "place", "hours", "certificates", "grade", "pay", "law")
STATES = ("full", "some", "none", "unknown")
# What a sentence may name, by part or limit.
PLACES: Mapping[str, frozenset[str]] = {
    "kind": frozenset({"wanted", "offered", "percent"}),
    "tags": frozenset({"matched", "missing", "matched_count", "count"}),
    "pay": frozenset({"pay", "floor", "short"}),
    "distance": frozenset({"km", "reach_km"}),
    "years": frozenset({"years", "years_wanted"}),
    "place": frozenset({"km", "reach_km", "more_km", "district"}),
    "hours": frozenset({"offered", "possible"}),
    "certificates": frozenset({"missing"}),
    "grade": frozenset({"grade", "grade_least"}),
    "law": frozenset({"bars", "law"}),
}

Percent = Annotated[int, Field(ge=0, le=PERCENT)]
Status = Literal["in_force", "assumed"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceShape(_Shape):
    """Where a figure comes from."""

    title: Annotated[str, Field(min_length=1)]
    clause: str = ""


class BarShape(_Shape):
    """What a law forbids to some; without the law there is no bar."""

    law: Annotated[str, Field(min_length=4)]
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class VersionShape(_Shape):
    """The figures of one version."""

    since: date
    until: date | None = None
    status: Status
    source: SourceShape
    points: dict[str, Annotated[int, Field(ge=0, le=TOTAL_POINTS)]]
    kind_percent: dict[int, Percent]
    tags_none_listed_percent: Percent
    pay_span_percent: Annotated[int, Field(ge=1, le=1000)]
    pay_floor_if_none_fen: Annotated[int, Field(ge=1, le=100_000_000)]


class TextShape(_Shape):
    """A whole text file."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    names: dict[Literal["zh", "en"], str]
    bars: dict[str, BarShape]
    parts: dict[str, dict[str, dict[Literal["zh", "en"], str]]]
    limits: dict[str, dict[Literal["zh", "en"], str]]
    versions: Annotated[list[VersionShape], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Weights:
    """The figures a pair is judged by. Points sum to 1,000."""

    kind: int
    tags: int
    pay: int
    distance: int
    years: int
    kind_percent: tuple[int, ...]
    tags_none_listed_percent: int
    pay_span_percent: int
    pay_floor_if_none_fen: int

    @property
    def shared_percent(self) -> dict[int, int]:
        """Nearness by the number of shared levels, for ``kind_table``."""
        return {level + 1: percent for level, percent in enumerate(self.kind_percent)}


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version: its days ``[since, until)``, where it comes from, its figures."""

    since: date
    until: date | None
    status: Status
    source: str
    clause: str
    weights: Weights


@dataclass(frozen=True, slots=True)
class Bar:
    """What a law forbids to some."""

    name: str
    law: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MatchingText:
    """A read and checked text."""

    id: str
    names: Mapping[str, str]
    bars: tuple[Bar, ...]
    parts: Mapping[str, Mapping[str, Mapping[str, str]]]
    limits: Mapping[str, Mapping[str, str]]
    versions: tuple[TextVersion, ...]

    def in_force(self, on: date) -> TextVersion:
        """The version of a day. Raises ``NoTextInForceError``: the last known one is no answer."""
        for version in self.versions:
            if version.since <= on and (version.until is None or on < version.until):
                return version
        raise NoTextInForceError(day=on)

    @property
    def bar_names(self) -> tuple[str, ...]:
        """The bars in the order the vocabulary has them."""
        return tuple(bar.name for bar in self.bars)


def load_text(text: str) -> MatchingText:
    """Read one text. Raises ``TextError`` with the place and what is wrong there."""
    if len(text.encode()) > SIZE_MAX:
        raise TextError(place="文件", problem=f"超过 {SIZE_MAX // 1024} KB")
    try:
        data = _read(text)
        shape = TextShape.model_validate(data)
    except yaml.YAMLError as error:
        raise TextError(place="文件", problem="不是 YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "文件"
        raise TextError(place=place, problem=first["msg"]) from error
    _check_sentences(shape)
    versions = tuple(_version(one, at) for at, one in enumerate(shape.versions))
    for earlier, later in pairwise(versions):
        if earlier.until is None or later.since < earlier.until:
            raise TextError(place="versions", problem="版本的日期要先后相接，不能重叠")
    bars = tuple(
        Bar(name, one.law, {"zh": one.zh, "en": one.en}) for name, one in shape.bars.items()
    )
    names = {str(language): words for language, words in shape.names.items()}
    limits: dict[str, Mapping[str, str]] = {
        name: {str(language): says for language, says in one.items()}
        for name, one in shape.limits.items()
    }
    parts: dict[str, Mapping[str, Mapping[str, str]]] = {
        name: {
            state: {str(language): says for language, says in words.items()}
            for state, words in one.items()
        }
        for name, one in shape.parts.items()
    }
    return MatchingText(shape.id, names, bars, parts, limits, versions)


def _read(text: str) -> Any:
    """Plain YAML: no anchors and aliases (they multiply), no key twice (the last would win)."""
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise TextError(place=_line(event.start_mark), problem="不用锚点和引用")
    node = yaml.compose(text, yaml.SafeLoader)
    waiting = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, yaml.MappingNode):
            keys = [key.value for key, _ in one.value if isinstance(key, yaml.ScalarNode)]
            if len(set(keys)) < len(keys):
                raise TextError(place=_line(one.start_mark), problem="同一项写了两次")
            waiting += [value for _, value in one.value]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value
    return yaml.safe_load(text)


def _line(mark: Any) -> str:
    return f"第 {mark.line + 1} 行"


def _version(shape: VersionShape, at: int) -> TextVersion:
    place = f"versions.{at}"
    if shape.until is not None and shape.until <= shape.since:
        raise TextError(place=f"{place}.until", problem="要晚于 since")
    _same(shape.points, PART_NAMES, f"{place}.points")
    if sum(shape.points.values()) != TOTAL_POINTS:
        found = sum(shape.points.values())
        raise TextError(
            place=f"{place}.points", problem=f"各项加起来是 {found}，应当是 {TOTAL_POINTS}"
        )
    if not set(shape.kind_percent) <= set(range(1, LEVELS + 1)):
        raise TextError(place=f"{place}.kind_percent", problem=f"层级是 1 到 {LEVELS}")
    percents = tuple(shape.kind_percent.get(level, 0) for level in range(1, LEVELS + 1))
    if list(percents) != sorted(percents):
        raise TextError(place=f"{place}.kind_percent", problem="同得越细，比例不能越低")
    weights = Weights(
        **{name: shape.points[name] for name in PART_NAMES},
        kind_percent=percents,
        tags_none_listed_percent=shape.tags_none_listed_percent,
        pay_span_percent=shape.pay_span_percent,
        pay_floor_if_none_fen=shape.pay_floor_if_none_fen,
    )
    return TextVersion(
        shape.since, shape.until, shape.status, shape.source.title, shape.source.clause, weights
    )


def _check_sentences(shape: TextShape) -> None:
    _same(shape.parts, PART_NAMES, "parts")
    _same(shape.limits, LIMIT_NAMES, "limits")
    for name, states in shape.parts.items():
        for state, words in states.items():
            if state not in STATES:
                raise TextError(place=f"parts.{name}", problem=f"没有“{state}”这一种情形")
            _check_words(words, name, f"parts.{name}.{state}")
        missing = {"full", "some", "none"} - set(states)
        if missing:
            raise TextError(place=f"parts.{name}", problem=f"缺 {', '.join(sorted(missing))}")
    for name, words in shape.limits.items():
        _check_words(words, name, f"limits.{name}")


def _check_words(words: Mapping[Any, str], name: str, place: str) -> None:
    _same(words, ("zh", "en"), place)
    for sentence in words.values():
        try:
            named = {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}
        except ValueError as error:
            raise TextError(place=place, problem="花括号不成对") from error
        if not named <= PLACES[name]:
            unknown = ", ".join(sorted(named - PLACES[name]))
            raise TextError(place=place, problem=f"没有可填的 {{{unknown}}}")


def _same(found: Mapping[Any, Any], expected: Sequence[str], place: str) -> None:
    for name in expected:
        if name not in found:
            raise TextError(place=place, problem=f"缺 {name}")
    for name in found:
        if name not in expected:
            raise TextError(place=place, problem=f"多了 {name}")
