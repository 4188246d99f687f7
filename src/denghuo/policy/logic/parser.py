"""Text to intermediate form: a Pratt parser over a closed grammar, typed as it reads.

Loosest to tightest: OR · AND · NOT · comparison, BETWEEN, IN (these do not chain) · + - · * ·
unary minus. Every name must be in the scope, every code value in its fact's list, every number
within 64 bits by the ranges of its parts. Limits are checked while reading, before any work that
a hostile text could make grow. See docs/decisions/0010-own-parser-closed-grammar.md.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, cast

from denghuo.policy.logic import build, ir
from denghuo.policy.logic.expression_error import ExpressionError
from denghuo.policy.logic.ir import Kind, Span
from denghuo.policy.logic.lexer import ALLOWED_WORDS, Token, TokenKind, tokens_of
from denghuo.policy.logic.ranges import SCALE_MAX
from denghuo.policy.logic.scope import Scope

__all__ = ["DEPTH_MAX", "NODES_MAX", "ExpressionError", "Scope", "parse", "parse_as"]

DEPTH_MAX = 40
NODES_MAX = 400

_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _MINUS = 10, 20, 30, 40, 50, 60, 70
_INFIX = {
    "OR": _OR, "AND": _AND, "=": _COMPARE, "<>": _COMPARE, "<": _COMPARE, "<=": _COMPARE,
    ">": _COMPARE, ">=": _COMPARE, "BETWEEN": _COMPARE, "IN": _COMPARE, "NOT": _COMPARE,
    "+": _ADD, "-": _ADD, "*": _MULTIPLY,
}  # fmt: skip

_NO_NULL = "不能判断“有没有值”：缺的信息一律算“还不知道”，系统会去查或去问。"
_FORBIDDEN = {
    "NULL": _NO_NULL, "IS": _NO_NULL, "ISNULL": _NO_NULL, "COALESCE": _NO_NULL,
    "IFNULL": _NO_NULL, "NULLIF": _NO_NULL, "NVL": _NO_NULL,
    "LIKE": "规则里没有 LIKE。开头相同请用 starts_with(代码, 'C')。",
    "ILIKE": "规则里没有 LIKE。开头相同请用 starts_with(代码, 'C')。",
    "SIMILAR": "规则里没有模式匹配。", "REGEXP": "规则里没有模式匹配。",
    "CAST": "规则里没有类型转换。", "CONVERT": "规则里没有类型转换。",
    "NOW": "规则不看时钟。问的是哪一天，请写 as_of。",
    "CURRENT_DATE": "规则不看时钟。问的是哪一天，请写 as_of。",
    "TODAY": "规则不看时钟。问的是哪一天，请写 as_of。",
    "SELECT": "规则里不能查表，只能用登记过的事实。",
    "EXISTS": "规则里不能查表，只能用登记过的事实。",
    "MOD": "规则里没有除法和求余。", "DIV": "规则里没有除法和求余。",
    "INTERVAL": "隔几个月请写 add_months(日期, 月数)。",
}  # fmt: skip


def parse(text: str, scope: Scope) -> ir.Expr:
    """Read one expression. Raises ``ExpressionError`` with line, column, what stands, what may."""
    return _Parser(tokens_of(text), scope).read()


def parse_as(text: str, scope: Scope, kind: Kind) -> ir.Expr:
    """Read one expression that must be of the given kind."""
    found = parse(text, scope)
    if found.type.kind is not kind:
        raise ExpressionError(
            found.span,
            f"整个式子得出的是{build.KIND_WORDS[found.type.kind]}，",
            f"这里要的是{build.KIND_WORDS[kind]}。",
        )
    return found


class _Parser:
    """One text being read. ``nesting`` guards the recursion, ``nodes`` the size of the result."""

    def __init__(self, tokens: list[Token], scope: Scope) -> None:
        self.tokens = tokens
        self.position = 0
        self.scope = scope
        self.nesting = 0
        self.nodes = 0

    # Reading tokens

    @property
    def here(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.here
        self.position += token.kind is not TokenKind.END
        return token

    def at(self, text: str) -> bool:
        token = self.here
        return token.kind in (TokenKind.SIGN, TokenKind.KEYWORD) and token.text == text

    def expect(self, text: str, why: str) -> Token:
        if not self.at(text):
            raise self.refused(self.here, f"这里要写“{text}”：{why}。")
        return self.take()

    def refused(self, token: Token, allowed: str) -> ExpressionError:
        special = _FORBIDDEN.get(token.text.upper()) if token.kind is TokenKind.NAME else None
        found = f"这里是{token.shown}。" if token.kind is not TokenKind.END else "式子没有写完。"
        return ExpressionError(token.span, found, special or allowed)

    # Counting what is made

    def count(self, size: int, span: Span) -> None:
        self.nodes += size
        if self.nodes > NODES_MAX:
            raise ExpressionError(span, "这个式子太大，", f"展开后最多 {NODES_MAX} 个部分。")

    def made(self, node: ir.Expr) -> ir.Expr:
        self.count(1, node.span)
        return node

    # The grammar

    def read(self) -> ir.Expr:
        if len(self.tokens) == 1:
            raise ExpressionError(self.here.span, "这里是空的。", "请写一个式子。")
        node = self.expression(0)
        rest = self.take()
        if rest.kind is not TokenKind.END:
            raise self.refused(rest, f"前面的式子已经完整，这里不能再写别的。{ALLOWED_WORDS}")
        span = deeper_than(node, DEPTH_MAX)
        if span is not None:
            raise ExpressionError(span, "这里套得太深，", f"最多 {DEPTH_MAX} 层。")
        return node

    def expression(self, power: int) -> ir.Expr:
        self.nesting += 1
        if self.nesting > DEPTH_MAX:
            raise ExpressionError(self.here.span, "这里套得太深，", f"最多 {DEPTH_MAX} 层。")
        left = self.prefix(power)
        while (reach := self.reach()) > power:
            left = self.infix(left, reach)
        self.nesting -= 1
        return left

    def reach(self) -> int:
        token = self.here
        if token.kind in (TokenKind.SIGN, TokenKind.KEYWORD):
            return _INFIX.get(token.text, 0)
        return 0

    def infix(self, left: ir.Expr, reach: int) -> ir.Expr:
        token = self.here
        match token.text:
            case "AND" | "OR":
                items = [left]
                while self.at(token.text):
                    self.take()
                    items.append(self.expression(reach))
                return self.made(build.junction(token.text, tuple(items), token.span))
            case "+" | "-" | "*":
                self.take()
                right = self.expression(reach)
                return self.made(build.arithmetic(token.text, left, right, token.span))
            case "BETWEEN" | "IN" | "NOT":
                node = self.range_or_list(left)
            case _:
                self.take()
                op_text = cast("Literal['=', '<>', '<', '<=', '>', '>=']", token.text)
                if self.at("="):
                    raise self.refused(
                        self.here, f"比较符号写成 = <> < <= > >=，不写“{op_text}=”。"
                    )
                right = self.expression(reach)
                node = self.made(build.compare(op_text, left, right, token.span))
        if self.reach() == _COMPARE:
            raise self.refused(self.here, "比较不能连着写。请用 AND 分开，或者用 BETWEEN。")
        return node

    def range_or_list(self, item: ir.Expr) -> ir.Expr:
        negation = self.take() if self.at("NOT") else None
        if self.at("BETWEEN"):
            token = self.take()
            low = self.expression(_COMPARE)
            self.expect("AND", "BETWEEN 写成 BETWEEN 小 AND 大")
            high = self.expression(_COMPARE)
            self.count(sum(1 for _ in ir.walk(item)) + 2, token.span)
            both = (
                build.compare(">=", item, low, token.span),
                build.compare("<=", item, high, token.span),
            )
            node = self.made(build.junction("AND", both, token.span))
        elif self.at("IN"):
            token = self.take()
            node = self.made(build.membership(item, self.choices(), token.span))
        else:
            raise self.refused(self.here, "NOT 后面要写 IN 或 BETWEEN。")
        return node if negation is None else self.made(build.negation(node, negation.span))

    def choices(self) -> tuple[build.Choice, ...]:
        self.expect("(", "IN 后面是括号里的一列值")
        found: list[build.Choice] = []
        while True:
            node = self.expression(_COMPARE)
            if not isinstance(node, ir.CodeLiteral | ir.NumberLiteral | ir.DateLiteral):
                raise ExpressionError(node.span, "IN 的括号里", "只能写固定的值，例如 'small'、3。")
            found.append(node)
            if not self.at(","):
                break
            self.take()
        self.expect(")", "IN 的一列值要用括号括好")
        return tuple(found)

    def prefix(self, power: int) -> ir.Expr:
        token = self.take()
        match token.kind:
            case TokenKind.NUMBER:
                return self.made(_number(token))
            case TokenKind.TEXT:
                return self.made(build.code(token.text, token.span))
            case TokenKind.NAME:
                return self.name(token)
            case TokenKind.KEYWORD:
                return self.keyword(token, power)
            case _:
                pass
        if token.text == "(":
            inner = self.expression(0)
            self.expect(")", "括号没有成对")
            return inner
        if token.text == "-" and token.kind is TokenKind.SIGN:
            return self.minus(token)
        raise self.refused(token, f"这里要写一个名字、数字、日期或括号。{ALLOWED_WORDS}")

    def minus(self, token: Token) -> ir.Expr:
        item = self.expression(_MINUS)
        if isinstance(item, ir.NumberLiteral):
            return build.number(-item.unscaled, item.type.scale, token.span)
        self.count(1, token.span)
        zero = build.number(0, 0, token.span)
        return self.made(build.arithmetic("-", zero, item, token.span))

    def keyword(self, token: Token, power: int) -> ir.Expr:
        match token.text:
            case "TRUE" | "FALSE":
                return self.made(ir.BoolLiteral(ir.BOOL, token.text == "TRUE", span=token.span))
            case "AS_OF":
                return self.made(ir.AsOf(ir.DATE, span=token.span))
            case "DATE":
                return self.made(self.day(token))
            case "NOT" if power <= _NOT:
                return self.made(build.negation(self.expression(_NOT), token.span))
            case "NOT":
                raise self.refused(token, "NOT 放在比较或算式里面时，请用括号括起来。")
            case "CASE":
                return self.case(token)
            case "LEAST" | "GREATEST":
                items = self.arguments(token.text)
                return self.made(build.extreme(token.text, items, token.span))
            case "STARTS_WITH":
                return self.made(build.starts_with(self.arguments("starts_with"), token.span))
            case "ADD_MONTHS":
                return self.made(build.add_months(self.arguments("add_months"), token.span))
            case _:
                raise self.refused(token, f"这里要写一个名字、数字、日期或括号。{ALLOWED_WORDS}")

    def arguments(self, name: str) -> tuple[ir.Expr, ...]:
        self.expect("(", f"{name} 后面要有括号")
        found = [self.expression(0)]
        while self.at(","):
            self.take()
            found.append(self.expression(0))
        self.expect(")", f"{name} 的括号没有成对")
        return tuple(found)

    def case(self, token: Token) -> ir.Expr:
        if not self.at("WHEN"):
            raise self.refused(self.here, "CASE 写成 CASE WHEN 条件 THEN 值 ELSE 值 END。")
        branches: list[tuple[ir.Expr, ir.Expr]] = []
        while self.at("WHEN"):
            self.take()
            condition = self.expression(0)
            self.expect("THEN", "WHEN 条件后面写 THEN 值")
            branches.append((condition, self.expression(0)))
        self.expect("ELSE", "CASE 必须写 ELSE，说明其余情况")
        otherwise = self.expression(0)
        self.expect("END", "CASE 要用 END 结束")
        return self.made(build.case(tuple(branches), otherwise, token.span))

    def day(self, token: Token) -> ir.Expr:
        text = self.here
        if text.kind is not TokenKind.TEXT:
            raise self.refused(text, "日期写成 DATE '2025-01-01'。")
        self.take()
        try:
            value = date.fromisoformat(text.text) if len(text.text) == len("2025-01-01") else None
        except ValueError:
            value = None
        if value is None:
            raise ExpressionError(
                text.span, f"没有“{text.text[:30]}”这一天。", "日期写成 DATE '2025-01-01'。"
            )
        return build.day(value, token.span, text.span)

    # Names

    def name(self, token: Token) -> ir.Expr:
        name = token.text
        if name == "p" and self.at("."):
            return self.param(token)
        if name in self.scope.lets:
            node = self.scope.lets[name]
            self.count(sum(1 for _ in ir.walk(node)), token.span)
            return node
        if name in self.scope.facts:
            return self.made(ir.Fact(self.scope.facts[name], name, span=token.span))
        if name.upper() in _FORBIDDEN:
            raise self.refused(token, "")
        if self.at("("):
            raise ExpressionError(token.span, f"没有“{name[:30]}”这个函数。", ALLOWED_WORDS)
        known = [*self.scope.facts, *self.scope.lets]
        raise ExpressionError(
            token.span, f"没有登记过“{name[:30]}”这个名字。", build.did_you_mean(name, known)
        )

    def param(self, token: Token) -> ir.Expr:
        self.take()
        name = self.here
        if name.kind is not TokenKind.NAME:
            raise self.refused(name, "参数写成 p.名称。")
        self.take()
        found = self.scope.params.get(name.text)
        if found is None:
            hint = build.did_you_mean(name.text, list(self.scope.params))
            raise ExpressionError(name.span, f"这个版本没有参数“{name.text[:30]}”。", hint)
        return self.made(ir.Param(found.type, name.text, span=token.span))


def _number(token: Token) -> ir.Expr:
    whole, _, fraction = token.text.partition(".")
    if len(fraction) > SCALE_MAX:
        raise ExpressionError(token.span, "小数位太多，", f"最多 {SCALE_MAX} 位。")
    if len(whole) > 1 and whole[0] == "0":
        raise ExpressionError(token.span, f"这里是“{token.text}”。", "数字前面不要多写 0。")
    return build.number(int(whole + fraction), len(fraction), token.span)


def deeper_than(node: ir.Expr, limit: int) -> Span | None:
    """Where a tree first passes ``limit`` levels, or None; without recursion."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        if depth > limit:
            return current.span
        waiting.extend((part, depth + 1) for part in ir.children(current))
    return None
