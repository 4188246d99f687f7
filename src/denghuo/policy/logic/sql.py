"""Print rule programs as one SQL query: DuckDB on one machine, Spark SQL on a cluster.

Everything is printed from the intermediate form; no text of a policy file reaches a database.
Where dialects disagree about unknowns or numbers, the query uses only what they agree on:

* numbers are whole 64-bit integers at a fixed scale (``0.055`` is 55 of 1000), so that no engine's
  decimal rules apply; the parser has proved that nothing overflows;
* ``CASE``, ``LEAST`` and ``GREATEST`` take unknowns for an answer in every engine, each in its own
  way, so they are written in strict forms;
* what is the same for all rows is computed here first and written as a literal.

The answer has, for the k-th policy, ``v{k}`` verdict, ``a{k}`` amount (NULL: not entitled, or it
needs a missing fact), ``f{k}`` and ``u{k}`` masks of failed and unknown conditions, ``n{k}`` number
of the version that decided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.constants import (
    common_scale,
    constant_value,
    is_constant,
    rescale,
)
from denghuo.policy.logic.columns.program import (
    NO_VERSION,
    RuleProgram,
    RuleVersion,
    UnfitRuleError,
    program_fact_types,
)
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict

_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_UNSAFE_TEXT = re.compile(r"['\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The few places where two SQL engines are spelled apart."""

    name: str
    quote: str
    divide: str
    starts_with: str
    add_months: str

    def column(self, fact: str) -> str:
        """A fact's column; names were checked when the fact was registered, and again here."""
        if not _FACT_NAME.fullmatch(fact):
            raise UnfitRuleError("a fact's name must be plain lower-case ASCII")
        return f"{self.quote}{fact}{self.quote}"


DUCKDB = Dialect(
    name="duckdb",
    quote='"',
    divide="({0} // {1})",
    starts_with="starts_with({0}, {1})",
    add_months="CAST({0} + to_months({1}) AS DATE)",
)
SPARK = Dialect(
    name="spark",
    quote="`",
    divide="({0} div {1})",
    starts_with="startswith({0}, {1})",
    add_months="add_months({0}, {1})",
)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, SPARK)}


def sweep_query(
    programs: Sequence[RuleProgram],
    *,
    dialect: Dialect,
    as_of: date,
    table: str,
    keys: Sequence[str],
    guard: bool,
) -> str:
    """One SELECT that answers every policy for every row of ``table``.

    ``keys`` are columns passed through. ``guard`` adds the check that a number lies within its
    fact's declared bounds (outside is unknown), for tables that did not come through our reader.
    """
    return _Query(programs, dialect, as_of).text(table, keys, guard=guard)


@dataclass(frozen=True, slots=True)
class _Sql:
    """A printed node, and the step of the query in which it can first be computed."""

    text: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class _Answer:
    """Four texts: verdict, amount, mask of failed and mask of unknown conditions."""

    verdict: str
    amount: str
    failed: str
    unknown: str


