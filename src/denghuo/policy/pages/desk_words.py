"""How the desk says verdicts, amounts, conditions and counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from denghuo.kernel.money import Money
from denghuo.policy.logic.definition import RATE_SCALE, Param, PolicyDefinition, PolicyVersion
from denghuo.policy.logic.display import Display
from denghuo.policy.logic.fact_values import WhyUnknown
from denghuo.policy.logic.registry import FactSpec

VERDICTS = ("entitled", "not", "unknown", "no_rule")
_YUAN_SCALE = 2
_RATIO_UNITS = ("ratio", "比例")
_MONEY_UNITS = ("fen", "分")
_PLACE = re.compile(r"\{[^}]*\}")
_PLACES_MAX = 18
_MEASURES = {"months": "个月", "days": "天", "nights": "晚"}

Unit = Literal["fen", "rate", "count", "months", "days", "nights", ""]


def verdict_words() -> dict[str, str]:
    """The four verdicts on screen."""
    return {
        "entitled": _("符合"),
        "not": _("不符合"),
        "unknown": _("还不能判断"),
        "no_rule": _("没有现行规定"),
    }


def state_words(state: str) -> str:
    """How a run stands."""
    return {
        "queued": _("排队中"),
        "running": _("正在算"),
        "done": _("算完了"),
        "failed": _("没有算成"),
        "cancelled": _("停下了"),
    }[state]


def audience_words(audience: str) -> str:
    """Whom a policy is for."""
    return {"person": _("个人"), "firm": _("单位"), "pair": _("个人和单位")}[audience]


def kind_words() -> dict[str, str]:
    """What a change of rule does to a subject."""
    return {
        "gain": _("新符合"),
        "lose": _("不再符合"),
        "more": _("多拿"),
        "less": _("少拿"),
        "open": _("有变化，金额还定不了"),
    }


def doubt_words(why: str) -> str:
    """Why a value in a file was not used."""
    return WhyUnknown(why).sentence


def unit_of(definition: PolicyDefinition | None) -> Unit:
    """In what a policy's amounts are held."""
    units = (each.amount.unit for each in definition.versions if each.amount) if definition else ()
    return next(iter(units), "")


def amount_words(unit: Unit, amount: int) -> str:
    """An amount in its unit: yuan for fen, per cent for rates, with its measure word."""
    if unit == "fen":
        return str(Money(amount))
    if unit == "rate":
        return Display("percent", RATE_SCALE).show(amount)
    return f"{amount:,} {_(_MEASURES[unit])}" if unit in _MEASURES else f"{amount:,}"


def total_words(unit: Unit, amount: int) -> str:
    """A sum over many subjects; rates add up to nothing sensible."""
    return "" if unit in ("rate", "") else amount_words(unit, amount)


def change_words(unit: Unit, change: int) -> str:
    """A difference with its sign."""
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return sign + amount_words(unit, abs(change))


def amount_scale(unit: Unit) -> int:
    """With how many decimals a unit is held."""
    return {"fen": _YUAN_SCALE, "rate": RATE_SCALE}.get(unit, 0)


def condition_label(says: str) -> str:
    """A condition's sentence as a label: the values, which differ by subject, left open."""
    return _PLACE.sub("…", says).rstrip("。")


def condition_labels(version: PolicyVersion) -> tuple[str, ...]:
    """The conditions of a version in the order of the masks' bits."""
    return tuple(condition_label(each.says.passed.zh) for each in version.conditions)


def labels_by_version(
    definitions: Iterable[PolicyDefinition],
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The labels of every version, by policy and version key."""
    return {
        (definition.id, version.key): condition_labels(version)
        for definition in definitions
        for version in definition.versions
    }


def chosen_labels(mask: int, labels: Iterable[str]) -> str:
    """The labels whose bits are set."""
    return "；".join(name for bit, name in enumerate(labels) if mask >> bit & 1)


def fact_labels(names: Iterable[str], specs: Mapping[str, FactSpec]) -> str:
    """Facts by the words of the registry."""
    return "、".join(specs[name].labels.zh if name in specs else name for name in names)


def version_words(version: PolicyVersion) -> str:
    """From when to when, and since when it was public where that is another day."""
    start = version.start.isoformat() if version.start else _("最早")
    until = _("{day} 前").format(day=version.until.isoformat()) if version.until else _("今后")
    words = _("{start} 至 {until}").format(start=start, until=until)
    if version.known_from is not None and version.known_from != version.start:
        words += _("（{day} 公布）").format(day=version.known_from.isoformat())
    return words


def figure_shown(param: Param, typed: str) -> str:
    """A figure as an officer reads and types it: yuan where the text holds fen."""
    if param.unit in _MONEY_UNITS and typed.isdigit() and len(typed) <= _PLACES_MAX:
        return Money(int(typed)).yuan_text.replace(",", "")
    return typed


def figure_held(param: Param, typed: str) -> str:
    """What was typed, as the text holds it. Raises ``NotMoneyError``."""
    if param.unit in _MONEY_UNITS:
        return str(Money.from_yuan_text(typed).fen)
    return typed


def figure_now(param: Param) -> str:
    """What a figure is now, in words."""
    value = param.held.value
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date | str):
        return str(value)
    if param.unit in _MONEY_UNITS:
        return str(Money(value))
    scale = param.held.type.scale
    if param.unit in _RATIO_UNITS:
        return Display("percent", scale).show(value)
    return Display("number", scale, param.unit).show(value)
