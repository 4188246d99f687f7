"""What an undecided expression can still come to, and which facts can make it so.

Tried out on values that matter (``Plan.trials``). Where the trials would be too many, everything
counts as attainable, so that no useful question is ever dropped.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from denghuo.policy.logic.closures import Evaluate, Row
from denghuo.policy.logic.registry import FactSpec
from denghuo.policy.logic.thresholds import Plan

TRIALS_MAX = 600


@dataclass(frozen=True, slots=True)
class Attainable:
    """``results`` the expression can come to, and per fact those that fact can tip it to."""

    results: frozenset[bool]
    tipped_by: Mapping[str, frozenset[bool]]

    def facts_to(self, *, result: bool) -> set[str]:
        """The facts that can tip it to this result."""
        return {name for name, results in self.tipped_by.items() if result in results}


def attainable(
    plan: Plan,
    run: Evaluate,
    row: Row,
    unknown: tuple[str, ...],
    specs: Mapping[str, FactSpec],
) -> Attainable:
    """Try the ``unknown`` facts of an undecided condition; other unknown facts stay unknown."""
    values = [plan.trials(specs[name], row) for name in unknown]
    if math.prod(len(each) for each in values) > TRIALS_MAX:
        both = frozenset({True, False})
        return Attainable(both, dict.fromkeys(unknown, both))
    trial = dict(row)
    results: set[bool] = set()
    tipped: dict[str, set[bool]] = {name: set() for name in unknown}
    for combination in itertools.product(*values):
        trial.update(zip(unknown, combination, strict=True))
        result = run(trial)
        if result is None:
            continue
        results.add(result)
        for name, value in zip(unknown, combination, strict=True):
            if result in tipped[name]:
                continue
            trial[name] = None
            if run(trial) is None:
                tipped[name].add(result)
            trial[name] = value
    if results and not any(tipped.values()):
        # Any one of several facts would do, and none alone is needed: each is worth asking.
        return Attainable(frozenset(results), dict.fromkeys(unknown, frozenset(results)))
    return Attainable(frozenset(results), {name: frozenset(each) for name, each in tipped.items()})