class _Query:
    def __init__(self, programs: Sequence[RuleProgram], dialect: Dialect, as_of: date) -> None:
        self.programs = programs
        self.dialect = dialect
        self.as_of = as_of
        self.steps: list[list[str]] = []  # columns added by each step
        self._names = 0

    def text(self, table: str, keys: Sequence[str], *, guard: bool) -> str:
        facts = program_fact_types(self.programs)
        keyed = [f"{self.dialect.column(key)} AS k{index}" for index, key in enumerate(keys)]
        read = [*keyed, *(self._fact(name, kind, guard=guard) for name, kind in facts.items())]
        answers = [f"k{index} AS {self.dialect.column(key)}" for index, key in enumerate(keys)]
        for number, program in enumerate(self.programs):
            answers += self._program(number, program)
        # every part was printed here from typed nodes and checked names
        parts = [f"q0 AS (SELECT {', '.join(read)} FROM {table})"]  # noqa: S608
        for index, columns in enumerate(self.steps, start=1):
            parts.append(f"q{index} AS (SELECT *, {', '.join(columns)} FROM q{index - 1})")  # noqa: S608
        last = f"SELECT {', '.join(answers)} FROM q{len(self.steps)}"  # noqa: S608
        return "WITH " + ",\n".join(parts) + "\n" + last

    def _fact(self, name: str, kind: ir.Type, *, guard: bool) -> str:
        column = self.dialect.column(name)
        if kind.kind is not ir.Kind.NUMBER:
            return f"{column} AS {column}"
        number = f"CAST({column} AS BIGINT)"
        if guard:
            number = f"CASE WHEN {column} BETWEEN {kind.low} AND {kind.high} THEN {number} END"
        return f"{number} AS {column}"

    def keep(self, sql: _Sql) -> _Sql:
        """Give a printed node a column of its own, to be used more than once."""
        while len(self.steps) <= sql.step:
            self.steps.append([])
        name = f"t{self._names}"
        self._names += 1
        self.steps[sql.step].append(f"{sql.text} AS {name}")
        return _Sql(name, sql.step + 1)

    def _program(self, number: int, program: RuleProgram) -> list[str]:
        if program.anchor is None:
            index = program.version_on(self.as_of)
            if index is None:
                nothing = _Answer(str(int(Verdict.NO_RULE)), "NULL", "0", "0")
                return _columns(number, nothing, str(NO_VERSION))
            return _columns(number, self._version(program.versions[index]), str(index))
        return self._anchored(number, program, self.dialect.column(program.anchor))

    def _anchored(self, number: int, program: RuleProgram, anchor: str) -> list[str]:
        """Each row by the version in force on its own anchor day."""
        printed = [self._version(version) for version in program.versions]
        inside = [_inside(anchor, version) for version in program.versions]

        def by_version(values: Sequence[str], unknown: str, otherwise: str) -> str:
            whens = [
                f"WHEN {test} THEN {value}" for test, value in zip(inside, values, strict=True)
            ]
            return (
                f"CASE WHEN {anchor} IS NULL THEN {unknown} {' '.join(whens)} ELSE {otherwise} END"
            )

        not_, open_ = int(Verdict.NOT), int(Verdict.UNKNOWN)
        undated, outside = str(open_), str(int(Verdict.NO_RULE))
        if program.every_day:
            never = " AND ".join(f"{each.verdict} = {not_}" for each in printed)
            undated = f"CASE WHEN {never} THEN {not_} ELSE {undated} END"
        first = program.versions[0]
        if first.gate is not None:  # the same in every version
            expressions = _Expressions(self, first.params)
            gate = self.keep(expressions.print(first.conditions[first.gate], 0)).text
            undated = f"CASE WHEN NOT {gate} THEN {not_} ELSE {undated} END"
            outside = (
                f"CASE WHEN {gate} THEN {outside} WHEN NOT {gate} THEN {not_} ELSE {open_} END"
            )
        answer = _Answer(
            by_version(
                [each.verdict for each in printed],
                undated,
                outside,
            ),
            by_version([each.amount for each in printed], "NULL", "NULL"),
            by_version([each.failed for each in printed], "0", "0"),
            by_version([each.unknown for each in printed], "0", "0"),
        )
        numbers = [str(index) for index in range(len(printed))]
        return _columns(number, answer, by_version(numbers, str(NO_VERSION), str(NO_VERSION)))

    def _version(self, version: RuleVersion) -> _Answer:
        expressions = _Expressions(self, version.params)
        truths = [self.keep(expressions.print(condition, 0)) for condition in version.conditions]
        step = max(truth.step for truth in truths)
        failed = " + ".join(
            f"CASE WHEN NOT {t.text} THEN {1 << k} ELSE 0 END" for k, t in enumerate(truths)
        )
        unknown = " + ".join(
            f"CASE WHEN {t.text} IS NULL THEN {1 << k} ELSE 0 END" for k, t in enumerate(truths)
        )
        fail_column = self.keep(_Sql(failed, step))
        unknown_column = self.keep(_Sql(unknown, step))
        verdict = self.keep(
            _Sql(
                f"CASE WHEN {fail_column.text} <> 0 THEN {int(Verdict.NOT)} "
                f"WHEN {unknown_column.text} <> 0 THEN {int(Verdict.UNKNOWN)} "
                f"ELSE {int(Verdict.ENTITLED)} END",
                fail_column.step,
            )
        )
        if version.amount is None:
            nothing = "CAST(NULL AS BIGINT)"
            return _Answer(verdict.text, nothing, fail_column.text, unknown_column.text)
        fen = self._rounded(expressions, version.amount)
        entitled = f"CASE WHEN {verdict.text} = {int(Verdict.ENTITLED)} THEN {fen.text} END"
        amount = self.keep(_Sql(entitled, max(verdict.step, fen.step)))
        return _Answer(verdict.text, amount.text, fail_column.text, unknown_column.text)

    def _rounded(self, expressions: _Expressions, amount: ir.Expr) -> _Sql:
        """Whole fen, half up. Amounts are never negative, so whole division rounds down."""
        printed = expressions.print(amount, amount.type.scale)
        unit = 10**amount.type.scale
        if unit == 1:
            return printed
        return _Sql(
            self.dialect.divide.format(f"({printed.text} + {unit // 2})", unit), printed.step
        )


