"""Who is shown what: proof that nothing protected went in, and how lists fall on groups.

Two different questions. Whether a protected attribute can change a result: no, because no column
holds one, and ``same_input`` shows that persons who differ in nothing else are the same bytes.
Whether groups fare differently all the same (they live further out, ask for other hours): that is
counted here, over aggregates, by a table of groups which matching itself never sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.columns import OFFER_COLUMNS, SEEKER_COLUMNS, Seekers, digest

GROUP_LEAST = 10
PER_MILLE = 1000
# What no column may be, and no column may be derived from (就业促进法 第三条、第二十七至三十一条).
PROTECTED = (
    "sex", "gender", "ethnicity", "nation", "race", "religion", "faith", "hukou", "household",
    "origin", "birthplace", "marriage", "marital", "children", "pregnancy", "disability", "health",
    "illness", "age", "birth", "born", "party", "name",
)  # fmt: skip

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GroupExposure:
    """How lists fall on one group. Groups below ten are not shown (None), only counted."""

    group: str
    seekers: int
    without: int | None
    without_per_mille: int | None
    mean_length_per_mille: int | None
    mean_best_score: int | None
    against_all_per_mille: int | None


@dataclass(frozen=True, slots=True)
class Audit:
    """The proof and the counts."""

    columns_clean: bool
    same_input: bool
    same_lists: bool
    groups: tuple[GroupExposure, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing protected can have changed a result."""
        return self.columns_clean and self.same_input and self.same_lists


def protected_columns() -> tuple[str, ...]:
    """Columns whose name says something protected: there must be none."""
    return tuple(
        column
        for column in (*SEEKER_COLUMNS, *OFFER_COLUMNS)
        if any(part in PROTECTED for part in column.split("_"))
    )


def audit(
    before: tuple[Seekers, Int64s],
    after: tuple[Seekers, Int64s],
    groups: Sequence[str],
) -> Audit:
    """Compare two runs over the same persons and count the first by group.

    ``before`` and ``after`` are columns and keys of the lists: after, the protected attributes of
    the same persons were exchanged at the source, and the columns made anew from there.
    """
    (columns, keys), (columns_after, keys_after) = before, after
    return Audit(
        columns_clean=not protected_columns(),
        same_input=digest(columns) == digest(columns_after),
        same_lists=keys.shape == keys_after.shape and bool((keys == keys_after).all()),
        groups=exposure_by_group(keys, groups),
    )


def exposure_by_group(keys: Int64s, groups: Sequence[str]) -> tuple[GroupExposure, ...]:
    """How long and how good lists are, by group; in whole per mille, no group below ten."""
    lengths = (keys >= 0).sum(axis=1)
    best = np.where(keys[:, 0] >= 0, keys[:, 0] >> 52, 0)
    names = np.array(groups, dtype=object)
    overall = int(lengths.sum())
    found = []
    for group in sorted(set(groups)):
        here = names == group
        count = int(here.sum())
        if count < GROUP_LEAST:
            found.append(GroupExposure(group, count, None, None, None, None, None))
            continue
        without = int((lengths[here] == 0).sum())
        length = int(lengths[here].sum())
        against = length * len(groups) * PER_MILLE // (count * overall) if overall else None
        found.append(
            GroupExposure(
                group,
                count,
                without,
                without * PER_MILLE // count,
                length * PER_MILLE // count,
                int(best[here].sum()) // count,
                against,
            )
        )
    return tuple(found)


def exchanged(values: Mapping[int, str], order: Sequence[int]) -> dict[int, str]:
    """The same protected values dealt out in another order, for the second run of an audit."""
    return dict(zip(values, (values[one] for one in order), strict=True))
