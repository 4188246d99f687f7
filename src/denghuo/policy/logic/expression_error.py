"""The one refusal of the policy language: where in the text, what stands there, what may."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.logic import ir


class ExpressionError(RefusalError):
    """A policy expression that is not in the language, with its line and column (from 1)."""

    code = "policy.expression"
    template = "第 {line} 行第 {column} 列：{found}{allowed}"

    def __init__(self, span: ir.Span, found: str, allowed: str = "") -> None:
        self.line = span.line
        self.column = span.column
        self.found = found
        self.allowed = allowed
        super().__init__(line=span.line, column=span.column, found=found, allowed=allowed)
