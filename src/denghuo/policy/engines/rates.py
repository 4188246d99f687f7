"""How often each condition failed, counted from a sweep's answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from denghuo.policy.logic.definition import PolicyDefinition

_COUNT = """
SELECT CAST(policy AS VARCHAR), CAST(version AS VARCHAR), fail_mask, unknown_mask, count(*)
FROM read_parquet($answers) WHERE version IS NOT NULL GROUP BY ALL
"""


def condition_counts(
    answers: Path, definitions: Sequence[PolicyDefinition]
) -> dict[str, dict[str, tuple[int, int]]]:
    """Per policy and condition, how many failed and for how many it was decided.

    Counted by the version that answered, because the same place in a mask may be another
    condition in another version.
    """
    names = {
        (definition.id, version.key): [condition.name for condition in version.conditions]
        for definition in definitions
        for version in definition.versions
    }
    found: dict[str, dict[str, tuple[int, int]]] = {each.id: {} for each in definitions}
    with duckdb.connect() as database:
        groups = database.execute(_COUNT, {"answers": str(answers)}).fetchall()
    for policy, version, fail_mask, unknown_mask, rows in groups:
        counts = found[policy]
        for place, name in enumerate(names[policy, version]):
            if unknown_mask >> place & 1:
                continue
            failed, known = counts.get(name, (0, 0))
            counts[name] = (failed + rows * (fail_mask >> place & 1), known + rows)
    return {policy: counts for policy, counts in found.items() if counts}
