"""Sentences with places: compiled once, filled with the values of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from denghuo.kernel.words import Language, Words
from denghuo.policy.logic import ir
from denghuo.policy.logic.closures import AS_OF_KEY, Evaluate, Row, compile_expression
from denghuo.policy.logic.definition import PolicyVersion
from denghuo.policy.logic.display import Display, display_of
from denghuo.policy.logic.loading import PLACE
from denghuo.policy.logic.registry import FactSpec


@dataclass(frozen=True, slots=True)
class _Place:
    run: Evaluate
    display: Display


@dataclass(frozen=True, slots=True)
class Sentence:
    """Texts and places in turn, for each language."""

    parts: Mapping[str, tuple[str | _Place, ...]]

    def fill(self, row: Row, language: str) -> str:
        """The sentence for a row; an unknown value is said to be unknown."""
        parts = self.parts.get(language) or self.parts["zh"]
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        return "".join(
            part if isinstance(part, str) else part.display.show(part.run(row), language)
            for part in parts
        )


def compile_sentence(
    words: Words, specs: Mapping[str, FactSpec], version: PolicyVersion
) -> Sentence:
    """Find what each ``{place}`` means: a fact, a ``let``, ``p.param`` or ``as_of``."""
    return Sentence(
        {
            language: _parts(words.in_language(language), specs, version)
            for language in get_args(Language)
        }
    )


def _parts(
    text: str, specs: Mapping[str, FactSpec], version: PolicyVersion
) -> tuple[str | _Place, ...]:
    # Splitting by a pattern with one group gives text, name, text, name, ..., text.
    pieces = PLACE.split(text)
    return tuple(
        _place(piece, specs, version) if index % 2 else piece
        for index, piece in enumerate(pieces)
        if index % 2 or piece
    )


def _place(name: str, specs: Mapping[str, FactSpec], version: PolicyVersion) -> _Place:
    node: ir.Expr
    if name.startswith("p."):
        param = version.params[name[2:]]
        node = ir.Param(param.held.type, param.name)
    elif name == AS_OF_KEY:
        node = ir.AsOf(ir.DATE)
    elif name in version.lets:
        node = version.lets[name]
    else:
        node = ir.Fact(specs[name].type, name)
    return _Place(compile_expression(node, version.held()), display_of(node, specs, version))
