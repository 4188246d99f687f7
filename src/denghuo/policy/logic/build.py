"""Typed node makers: the one place that says which parts fit together.

Every maker checks its parts and works out the type of the whole, or raises ``ExpressionError`` at
``span``. The parser builds through these; so do generators of test expressions.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, cast

from denghuo.policy.logic import ir, ranges
from denghuo.policy.logic.expression_error import ExpressionError
from denghuo.policy.logic.ir import NOWHERE, Kind, Span, Type
from denghuo.policy.logic.lexer import CODE

Choice = ir.CodeLiteral | ir.NumberLiteral | ir.DateLiteral
KIND_WORDS = {
    Kind.BOOL: "是或否",
    Kind.NUMBER: "数字",
    Kind.DATE: "日期",
    Kind.CODE: "代码值",
}
_ITEMS_MIN = 2


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, or the first few known names."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name[:60], names, n=1)
    if near:
        return f"您是不是想写“{near[0]}”？"
    if not names:
        return "这里没有可用的名字。"
    shown = "、".join(names[:8])
    return f"可以用：{shown}{' 等' if len(names) > 8 else ''}。"


def number(unscaled: int, scale: int, span: Span = NOWHERE) -> ir.NumberLiteral:
    """A number literal; its range is itself."""
    kind = _within(ranges.number(scale, unscaled, unscaled), span)
    return ir.NumberLiteral(kind, unscaled, span=span)


def code(value: str, span: Span = NOWHERE) -> ir.CodeLiteral:
    """A code value; the same shape the registry demands."""
    if not CODE.fullmatch(value):
        raise ExpressionError(
            span, f"“{value[:30]}”不是代码值。", "代码值只用英文字母、数字和 _ . : -，最多 40 个。"
        )
    return ir.CodeLiteral(Type(Kind.CODE, values=frozenset({value})), value, span=span)


def day(value: date, span: Span = NOWHERE, at: Span | None = None) -> ir.DateLiteral:
    """A day between 1900 and 2200, so that no engine's date type overflows."""
    if not ranges.DAY_MIN <= value <= ranges.DAY_MAX:
        raise ExpressionError(at or span, f"“{value}”太远。", "日期要在 1900 到 2200 年之间。")
    return ir.DateLiteral(ir.DATE, value, span=span)


def negation(item: ir.Expr, span: Span = NOWHERE) -> ir.Not:
    """``NOT item``."""
    _need(item, Kind.BOOL, "NOT")
    return ir.Not(ir.BOOL, item, span=span)


def junction(
    word: str, items: tuple[ir.Expr, ...], span: Span = NOWHERE
) -> ir.Conjunction | ir.Disjunction:
    """``AND`` or ``OR`` of two or more."""
    for item in items:
        _need(item, Kind.BOOL, word)
    if word == "AND":
        return ir.Conjunction(ir.BOOL, items, span=span)
    return ir.Disjunction(ir.BOOL, items, span=span)


def arithmetic(
    op: Literal["+", "-", "*"], left: ir.Expr, right: ir.Expr, span: Span = NOWHERE
) -> ir.Arithmetic:
    """``+`` and ``-`` at the larger scale of the two; ``*`` at the sum of the scales."""
    _need(left, Kind.NUMBER, op)
    _need(right, Kind.NUMBER, op)
    kind = _within(ranges.combine(op, left.type, right.type), span)
    return ir.Arithmetic(kind, op, left, right, span=span)


