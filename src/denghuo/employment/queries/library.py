"""The dated texts shipped with the product, by the day they are asked for."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

from denghuo.employment.logic.dated import in_force
from denghuo.employment.logic.fraud import FraudText, load_fraud_texts
from denghuo.employment.logic.wages import WageText, load_wage_texts
from denghuo.employment.logic.wording import Wording, load_wording


def _text(name: str) -> str:
    return (files("denghuo.employment") / "library" / name).read_text(encoding="utf-8")


@cache
def _wage_texts() -> tuple[WageText, ...]:
    return load_wage_texts(_text("wages.yaml"))


@cache
def _wordings() -> tuple[Wording, ...]:
    return load_wording(_text("wording.yaml"))


@cache
def _fraud_texts() -> tuple[FraudText, ...]:
    return load_fraud_texts(_text("fraud.yaml"))


def wage_text(on: date) -> WageText:
    """What a month is taken to have on a day. Raises ``NoTextInForceError``."""
    return in_force(_wage_texts(), on)


def wording(on: date) -> Wording:
    """The rules of wording in force on a day. Raises ``NoTextInForceError``."""
    return in_force(_wordings(), on)


def fraud_text(on: date) -> FraudText:
    """The weights of signs of fraud in force on a day. Raises ``NoTextInForceError``."""
    return in_force(_fraud_texts(), on)
