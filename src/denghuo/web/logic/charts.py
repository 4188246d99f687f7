"""Where bars and lines stand, in thousandths of the drawing's width: plain arithmetic.

Only the shapes are drawn; names and numbers are ordinary text beside them, so they grow with
the reader's type size. Every chart is followed by its table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH = 1000
LINE_HEIGHT = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value: as the table shows it, and its share of the longest."""

    name: str
    shown: str
    length: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars from zero. ``target_x`` is 0 when there is no target."""

    title: str
    unit: str
    rows: tuple[Row, ...]
    target_x: int
    target_shown: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """One line from zero upward over evenly spaced names; ``most`` is what the top stands for."""

    title: str
    unit: str
    rows: tuple[Row, ...]
    points: str
    most: str
    spoken: str


def shown_number(value: float, places: int) -> str:
    """1234567 as 1,234,567, with so many decimals."""
    return f"{value:,.{places}f}"


def _places(values: Iterable[float]) -> int:
    """One column, one number of decimals: none, or two as soon as one value has a fraction."""
    return 0 if all(value == int(value) for value in values) else 2


def _share(value: float, most: float, length: int) -> int:
    return int(Fraction(value) / Fraction(most) * length) if most else 0


def _rows(pairs: Sequence[tuple[str, float]], most: float) -> tuple[Row, ...]:
    if any(value < 0 for _, value in pairs):
        raise ValueError("charts here start at zero; a value below it has no place")
    places = _places(value for _, value in pairs)
    return tuple(
        Row(name, shown_number(value, places), _share(value, most, WIDTH)) for name, value in pairs
    )


def bar_chart(
    title: str, unit: str, pairs: Sequence[tuple[str, float]], target: float = 0
) -> BarChart:
    """Lay out bars for (name, value) pairs; a ``target`` above zero is drawn across them all."""
    most = max([value for _, value in pairs] + [target], default=0)
    return BarChart(
        title=title,
        unit=unit,
        rows=_rows(pairs, most),
        target_x=_share(target, most, WIDTH),
        target_shown=shown_number(target, _places([target])),
    )


def line_chart(title: str, unit: str, pairs: Sequence[tuple[str, float]]) -> LineChart:
    """Lay out one line for (name, value) pairs in their order."""
    most = max((value for _, value in pairs), default=0)
    rows = _rows(pairs, most)
    last = max(len(pairs) - 1, 1)
    points = " ".join(
        f"{WIDTH * i // last},{LINE_HEIGHT - _share(value, most, LINE_HEIGHT)}"
        for i, (_, value) in enumerate(pairs)
    )
    spoken = "；".join(f"{row.name} {row.shown}" for row in rows)
    return LineChart(
        title=title,
        unit=unit,
        rows=rows,
        points=points,
        most=shown_number(most, _places([most])),
        spoken=f"{title}（{unit}）：{spoken}",
    )
