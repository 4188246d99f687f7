"""The fact registry: every fact a policy may read, declared once.

A fact has a subject, a kind with bounds, the office whose system knows it, how old it may be, what
asking a person costs, and the sentences to ask it with. Policies, forms, engines and pages all
read this one declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from denghuo.kernel.words import AnyWords, Shape, Words
from denghuo.policy.logic import ir
from denghuo.policy.logic.document_text import Document, first_problem, read_document
from denghuo.policy.logic.lexer import CODE, KEYWORDS
from denghuo.policy.logic.ranges import DAY_MAX, DAY_MIN, INT64_MAX

FACTS_MAX = 1_000
REGISTRY_SIZE_MAX = 1024 * 1024


class FactKind(Enum):
    """What a fact's value is. Money is whole fen; a decimal is held unscaled at its scale."""

    BOOL = "bool"
    INT = "int"
    MONEY = "money"
    DECIMAL = "decimal"
    DATE = "date"
    CODE = "code"


class Ask(Enum):
    """What it costs to learn a fact: fetched from a system, or asked of the person."""

    FREE = "free"
    CHEAP = "cheap"
    DEAR = "dear"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One declared fact.

    ``low`` and ``high`` are the inclusive bounds as the value is held: fen for money, unscaled
    integers for decimals, days for dates. ``world`` closed means the source lists every positive
    case, so an absent entry is FALSE. ``max_age_days`` is how old an observation may be.
    ``fixed`` marks what nobody can change (a birth date), so that no near miss ever suggests it.
    ``wish`` marks what a person may simply want (a loan, a course), in the few words of a list to
    choose from; a policy refused only for want of a wish is no refusal to the reader.
    ``flip`` says what would do, where the fact turning to this value is all that is missing.
    """

    name: str
    subject: Literal["person", "firm"]
    kind: FactKind
    labels: Words
    source: str
    world: Literal["open", "closed"] = "open"
    ask: Ask = Ask.CHEAP
    unit: str = ""
    scale: int = 0
    low: int | date | None = None
    high: int | date | None = None
    values: Mapping[str, Words] = field(default_factory=dict)
    max_age_days: int | None = None
    question: Words | None = None
    why: Words | None = None
    help: Words | None = None
    fixed: bool = False
    wish: Words | None = None
    flip: Mapping[bool, Words] = field(default_factory=dict)

    @property
    def type(self) -> ir.Type:
        """The type an expression sees."""
        match self.kind:
            case FactKind.BOOL:
                return ir.BOOL
            case FactKind.DATE:
                return ir.DATE
            case FactKind.CODE:
                return ir.Type(ir.Kind.CODE, values=frozenset(self.values) or None)
            case _:
                low, high = self.number_bounds
                return ir.Type(ir.Kind.NUMBER, self.scale, low, high)

    @property
    def number_bounds(self) -> tuple[int, int]:
        """The bounds of a number fact, as held."""
        if not isinstance(self.low, int) or not isinstance(self.high, int):
            raise TypeError(f"{self.name} is not a number")
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class FactRegistry(Mapping[str, FactSpec]):
    """All declared facts by name, in the order of the file."""

    specs: Mapping[str, FactSpec]

    def __getitem__(self, name: str) -> FactSpec:
        return self.specs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.specs)

    def __len__(self) -> int:
        return len(self.specs)

    def types(self) -> dict[str, ir.Type]:
        """The names and types an expression may use."""
        return {name: spec.type for name, spec in self.specs.items()}


NAME_PATTERN = r"^[a-z][a-z0-9_]{0,59}$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
_Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _FlipShape(Shape):
    """What a reader can do so that the fact becomes yes, or no."""

    to_yes: AnyWords | None = None
    to_no: AnyWords | None = None


class _FactShape(Shape):
    subject: Literal["person", "firm"]
    kind: Literal["bool", "int", "money", "decimal", "date", "code"]
    labels: AnyWords
    source: _Label
    world: Literal["open", "closed"] = "open"
    ask: Literal["free", "cheap", "dear", "never"] = "cheap"
    unit: str = Field(default="", max_length=20)
    scale: int | None = Field(default=None, ge=0, le=9)
    min: int | Decimal | date | None = None
    max: int | Decimal | date | None = None
    values: dict[str, AnyWords] | None = None
    max_age: int | None = Field(default=None, ge=1, le=36_600)
    question: AnyWords | None = None
    why: AnyWords | None = None
    help: AnyWords | None = None
    fixed: bool = False
    wish: AnyWords | None = None
    flip: _FlipShape | None = None


class _RegistryShape(Shape):
    facts: dict[Name, _FactShape] = Field(min_length=1, max_length=FACTS_MAX)


def load_registry(text: str) -> FactRegistry:
    """Read a registry file. Raises ``DocumentError`` with the place and line of what is wrong.

    Numbers need ``min`` and ``max`` (money in fen), because engines compute in 64 bits by them;
    a decimal needs ``scale``; ``max_age`` is in days; ``values`` may be left out only for an open
    list (an occupation code).
    """
    document = read_document(text, REGISTRY_SIZE_MAX)
    try:
        shape = _RegistryShape.model_validate(document.data)
    except ValidationError as error:
        raise first_problem(error, document) from error
    return FactRegistry({name: _spec(name, fact, document) for name, fact in shape.facts.items()})


def _spec(name: str, shape: _FactShape, document: Document) -> FactSpec:
    path = ("facts", name)
    kind = FactKind(shape.kind)
    if name.upper() in KEYWORDS or name == "p":
        raise document.refusal(path, f"“{name}”是规则语言里的词，不能作名字。")
    if (shape.scale is not None) is not (kind is FactKind.DECIMAL):
        raise document.refusal(path, "小数（decimal）要写 scale（小数位数），别的种类不写。")
    if shape.values is not None and kind is not FactKind.CODE:
        raise document.refusal((*path, "values"), "只有代码（code）才写 values。")
    for value in shape.values or ():
        if not CODE.fullmatch(value):
            problem = "代码值只用英文字母、数字和 _ . : -，最多 40 个。"
            raise document.refusal((*path, "values", value), problem)
    if shape.world == "closed" and kind is not FactKind.BOOL:
        raise document.refusal(
            (*path, "world"), "只有是否（bool）才能写 closed：名单上没有就是否。"
        )
    askable = shape.ask in ("cheap", "dear")
    if askable and shape.question is None:
        raise document.refusal(path, "要问人的事实（ask 为 cheap 或 dear）必须写 question。")
    if shape.wish is not None and (kind is not FactKind.BOOL or not askable):
        raise document.refusal((*path, "wish"), "愿望（wish）只能是问人的是否（bool）。")
    if shape.flip is not None and (kind is not FactKind.BOOL or shape.fixed):
        problem = "怎样就能符合（flip）只写给会变的是否（bool）。"
        raise document.refusal((*path, "flip"), problem)
    low, high = _bounds(shape, kind, document, name)
    flips = {True: shape.flip.to_yes, False: shape.flip.to_no} if shape.flip else {}
    return FactSpec(
        name=name,
        subject=shape.subject,
        kind=kind,
        labels=shape.labels.words,
        source=shape.source,
        world=shape.world,
        ask=Ask(shape.ask),
        unit=shape.unit or ("元" if kind is FactKind.MONEY else ""),
        scale=shape.scale or 0,
        low=low,
        high=high,
        values={value: words.words for value, words in (shape.values or {}).items()},
        max_age_days=shape.max_age,
        question=shape.question.words if shape.question else None,
        why=shape.why.words if shape.why else None,
        help=shape.help.words if shape.help else None,
        fixed=shape.fixed,
        wish=shape.wish.words if shape.wish else None,
        flip={value: said.words for value, said in flips.items() if said is not None},
    )


def _bounds(
    shape: _FactShape, kind: FactKind, document: Document, name: str
) -> tuple[int | date | None, int | date | None]:
    path = ("facts", name)
    if kind in (FactKind.BOOL, FactKind.CODE):
        if shape.min is not None or shape.max is not None:
            raise document.refusal(path, "是否和代码不写 min、max。")
        return None, None
    if kind is FactKind.DATE:
        days = (shape.min or DAY_MIN, shape.max or DAY_MAX)
        if not all(isinstance(day, date) and DAY_MIN <= day <= DAY_MAX for day in days):
            raise document.refusal(path, "日期的 min、max 要在 1900 到 2200 年之间。")
        low, high = (day for day in days if isinstance(day, date))
        if low > high:
            raise document.refusal(path, "min 不能大于 max。")
        return low, high
    held = [_held(bound, shape.scale or 0) for bound in (shape.min, shape.max)]
    if held[0] is None or held[1] is None:
        raise document.refusal(path, "数字要写 min 和 max（金额按分写整数，小数位不超过 scale）。")
    if held[0] > held[1] or max(abs(held[0]), abs(held[1])) > INT64_MAX:
        raise document.refusal(path, "min 不能大于 max，也不能超过 64 位整数。")
    return held[0], held[1]


def _held(bound: int | Decimal | date | None, scale: int) -> int | None:
    if bound is None or isinstance(bound, date):
        return None
    scaled = Decimal(bound).scaleb(scale)
    return int(scaled) if scaled == scaled.to_integral_value() else None
