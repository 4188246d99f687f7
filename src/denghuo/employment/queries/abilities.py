"""The dated list of certificates and skills."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

from denghuo.employment.logic.abilities import AbilityText, load_ability_texts
from denghuo.employment.logic.dated import in_force


@cache
def _texts() -> tuple[AbilityText, ...]:
    path = files("denghuo.employment") / "library" / "abilities.yaml"
    return load_ability_texts(path.read_text(encoding="utf-8"))


def ability_text(on: date) -> AbilityText:
    """The list of a day. Raises ``NoTextInForceError``."""
    return in_force(_texts(), on)
