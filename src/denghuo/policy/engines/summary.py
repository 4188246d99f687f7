"""What a sweep found, counted while it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from denghuo.policy.engines.answers import PolicyAnswers
from denghuo.policy.engines.kernels import CompileCost
from denghuo.policy.engines.reading import BadRow
from denghuo.policy.engines.repeats import Repeats
from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.layout import FactColumns
from denghuo.policy.logic.columns.program import (
    AMOUNT_UNKNOWN,
    NO_VERSION,
    RuleProgram,
    RuleVersion,
)
from denghuo.policy.logic.fact_values import WhyUnknown
from denghuo.policy.logic.verdict import Verdict

BAD_ROWS_SHOWN = 100


@dataclass
class PolicySummary:
    """Counts for one policy.

    ``failed_by_condition`` and ``unknown_by_condition`` count by the condition's place;
    ``near_by_condition`` those who fail that condition and no other. ``decisive`` counts, for each
    fact, the undecided subjects for whom it is the only missing fact.
    """

    policy: str
    by_verdict: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    amount: int = 0
    amount_unknown: int = 0
    failed_by_condition: list[int] = field(default_factory=list)
    unknown_by_condition: list[int] = field(default_factory=list)
    near_by_condition: list[int] = field(default_factory=list)
    decisive: Counter[str] = field(default_factory=Counter)

    @property
    def near_misses(self) -> int:
        """Subjects who fail exactly one condition."""
        return sum(self.near_by_condition)


@dataclass(frozen=True, slots=True)
class Worth:
    """How many open pairs one office's column of one fact would decide."""

    office: str
    fact: str
    policy: str
    pairs: int


@dataclass
class SweepSummary:
    """The whole sweep. ``rows_read == rows_answered + bad_row_count`` always holds.

    ``repeats``: subjects with more than one row; each row was answered.
    """

    engine: str
    policies: dict[str, PolicySummary]
    rows_read: int = 0
    rows_answered: int = 0
    bad_row_count: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    doubtful: Counter[tuple[str, WhyUnknown]] = field(default_factory=Counter)
    repeats: Repeats = field(default_factory=Repeats)
    absent_columns: tuple[str, ...] = ()
    unused_columns: tuple[str, ...] = ()
    compile_cost: CompileCost = field(default_factory=CompileCost)
    seconds: float = 0.0
    offices: Mapping[str, str] = field(default_factory=dict)

    @property
    def repeated_entities(self) -> int:
        """How many subjects have more than one row."""
        return self.repeats.entities

    @property
    def worth(self) -> list[Worth]:
        """Which office's missing column would decide the most open pairs, most first."""
        found = [
            Worth(self.offices.get(fact, ""), fact, policy.policy, pairs)
            for policy in self.policies.values()
            for fact, pairs in policy.decisive.items()
            if pairs
        ]
        return sorted(found, key=lambda each: (-each.pairs, each.fact, each.policy))

    @property
    def worth_by_office(self) -> list[tuple[str, int]]:
        """The same by office."""
        total: Counter[str] = Counter()
        for each in self.worth:
            total[each.office] += each.pairs
        return total.most_common()


