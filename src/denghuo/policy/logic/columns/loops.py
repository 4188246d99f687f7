"""Print the body of one kernel loop: nodes as statements over one row, each printed once.

Three-valued truth is two variables without branches: certainly true, certainly false; neither is
unknown. Numbers are 32-bit wherever their declared bounds allow and 64-bit otherwise; a bound
beyond 64 bits is refused before anything is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.constants import common_scale, is_constant
from denghuo.policy.logic.columns.layout import Lane, Layout, width_for
from denghuo.policy.logic.columns.program import UnfitRuleError

_PYTHON_OP = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that is the same for all rows; ``scale`` is the one the kernel expects."""

    node: ir.Expr
    scale: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Names of two 0/1 variables: certainly true, certainly false."""

    true: str
    false: str


@dataclass(frozen=True, slots=True)
class Value:
    """A number variable, the 0/1 variable that says it is known (None: always), and its width."""

    name: str
    known: str | None
    wide: bool


@dataclass
class Frame:
    """What one kernel collects while its loops are printed."""

    layout: Layout
    slots: dict[Slot, int] = field(default_factory=dict)
    prefixes: dict[str, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)  # fact -> position among the arguments
    lanes: list[Lane] = field(default_factory=list)

    def slot(self, node: ir.Expr, scale: int) -> str:
        return f"c{self.slots.setdefault(Slot(node, scale), len(self.slots))}"

    def prefix(self, prefix: str) -> str:
        return f"p{self.prefixes.setdefault(prefix, len(self.prefixes))}"

    def position(self, fact: str) -> int:
        if fact not in self.used:
            self.used[fact] = len(self.lanes)
            self.lanes.append(self.layout.lane(fact))
        return self.used[fact]


class Loop:
    """The body of one loop: statements in single-assignment form, one node printed once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.lines: list[str] = []
        self._truths: dict[ir.Expr, Truth] = {}
        self._values: dict[tuple[ir.Expr, int], Value] = {}
        self._loads: dict[str, str] = {}

    # -- statements -------------------------------------------------------------------------

    def let(self, expression: str) -> str:
        name = f"x{len(self.lines)}"
        self.lines.append(f"{name} = {expression}")
        return name

    def flag(self, expression: str) -> str:
        return self.let(f"u1({expression})")

    def number(self, expression: str, *, wide: bool) -> str:
        return self.let(f"{'i8' if wide else 'i4'}({expression})")

    def load(self, expression: str) -> str:
        if expression not in self._loads:
            self._loads[expression] = self.let(expression)
        return self._loads[expression]

    def known(self, fact: str) -> str:
        return self.load(f"s[K{self.frame.position(fact)} + i]")

    def both(self, *known: str | None) -> str | None:
        names = list(dict.fromkeys(name for name in known if name is not None))
        if not names:
            return None
        return names[0] if len(names) == 1 else self.flag(" & ".join(names))

    # -- three-valued truth -----------------------------------------------------------------

    def truth(self, node: ir.Expr) -> Truth:
        found = self._truths.get(node)
        if found is None:
            found = self._truths[node] = self._print_truth(node)
        return found

    def _print_truth(self, node: ir.Expr) -> Truth:
        if is_constant(node):
            value = f"u1({self.frame.slot(node, 0)})"
            return Truth(self.let(value), self.flag(f"{value} ^ 1"))
        match node:
            case ir.Fact(name=name):
                value = self.load(f"s[V{self.frame.position(name)} + i]")
                return self._decided(value, self.known(name))
            case ir.Not(item=item):
                inner = self.truth(item)
                return Truth(inner.false, inner.true)
            case ir.Conjunction(items=items):
                parts = [self.truth(item) for item in items]
                return self._join(parts)
            case ir.Disjunction(items=items):
                parts = [Truth(p.false, p.true) for p in map(self.truth, items)]
                joined = self._join(parts)
                return Truth(joined.false, joined.true)
            case ir.Compare():
                return self._compare(node)
            case ir.In(item=item, choices=choices):
                scale = common_scale(item, *choices)
                member = self.value(item, scale)
                options = [self.value(choice, scale).name for choice in choices]
                hit = " | ".join(f"u1({member.name} == {option})" for option in options)
                return self._decided(self.flag(hit), member.known)
            case ir.StartsWith(item=item, prefix=prefix):
                code = self.value(item, 0)
                hit = self.let(f"{self.frame.prefix(prefix)}[u8({code.name})]")
                return self._decided(hit, code.known)
            case ir.Case(branches=branches, otherwise=otherwise):
                result = self.truth(otherwise)
                for condition, then in reversed(branches):
                    result = self._choose_truth(self.truth(condition), self.truth(then), result)
                return result
            case _:
                raise UnfitRuleError(f"{type(node).__name__} is not a condition")

    def _decided(self, value: str, known: str | None) -> Truth:
        if known is None:
            return Truth(value, self.flag(f"{value} ^ 1"))
        return Truth(self.flag(f"{value} & {known}"), self.flag(f"({value} ^ 1) & {known}"))

    def _join(self, parts: list[Truth]) -> Truth:
        true = self.flag(" & ".join(part.true for part in parts))
        return Truth(true, self.flag(" | ".join(part.false for part in parts)))

    def _choose_truth(self, when: Truth, then: Truth, other: Truth) -> Truth:
        # (c and a) or (not c and b) or (a and b): known as soon as the reachable branches agree
        true = f"({when.true} & {then.true}) | ({when.false} & {other.true})"
        false = f"({when.true} & {then.false}) | ({when.false} & {other.false})"
        return Truth(
            self.flag(f"{true} | ({then.true} & {other.true})"),
            self.flag(f"{false} | ({then.false} & {other.false})"),
        )

    def _compare(self, node: ir.Compare) -> Truth:
        if node.left.type.kind is ir.Kind.BOOL:
            left, right = self.truth(node.left), self.truth(node.right)
            same = f"({left.true} & {right.true}) | ({left.false} & {right.false})"
            apart = f"({left.true} & {right.false}) | ({left.false} & {right.true})"
            truth = Truth(self.flag(same), self.flag(apart))
            return truth if node.op == "=" else Truth(truth.false, truth.true)
        scale = common_scale(node.left, node.right)
        one, two = self.value(node.left, scale), self.value(node.right, scale)
        hit = self.flag(f"{one.name} {_PYTHON_OP[node.op]} {two.name}")
        return self._decided(hit, self.both(one.known, two.known))

    # -- numbers, dates, codes --------------------------------------------------------------

    def value(self, node: ir.Expr, scale: int) -> Value:
        """The node's value written at ``scale`` (0 for dates and codes)."""
        found = self._values.get((node, scale))
        if found is None:
            found = self._values[node, scale] = self._print_value(node, scale)
        return found

    def _print_value(self, node: ir.Expr, scale: int) -> Value:
        wide = _is_wide(node.type, scale)
        if is_constant(node):
            return Value(self.number(self.frame.slot(node, scale), wide=wide), None, wide)
        if node.type.kind is ir.Kind.NUMBER and scale != node.type.scale:
            if scale < node.type.scale:
                raise UnfitRuleError("a number cannot be written at a coarser scale")
            inner = self.value(node, node.type.scale)
            factor = 10 ** (scale - node.type.scale)
            name = self.number(f"{_widened(inner, wide=wide)} * {factor}", wide=wide)
            return Value(name, inner.known, wide)
        match node:
            case ir.Fact(name=name):
                name_in = f"a{self.frame.position(name)}[base + i]"
                return Value(
                    self.load(f"{'i8' if wide else 'i4'}({name_in})"), self.known(name), wide
                )
            case ir.Arithmetic():
                return self._arithmetic(node, wide=wide)
            case ir.Case(branches=branches, otherwise=otherwise):
                result = self.value(otherwise, scale)
                for condition, then in reversed(branches):
                    result = self._choose_value(
                        self.truth(condition), self.value(then, scale), result, wide=wide
                    )
                return result
            case ir.Extreme(which=which, items=items):
                return self._extreme(which, [self.value(item, scale) for item in items], wide=wide)
            case ir.AddMonths(day=day, months=months):
                return self._add_months(self.value(day, 0), months)
            case _:
                raise UnfitRuleError(f"{type(node).__name__} is not a number, a date or a code")

    def _arithmetic(self, node: ir.Arithmetic, *, wide: bool) -> Value:
        scale = node.type.scale
        if node.op == "*":
            if node.left.type.scale + node.right.type.scale != scale:
                raise UnfitRuleError("a product's scale is the sum of its factors' scales")
            one = self.value(node.left, node.left.type.scale)
            two = self.value(node.right, node.right.type.scale)
        else:
            one, two = self.value(node.left, scale), self.value(node.right, scale)
        left, right = _widened(one, wide=wide), _widened(two, wide=wide)
        name = self.number(f"{left} {node.op} {right}", wide=wide)
        return Value(name, self.both(one.known, two.known), wide)

    def _choose_value(self, when: Truth, then: Value, other: Value, *, wide: bool) -> Value:
        mask = self.number(f"-{'i8' if wide else 'i4'}({when.true})", wide=wide)
        name = self.number(f"{other.name} ^ (({then.name} ^ {other.name}) & {mask})", wide=wide)
        yes = when.true if then.known is None else f"{when.true} & {then.known}"
        no = when.false if other.known is None else f"{when.false} & {other.known}"
        return Value(name, self.flag(f"({yes}) | ({no})"), wide)

    def _extreme(self, which: str, items: list[Value], *, wide: bool) -> Value:
        sign = "<" if which == "least" else ">"
        name = items[0].name
        for item in items[1:]:
            name = self.number(f"{name} if {name} {sign} {item.name} else {item.name}", wide=wide)
        return Value(name, self.both(*(item.known for item in items)), wide)

    def quotient(self, numerator: str, divisor: int) -> str:
        """Floor of a number below 2**52 by a constant, without an integer division: the float
        quotient is off by one at most, and the remainder says which way."""
        guess = self.let(f"i8(f8({numerator}) * {1 / divisor!r})")
        rest = self.let(f"{numerator} - {guess} * {divisor}")
        return self.let(f"{guess} + i8({rest} >= {divisor}) - i8({rest} < 0)")

    def _add_months(self, day: Value, months: ir.NumberLiteral | ir.Param) -> Value:
        """The proleptic Gregorian calendar on day numbers, years starting in March."""
        let, quotient = self.let, self.quotient
        count = self.value(months, 0).name
        z = let(f"i8({day.name}) + 719468")
        era = quotient(z, 146097)
        doe = let(f"{z} - {era} * 146097")
        leaps = f"{quotient(doe, 1460)} - {quotient(doe, 36524)} + {quotient(doe, 146096)}"
        yoe = quotient(let(f"{doe} - ({leaps})"), 365)
        doy = let(f"{doe} - (365 * {yoe} + {quotient(yoe, 4)} - {quotient(yoe, 100)})")
        march = quotient(let(f"5 * {doy} + 2"), 153)
        month_day = let(f"{doy} - {quotient(let(f'153 * {march} + 2'), 5)} + 1")
        index = let(f"({era} * 400 + {yoe}) * 12 + {march} + {count}")  # months since March of 0
        year = quotient(index, 12)
        month = let(f"{index} - {year} * 12")
        # the last day of a month: 31, 30, or February (month 11, of the next civil year)
        civil = let(f"{year} + 1")
        fourth = let(f"i8(({civil} & 3) == 0)")
        century = let(f"i8({civil} - {quotient(civil, 100)} * 100 == 0)")
        fourth_century = let(f"i8({civil} - {quotient(civil, 400)} * 400 == 0)")
        leap = let(f"{fourth} - {century} + {fourth_century}")
        short = let(f"i8({month} == 1) + i8({month} == 3) + i8({month} == 6) + i8({month} == 8)")
        last = let(f"31 - {short} - i8({month} == 11) * (3 - {leap})")
        kept = let(f"{month_day} if {month_day} < {last} else {last}")
        start = quotient(let(f"153 * {month} + 2"), 5)
        years = f"{quotient(year, 4)} - {quotient(year, 100)} + {quotient(year, 400)}"
        result = self.number(f"{year} * 365 + {years} + {start} + {kept} - 1 - 719468", wide=False)
        return Value(result, day.known, wide=False)


def _is_wide(value_type: ir.Type, scale: int) -> bool:
    """Does a value at this scale need 64 bits? Refuses what needs more."""
    if value_type.kind is not ir.Kind.NUMBER:
        return False
    if value_type.low is None or value_type.high is None:
        raise UnfitRuleError("a number without bounds cannot be computed in whole 64-bit numbers")
    factor = 10 ** max(scale - value_type.scale, 0)
    width = width_for(value_type.low * factor, value_type.high * factor)
    return width == "int64"


def _widened(value: Value, *, wide: bool) -> str:
    """An operand as wide as the result, so that the sum or product is computed that wide."""
    return f"i8({value.name})" if wide and not value.wide else value.name
