"""The benchmark's eight policies once more, for libraries that take arithmetic on columns.

``ops`` says how a library chooses, looks up and bounds; the rest are ordinary operators. This is
hand-written on purpose: it is what a user of those libraries would write, and it also checks that
our files mean what we think.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Facts = Mapping[str, Any]


class Ops(NamedTuple):
    """A library's spelling of the few things operators cannot say."""

    where: Callable[[Any, Any, Any], Any]
    is_in: Callable[[Any, list[int]], Any]
    least: Callable[[Any, Any], Any]
    most: Callable[[Any, Any], Any]


class Rule(NamedTuple):
    """A policy: its conditions, and what it pays in fen before rounding. ``days`` is the day one
    year and the day two years before the sweep, as day numbers."""

    conditions: Callable[[Facts, Ops, tuple[int, int]], list[Any]]
    amount: Callable[[Facts, Ops], Any]


# codes as the libraries see them: positions in the lists of policy_data
MICRO, SMALL, MEDIUM, LARGE = range(4)
MANUFACTURE = [2, 3, 4, 5, 6, 7]
REGIONS = [0, 2, 6, 10]


def _layoffs_low(f: Facts, ops: Ops) -> Any:
    cap = ops.where(f["headcount_before"] <= 30, 0.2, 0.055)
    return (f["layoffs"] == 0) | (f["layoffs"] <= cap * f["headcount_before"] + 1e-9)


def _cut(f: Facts, ops: Ops) -> Any:
    ratio = f["claim_ratio"]
    return ops.where(ratio <= 2_000, 0.0040, ops.where(ratio <= 3_000, 0.0025, 0.0010))


RULES = [
    Rule(
        lambda f, ops, _days: [
            f["insured_months"] >= 12,
            _layoffs_low(f, ops),
            ~f["in_arrears"],
            ~f["dishonest"],
        ],
        lambda f, ops: (
            f["premium_fen"]
            * ops.where(ops.is_in(f["size_class"], [MICRO, SMALL, MEDIUM]), 0.6, 0.3)
        ),
    ),
    Rule(
        lambda f, _ops, _days: [
            f["new_hires"] >= 1,
            f["graduate_hires"] >= 1,
            f["insured_months"] >= 3,
            ~f["in_arrears"],
            ~f["dishonest"],
        ],
        lambda f, ops: ops.least(f["graduate_hires"], 500) * 150_000,
    ),
    Rule(
        lambda f, _ops, _days: [
            f["training_hours"] >= 40,
            f["trained_heads"] >= 10,
            f["certificates"] * 100 >= f["trained_heads"] * 60,
            f["trade"] != 0,
            ~f["dishonest"],
        ],
        lambda f, _ops: f["certificates"] * 80_000,
    ),
    Rule(
        lambda f, ops, _days: [
            ops.is_in(f["size_class"], [MICRO, SMALL]),
            (f["loan_fen"] >= 1) & (f["loan_fen"] <= 40_000_000_000),
            f["loan_rate"] <= 450,
            f["new_hires"] * 100 >= f["headcount"] * 10,
            ~ops.is_in(f["tax_grade"], [3, 4]),
        ],
        lambda f, ops: ops.least(f["loan_fen"], 300_000_000) * f["loan_rate"] * 0.00005,
    ),
    Rule(
        lambda f, _ops, _days: [
            f["insured_months"] >= 36,
            f["claim_ratio"] <= 4_000,
            ~f["safety_accident"],
            ~f["in_arrears"],
            f["headcount"] >= 5,
        ],
        lambda f, ops: f["wage_bill_fen"] * _cut(f, ops),
    ),
    Rule(
        lambda f, ops, days: [
            f["insured_months"] >= 1,
            f["founded_on"] <= days[0],
            ops.is_in(f["trade"], MANUFACTURE),
            ~f["in_arrears"],
            f["tax_grade"] != 4,
        ],
        lambda f, _ops: f["wage_bill_fen"] * 0.0345,
    ),
    Rule(
        lambda f, _ops, _days: [
            f["disabled_hires"] >= 1,
            f["disabled_hires"] * 1000 >= f["headcount"] * 15,
            f["insured_months"] >= 6,
            ~f["dishonest"],
            ~f["safety_accident"] | f["green"],
        ],
        lambda f, ops: ops.most(f["disabled_hires"] - 1, 0) * 600_000 + 100_000,
    ),
    Rule(
        lambda f, ops, days: [
            f["export_share"] >= 1_500,
            f["green"],
            f["founded_on"] <= days[1],
            f["headcount"] >= f["headcount_before"],
            ops.is_in(f["region"], REGIONS) | (f["size_class"] == LARGE),
        ],
        lambda f, ops: ops.least(f["wage_bill_fen"] * 0.01, 500_000_000),
    ),
]
