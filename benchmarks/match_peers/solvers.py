"""Assignment by a solver that proves its optimum: OR-Tools' flow of least cost."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from denghuo.matching.logic.assignment import Choices


class SolverAbsentError(Exception):
    """The solver is not installed."""


class Solved(NamedTuple):
    """The best total there is, and what finding it took."""

    total: int
    cpu_seconds: float


def solve_with_ortools(choices: Choices) -> Solved:
    """The largest sum of scores. Raises ``SolverAbsentError``."""
    try:
        from ortools.graph.python import min_cost_flow  # noqa: PLC0415  only this peer needs it
    except ImportError as absent:
        raise SolverAbsentError(str(absent)) from absent
    seekers, offers = len(choices.slots), len(choices.capacity)
    row, place = np.nonzero(choices.slots >= 0)
    sink = seekers + offers
    everybody, all_offers = np.arange(seekers), np.arange(offers) + seekers
    tails = np.concatenate([row, everybody, all_offers]).astype(np.int32)
    heads = np.concatenate(
        [choices.slots[row, place] + seekers, np.full(seekers + offers, sink)]
    ).astype(np.int32)
    room = np.concatenate([np.ones(len(row) + seekers), choices.capacity]).astype(np.int64)
    # Whoever gets nothing goes straight to the sink, for nothing.
    cost = np.concatenate([-choices.scores[row, place], np.zeros(seekers + offers)])
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, room, cost.astype(np.int64))
    flow.set_nodes_supplies(everybody.astype(np.int32), np.ones(seekers, np.int64))
    flow.set_node_supply(sink, -seekers)
    began = time.process_time()
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the solver found no optimum")
    return Solved(-flow.optimal_cost(), time.process_time() - began)
