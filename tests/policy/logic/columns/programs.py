"""Random rule programs and records: every node kind, nested, at awkward values."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from denghuo.policy.logic import build, ir
from denghuo.policy.logic.columns.program import RuleProgram, RuleVersion
from denghuo.policy.logic.expression_error import ExpressionError
from denghuo.policy.logic.scope import Value

AS_OF = date(2026, 6, 30)
_OPERATORS: list[Literal["=", "<>", "<", "<=", ">", ">="]] = ["=", "<>", "<", "<=", ">", ">="]
_DAYS = [date(2024, 2, 29), date(2025, 8, 31), date(2026, 1, 31), date(2025, 11, 30), AS_OF]
SIZES = ["large", "medium", "micro", "small"]
TRADES = ["A01", "C13", "C14", "C39", "I61", "O80"]

FACT_TYPES: dict[str, ir.Type] = {
    "in_arrears": ir.BOOL,
    "dishonest": ir.BOOL,
    "headcount": ir.Type(ir.Kind.NUMBER, 0, 0, 200_000),
    "layoffs": ir.Type(ir.Kind.NUMBER, 0, 0, 120),
    "balance": ir.Type(ir.Kind.NUMBER, 0, -50_000, 50_000),
    "share": ir.Type(ir.Kind.NUMBER, 4, 0, 10_000),
    "premium_fen": ir.Type(ir.Kind.NUMBER, 0, 0, 10**13),
    "founded_on": ir.DATE,
    "hired_on": ir.DATE,
    "size_class": ir.Type(ir.Kind.CODE, values=frozenset(SIZES)),
    "former_class": ir.Type(ir.Kind.CODE, values=frozenset([*SIZES, "none"])),
    "trade": ir.Type(ir.Kind.CODE),
}
PARAMS: dict[str, tuple[ir.Type, Value]] = {
    "cap": (ir.Type(ir.Kind.NUMBER, 3, 55, 55), 55),
    "months": (ir.Type(ir.Kind.NUMBER, 0, -13, -13), -13),
    "tiny": (ir.Type(ir.Kind.NUMBER, 0, 30, 30), 30),
    "since": (ir.DATE, date(2025, 2, 28)),
    "strict": (ir.BOOL, True),
}


class ProgramMaker:
    """Makes programs whose nodes all come from the typed builders, so ranges are real."""

    def __init__(self, chance: random.Random) -> None:
        """``chance``: of a seed, or Hypothesis's own, which makes what fails smaller."""
        self.random = chance

    def program(self, name: str) -> RuleProgram:
        pick = self.random
        if pick.random() < 0.5:
            return RuleProgram(name, (self.version(None, None),))
        middle = pick.choice(_DAYS)
        later = middle + timedelta(days=pick.choice([0, 90]))
        versions = (self.version(date(2024, 1, 1), middle), self.version(later, date(2027, 1, 1)))
        anchor = pick.choice(["founded_on", "hired_on", None])
        if anchor is not None and pick.random() < 0.5:
            gate = self.truth(2)
            while ir.params_of(gate):
                gate = self.truth(2)
            versions = (_gated(versions[0], gate, pick), _gated(versions[1], gate, pick))
        return RuleProgram(name, versions, anchor, anchor is not None and pick.random() < 0.5)

    def version(self, start: date | None, until: date | None) -> RuleVersion:
        pick = self.random
        conditions = tuple(self.truth(3) for _ in range(pick.choice([1, 2, 3, 5, 9, 17])))
        amount = self.amount() if pick.random() < 0.8 else None
        params = {name: value for name, (_, value) in PARAMS.items()}
        return RuleVersion(conditions, amount, params, start, until)

    def amount(self) -> ir.Expr:
        while True:
            made = self.number(3)
            if made.type.low is not None and made.type.low >= 0:
                return made

    def records(self, count: int) -> list[dict[str, object]]:
        return [self.record() for _ in range(count)]

    def record(self) -> dict[str, object]:
        return {
            name: None if self.random.random() < 0.15 else self._fact_value(kind)
            for name, kind in FACT_TYPES.items()
        }

    def _fact_value(self, kind: ir.Type) -> object:
        pick = self.random
        match kind.kind:
            case ir.Kind.BOOL:
                return pick.random() < 0.5
            case ir.Kind.DATE:
                return pick.choice(_DAYS) + timedelta(
                    days=pick.choice([-366, -31, -1, 0, 0, 1, 29])
                )
            case ir.Kind.CODE:
                return pick.choice(sorted(kind.values) if kind.values else TRADES)
            case ir.Kind.NUMBER:
                low, high = kind.low or 0, kind.high or 0
                near = [low, high, 0, 1, 29, 30, 31, 55, 1000, pick.randint(low, high)]
                return min(max(pick.choice(near), low), high)

    # -- expressions ------------------------------------------------------------------------

    def _try(self, *makers: object) -> ir.Expr:
        """The first of the makers, in random order, whose result the builders accept."""
        while True:
            maker = self.random.choice(makers)
            try:
                return maker()  # type: ignore[operator,no-any-return]
            except ExpressionError:
                continue

    def truth(self, depth: int) -> ir.Expr:
        pick = self.random
        simple = (
            lambda: ir.Fact(ir.BOOL, pick.choice(["in_arrears", "dishonest"])),
            lambda: build.compare(self._op(), self.number(0), self.number(0)),
            lambda: build.compare(self._op(), self.day(0), self.day(0)),
            self._code_test,
            lambda: ir.Param(ir.BOOL, "strict"),
        )
        if depth == 0:
            return self._try(*simple)
        down = depth - 1
        return self._try(
            *simple,
            lambda: build.negation(self.truth(down)),
            lambda: build.junction(
                "AND", tuple(self.truth(down) for _ in range(pick.choice([2, 3])))
            ),
            lambda: build.junction(
                "OR", tuple(self.truth(down) for _ in range(pick.choice([2, 3])))
            ),
            lambda: build.compare(self._op(), self.number(down), self.number(down)),
            lambda: build.compare(self._op(), self.day(down), self.day(down)),
            lambda: build.compare(pick.choice(["=", "<>"]), self.truth(down), self.truth(down)),
            lambda: build.case(
                tuple((self.truth(down), self.truth(down)) for _ in range(pick.choice([1, 2]))),
                self.truth(down),
            ),
            lambda: build.membership(self.number(down), (build.number(30, 0), build.number(55, 3))),
            lambda: build.membership(self.day(down), tuple(build.day(d) for d in _DAYS[:3])),
        )

    def _op(self) -> Literal["=", "<>", "<", "<=", ">", ">="]:
        return self.random.choice(_OPERATORS)

    def _code_test(self) -> ir.Expr:
        pick = self.random
        size, former, trade = (
            ir.Fact(FACT_TYPES[name], name) for name in ("size_class", "former_class", "trade")
        )
        return self._try(
            lambda: build.membership(size, tuple(map(build.code, pick.sample(SIZES, 2)))),
            lambda: build.compare(pick.choice(["=", "<>"]), size, former),
            lambda: build.compare("=", trade, build.code(pick.choice(TRADES))),
            lambda: build.starts_with((trade, build.code(pick.choice(["C", "C1", "X"])))),
        )

    def number(self, depth: int) -> ir.Expr:
        pick = self.random
        simple = (
            self._number_fact,
            self._number_fact,
            lambda: build.number(pick.choice([0, 1, 30, 31]), 0),
            lambda: build.number(pick.choice([5, 55, 1000, 6049]), 3),
            lambda: ir.Param(PARAMS["cap"][0], "cap"),
            lambda: ir.Param(PARAMS["tiny"][0], "tiny"),
        )
        if depth == 0:
            return self._try(*simple)
        down = depth - 1
        return self._try(
            *simple,
            lambda: build.arithmetic(
                pick.choice(["+", "-", "*"]), self.number(down), self.number(down)
            ),
            lambda: build.arithmetic("*", self.number(down), self.number(down)),
            lambda: build.case(
                tuple((self.truth(down), self.number(down)) for _ in range(pick.choice([1, 2]))),
                self.number(down),
            ),
            lambda: build.extreme(
                pick.choice(["LEAST", "GREATEST"]), (self.number(down), self.number(down))
            ),
        )

    def _number_fact(self) -> ir.Expr:
        names = [name for name, kind in FACT_TYPES.items() if kind.kind is ir.Kind.NUMBER]
        name = self.random.choice(names)
        return ir.Fact(FACT_TYPES[name], name)

    def day(self, depth: int) -> ir.Expr:
        pick = self.random
        simple = (
            lambda: ir.Fact(ir.DATE, pick.choice(["founded_on", "hired_on"])),
            lambda: ir.AsOf(ir.DATE),
            lambda: build.day(pick.choice(_DAYS)),
            lambda: ir.Param(ir.DATE, "since"),
        )
        if depth == 0:
            return self._try(*simple)
        down = depth - 1
        return self._try(
            *simple,
            lambda: build.add_months(
                (self.day(down), build.number(pick.choice([-36, -1, 1, 6, 18]), 0))
            ),
            lambda: build.add_months((self.day(down), ir.Param(PARAMS["months"][0], "months"))),
            lambda: build.extreme(
                pick.choice(["LEAST", "GREATEST"]), (self.day(down), self.day(down))
            ),
            lambda: build.case(((self.truth(down), self.day(down)),), self.day(down)),
        )


def _gated(version: RuleVersion, gate: ir.Expr, pick: random.Random) -> RuleVersion:
    """The version with one condition more, anywhere, that says whether there is a day at all."""
    place = pick.randrange(len(version.conditions) + 1)
    conditions = (*version.conditions[:place], gate, *version.conditions[place:])
    return replace(version, conditions=conditions, gate=place)
