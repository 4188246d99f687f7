"""Where bars and lines stand, in the units of the drawing: plain arithmetic, no drawing.

A chart is direct-labelled and always followed by its table, so the drawing may be simple.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

BAR_ROW = 44
BAR_THICK = 12
LINE_HEIGHT = 220
WIDTH = 560


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value as the table shows it."""

    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words on the line above, its length along the track."""

    name: str
    shown: str
    label_y: int
    y: int
    length: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars from zero; names and values are written beside them."""

    title: str
    unit: str
    width: int
    height: int
    thick: int
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    target_x: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A quiet horizontal line and its number."""

    y: int
    text_y: int
    shown: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of the line; only first and last carry a name."""

    x: int
    y: int
    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """One line from zero upward over evenly spaced names."""

    title: str
    unit: str
    width: int
    height: int
    points: str
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    axis_y: int
    last_y: int
    last_shown: str
    spoken: str


def shown_number(value: float) -> str:
    """1234567 as 1,234,567; at most two decimals, none that say nothing."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0")


def _spoken(title: str, rows: Sequence[Row], unit: str) -> str:
    listed = "；".join(f"{row.name} {row.shown}" for row in rows[:12])
    return f"{title}（{unit}）：{listed}"


def _rows(pairs: Sequence[tuple[str, float]]) -> tuple[Row, ...]:
    if any(value < 0 for _, value in pairs):
        raise ValueError("charts here start at zero; a value below it has no place")
    return tuple(Row(name, shown_number(value)) for name, value in pairs)


def _share(value: float, most: float, length: int) -> int:
    return int(Fraction(value) / Fraction(most) * length) if most else 0


def bar_chart(
    title: str, unit: str, pairs: Sequence[tuple[str, float]], target: float = 0
) -> BarChart:
    """Lay out bars for (name, value) pairs; ``target`` draws a dashed line when above zero."""
    rows = _rows(pairs)
    most = max([value for _, value in pairs] + [target], default=0)
    bars = tuple(
        Bar(
            name=row.name,
            shown=row.shown,
            label_y=BAR_ROW * i + 16,
            y=BAR_ROW * i + 23,
            length=_share(value, most, WIDTH),
        )
        for i, (row, (_, value)) in enumerate(zip(rows, pairs, strict=True))
    )
    return BarChart(
        title=title,
        unit=unit,
        width=WIDTH,
        height=max(BAR_ROW * len(rows), 1),
        thick=BAR_THICK,
        bars=bars,
        rows=rows,
        target_x=min(_share(target, most, WIDTH), WIDTH - 1),
        spoken=_spoken(title, rows, unit),
    )


def line_chart(title: str, unit: str, pairs: Sequence[tuple[str, float]]) -> LineChart:
    """Lay out one line for (name, value) pairs in their order."""
    rows = _rows(pairs)
    most = max((value for _, value in pairs), default=0)
    top, bottom, left, right = 34, LINE_HEIGHT - 30, 12, WIDTH - 12
    last = max(len(pairs) - 1, 1)
    dots = tuple(
        Dot(
            x=left + (right - left) * i // last,
            y=bottom - _share(value, most, bottom - top),
            name=name if i in {0, len(pairs) - 1} else "",
            anchor="start" if i == 0 else "end",
        )
        for i, (name, value) in enumerate(pairs)
    )
    ticks = tuple(
        Tick(
            y=bottom - (bottom - top) * i // 2, text_y=bottom - (bottom - top) * i // 2 - 4, shown=s
        )
        for i, s in enumerate((shown_number(0), shown_number(most / 2)))
    )
    return LineChart(
        title=title,
        unit=unit,
        width=WIDTH,
        height=LINE_HEIGHT,
        points=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        dots=dots,
        ticks=ticks,
        rows=rows,
        axis_y=LINE_HEIGHT - 8,
        last_y=max(dots[-1].y - 12, 16) if dots else 16,
        last_shown=f"{rows[-1].shown} {unit}" if rows else "",
        spoken=_spoken(title, rows, unit),
    )