class _Expressions:
    """Prints nodes of one version, with its parameters folded in."""

    def __init__(self, query: _Query, params: Mapping[str, Value]) -> None:
        self.query = query
        self.dialect = query.dialect
        self.params = params

    def print(self, node: ir.Expr, scale: int) -> _Sql:
        """A node's text; numbers at ``scale`` (conditions, dates and codes take 0)."""
        if is_constant(node):
            return _Sql(self._constant(node, scale))
        if node.type.kind is ir.Kind.NUMBER and scale > node.type.scale:
            inner = self.print(node, node.type.scale)
            return _Sql(f"({inner.text} * {10 ** (scale - node.type.scale)})", inner.step)
        match node:
            case ir.Arithmetic(op=op, left=left, right=right):
                one, two = (left.type.scale, right.type.scale) if op == "*" else (scale, scale)
                parts = [self.print(left, one), self.print(right, two)]
                return self._join(f"({{}} {op} {{}})", parts)
            case ir.Case():
                return self._case(node, scale)
            case ir.Extreme(which=which, items=items):
                return self._extreme(which, [self._once(self.print(item, scale)) for item in items])
            case ir.AddMonths(day=day, months=months):
                inner = self.print(day, 0)
                count = constant_value(months, self.params, self.query.as_of)
                return _Sql(self.dialect.add_months.format(inner.text, count), inner.step)
            case ir.Fact(name=name):
                return _Sql(self.dialect.column(name))
            case _:
                return self._truth(node)

    def _truth(self, node: ir.Expr) -> _Sql:
        match node:
            case ir.Not(item=item):
                return self._join("(NOT {})", [self.print(item, 0)])
            case ir.Conjunction(items=items):
                return self._listed(" AND ", [self.print(item, 0) for item in items])
            case ir.Disjunction(items=items):
                return self._listed(" OR ", [self.print(item, 0) for item in items])
            case ir.Compare(op=op, left=left, right=right):
                shared = common_scale(left, right)
                parts = [self.print(left, shared), self.print(right, shared)]
                return self._join(f"({{}} {op} {{}})", parts)
            case ir.In(item=item, choices=choices):
                shared = common_scale(item, *choices)
                options = ", ".join(self.print(choice, shared).text for choice in choices)
                return self._join(f"({{}} IN ({options}))", [self.print(item, shared)])
            case ir.StartsWith(item=item, prefix=prefix):
                inner = self.print(item, 0)
                return _Sql(self.dialect.starts_with.format(inner.text, quoted(prefix)), inner.step)
            case _:
                raise UnfitRuleError(f"{type(node).__name__} cannot be printed")

    def _constant(self, node: ir.Expr, scale: int) -> str:
        value = constant_value(node, self.params, self.query.as_of)
        match value:
            case bool():
                return "TRUE" if value else "FALSE"
            case int():
                return f"CAST({rescale(value, node.type.scale, scale)} AS BIGINT)"
            case date():
                return f"DATE '{value.isoformat()}'"
            case str():
                return quoted(value)

    def _case(self, node: ir.Case, scale: int) -> _Sql:
        boolean = node.type.kind is ir.Kind.BOOL
        result = self.print(node.otherwise, scale)
        for condition, then in reversed(node.branches):
            test = self._once(self.print(condition, 0))
            value = self.print(then, scale)
            if boolean:
                value, result = self._once(value), self._once(result)
                form = "(({0} AND {1}) OR (NOT {0} AND {2}) OR ({1} AND {2}))"
            else:
                form = "(CASE WHEN {0} THEN {1} WHEN NOT {0} THEN {2} END)"
            step = max(test.step, value.step, result.step)
            result = _Sql(form.format(test.text, value.text, result.text), step)
        return result

    def _extreme(self, which: str, items: list[_Sql]) -> _Sql:
        missing = " OR ".join(f"{item.text} IS NULL" for item in items)
        listed = ", ".join(item.text for item in items)
        text = f"(CASE WHEN {missing} THEN NULL ELSE {which.upper()}({listed}) END)"
        return _Sql(text, max(item.step for item in items))

    def _once(self, sql: _Sql) -> _Sql:
        """A part that its parent writes several times: kept as a column unless it is short, or
        nested choices would double the text at each level."""
        return sql if "CASE" not in sql.text and len(sql.text) <= 200 else self.query.keep(sql)

    @staticmethod
    def _join(form: str, parts: list[_Sql]) -> _Sql:
        return _Sql(form.format(*(part.text for part in parts)), max(part.step for part in parts))

    @staticmethod
    def _listed(word: str, parts: list[_Sql]) -> _Sql:
        return _Sql(f"({word.join(part.text for part in parts)})", max(part.step for part in parts))


def quoted(text: str) -> str:
    """A code value as an SQL text literal; anything that could end the literal is refused."""
    if _UNSAFE_TEXT.search(text):
        raise UnfitRuleError("a code value holds a quote, a backslash or a control character")
    return f"'{text}'"


def _inside(anchor: str, version: RuleVersion) -> str:
    tests = []
    if version.start is not None:
        tests.append(f"{anchor} >= DATE '{version.start.isoformat()}'")
    if version.until is not None:
        tests.append(f"{anchor} < DATE '{version.until.isoformat()}'")
    return " AND ".join(tests) or f"{anchor} IS NOT NULL"


def _columns(number: int, answer: _Answer, version: str) -> list[str]:
    return [
        f"CAST({answer.verdict} AS TINYINT) AS v{number}",
        f"CAST({answer.amount} AS BIGINT) AS a{number}",
        f"CAST({answer.failed} AS BIGINT) AS f{number}",
        f"CAST({answer.unknown} AS BIGINT) AS u{number}",
        f"CAST({version} AS SMALLINT) AS n{number}",
    ]
