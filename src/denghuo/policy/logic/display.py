"""Values in plain words: money in yuan, ratios in percent, days written out, codes by label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from denghuo.kernel.words import Words
from denghuo.policy.logic import ir
from denghuo.policy.logic.definition import AS_OF, PolicyVersion
from denghuo.policy.logic.printer import print_number
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import Value

_RATIO_UNITS = frozenset({"ratio", "比例"})
_MONEY_UNITS = frozenset({"fen", "分"})
_YUAN_SCALE = 2
_WORDS = {
    "zh": ("是", "否", "还不知道", "元"),
    "en": ("yes", "no", "not known yet", "yuan"),
}
# The measure words that policies and facts use, for one and for many; 类 is said before the number.
_UNITS_EN = {
    "个月": ("month", "months"),
    "年": ("year", "years"),
    "天": ("day", "days"),
    "晚": ("night", "nights"),
    "人": ("person", "people"),
    "次": ("time", "times"),
    "笔": ("loan", "loans"),
    "门": ("course", "courses"),
    "课时": ("class hour", "class hours"),
    "个百分点": ("point", "points"),
    "类": ("", ""),
}


@dataclass(frozen=True, slots=True)
class Display:
    """How a value is written. ``scale`` is the scale of a number as it is held."""

    form: Literal["bool", "number", "money", "percent", "date", "code"]
    scale: int = 0
    unit: str = ""
    values: Mapping[str, Words] = field(default_factory=dict)

    def show(self, value: Value | None, language: str = "zh") -> str:
        """The words for a value; None is said to be unknown."""
        yes, no, unknown, yuan = _WORDS.get(language, _WORDS["zh"])
        if value is None:
            return unknown
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, date):
            return show_day(value, language)
        if isinstance(value, str):
            words = self.values.get(value)
            return words.in_language(language) if words else value
        match self.form:
            case "money":
                return f"{_trimmed(value, self.scale + _YUAN_SCALE, keep=2, grouped=True)} {yuan}"
            case "percent":
                return f"{_trimmed(value * 100, self.scale)}%"
            case _:
                number = _trimmed(value, self.scale)
                unit = _unit_words(self.unit, number, language)
                if not unit:
                    return number
                return f"{number}{unit}" if unit == "%" else f"{number} {unit}"


def _unit_words(unit: str, number: str, language: str) -> str:
    """A unit in the reader's language; one that is not listed stays as the registry writes it."""
    if language != "en" or unit not in _UNITS_EN:
        return unit
    one, many = _UNITS_EN[unit]
    return one if number == "1" else many


def show_day(day: date, language: str = "zh") -> str:
    """2027年3月1日; elsewhere 2027-03-01."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


def _trimmed(unscaled: int, scale: int, *, keep: int = 0, grouped: bool = False) -> str:
    """An exact decimal without needless zeros, but with at least ``keep`` decimals."""
    sign, text = (
        ("-", print_number(-unscaled, scale))
        if unscaled < 0
        else ("", print_number(unscaled, scale))
    )
    whole, _, fraction = text.partition(".")
    kept = fraction[:keep] + fraction[keep:].rstrip("0")
    if grouped:
        whole = f"{int(whole):,}"
    return f"{sign}{whole}.{kept}" if kept else f"{sign}{whole}"


def display_of_fact(spec: FactSpec) -> Display:
    """How a fact's own value is written."""
    match spec.kind:
        case FactKind.BOOL:
            return Display("bool")
        case FactKind.DATE:
            return Display("date")
        case FactKind.CODE:
            return Display("code", values=spec.values)
        case FactKind.MONEY:
            return Display("money")
        case FactKind.DECIMAL if spec.unit in _RATIO_UNITS or not spec.unit:
            return Display("percent", spec.scale)
        case _:
            return Display("number", spec.scale, spec.unit)


def show_fact(spec: FactSpec, value: Value | None, language: str = "zh") -> str:
    """A fact's value in words."""
    return display_of_fact(spec).show(value, language)


def display_of(node: ir.Expr, specs: Mapping[str, FactSpec], version: PolicyVersion) -> Display:
    """How a computed value is written: its unit is the unit of the parts that have one."""
    kind = node.type.kind
    if kind is ir.Kind.BOOL:
        return Display("bool")
    if kind is ir.Kind.DATE:
        return Display("date")
    if kind is ir.Kind.CODE:
        values = specs[node.name].values if isinstance(node, ir.Fact) else {}
        return Display("code", values=values)
    form, unit = _number_form(node, specs, version)
    return Display(form, node.type.scale, unit)


_Form = tuple[Literal["number", "money", "percent"], str]


def _number_form(node: ir.Expr, specs: Mapping[str, FactSpec], version: PolicyVersion) -> _Form:
    match node:
        case ir.Fact(name=name):
            shown = display_of_fact(specs[name])
            form = shown.form if shown.form in ("money", "percent") else "number"
            return form, shown.unit
        case ir.Param(name=name):
            return _param_form(node, version.params[name].unit)
        case ir.Case(branches=branches, otherwise=otherwise):
            return _first([*(value for _, value in branches), otherwise], specs, version)
        case ir.Extreme(items=items):
            return _first(list(items), specs, version)
        case ir.Arithmetic(op="*", left=left, right=right):
            forms = [_number_form(part, specs, version) for part in (left, right)]
            # A share of something is counted in that thing: yuan x percent is yuan.
            things = [form for form in forms if form[0] != "percent"]
            return next((form for form in things if form != ("number", "")), (things or forms)[0])
        case ir.Arithmetic(left=left, right=right):
            return _first([left, right], specs, version)
        case _:
            return "number", ""


def _first(parts: list[ir.Expr], specs: Mapping[str, FactSpec], version: PolicyVersion) -> _Form:
    forms = [_number_form(part, specs, version) for part in parts]
    return next((form for form in forms if form != ("number", "")), forms[0])


def _param_form(node: ir.Param, unit: str) -> _Form:
    if unit in _MONEY_UNITS:
        return "money", ""
    if unit in _RATIO_UNITS or (not unit and node.type.scale):
        return "percent", ""
    return "number", unit


def same_form(mine: Display, other: Display) -> Display:
    """A bare number beside a measured one is written with its unit."""
    if mine.form == "number" and not mine.unit and other.form in ("money", "percent", "number"):
        return Display(other.form, mine.scale, other.unit)
    return mine


AS_OF_DISPLAY = Display("date")
__all__ = [
    "AS_OF",
    "AS_OF_DISPLAY",
    "Display",
    "display_of",
    "display_of_fact",
    "same_form",
    "show_day",
]
