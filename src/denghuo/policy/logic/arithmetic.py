"""How an amount came about, as lines a person can check with a pencil."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import Evaluate, Row
from denghuo.policy.logic.definition import RATE_SCALE, Amount, PolicyVersion
from denghuo.policy.logic.display import Display, display_of, same_form
from denghuo.policy.logic.registry import FactSpec

_SIGNS = {"+": "+", "-": "−", "*": "×"}
_SUM, _PRODUCT, _LEAF = 1, 2, 3
_BARE = Display("number")


class _SheetWords(NamedTuple):
    """The few words between the numbers."""

    colon: str
    comma: str
    half_up: str
    down: str
    least: str
    greatest: str


_WORDS = {
    "zh": _SheetWords(
        "：", "、", "四舍五入", "不足的零头舍去", "{listed} 中取最小的", "{listed} 中取最大的"
    ),
    "en": _SheetWords(
        ": ", ", ", "rounded", "rounded down", "the least of {listed}", "the most of {listed}"
    ),
}


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
        case "nights":
            return Display("number", unit="晚")
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
    *,
    language: str = "zh",
) -> tuple[str, ...]:
    """The steps that lead to ``total``. ``displays`` (``displays_of``) and ``closures``
    (``compile_parts``) hold every part of the amount by ``id``.

    ``186,400.00 元 × 60% = 111,840.00 元``. Only the branches really taken are shown, and a
    maximum or minimum has its own line.
    """
    shown = amount_display(amount)
    root = amount.exact
    sheet = _Sheet(displays, closures, row, language)
    colon = sheet.words.colon
    text, power = sheet.write(root, shown)
    result = shown.show(total, language)
    if power is not _LEAF:
        exact = sheet.value(root, shown)
        sheet.lines.append(f"{text} = {exact}")
        millionths = RATE_SCALE if amount.unit == "rate" else 0
        if closures[id(root)](row) * 10**millionths != total * 10**root.type.scale:
            half_up = amount.rounding == "half_up"
            rounded = sheet.words.half_up if half_up else sheet.words.down
            sheet.lines.append(f"{rounded}{colon}{result}")
    elif not sheet.lines:
        sheet.lines.append(f"{amount.label.in_language(language)}{colon}{result}")
    return tuple(sheet.lines)


@dataclass(slots=True)
class _Sheet:
    displays: Mapping[int, Display]
    closures: Mapping[int, Evaluate]
    row: Row
    language: str
    lines: list[str] = field(default_factory=list)

    @property
    def words(self) -> _SheetWords:
        return _WORDS.get(self.language, _WORDS["zh"])

    def value(self, node: ir.Expr, wanted: Display) -> str:
        own = self.displays[id(node)]
        if isinstance(node, ir.Arithmetic | ir.Case | ir.Extreme) and wanted.form != "number":
            # Workers times yuan is yuan: what is worked out is written as what was wanted.
            own = Display(wanted.form, own.scale)
        return same_form(own, wanted).show(self.closures[id(node)](self.row), self.language)

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
                listed = self.words.comma.join(self.settled(item, wanted) for item in items)
                result = self.value(node, wanted)
                chosen = self.words.least if which == "least" else self.words.greatest
                line = f"{chosen.format(listed=listed)}{self.words.colon}{result}"
                self.lines.append(line)
                return result, _LEAF
            case ir.Arithmetic(op="+" | "-", left=left, right=right) if self.is_zero(right):
                # A step that is not reached, or nothing paid before: no line for nothing.
                return self.write(left, wanted)
            case ir.Arithmetic(op="+", left=left, right=right) if self.is_zero(left):
                return self.write(right, wanted)
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

    def is_zero(self, node: ir.Expr) -> bool:
        return bool(self.closures[id(node)](self.row) == 0)

    def taken(self, node: ir.Case) -> ir.Expr:
        for condition, value in node.branches:
            if self.closures[id(condition)](self.row):
                return value
        return node.otherwise
