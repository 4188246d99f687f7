"""Which column becomes what: an officer's decision, kept as a version and used again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from denghuo.benefits.logic.targets import (
    ENTITY,
    OBSERVED_ON,
    How,
    SubjectKind,
    Target,
    hows_of,
    special_targets,
)
from denghuo.kernel.refusal import RefusalError

WORDS_MAX = 60


class MappingWrongError(RefusalError):
    """The mapping cannot be used; ``why`` says what to change."""

    code = "benefits.mapping_wrong"
    template = "{why}"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of theirs and what it becomes. ``words``: their word, ours."""

    heading: str
    target: str
    how: How
    words: Mapping[str, str] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "heading": self.heading,
            "target": self.target,
            "how": self.how,
            "words": dict(self.words),
        }


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All columns that are used; the others are left alone."""

    columns: tuple[ColumnMapping, ...]

    def stored(self) -> list[dict[str, Any]]:
        """As JSON."""
        return [each.stored() for each in self.columns]

    @classmethod
    def from_stored(cls, stored: Sequence[Mapping[str, Any]]) -> FileMapping:
        """Back from JSON."""
        return cls(tuple(ColumnMapping(**each) for each in stored))

    def column_for(self, target: str) -> ColumnMapping | None:
        """The column that becomes the target."""
        return next((each for each in self.columns if each.target == target), None)

    @property
    def facts(self) -> tuple[ColumnMapping, ...]:
        """The columns that become facts."""
        return tuple(each for each in self.columns if not each.target.startswith("@"))

    def text(self) -> str:
        """The same text for the same mapping, whatever the order of its columns."""
        ordered = sorted(self.stored(), key=lambda each: str(each["target"]))
        return json.dumps(ordered, ensure_ascii=False, sort_keys=True)


def check_mapping(
    mapping: FileMapping,
    *,
    headings: Sequence[str],
    targets: Mapping[str, Target],
    subject: SubjectKind,
    has_day: bool,
) -> None:
    """Raise ``MappingWrongError`` unless the mapping fits the file and the registry."""
    twice = [name for name, n in Counter(each.target for each in mapping.columns).items() if n > 1]
    if twice:
        label = targets[twice[0]].label if twice[0] in targets else special_words(twice[0], subject)
        raise MappingWrongError(why=f"有两列都对成了“{label}”，请只留一列。")
    for each in mapping.columns:
        if each.heading not in headings:
            raise MappingWrongError(why=f"文件里没有“{each.heading}”这一列。")
        known = each.target in targets and targets[each.target].subject == subject
        if not known and each.target not in special_targets(subject):
            raise MappingWrongError(why=f"没有登记过“{each.target[:40]}”这一项。")
        if each.how not in hows_of(each.target, targets, subject):
            raise MappingWrongError(why=f"“{each.heading}”不能这样换算。")
        if len(each.words) > WORDS_MAX:
            raise MappingWrongError(why=f"“{each.heading}”的对照太多了，最多 {WORDS_MAX} 条。")
    if mapping.column_for(ENTITY) is None:
        key = special_words(ENTITY, subject)
        raise MappingWrongError(why=f"请指出哪一列是{key}。没有它，不知道一行说的是谁。")
    if not mapping.facts:
        raise MappingWrongError(why="请至少把一列对成一项数据。")
    if not has_day and mapping.column_for(OBSERVED_ON) is None:
        raise MappingWrongError(why="请写明数据是哪一天的，或者指出哪一列写着日期。")


def special_words(target: str, subject: SubjectKind) -> str:
    """What a target that is no fact is called."""
    if target == ENTITY:
        return "统一社会信用代码" if subject == "firm" else "身份证号"
    return {"@observed_on": "数据日期", "@name": "单位名称", "@division": "区划代码"}[target]


def read_words(text: str) -> dict[str, str]:
    """``1=大型；2=中型`` as typed. Raises ``MappingWrongError``."""
    words: dict[str, str] = {}
    for part in text.replace("；", ";").replace("\n", ";").replace("＝", "=").split(";"):
        if not part.strip():
            continue
        theirs, sign, ours = part.partition("=")
        if not sign or not theirs.strip() or not ours.strip():
            raise MappingWrongError(why=f"对照“{part.strip()[:30]}”要写成 1=大型；2=中型 这样。")
        words[theirs.strip()[:40]] = ours.strip()[:40]
    return words


def words_text(words: Mapping[str, str]) -> str:
    """Back to what is typed."""
    return "；".join(f"{theirs}={ours}" for theirs, ours in words.items())
