"""A line small enough for a tile: twelve months at a glance, from zero."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 100
HEIGHT = 24


def spark_points(values: Sequence[int]) -> str:
    """Points of a polyline, evenly spaced; nothing where a line would say nothing.

    Values below zero (more went back than out) are drawn on the floor: the words beside the
    line say the figure.
    """
    if len(values) < 2 or max(values) <= 0:
        return ""
    most, last = max(values), len(values) - 1
    return " ".join(
        f"{WIDTH * at // last},{HEIGHT - HEIGHT * max(0, value) // most}"
        for at, value in enumerate(values)
    )
