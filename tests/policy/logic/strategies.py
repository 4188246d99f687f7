"""Generated expressions, records and whole policies: what every engine is tested with.

Everything is drawn over one small registry, so that thresholds are hit often and codes overlap.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast

from hypothesis import strategies as st

from denghuo.policy.logic import build, ir
from denghuo.policy.logic.closures import AS_OF_KEY
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.expression_error import ExpressionError
from denghuo.policy.logic.ir import Kind
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.parser import parse
from denghuo.policy.logic.printer import print_expression
from denghuo.policy.logic.registry import FactKind, FactSpec, load_registry
from denghuo.policy.logic.scope import Scope, Value, param_value

_FACTS = Path(__file__).parent / "samples" / "drawn_facts.yaml"
REGISTRY = load_registry(_FACTS.read_text(encoding="utf-8"))
PARAM_VALUES: dict[str, bool | int | Decimal | date | str] = {
    "few": 7,
    "rate": Decimal("0.055"),
    "half": Decimal("0.50"),
    "year": 12,
    "since": date(2025, 2, 28),
    "kind": "small",
    "open": True,
}
PARAMS = {name: param_value(value) for name, value in PARAM_VALUES.items()}
SCOPE = Scope(REGISTRY.types(), PARAMS)
AS_OF_DAYS = st.dates(date(2024, 6, 1), date(2026, 6, 30))
# Days where months end differently are where calendars disagree.
_DAYS = st.one_of(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.sampled_from(
        [
            date(2024, 2, 29),
            date(2025, 2, 28),
            date(2025, 1, 31),
            date(2025, 12, 31),
            date(2025, 3, 1),
        ]
    ),
)
_TRADES = ("C", "C13", "G54", "I65", "other.code")


def _leaf(kind: Kind) -> st.SearchStrategy[ir.Expr]:
    names = [name for name, each in SCOPE.facts.items() if each.kind is kind]
    params = [name for name, each in PARAMS.items() if each.type.kind is kind]
    facts = st.sampled_from(names).map(lambda name: ir.Fact(SCOPE.facts[name], name))
    held = st.sampled_from(params).map(lambda name: ir.Param(PARAMS[name].type, name))
    match kind:
        case Kind.BOOL:
            literal: st.SearchStrategy[ir.Expr] = st.booleans().map(
                lambda value: ir.BoolLiteral(ir.BOOL, value)
            )
        case Kind.NUMBER:
            literal = st.tuples(st.integers(-30, 300), st.sampled_from([0, 0, 1, 3])).map(
                lambda pair: build.number(*pair)
            )
        case _:
            literal = st.one_of(_DAYS.map(build.day), st.just(ir.AsOf(ir.DATE)))
    return st.one_of(facts, facts, facts, literal, held)


@st.composite
def _number(draw: st.DrawFn, depth: int) -> ir.Expr:
    if depth <= 0:
        return draw(_leaf(Kind.NUMBER))
    parts = [draw(_number(depth - 1)) for _ in range(2)]
    try:
        match draw(st.sampled_from(["leaf", "+", "-", "*", "case", "least", "greatest"])):
            case "+" | "-" | "*" as op:
                return build.arithmetic(op, parts[0], parts[1])
            case "case":
                return build.case(((draw(_bool(depth - 1)), parts[0]),), parts[1])
            case "least" | "greatest" as which:
                return build.extreme(which.upper(), tuple(parts))
            case _:
                return parts[0]
    except ExpressionError:
        # Too large for 64 bits: the maker refused it, as the parser would.
        return parts[0]


@st.composite
def _date(draw: st.DrawFn, depth: int) -> ir.Expr:
    if depth <= 0:
        return draw(_leaf(Kind.DATE))
    parts = [draw(_date(depth - 1)) for _ in range(2)]
    try:
        match draw(st.sampled_from(["leaf", "months", "months", "case", "least", "greatest"])):
            case "months":
                months: ir.Expr = draw(
                    st.one_of(
                        st.integers(-40, 40).map(lambda count: build.number(count, 0)),
                        st.just(ir.Param(PARAMS["year"].type, "year")),
                    )
                )
                return build.add_months((parts[0], months))
            case "case":
                return build.case(((draw(_bool(depth - 1)), parts[0]),), parts[1])
            case "least" | "greatest" as which:
                return build.extreme(which.upper(), tuple(parts))
            case _:
                return parts[0]
    except ExpressionError:
        return parts[0]


@st.composite
def _code_test(draw: st.DrawFn) -> ir.Expr:
    name = draw(st.sampled_from(["size", "rank", "trade"]))
    fact = ir.Fact(SCOPE.facts[name], name)
    values = sorted(REGISTRY[name].values) or list(_TRADES)
    match draw(st.sampled_from(["=", "in", "prefix", "param", "facts"])):
        case "in":
            chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))
            return build.membership(fact, tuple(build.code(value) for value in chosen))
        case "prefix":
            value = draw(st.sampled_from(values))
            return build.starts_with((fact, build.code(value[: draw(st.integers(1, 3))])))
        case "param" if name != "trade":
            op = draw(st.sampled_from(["=", "<>"]))
            other: ir.Expr = ir.Param(PARAMS["kind"].type, "kind")
            return build.compare(cast("Literal['=']", op), fact, other)
        case "facts":
            op = draw(st.sampled_from(["=", "<>"]))
            other = ir.Fact(SCOPE.facts["rank"], "rank")
            return build.compare(cast("Literal['=']", op), fact, other)
        case _:
            op = draw(st.sampled_from(["=", "<>"]))
            literal = build.code(draw(st.sampled_from(values)))
            return build.compare(cast("Literal['=']", op), fact, literal)


@st.composite
def _bool(draw: st.DrawFn, depth: int) -> ir.Expr:
    if depth <= 0:
        return draw(st.one_of(_leaf(Kind.BOOL), _code_test()))
    try:
        return draw(_compound(depth))
    except ExpressionError:
        return draw(_leaf(Kind.BOOL))


@st.composite
def _compound(draw: st.DrawFn, depth: int) -> ir.Expr:
    shape = draw(
        st.sampled_from(
            ["and", "or", "not", "number", "number", "date", "in", "case", "code", "bool"]
        )
    )
    match shape:
        case "and" | "or":
            items = draw(st.lists(_bool(depth - 1), min_size=2, max_size=3))
            return build.junction(shape.upper(), tuple(items))
        case "not":
            return build.negation(draw(_bool(depth - 1)))
        case "number" | "date":
            part = _number if shape == "number" else _date
            op = draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]))
            sides = draw(part(depth - 1)), draw(part(depth - 1))
            return build.compare(cast("Literal['=']", op), *sides)
        case "in":
            chosen = draw(st.lists(st.integers(-5, 20), min_size=1, max_size=4, unique=True))
            literals = tuple(build.number(value, 0) for value in chosen)
            return build.membership(draw(_number(depth - 1)), literals)
        case "case":
            count = draw(st.integers(1, 2))
            pair = st.tuples(_bool(depth - 1), _bool(depth - 1))
            branches = tuple(draw(st.lists(pair, min_size=count, max_size=count)))
            return build.case(branches, draw(_bool(depth - 1)))
        case "bool":
            op = draw(st.sampled_from(["=", "<>"]))
            return build.compare(
                cast("Literal['=']", op), draw(_bool(depth - 1)), draw(_leaf(Kind.BOOL))
            )
        case _:
            return draw(_code_test())


def typed_expressions(kind: Kind = Kind.BOOL, depth: int = 3) -> st.SearchStrategy[ir.Expr]:
    """Well-typed expressions over ``SCOPE``: booleans, numbers or dates."""
    return {Kind.BOOL: _bool, Kind.NUMBER: _number, Kind.DATE: _date}[kind](depth)


def values_of(spec: FactSpec) -> st.SearchStrategy[Value]:
    """Any value the registry allows, as it is held."""
    match spec.kind:
        case FactKind.BOOL:
            return st.booleans()
        case FactKind.CODE:
            return st.sampled_from(sorted(spec.values) or list(_TRADES))
        case FactKind.DATE:
            return _DAYS
        case FactKind.MONEY:
            return st.one_of(st.integers(*spec.number_bounds), st.integers(0, 40))
        case _:
            return st.integers(*spec.number_bounds)


@st.composite
def records(draw: st.DrawFn, *, complete: bool = False) -> dict[str, Value | None]:
    """A value for every fact, some of them unknown (None) unless ``complete``; and ``as_of``."""
    found: dict[str, Value | None] = {AS_OF_KEY: draw(AS_OF_DAYS)}
    for name, spec in REGISTRY.items():
        unknown = not complete and draw(st.integers(0, 9)) < 3
        found[name] = None if unknown else draw(values_of(spec))
    return found


@st.composite
def completions(draw: st.DrawFn, record: dict[str, Value | None]) -> dict[str, Value | None]:
    """The same record with every unknown fact given some allowed value."""
    return {
        name: draw(values_of(REGISTRY[name])) if value is None else value
        for name, value in record.items()
    }


@st.composite
def definitions(draw: st.DrawFn) -> PolicyDefinition:
    """Whole policies: one to three versions by ``as_of`` or a date fact, with or without amount."""
    return load_definition(draw(_policy_texts()), REGISTRY)


@st.composite
def _policy_texts(draw: st.DrawFn) -> str:
    said = {"pass": "行", "fail": "不行", "unknown": "不知道"}
    depth = draw(st.integers(1, 3))
    conditions = {
        f"c{index}": {"expr": _text(draw(_bool(depth))), "says": said}
        for index in range(draw(st.integers(1, 4)))
    }
    cuts = sorted(
        draw(st.sets(st.dates(date(2024, 3, 1), date(2026, 9, 30)), min_size=2, max_size=4))
    )
    gap = draw(st.booleans()) and len(cuts) > 2
    spans = list(pairwise(cuts))
    if gap:
        spans.pop(0 if len(spans) == 1 else 1)
    # A parameter nobody reads is refused; one sentence that names them all keeps them in use.
    keeps = " ".join(f"{{p.{name}}}" for name in PARAM_VALUES)
    gate = draw(st.sampled_from([None, "owes", "NOT listed", "size = 'small' OR owes"]))
    if gate is not None:
        conditions["gate"] = {"expr": gate, "says": said}
    conditions["keeps"] = {"expr": "n >= 0", "says": {**said, "pass": keeps}}
    params = {name: {"value": _raw(value)} for name, value in PARAM_VALUES.items()}
    policy: dict[str, Any] = {
        "id": "test.drawn",
        "names": "试",
        "summary": "试",
        "audience": "firm",
        "authority": "试",
        "source": {"doc": "试"},
        "delivery": "apply",
        "anchor": draw(st.sampled_from(["as_of", "start"])),
        "conditions": conditions,
        "steps": dict.fromkeys(("can", "bring", "where", "how_long"), "试"),
        "object_to": "试",
        "gaps": True,
        "versions": [
            {"from": _raw(first), "until": _raw(last), "status": "assumed", "params": params}
            for first, last in spans
        ],
    }
    if draw(st.booleans()):
        # Now and then a version for every day there can be.
        policy["versions"][0]["from"] = None
        policy["versions"][-1]["until"] = None
    if gate is not None and policy["anchor"] != "as_of" and draw(st.booleans()):
        policy["anchor_needs"] = "gate"
    if draw(st.booleans()):
        amount = build.extreme("GREATEST", (build.number(0, 0), draw(_number(2))))
        policy["amount"] = {"expr": _text(amount), "label": "金额"}
    return json.dumps(policy, ensure_ascii=False).replace('"@', "").replace('@"', "")


def _text(node: ir.Expr) -> str:
    text = print_expression(node)
    assert parse(text, SCOPE) == node
    return text


def _raw(value: bool | int | Decimal | date | str) -> object:
    """What stands bare in YAML: JSON has neither days nor exact decimals."""
    return f"@{value}@" if isinstance(value, Decimal | date) else value
