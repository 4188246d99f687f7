"""How an amount came about, as lines a person can check with a pencil."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import Evaluate, Row
from denghuo.policy.logic.definition import RATE_SCALE, Amount, PolicyVersion
from denghuo.policy.logic.display import Display, display_of, same_form
from denghuo.policy.logic.registry import FactSpec

_SIGNS = {"+": "+", "-": "−", "*": "×"}
_SUM, _PRODUCT, _LEAF = 1, 2, 3
_BARE = Display("number")


def amount_display(amount: Amount) -> Display:
    """How the whole amount is written."""
    match amount.unit:
        case "fen":
            return Display("money")
        case "rate":
            return Display("percent", RATE_SCALE)
        case "months":
            return Display("number", unit="个月")
        case "days":
            return Display("number", unit="天")
        case _:
            return _BARE


def displays_of(
    root: ir.Expr, specs: Mapping[str, FactSpec], version: PolicyVersion
) -> dict[int, Display]:
    """How each part of an amount is written, by ``id`` of its node."""
    return {id(node): display_of(node, specs, version) for node in ir.walk(root)}


def amount_lines(
    amount: Amount,
    displays: Mapping[int, Display],
    closures: Mapping[int, Evaluate],
    row: Row,
    total: int,
) -> tuple[str, ...]:
    """The steps that lead to ``total``. ``displays`` (``displays_of``) and ``closures``
    (``compile_parts``) hold every part of the amount by ``id``.

    ``186,400.00 元 × 60% = 111,840.00 元``. Only the branches really taken are shown, and a
    maximum or minimum has its own line.
    """
    shown = amount_display(amount)
    root = amount.exact
    sheet = _Sheet(displays, closures, row)
    text, power = sheet.write(root, shown)
    result = shown.show(total)
    if power is not _LEAF:
        exact = sheet.value(root, shown)
        sheet.lines.append(f"{text} = {exact}")
        millionths = RATE_SCALE if amount.unit == "rate" else 0
        if closures[id(root)](row) * 10**millionths != total * 10**root.type.scale:
            rounded = "四舍五入" if amount.rounding == "half_up" else "不足的零头舍去"
            sheet.lines.append(f"{rounded}：{result}")
    elif not sheet.lines:
        sheet.lines.append(f"{amount.label.zh}：{result}")
    return tuple(sheet.lines)


@dataclass(slots=True)
class _Sheet:
    displays: Mapping[int, Display]
    closures: Mapping[int, Evaluate]
    row: Row
    lines: list[str] = field(default_factory=list)

    def value(self, node: ir.Expr, wanted: Display) -> str:
        own = self.displays[id(node)]
        if isinstance(node, ir.Arithmetic | ir.Case | ir.Extreme) and wanted.form != "number":
            # Workers times yuan is yuan: what is worked out is written as what was wanted.
            own = Display(wanted.form, own.scale)
        return same_form(own, wanted).show(self.closures[id(node)](self.row))

    def write(self, node: ir.Expr, wanted: Display) -> tuple[str, int]:
        match node:
            case ir.Case():
                return self.write(self.taken(node), wanted)
            case ir.Extreme(which="greatest", items=(ir.NumberLiteral(unscaled=0), other)) if (
                self.closures[id(other)](self.row) == self.closures[id(node)](self.row)
            ):
                # A floor at zero that does not bind is no step anybody takes.
                return self.write(other, wanted)
            case ir.Extreme(which=which, items=items):
                listed = "、".join(self.settled(item, wanted) for item in items)
                result = self.value(node, wanted)
                word = "最小" if which == "least" else "最大"
                self.lines.append(f"{listed} 中取{word}的：{result}")
                return result, _LEAF
            case ir.Arithmetic(op=op, left=left, right=right):
                power = _PRODUCT if op == "*" else _SUM
                on_left, on_right = self.wanted_of(node, wanted)
                texts = (
                    self.bracketed(left, on_left, power),
                    self.bracketed(right, on_right, power + (op == "-")),
                )
                return f" {_SIGNS[op]} ".join(texts), power
            case _:
                return self.value(node, wanted), _LEAF

    def wanted_of(self, node: ir.Arithmetic, wanted: Display) -> tuple[Display, Display]:
        """In a sum both sides are the thing wanted; in a product only the side without a unit."""
        if node.op != "*":
            return wanted, wanted
        left, right = self.displays[id(node.left)], self.displays[id(node.right)]
        for side, both in ((left, (wanted, _BARE)), (right, (_BARE, wanted))):
            if side.form == wanted.form:
                return both
        if wanted.form != "money":
            return _BARE, _BARE
        measured = left.form != "number" or bool(left.unit)
        return (_BARE, wanted) if measured else (wanted, _BARE)

    def bracketed(self, node: ir.Expr, wanted: Display, power: int) -> str:
        text, own = self.write(node, wanted)
        return text if own >= power else f"({text})"

    def settled(self, node: ir.Expr, wanted: Display) -> str:
        """The value of a part; where it had to be worked out, that line comes first."""
        text, power = self.write(node, wanted)
        if power is _LEAF:
            return text
        result = self.value(node, wanted)
        self.lines.append(f"{text} = {result}")
        return result

    def taken(self, node: ir.Case) -> ir.Expr:
        for condition, value in node.branches:
            if self.closures[id(condition)](self.row):
                return value
        return node.otherwise
