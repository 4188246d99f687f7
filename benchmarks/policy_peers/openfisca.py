"""OpenFisca-core: a variable per verdict and per amount; missing values are its defaults."""

from __future__ import annotations

from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.policy_peers.defaults import DAYS, load_with_defaults
from benchmarks.policy_peers.rows_of_numpy import OPS
from benchmarks.policy_peers.rule_text import RULES

PERIOD = "2026-06"
FIRM = build_entity(key="firm", plural="firms", label="a firm", is_person=True)


class _Facts(dict[str, Any]):
    """Facts fetched from the simulation when a formula first names them."""

    def __init__(self, firm: Any, period: Any) -> None:
        super().__init__()
        self.firm, self.period = firm, period

    def __missing__(self, name: str) -> Any:
        found = self[name] = self.firm(name, self.period)
        return found


def _system(firms: dict[str, Any]) -> Any:
    system = TaxBenefitSystem([FIRM])
    for name, column in firms.items():
        kind = bool if column.dtype == bool else float if column.dtype == np.int64 else int
        system.add_variable(_variable(name, kind, None))
    for number in range(8):
        system.add_variable(_variable(f"verdict_{number}", bool, _verdict(number)))
        system.add_variable(_variable(f"amount_{number}", float, _amount(number)))
    return system


def _variable(name: str, kind: type, formula: Any) -> type:
    members = {
        "value_type": kind,
        "entity": FIRM,
        "definition_period": MONTH,
        "label": name,
    }
    if formula is not None:
        members["formula"] = formula
    return type(name, (Variable,), members)


def _verdict(number: int) -> Any:
    def formula(firm: Any, period: Any) -> Any:
        return reduce(and_, RULES[number].conditions(_Facts(firm, period), OPS, DAYS))

    return formula


def _amount(number: int) -> Any:
    def formula(firm: Any, period: Any) -> Any:
        fen = RULES[number].amount(_Facts(firm, period), OPS)
        return np.where(firm(f"verdict_{number}", period), np.floor(fen + 0.5), 0)

    return formula


class OpenFisca:
    """Build a simulation, give it the facts, calculate eight verdicts and eight amounts."""

    def __init__(self, folder: Path) -> None:
        firms = load_with_defaults(folder / "firms.parquet")
        self.system = _system(firms)
        # in the types OpenFisca would convert to anyway, so that it need not in each round
        self.firms = {
            name: column.astype(self.system.get_variable(name).dtype)
            for name, column in firms.items()
        }
        self.rows = len(self.firms["headcount"])
        self.pairs = self.rows * len(RULES)
        self.granted: list[Any] = []

    def run(self) -> None:
        simulation = SimulationBuilder().build_default_simulation(self.system, count=self.rows)
        for name, column in self.firms.items():
            simulation.set_input(name, PERIOD, column)
        self.granted = [
            (
                simulation.calculate(f"verdict_{number}", PERIOD),
                simulation.calculate(f"amount_{number}", PERIOD),
            )
            for number in range(len(RULES))
        ]

    def report(self) -> dict[str, Any]:
        return {
            "granted": [int(verdict.sum()) for verdict, _ in self.granted],
            "amounts": [float(amount.sum(dtype=np.float64)) for _, amount in self.granted],
        }