def compare(
    op: Literal["=", "<>", "<", "<=", ">", ">="],
    left: ir.Expr,
    right: ir.Expr,
    span: Span = NOWHERE,
) -> ir.Compare:
    """Two numbers (aligned), two dates, or by ``=`` and ``<>`` two codes or two booleans."""
    a, b = left.type.kind, right.type.kind
    if a is not b:
        raise ExpressionError(
            span, f"{KIND_WORDS[a]}不能和{KIND_WORDS[b]}比较。", "两边要是同一种值。"
        )
    if a in (Kind.CODE, Kind.BOOL) and op not in ("=", "<>"):
        raise ExpressionError(span, f"{KIND_WORDS[a]}不分大小。", "只能用 = 和 <>。")
    if a is Kind.NUMBER:
        _within(ranges.hull((left.type, right.type)), span)
    if a is Kind.CODE:
        _codes_meet(left, right, span)
    return ir.Compare(ir.BOOL, op, left, right, span=span)


def membership(item: ir.Expr, choices: tuple[Choice, ...], span: Span = NOWHERE) -> ir.In:
    """``item IN (...)``: a code, number or date among different literals."""
    kind = item.type.kind
    if kind is Kind.BOOL:
        raise ExpressionError(span, "是或否不能用 IN。", "请直接写这个名字，或者写 NOT。")
    if kind is Kind.CODE and not isinstance(item, ir.Fact):
        raise ExpressionError(item.span, "IN 的左边", "要是一个登记过的事实。")
    seen: set[object] = set()
    for choice in choices:
        if choice.type.kind is not kind:
            raise ExpressionError(
                choice.span,
                f"这里是{KIND_WORDS[choice.type.kind]}，",
                f"要的是{KIND_WORDS[kind]}。",
            )
        if isinstance(choice, ir.CodeLiteral):
            _in_list(choice, item)
        if isinstance(choice, ir.NumberLiteral):
            _within(ranges.hull((item.type, choice.type)), choice.span)
            # 3 and 3.0 are one value.
            key: object = (choice.unscaled * 10 ** (ranges.SCALE_MAX - choice.type.scale),)
        else:
            key = choice.value
        if key in seen:
            raise ExpressionError(choice.span, "这个值写了两次。", "请去掉一个。")
        seen.add(key)
    return ir.In(ir.BOOL, item, choices, span=span)


def case(
    branches: tuple[tuple[ir.Expr, ir.Expr], ...], otherwise: ir.Expr, span: Span = NOWHERE
) -> ir.Case:
    """``CASE``: conditions are booleans, all values one kind; codes are never computed."""
    for condition, _ in branches:
        _need(condition, Kind.BOOL, "WHEN")
    values = (*(value for _, value in branches), otherwise)
    kind = values[0].type.kind
    for value in values:
        if value.type.kind is not kind:
            raise ExpressionError(
                value.span,
                f"这里是{KIND_WORDS[value.type.kind]}，",
                f"CASE 的各个值要是同一种，前面是{KIND_WORDS[kind]}。",
            )
    if kind is Kind.CODE:
        raise ExpressionError(span, "CASE 不能得出代码值。", "请写成 AND、OR 的条件。")
    made = values[0].type
    if kind is Kind.NUMBER:
        made = _within(ranges.hull(value.type for value in values), span)
    return ir.Case(made, branches, otherwise, span=span)


def extreme(word: str, items: tuple[ir.Expr, ...], span: Span = NOWHERE) -> ir.Extreme:
    """``LEAST`` or ``GREATEST`` of numbers (aligned) or of dates."""
    if len(items) < _ITEMS_MIN:
        raise ExpressionError(span, f"{word} 只有一个值，", "至少要两个。")
    kind = items[0].type.kind
    if kind not in (Kind.NUMBER, Kind.DATE):
        raise ExpressionError(
            items[0].span, f"{word} 里是{KIND_WORDS[kind]}，", "只能比数字或日期。"
        )
    for item in items:
        _need(item, kind, word)
    which = cast("Literal['least', 'greatest']", word.lower())
    made = ir.DATE
    if kind is Kind.NUMBER:
        made = _within(ranges.extreme(tuple(item.type for item in items), which), span)
    return ir.Extreme(made, which, items, span=span)


