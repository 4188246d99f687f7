"""The facts of a season's rows as frozen evidence: what the rule read, who told it, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from denghuo.cases.public import Evidence, FrozenFact, ServiceItem, WrittenEvidence, canonical
from denghuo.policy.public import (
    Answer,
    AnswerWriter,
    FactRead,
    FactUsed,
    KnownFact,
    PolicyDefinition,
    Verdict,
    answer,
    answer_json,
    read_value,
    strict_form,
)

FACTS_FILE, ANSWERS_FILE = "facts.parquet", "answers.parquet"
_VERDICTS = {
    Verdict.ENTITLED: "entitled",
    Verdict.NOT: "not",
    Verdict.UNKNOWN: "unknown",
    Verdict.NO_RULE: "no_rule",
}
_KEPT_MAX = 100_000
Told = Mapping[str, Mapping[str, str]]


def seasons_folder() -> Path:
    """Where seasons keep their joined facts and their answers."""
    return Path(settings.DATA_DIR) / "seasons"


def season_folder(season_id: UUID) -> Path:
    """One season's files."""
    return seasons_folder() / str(season_id)


class RowReader:
    """Rows of a Parquet file by their place; the stretch read last is kept, for rows are asked
    for in order."""

    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetFile(path)
        self._starts: list[int] = []
        start = 0
        for group in range(self._file.metadata.num_row_groups):
            self._starts.append(start)
            start += self._file.metadata.row_group(group).num_rows
        self._held: tuple[int, pa.Table] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def rows(self, places: Sequence[int]) -> list[dict[str, Any]]:
        """The rows at these places, which rise."""
        found: list[dict[str, Any]] = []
        at = 0
        while at < len(places):
            group = self._group_of(places[at])
            table, first = self._table(group), self._starts[group]
            until = first + table.num_rows
            end = at
            while end < len(places) and places[end] < until:
                end += 1
            wanted = pa.array([place - first for place in places[at:end]])
            found += table.take(wanted).to_pylist()
            at = end
        return found

    def _group_of(self, place: int) -> int:
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._starts[middle] <= place else (low, middle - 1)
        return low

    def _table(self, group: int) -> pa.Table:
        if self._held is None or self._held[0] != group:
            self._held = (group, self._file.read_row_group(group, use_threads=False))
        return self._held[1]


def answer_row(
    definition: PolicyDefinition, row: Mapping[str, Any], told: Told, *, as_of: date
) -> Answer:
    """The rule's explained answer to one row of the joined table."""
    facts: dict[str, KnownFact] = {}
    for name, spec in definition.specs.items():
        raw = row.get(name)
        if raw is None:
            continue
        by = told.get(name, {})
        facts[name] = KnownFact(
            read_value(spec, raw).value, by.get("office", spec.source), _day(by), None
        )
    return answer(definition, facts, as_of)


def evidence_of(found: Answer, item: ServiceItem) -> Evidence:
    """An answer as a case freezes it."""
    return Evidence(
        as_of=found.as_of,
        policy=found.definition.id,
        policy_digest=found.definition.digest,
        rule_version=found.version.key if found.version else "",
        verdict=_VERDICTS[found.verdict],  # type: ignore[arg-type]
        amount_fen=found.amount,
        facts=tuple(_frozen(used, item) for used in found.facts.values() if used.value is not None),
        answer=answer_json(found),
    )


class EvidenceWriter:
    """The evidence of many rows of one season: what ``evidence_of(answer_row(...))`` says, each
    fact and condition written once for all rows that agree in it."""

    def __init__(
        self, definition: PolicyDefinition, told: Told, item: ServiceItem, *, as_of: date
    ) -> None:
        self._definition, self._item, self._as_of = definition, item, as_of
        by = {
            name: (told.get(name, {}).get("office", spec.source), _day(told.get(name, {})))
            for name, spec in definition.specs.items()
        }
        self._kept: dict[FactRead, str] = {}
        self._answers = AnswerWriter(definition, by, as_of=as_of)

    def write(self, row: Mapping[str, Any]) -> tuple[WrittenEvidence, dict[str, Any]] | None:
        """The row's evidence and its facts as held; None where the rule does not plainly grant."""
        found = self._answers.write(row)
        if found is None:
            return None
        facts = [self._told(read) for read in found.facts if read.value is not None]
        evidence = WrittenEvidence(
            as_of=self._as_of,
            policy=self._definition.id,
            policy_digest=self._definition.digest,
            rule_version=found.version,
            amount_fen=found.amount,
            facts_text=f"[{','.join(facts)}]",
            answer_text=found.text,
        )
        return evidence, {read.used.name: read.value for read in found.facts}

    def _told(self, read: FactRead) -> str:
        text = self._kept.get(read)
        if text is None:
            if len(self._kept) >= _KEPT_MAX:
                self._kept.clear()
            text = self._kept[read] = canonical(_frozen(read.used, self._item).as_json())
        return text


def _day(told: Mapping[str, str]) -> date | None:
    day = told.get("on")
    return date.fromisoformat(day) if day else None


def _frozen(used: FactUsed, item: ServiceItem) -> FrozenFact:
    value: Any = strict_form(used.spec, used.value)
    return FrozenFact(
        name=used.name,
        label=used.spec.labels.zh,
        value=value if value is None or isinstance(value, bool | int) else str(value),
        shown=used.shown("zh"),
        source=used.source,
        observed_on=used.observed_on,
        legal_basis=item.legal_basis.text,
    )
