"""The answer of a sweep over one batch, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from denghuo.policy.logic.columns.layout import FactColumns, Layout
from denghuo.policy.logic.columns.printer import mask_dtype_for
from denghuo.policy.logic.columns.program import RuleProgram


@dataclass(frozen=True, slots=True)
class PolicyAnswers:
    """One policy's answers, one element per subject.

    ``verdict``: see ``Verdict``. ``amount``: 0 unless entitled; -1 when entitled but the
    amount needs a missing fact. ``failed`` and ``unknown``: bit i is the i-th condition of the
    version in ``version`` (255: none decided alone).
    """

    verdict: npt.NDArray[np.uint8]
    amount: npt.NDArray[np.int64]
    failed: npt.NDArray[Any]
    unknown: npt.NDArray[Any]
    version: npt.NDArray[np.uint8]

    def part(self, start: int, end: int) -> PolicyAnswers:
        """Rows ``start`` to ``end``, sharing memory."""
        return PolicyAnswers(
            self.verdict[start:end],
            self.amount[start:end],
            self.failed[start:end],
            self.unknown[start:end],
            self.version[start:end],
        )


class Engine(Protocol):
    """Anything that can answer programs for batches of columns.

    An engine is made for its programs and day; ``layout`` says which columns it wants.
    """

    name: str
    layout: Layout

    def evaluate(self, facts: FactColumns) -> Sequence[PolicyAnswers]:
        """Answers for each program, in order. The arrays hold until the call after the next, so
        that one batch can be written while the following one is evaluated."""
        ...

    def close(self) -> None:
        """Free threads, connections and memory."""
        ...


def mask_dtype(program: RuleProgram) -> str:
    """The type of a program's masks: wide enough for its longest version."""
    return mask_dtype_for(max((len(version.conditions) for version in program.versions), default=1))


def empty_answers(program: RuleProgram, rows: int) -> PolicyAnswers:
    """Room for ``rows`` answers, masks as wide as the longest version needs."""
    mask = np.dtype(mask_dtype(program))
    return PolicyAnswers(
        np.empty(rows, np.uint8),
        np.empty(rows, np.int64),
        np.empty(rows, mask),
        np.empty(rows, mask),
        np.empty(rows, np.uint8),
    )
