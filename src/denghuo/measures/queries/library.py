"""The measures and series shipped with the product."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from denghuo.kernel.refusal import RefusalError
from denghuo.measures.logic.definition import (
    MeasureDefinition,
    SeriesDefinition,
    load_measures,
    load_series,
)

_SERIES_FILE = "series.yaml"


class MeasureNotFoundError(RefusalError):
    """No measure of that name."""

    code = "measures.not_found"
    template = "没有这个指标。"
    status = 404


@cache
def measures() -> Mapping[str, MeasureDefinition]:
    """All measures by id: the plan's in their order, then the platform's own."""
    folder = files("denghuo.measures") / "library"
    texts = [
        each.read_text(encoding="utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".yaml") and each.name != _SERIES_FILE
    ]
    found = [one for text in texts for one in load_measures(text)]
    found.sort(key=lambda one: (one.group, one.order))
    return {one.id: one for one in found}


@cache
def all_series() -> Mapping[str, SeriesDefinition]:
    """All series by id."""
    text = (files("denghuo.measures") / "library" / _SERIES_FILE).read_text(encoding="utf-8")
    return {one.id: one for one in load_series(text)}


def measure(measure_id: str) -> MeasureDefinition:
    """One measure. Raises ``MeasureNotFoundError``."""
    found = measures().get(measure_id)
    if found is None:
        raise MeasureNotFoundError
    return found
