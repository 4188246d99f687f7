"""Figures, targets and standings in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from denghuo.measures.logic.definition import Target
from denghuo.measures.logic.spans import year_span
from denghuo.measures.logic.spark import spark_points
from denghuo.measures.logic.standing import Standing
from denghuo.measures.logic.units import RATE_WHOLE, UNITS, Unit, figure_text, large_text
from denghuo.measures.pages.scope import TARGET_PERIOD, Scope
from denghuo.measures.queries.figures import MonthFigure, Tile
from denghuo.measures.queries.stored import rows_of

_RATE = UNITS["rate"]


def with_unit(value: int | None, unit: Unit) -> str:
    """67,100 人; a dash where there is none."""
    if value is None:
        return "—"
    shown = figure_text(value, unit)
    return f"{shown}%" if unit.basis == "rate" else f"{shown} {_(unit.word)}"


def target_words(target: Target | None, unit: Unit) -> str:
    """The target, and where it comes from in one word."""
    if target is None:
        return ""
    status = _("待定") if target.status == "assumed" else _("已公布")
    value, word = large_text(target.value, unit)
    shown = f"{value}%" if unit.basis == "rate" else f"{value} {_(word)}"
    return f"{shown}（{status}）"


def share_words(standing: Standing, *, adds_up: bool = True) -> str:
    """How much of the target is reached, and how much of the time is gone."""
    if standing.reached is None or not adds_up:
        return ""
    words = {"done": figure_text(_rounded(standing.reached), _RATE)}
    if standing.gone is None or standing.gone >= RATE_WHOLE:
        return _("完成 %(done)s%%") % words
    words["gone"] = figure_text(_rounded(standing.gone), _RATE)
    return _("完成 %(done)s%%，时间过了 %(gone)s%%") % words


def _rounded(hundredths: int) -> int:
    """Whole per cents, cut: 99.9 % is not yet all."""
    return hundredths // 100 * 100


def trend_words(months: tuple[MonthFigure, ...], unit: Unit, *, running: int | None) -> str:
    """The last two months side by side; the one that still runs is said to."""
    shown = [
        _("%(month)d 月 %(figure)s") % {
            "month": each.month,
            "figure": with_unit(each.figure.value, unit)
            + (_("（未完）") if each.month == running else ""),
        }
        for each in months[-2:]
        if each.figure.value is not None
    ]  # fmt: skip
    return " → ".join(shown)


def other_words(tile: Tile) -> str:
    """Persons beside person-times, never instead of them."""
    if tile.figure.other is None or not tile.unit.other:
        return ""
    figure = {"figure": with_unit(tile.figure.other, UNITS[tile.unit.other])}
    if tile.unit.basis == "rows":
        return _("其中不同的：%(figure)s") % figure
    return _("合 %(figure)s") % figure


def rows_address(tile: Tile, scope: Scope) -> str:
    """The rows behind a large number, of the same stretch; nothing where there are none."""
    if rows_of(tile.definition) is None or not tile.here:
        return ""
    month = "" if tile.span == year_span(scope.year) else TARGET_PERIOD
    return f"{reverse('measure_rows', args=[tile.definition.id])}?{scope.query(month=month)}"


def tile_words(tile: Tile, scope: Scope, running: int | None) -> dict[str, Any]:
    """One tile as its template takes it."""
    value, unit = "—", ""
    if tile.figure.value is not None:
        value, unit = large_text(tile.figure.value, tile.unit)
    page = f"{reverse('measure_page', args=[tile.definition.id])}?{scope.query()}"
    rows = rows_address(tile, scope)
    months = [each.figure.value for each in tile.months]
    return {
        "id": tile.definition.id,
        "href": rows or page,
        "rows_href": rows,
        "name": _(tile.definition.name),
        "value": value,
        "unit": _(unit) if unit else "",
        "shortened": unit not in ("", tile.unit.word),
        "exact": with_unit(tile.figure.value, tile.unit),
        "other": other_words(tile),
        "target": target_words(tile.target, tile.unit),
        "share": share_words(tile.standing, adds_up=tile.unit.basis != "rate"),
        "spark": spark_points([each or 0 for each in months]),
        "trend": trend_words(tile.months, tile.unit, running=running),
        "word": "" if tile.standing.stand == "no_target" else _(tile.standing.word),
        "tone": tile.standing.tone,
        "owner": tile.definition.owner,
        "missing": missing_words(tile),
        "published": tile.latest.published_on if tile.latest else None,
        "order": tile.definition.order,
    }


def missing_words(tile: Tile) -> str:
    """What is not there yet, said openly."""
    if tile.definition.missing:
        return _(tile.definition.missing)
    if not tile.here:
        return _("这一项只有全区的数，没有分地区的记录。")
    if tile.definition.series and tile.figure.value is None:
        return _("还没有导入公布的数。")
    return ""
