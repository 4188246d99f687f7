"""Plain NumPy with missing values as defaults: verdict and amount only, and unknowns wrong."""

from __future__ import annotations

from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.policy_peers.defaults import DAYS, load_with_defaults
from benchmarks.policy_peers.rule_text import RULES, Ops

OPS = Ops(np.where, np.isin, np.minimum, np.maximum)


class NumpyText:
    """All conditions and amounts as whole-column expressions."""

    def __init__(self, folder: Path) -> None:
        self.firms = load_with_defaults(folder / "firms.parquet")
        self.pairs = len(self.firms["headcount"]) * 8
        self.granted: list[Any] = []

    def run(self) -> None:
        self.granted = []
        for rule in RULES:
            verdict = reduce(and_, rule.conditions(self.firms, OPS, DAYS))
            amount = np.where(verdict, np.floor(rule.amount(self.firms, OPS) + 0.5), 0)
            self.granted.append((verdict, amount))

    def report(self) -> dict[str, Any]:
        return {"granted": [int(verdict.sum()) for verdict, _ in self.granted]}
