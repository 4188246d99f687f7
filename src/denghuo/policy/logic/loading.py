"""Policy files to definitions: every check a rule must pass before anyone is judged by it."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from pydantic import ValidationError

from denghuo.kernel.words import Words
from denghuo.policy.logic import build, ir, ranges
from denghuo.policy.logic.case_loading import load_case
from denghuo.policy.logic.definition import (
    AS_OF,
    RATE_SCALE,
    Amount,
    Condition,
    Param,
    Pending,
    PolicyDefinition,
    PolicyVersion,
    Says,
    Source,
    Steps,
    paint,
)
from denghuo.policy.logic.digest import digest_of
from denghuo.policy.logic.document_text import Document, Path, first_problem, read_document
from denghuo.policy.logic.lexer import CODE, KEYWORDS
from denghuo.policy.logic.parser import ExpressionError, parse, parse_as
from denghuo.policy.logic.policy_shape import (
    CONDITIONS_MAX,
    AmountShape,
    ConditionShape,
    PendingShape,
    PolicyShape,
    SourceShape,
    StepsShape,
    VersionShape,
)
from denghuo.policy.logic.registry import FactKind, FactRegistry, FactSpec
from denghuo.policy.logic.scope import ParamValue, Scope, param_value

PLACE = re.compile(r"\{([a-z0-9_.]+)\}")


def load_definition(text: str, registry: FactRegistry) -> PolicyDefinition:
    """Read one policy file against the fact registry. Raises ``DocumentError``."""
    document = read_document(text)
    try:
        shape = PolicyShape.model_validate(document.data)
    except ValidationError as error:
        raise first_problem(error, document) from error
    return _Loader(document, shape, registry).load()


def _source(shape: SourceShape) -> Source:
    return Source(shape.doc, shape.title, shape.clause, shape.url)


# All expressions of all versions, lets copied in: a text of 64 KiB may otherwise ask for two
# million parts. The largest text of the library has some three hundred.
PARTS_MAX = 30_000


@dataclass(slots=True)
class _Budget:
    """How many parts the expressions read so far have."""

    parts: int = 0


@dataclass(frozen=True, slots=True)
class _Loader:
    document: Document
    shape: PolicyShape
    registry: FactRegistry
    budget: _Budget = field(default_factory=_Budget)

    def load(self) -> PolicyDefinition:
        shape = self.shape
        self._check_anchor()
        if shape.id in shape.excludes:
            raise self.document.refusal(("excludes",), "一项政策不能和自己互斥。")
        versions = tuple(
            self._version(index, version) for index, version in enumerate(shape.versions)
        )
        self._check_periods(versions)
        self._check_anchor_needs(versions)
        specs = self._specs(versions)
        return PolicyDefinition(
            id=shape.id,
            names=shape.names.words,
            summary=shape.summary.words,
            audience=shape.audience,
            authority=shape.authority,
            source=_source(shape.source),
            delivery=shape.delivery,
            once_per=shape.once_per,
            excludes=tuple(shape.excludes),
            anchor=shape.anchor,
            documents=tuple(each.words for each in shape.documents),
            steps=_steps(shape.steps),
            object_to=shape.object_to.words,
            versions=versions,
            cases=tuple(
                load_case(self.document, index, case, registry=self.registry, versions=versions)
                for index, case in enumerate(shape.cases)
            ),
            specs=specs,
            digest=digest_of(self.document.data),
            pending=tuple(
                self._pending(index, each, versions) for index, each in enumerate(shape.pending)
            ),
            anchor_needs=shape.anchor_needs,
        )

    # Facts

    def _check_anchor(self) -> None:
        anchor = self.shape.anchor
        if anchor == AS_OF:
            return
        spec = self.registry.get(anchor)
        if spec is None:
            hint = build.did_you_mean(anchor, self.registry)
            raise self.document.refusal(("anchor",), f"没有登记过“{anchor}”。{hint}")
        if spec.kind is not FactKind.DATE:
            raise self.document.refusal(("anchor",), f"“{anchor}”不是日期，不能用来选版本。")

    def _check_anchor_needs(self, versions: tuple[PolicyVersion, ...]) -> None:
        """It decides outside every version too, so no version may say it another way."""
        name = self.shape.anchor_needs
        if name is None:
            return
        path: Path = ("anchor_needs",)
        if self.shape.anchor == AS_OF:
            raise self.document.refusal(path, "按 as_of 选版本时，不用写 anchor_needs。")
        if name not in self.shape.conditions:
            hint = build.did_you_mean(name, self.shape.conditions)
            raise self.document.refusal(path, f"没有“{name}”这个条件。{hint}")
        found = [each.condition_named(name) for each in versions]
        first = found[0]
        if first is not None and ir.params_of(first.expr):
            raise self.document.refusal(path, f"“{name}”不能用参数：它和哪个版本无关。")
        if first is None or any(each is None or each.expr != first.expr for each in found):
            raise self.document.refusal(path, f"“{name}”在每个版本里都要有，而且要一样。")

    def _specs(self, versions: tuple[PolicyVersion, ...]) -> dict[str, FactSpec]:
        names = dict.fromkeys(name for version in versions for name in version.facts())
        if self.shape.anchor != AS_OF:
            names[self.shape.anchor] = None
        for name in names:
            subject = self.registry[name].subject
            if self.shape.audience not in (subject, "pair"):
                raise self.document.refusal(
                    ("audience",), f"“{name}”说的不是这项政策的对象（{self.shape.audience}）。"
                )
        for version in versions:
            self._check_said(version, names)
        return {name: self.registry[name] for name in names}

    def _check_said(self, version: PolicyVersion, read: Container[str]) -> None:
        """A sentence speaks only of facts that some rule reads: no others are looked up."""
        for condition in version.conditions:
            for place in (each for words in _sentences(condition) for each in _places(words)):
                said = ir.facts_of(version.lets[place]) if place in version.lets else (place,)
                if any(name in self.registry and name not in read for name in said):
                    path: Path = ("conditions", condition.name, "says")
                    problem = f"句子里的“{{{place}}}”没有一条规则用到，查不到它的值。"
                    raise self.document.refusal(path, problem)

    # Versions

    def _version(self, index: int, shape: VersionShape) -> PolicyVersion:
        path: Path = ("versions", index)
        if shape.start and shape.until and shape.until <= shape.start:
            raise self.document.refusal(
                (*path, "until"), "until 必须晚于 from（不含 until 当天）。"
            )
        source = _source(shape.source or self.shape.source)
        params = {
            name: Param(
                name,
                self._param((*path, "params", name), param.value),
                param.source or str(source),
                param.status or shape.status,
                param.note,
                param.unit,
                param.label.words if param.label else None,
            )
            for name, param in shape.params.items()
        }
        scope = self._scope(path, shape, {name: each.held for name, each in params.items()})
        conditions = self._conditions(path, shape, scope)
        amount = self._amount(path, shape, scope)
        known_from = shape.known_from or shape.start
        version = PolicyVersion(
            key=_key(shape),
            start=shape.start,
            until=shape.until,
            known_from=known_from,
            replaces=shape.replaces,
            status=shape.status,
            source=source,
            note=shape.note,
            params=params,
            lets=scope.lets,
            conditions=conditions,
            amount=amount,
        )
        self._check_params_used(path, version)
        return version

    def _param(self, path: Path, value: bool | int | Decimal | date | str) -> ParamValue:
        if isinstance(value, str) and not CODE.fullmatch(value):
            raise self.document.refusal(path, "代码值只用英文字母、数字和 _ . : -，最多 40 个。")
        try:
            return param_value(value)
        except ValueError as error:
            problem = "参数太大，或日期不在 1900 到 2200 年之间。"
            raise self.document.refusal(path, problem) from error

    def _scope(self, path: Path, shape: VersionShape, params: Mapping[str, ParamValue]) -> Scope:
        scope = Scope(self.registry.types(), params)
        for name, text in {**self.shape.let, **shape.let}.items():
            place: Path = (*path, "let", name) if name in shape.let else ("let", name)
            if name in self.registry or name.upper() in KEYWORDS or name == "p":
                raise self.document.refusal(place, f"“{name}”已有别的意思，请换一个名字。")
            try:
                scope = scope.with_let(name, parse(text, scope))
            except ExpressionError as error:
                raise self._wrong(place, error) from error
            self._spend(place, scope.lets[name])
        return scope

    def _spend(self, path: Path, expr: ir.Expr) -> None:
        self.budget.parts += sum(1 for _ in ir.walk(expr))
        if self.budget.parts > PARTS_MAX:
            problem = (
                f"到这里，各版本的式子加起来超过 {PARTS_MAX} 个部分，太大了。"
                "请简化式子，或者把不再用的旧版本另存一份文件。"
            )
            raise self.document.refusal(path, problem)

    def _conditions(self, path: Path, shape: VersionShape, scope: Scope) -> tuple[Condition, ...]:
        """A version's own conditions stand in for, come after, or (null) drop the common ones."""
        merged: dict[str, tuple[Path, ConditionShape]] = {
            name: (("conditions", name), each) for name, each in self.shape.conditions.items()
        }
        for name, each in shape.conditions.items():
            place: Path = (*path, "conditions", name)
            if each is not None:
                merged[name] = (place, each)
            elif merged.pop(name, None) is None:
                raise self.document.refusal(place, "没有这个条件可以去掉。")
        if not 1 <= len(merged) <= CONDITIONS_MAX:
            raise self.document.refusal(path, f"条件要有 1 到 {CONDITIONS_MAX} 个。")
        return tuple(
            self._condition(place, name, each, scope) for name, (place, each) in merged.items()
        )

    def _condition(self, path: Path, name: str, shape: ConditionShape, scope: Scope) -> Condition:
        try:
            expr = parse_as(shape.expr, scope, ir.Kind.BOOL)
        except ExpressionError as error:
            raise self._wrong((*path, "expr"), error) from error
        self._spend((*path, "expr"), expr)
        says = Says(shape.says.passed.words, shape.says.failed.words, shape.says.unknown.words)
        for words, key in ((says.passed, "pass"), (says.failed, "fail"), (says.unknown, "unknown")):
            self._check_places((*path, "says", key), words, scope)
        return Condition(name, shape.expr, expr, says, shape.basis)

    def _amount(self, path: Path, shape: VersionShape, scope: Scope) -> Amount | None:
        own = "amount" in shape.model_fields_set
        chosen: AmountShape | None = shape.amount if own else self.shape.amount
        if chosen is None:
            return None
        place: Path = (*path, "amount", "expr") if own else ("amount", "expr")
        try:
            expr = parse_as(chosen.expr, scope, ir.Kind.NUMBER)
            if chosen.unit == "rate":
                expr = build.arithmetic("*", expr, build.number(10**RATE_SCALE, 0), expr.span)
        except ExpressionError as error:
            raise self._wrong(place, error) from error
        self._spend(place, expr)
        low, _ = ranges.bounds(expr.type)
        if low < 0:
            problem = "这个数可能小于零。请用 GREATEST(0, ...)，或收紧事实的最小值。"
            raise self.document.refusal(place, problem)
        if chosen.round == "down":
            try:
                expr = build.lowered(expr)
            except ExpressionError as error:
                raise self._wrong(place, error) from error
        _, high = ranges.bounds(expr.type)
        if high + 10**expr.type.scale > ranges.INT64_MAX:
            raise self.document.refusal(place, "这个数四舍五入时可能超过 64 位整数。")
        return Amount(chosen.expr, expr, chosen.unit, chosen.kind, chosen.label.words, chosen.round)

    def _check_params_used(self, path: Path, version: PolicyVersion) -> None:
        roots = [*(each.expr for each in version.conditions), *version.lets.values()]
        roots += [version.amount.expr] if version.amount else []
        used = {name for root in roots for name in ir.params_of(root)}
        said = [words for each in version.conditions for words in _sentences(each)]
        used |= {place[2:] for words in said for place in _places(words) if place.startswith("p.")}
        for name in version.params:
            if name not in used:
                raise self.document.refusal(
                    (*path, "params", name), "这个参数没有用到，可能写错了名字。"
                )

    def _check_places(self, path: Path, words: Words, scope: Scope) -> None:
        for text in (words.zh, words.en, words.mn):
            if "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
                raise self.document.refusal(
                    path, "大括号要成对，里面写事实、let 或 p.参数 的名字。"
                )
        for name in _places(words):
            known = (
                name in scope.facts
                or name in scope.lets
                or name == AS_OF
                or (name.startswith("p.") and name[2:] in scope.params)
            )
            if not known:
                names = [*scope.facts, *scope.lets, *(f"p.{each}" for each in scope.params)]
                hint = build.did_you_mean(name, names)
                raise self.document.refusal(path, f"句子里的“{{{name}}}”没有意思。{hint}")

    def _pending(
        self, index: int, shape: PendingShape, versions: tuple[PolicyVersion, ...]
    ) -> Pending:
        path: Path = ("pending", index)
        pending = Pending(shape.start, shape.until, shape.note)
        if shape.until and shape.until <= shape.start:
            raise self.document.refusal(
                (*path, "until"), "until 必须晚于 from（不含 until 当天）。"
            )
        if any(_overlap(version, pending) for version in versions):
            raise self.document.refusal(path, "这些日子已有版本，不能再写成等待录入。")
        return pending

    def _check_periods(self, versions: tuple[PolicyVersion, ...]) -> None:
        for index, version in enumerate(versions):
            for before, other in enumerate(versions[:index]):
                if not _overlap(version, other):
                    continue
                later = (version.known_from or date.min) > (other.known_from or date.min)
                if not (version.replaces and later):
                    problem = (
                        f"和第 {before + 1} 个版本的日期重叠。后来公布、追溯生效的版本，"
                        "请写 replaces: true 和更晚的 known_from。"
                    )
                    raise self.document.refusal(("versions", index), problem)
        keys = [version.key for version in versions]
        if len(set(keys)) != len(keys):
            raise self.document.refusal(("versions",), "两个版本的 from 和 known_from 都相同。")
        if self.shape.gaps:
            return
        for first, second in pairwise(paint(list(versions))):
            if first.until != second.start:
                problem = (
                    f"{first.until} 到 {second.start} 没有规定。如果确实如此，请写 gaps: true。"
                )
                raise self.document.refusal(("versions",), problem)

    def _wrong(self, path: Path, error: ExpressionError) -> Exception:
        return self.document.refusal(path, f"式子{error.sentence}")


def _key(shape: VersionShape) -> str:
    start = shape.start.isoformat() if shape.start else "start"
    if shape.known_from in (None, shape.start):
        return start
    return f"{start}@{shape.known_from}"


def _overlap(one: PolicyVersion, other: PolicyVersion | Pending) -> bool:
    return (one.start or date.min) < (other.until or date.max) and (other.start or date.min) < (
        one.until or date.max
    )


def _steps(shape: StepsShape) -> Steps:
    return Steps(shape.can.words, shape.bring.words, shape.where.words, shape.how_long.words)


def _sentences(condition: Condition) -> tuple[Words, ...]:
    return (condition.says.passed, condition.says.failed, condition.says.unknown)


def _places(words: Words) -> list[str]:
    return [name for text in (words.zh, words.en, words.mn) for name in PLACE.findall(text)]
