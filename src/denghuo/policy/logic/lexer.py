"""Text of a policy expression to tokens. ASCII words and signs only; no comments, no quoting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from denghuo.policy.logic.expression_error import ExpressionError
from denghuo.policy.logic.ir import Span

TEXT_LENGTH_MAX = 2_000
DIGITS_MAX = 18

KEYWORDS = frozenset(
    {
        "AND", "OR", "NOT", "IN", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE",
        "FALSE", "DATE", "LEAST", "GREATEST", "STARTS_WITH", "ADD_MONTHS", "AS_OF",
    }
)  # fmt: skip
ALLOWED_WORDS = (
    "可以用：AND、OR、NOT、IN、BETWEEN、CASE WHEN、LEAST、GREATEST、starts_with、add_months。"
)


class TokenKind(Enum):
    """What a token is; a keyword is held in capitals."""

    KEYWORD = "keyword"
    NAME = "name"
    NUMBER = "number"
    TEXT = "text"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is what was read; for TEXT tokens it is what stands between the quotes."""

    kind: TokenKind
    text: str
    span: Span

    @property
    def shown(self) -> str:
        """How a refusal names it."""
        return "结尾" if self.kind is TokenKind.END else f"“{self.text[:30]}”"


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'[^'\n]*')
      | (?P<comment>--|/\*|\#|//)
      | (?P<sign><=|>=|<>|[()+\-*,.<>=])""",
    re.VERBOSE,
)
# Texts a rule may hold between quotes: the same shape the fact registry demands of codes, so that
# no quoting question can arise in any engine.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,39}")

_REASONS = {
    ";": "一条规则只能是一个式子。请去掉分号。",
    "/": "规则里没有除法。请改写成乘法，例如 a <= 0.2 * b。",
    "%": "规则里没有求余和百分号。百分之五写成 0.05。",
    '"': "名字不加引号。代码值用单引号，例如 'small'。",
    "`": "名字不加引号。代码值用单引号，例如 'small'。",
    "[": "规则里没有方括号。",
    "!": "“不等于”请写成 <>。",
    ":": "规则里没有类型转换和冒号。",
    "|": "“或”请写成 OR。",
    "&": "“且”请写成 AND。",
    "'": "单引号没有成对。代码值写成 'small'。",
    "$": "参数写成 p.名称。",
    "?": "参数写成 p.名称。",
    "@": "参数写成 p.名称。",
    "\\": "规则里没有反斜杠。",
}


def tokens_of(text: str) -> list[Token]:
    """All tokens and an END. Raises ``ExpressionError`` at the first character that fits nothing.

    Runs in linear time: every alternative starts with a different character and none backtracks.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise ExpressionError(
            Span(1, 1),
            f"这个式子有 {len(text)} 个字符，",
            f"最多 {TEXT_LENGTH_MAX} 个。请把其中一部分写成 let。",
        )
    tokens: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(text):
        span = Span(line, position - line_start + 1)
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text[position], span)
        if found.lastgroup == "space":
            breaks = found[0].count("\n")
            if breaks:
                line += breaks
                line_start = position + found[0].rindex("\n") + 1
        else:
            tokens.append(_token(found, span))
        position = found.end()
    tokens.append(Token(TokenKind.END, "", Span(line, position - line_start + 1)))
    return tokens


def _token(found: re.Match[str], span: Span) -> Token:
    text = found[0]
    match found.lastgroup:
        case "number":
            if len(text) > DIGITS_MAX + 1:
                raise ExpressionError(span, f"数字“{text[:30]}”太长，", f"最多 {DIGITS_MAX} 位。")
            _refuse_glued(found, span)
            return Token(TokenKind.NUMBER, text, span)
        case "word":
            upper = text.upper()
            if upper in KEYWORDS:
                return Token(TokenKind.KEYWORD, upper, span)
            return Token(TokenKind.NAME, text, span)
        case "text":
            return Token(TokenKind.TEXT, text[1:-1], span)
        case "comment":
            raise ExpressionError(span, f"这里是“{text}”。", "规则里不写注释，说明请写在 note 里。")
        case _:
            return Token(TokenKind.SIGN, text, span)


def _refuse_glued(found: re.Match[str], span: Span) -> None:
    """``1e9``, ``12abc`` and ``1.`` are not numbers here; saying so beats reading two tokens."""
    rest = found.string[found.end() : found.end() + 1]
    if rest in {".", "_"} or (rest.isascii() and rest.isalpha()):
        raise ExpressionError(
            span, f"“{found[0]}{rest}”不是数字。", "数字只能写成 12 或 0.055 这样。"
        )


def _unreadable(character: str, span: Span) -> ExpressionError:
    allowed = _REASONS.get(character)
    if allowed is None:
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        allowed = "名字只用英文字母、数字和下划线，符号只用半角。"
        return ExpressionError(span, f"这里的“{shown}”读不懂。", allowed)
    return ExpressionError(span, f"这里是“{character}”。", allowed)