class Tally:
    """Adds batches of one policy to its summary."""

    def __init__(self, program: RuleProgram) -> None:
        self.program = program
        longest = max((len(version.conditions) for version in program.versions), default=0)
        self.summary = PolicySummary(
            program.policy,
            failed_by_condition=[0] * longest,
            unknown_by_condition=[0] * longest,
            near_by_condition=[0] * longest,
        )
        self._needs = [_Needs(version, program.anchor) for version in program.versions]

    def add(self, answers: PolicyAnswers, facts: FactColumns) -> None:
        """Count one batch."""
        summary = self.summary
        for verdict, count in enumerate(np.bincount(answers.verdict, minlength=4).tolist()):
            summary.by_verdict[Verdict(verdict)] += count
        lacking = int(np.count_nonzero(answers.amount == AMOUNT_UNKNOWN))
        # two halves, because a sum of many amounts may pass 64 bits
        high, low = answers.amount >> 32, answers.amount & 0xFFFFFFFF
        total = (int(high.sum()) << 32) + int(low.sum())
        summary.amount += total - lacking * AMOUNT_UNKNOWN
        summary.amount_unknown += lacking
        masks, counts = _distinct(answers.failed)
        for place in range(len(summary.failed_by_condition)):
            bit = 1 << place
            summary.failed_by_condition[place] += int(counts[(masks & bit) != 0].sum())
            summary.near_by_condition[place] += int(counts[masks == bit].sum())
        masks, counts = _distinct(answers.unknown)
        for place in range(len(summary.unknown_by_condition)):
            summary.unknown_by_condition[place] += int(counts[(masks & (1 << place)) != 0].sum())
        self._add_decisive(answers, facts)

    def _add_decisive(self, answers: PolicyAnswers, facts: FactColumns) -> None:
        rows = np.flatnonzero(answers.verdict == Verdict.UNKNOWN)
        if not len(rows):
            return
        version = answers.version[rows]
        for number, needs in enumerate(self._needs):
            chosen = rows[version == number]
            if len(chosen):
                needs.count(chosen, answers.unknown[chosen], facts, self.summary.decisive)
        adrift = rows[version == NO_VERSION]
        if len(adrift) and self.program.anchor is not None:
            dated = _known_at(facts, self.program.anchor, adrift)
            self._add_anchor(self.program.anchor, adrift[~dated], facts)
            self._add_gate(adrift[dated], facts)

    def _add_anchor(self, anchor: str, rows: npt.NDArray[Any], facts: FactColumns) -> None:
        """Without its anchor day a subject waits for that day alone if it lacks nothing else."""
        others = {name for needs in self._needs for name in needs.facts} - {anchor}
        lacking = np.zeros(len(rows), np.int64)
        for name in others:
            lacking += ~_known_at(facts, name, rows)
        self.summary.decisive[anchor] += int(np.count_nonzero(lacking == 0))

    def _add_gate(self, rows: npt.NDArray[Any], facts: FactColumns) -> None:
        """On a day that no version rules, only whether there can be such a day is open."""
        first = self.program.versions[0]
        names = () if first.gate is None else ir.facts_of(first.conditions[first.gate])
        missing = {name: ~_known_at(facts, name, rows) for name in names}
        alone = sum(missing.values(), np.zeros(len(rows), np.int64)) == 1
        for name, flags in missing.items():
            self.summary.decisive[name] += int(np.count_nonzero(flags & alone))


class _Needs:
    """Which facts each condition of a version reads."""

    def __init__(self, version: RuleVersion, anchor: str | None) -> None:
        self.conditions = [ir.facts_of(condition) for condition in version.conditions]
        self.facts = tuple(dict.fromkeys(name for names in self.conditions for name in names))
        self.anchor = anchor

    def count(
        self,
        rows: npt.NDArray[Any],
        unknown: npt.NDArray[Any],
        facts: FactColumns,
        decisive: Counter[str],
    ) -> None:
        """Add, per fact, the rows that miss it and nothing else."""
        missing: dict[str, npt.NDArray[np.bool_]] = {}
        for name in self.facts:
            bits = sum(1 << place for place, names in enumerate(self.conditions) if name in names)
            missing[name] = ((unknown & bits) != 0) & ~_known_at(facts, name, rows)
        lacking = np.zeros(len(rows), np.int64)
        for flags in missing.values():
            lacking += flags
        alone = lacking == 1
        for name, flags in missing.items():
            decisive[name] += int(np.count_nonzero(flags & alone))


def _known_at(facts: FactColumns, name: str, rows: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    known = facts.columns[name].known
    if known is None:
        return np.ones(len(rows), np.bool_)
    found: npt.NDArray[np.bool_] = ((known[rows >> 3] >> (rows & 7).astype(np.uint8)) & 1) == 1
    return found


def _distinct(masks: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The different masks of a batch and how often each occurs."""
    if masks.dtype.itemsize <= 2:
        counts = np.bincount(masks)
        present = np.flatnonzero(counts)
        return present, counts[present]
    return np.unique(masks, return_counts=True)


def summarise(tallies: Sequence[Tally], engine: str, offices: Mapping[str, str]) -> SweepSummary:
    """A summary that shares the tallies' counts."""
    policies = {tally.program.policy: tally.summary for tally in tallies}
    return SweepSummary(engine, policies, offices=offices)