def lowered(item: ir.Expr) -> ir.Extreme:
    """Half a unit less, never below zero: rounded half up, that is the whole part of ``item``."""
    less = arithmetic("-", item, number(5, 1), item.span)
    return extreme("greatest", (number(0, 0), less), item.span)


def starts_with(items: Sequence[ir.Expr], span: Span = NOWHERE) -> ir.StartsWith:
    """``starts_with(code fact, 'prefix')``; a prefix no listed value has is refused."""
    if len(items) != _ITEMS_MIN or not isinstance(items[1], ir.CodeLiteral):
        raise ExpressionError(span, "starts_with", "写成 starts_with(代码, 'C')。")
    item, prefix = items[0], items[1].value
    if not isinstance(item, ir.Fact) or item.type.kind is not Kind.CODE:
        raise ExpressionError(item.span, "starts_with 的第一项", "要是一个代码类的事实。")
    values = item.type.values
    if values is not None and not any(value.startswith(prefix) for value in values):
        raise ExpressionError(
            items[1].span, f"“{item.name}”没有以“{prefix}”开头的值。", did_you_mean(prefix, values)
        )
    return ir.StartsWith(ir.BOOL, item, prefix, span=span)


def add_months(items: Sequence[ir.Expr], span: Span = NOWHERE) -> ir.AddMonths:
    """``add_months(day, n)``: n a whole literal or parameter, at most 100 years, not nested."""
    if len(items) != _ITEMS_MIN:
        raise ExpressionError(span, "add_months", "写成 add_months(日期, 月数)。")
    item, months = items
    _need(item, Kind.DATE, "add_months")
    if not isinstance(months, ir.NumberLiteral | ir.Param) or months.type.kind is not Kind.NUMBER:
        raise ExpressionError(
            months.span, "add_months 的月数", "要是数字或参数，例如 -36、p.months。"
        )
    low, high = ranges.bounds(months.type)
    if months.type.scale or max(-low, high) > ranges.MONTHS_MAX:
        raise ExpressionError(
            months.span, "add_months 的月数", f"要是整数，不超过 {ranges.MONTHS_MAX}。"
        )
    if any(isinstance(part, ir.AddMonths) for part in ir.walk(item)):
        # One step of at most 100 years from 1900-2200 stays within every engine's calendar.
        raise ExpressionError(item.span, "add_months 里面", "不能再套 add_months。")
    return ir.AddMonths(ir.DATE, item, months, span=span)


def _need(item: ir.Expr, kind: Kind, where: str) -> None:
    if item.type.kind is not kind:
        raise ExpressionError(
            item.span,
            f"这里是{KIND_WORDS[item.type.kind]}，",
            f"{where} 要的是{KIND_WORDS[kind]}。",
        )


def _within(kind: Type | None, span: Span) -> Type:
    if kind is None:
        raise ExpressionError(
            span, "这里算出的数可能太大，", "超过了 64 位整数。请缩小事实的最大值或小数位数。"
        )
    return kind


def _in_list(literal: ir.CodeLiteral, other: ir.Expr) -> None:
    values = other.type.values
    if values is not None and literal.value not in values:
        name = other.name if isinstance(other, ir.Fact | ir.Param) else ""
        raise ExpressionError(
            literal.span,
            f"“{name}”没有“{literal.value}”这个值。",
            did_you_mean(literal.value, values),
        )


def _codes_meet(left: ir.Expr, right: ir.Expr, span: Span) -> None:
    """One side at least is a fact, and the two lists share a value."""
    if not isinstance(left, ir.Fact) and not isinstance(right, ir.Fact):
        raise ExpressionError(span, "两边都是固定的代码值，", "至少一边要是登记过的事实。")
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ir.CodeLiteral):
            _in_list(one, other)
    a, b = left.type.values, right.type.values
    if a is not None and b is not None and not a & b:
        raise ExpressionError(span, "两边没有相同的代码值，", "比较永远不成立。")
