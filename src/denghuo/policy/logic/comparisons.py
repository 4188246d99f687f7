"""Both sides of each comparison in a condition: what is, and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from denghuo.kernel.words import Words
from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import Evaluate, Row, compile_expression
from denghuo.policy.logic.definition import PolicyVersion
from denghuo.policy.logic.display import Display, display_of, same_form
from denghuo.policy.logic.registry import FactSpec
from denghuo.policy.logic.scope import Value

_NUMBER_WORDS = {
    "=": "等于", "<>": "不等于", "<": "少于", "<=": "不超过", ">": "多于", ">=": "不少于",
}  # fmt: skip
_DATE_WORDS = {
    "=": "是", "<>": "不是", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于",
}  # fmt: skip
_PLAIN_WORDS = {"=": "是", "<>": "不是"}
_DEMANDS_EN = {
    "等于": "equal to", "不等于": "other than", "少于": "less than", "不超过": "at most",
    "多于": "more than", "不少于": "at least", "是": "", "不是": "other than",
    "早于": "before", "不晚于": "no later than", "晚于": "after", "不早于": "no earlier than",
    "是以下之一：": "one of", "不是以下任何一种：": "none of", "以下面开头：": "beginning with",
    "不以下面开头：": "not beginning with",
}  # fmt: skip
_SWAPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Comparison(NamedTuple):
    """One comparison with its values. ``word`` is the demand (不超过); ``holds`` may be None."""

    what: str
    actual: Value | None
    word: str
    required: tuple[Value | None, ...]
    holds: bool | None
    display: Display
    required_display: Display
    label: Words | None = None

    @property
    def text(self) -> str:
        """``实际 7 人，要求不超过 6 人``, with what it is about in front where that is one fact."""
        lead = f"{self.what}：" if self.what else ""
        actual = _quoted(self.display.show(self.actual), self.actual)
        if None in self.required:
            return f"{lead}实际 {actual}，要求多少还不知道"
        required = "、".join(
            _quoted(self.required_display.show(value), value) for value in self.required
        )
        # A space parts Chinese from digits and letters, as in print.
        space = " " if required[:1].isascii() else ""
        return f"{lead}实际 {actual}，要求{self.word}{space}{required}"

    def in_language(self, language: str) -> str:
        """The same in English; other languages read the Chinese."""
        if language != "en":
            return self.text
        lead = f"{self.label.in_language(language)}: " if self.label else ""
        actual = self.display.show(self.actual, language)
        if None in self.required:
            return f"{lead}{actual}; what is asked for is not known yet"
        required = ", ".join(self.required_display.show(each, language) for each in self.required)
        demand = _DEMANDS_EN[self.word]
        return f"{lead}{actual}; asked for: {demand}{' ' if demand else ''}{required}"


def _quoted(shown: str, value: Value | None) -> str:
    return f"“{shown}”" if isinstance(value, bool) else shown


@dataclass(frozen=True, slots=True)
class Atom:
    """A compiled comparison of a condition; ``negated`` when it stands under a NOT."""

    run: Evaluate
    negated: bool
    label: Words | None
    word: str
    actual: Evaluate
    required: tuple[Evaluate, ...]
    display: Display
    required_display: Display

    def compare(self, row: Row) -> Comparison:
        """The comparison for a row."""
        holds = self.run(row)
        if holds is not None and self.negated:
            holds = not holds
        return Comparison(
            self.label.zh if self.label else "",
            self.actual(row),
            self.word,
            tuple(required(row) for required in self.required),
            holds,
            self.display,
            self.required_display,
            self.label,
        )


def compile_atoms(
    node: ir.Expr, specs: Mapping[str, FactSpec], version: PolicyVersion
) -> tuple[Atom, ...]:
    """The comparisons of a condition, outside CASE and arithmetic, left to right."""
    return tuple(_atom(part, negated, specs, version) for part, negated in _atoms(node, False))


def _atoms(node: ir.Expr, negated: bool) -> Iterator[tuple[ir.Expr, bool]]:
    match node:
        case ir.Not(item=item):
            yield from _atoms(item, not negated)
        case ir.Conjunction(items=items) | ir.Disjunction(items=items):
            for item in items:
                yield from _atoms(item, negated)
        case ir.Compare() | ir.In() | ir.StartsWith() | ir.Fact():
            if ir.facts_of(node) or any(isinstance(part, ir.AsOf) for part in ir.walk(node)):
                yield node, negated
        case _:
            return


def _atom(
    node: ir.Expr,
    negated: bool,
    specs: Mapping[str, FactSpec],
    version: PolicyVersion,
) -> Atom:
    params = version.held()
    subject: ir.Expr
    required: tuple[ir.Expr, ...]
    match node:
        case ir.Compare(op=op, left=left, right=right):
            # The side with the facts is what is; where both have some, the left is.
            swap = not ir.facts_of(left) and bool(ir.facts_of(right))
            subject, required = (right, (left,)) if swap else (left, (right,))
            sign = _SWAPPED[op] if swap else op
            word = _words(left.type.kind)[_NEGATED[sign] if negated else sign]
        case ir.In(item=item, choices=choices):
            subject, required = item, choices
            word = "不是以下任何一种：" if negated else "是以下之一："
            if len(choices) == 1:
                word = _PLAIN_WORDS["<>" if negated else "="]
        case ir.StartsWith(item=item, prefix=prefix):
            subject = item
            kind = ir.Type(ir.Kind.CODE, values=frozenset({prefix}))
            required = (ir.CodeLiteral(kind, prefix),)
            word = "不以下面开头：" if negated else "以下面开头："
        case _:
            subject, required = node, (ir.BoolLiteral(ir.BOOL, not negated),)
            word = "是"
    mine = display_of(subject, specs, version)
    theirs = display_of(required[0], specs, version)
    if subject.type.kind is ir.Kind.CODE:
        theirs = mine
    label = specs[subject.name].labels if isinstance(subject, ir.Fact) else None
    return Atom(
        compile_expression(node, params),
        negated,
        label,
        word,
        compile_expression(subject, params),
        tuple(compile_expression(each, params) for each in required),
        same_form(mine, theirs),
        same_form(theirs, mine),
    )


def _words(kind: ir.Kind) -> Mapping[str, str]:
    if kind is ir.Kind.NUMBER:
        return _NUMBER_WORDS
    return _DATE_WORDS if kind is ir.Kind.DATE else _PLAIN_WORDS
