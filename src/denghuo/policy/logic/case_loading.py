"""The worked cases of a policy file: what is given, what it must come to."""

from __future__ import annotations

from decimal import Decimal

from denghuo.policy.logic import build
from denghuo.policy.logic.definition import RATE_SCALE, Expectation, PolicyVersion, WorkedCase
from denghuo.policy.logic.document_text import Document, Path
from denghuo.policy.logic.fact_values import FactValueError, read_value
from denghuo.policy.logic.policy_shape import CaseShape, ExpectShape
from denghuo.policy.logic.registry import FactRegistry
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict


def load_case(
    document: Document,
    index: int,
    shape: CaseShape,
    *,
    registry: FactRegistry,
    versions: tuple[PolicyVersion, ...],
) -> WorkedCase:
    """Read one case. Raises ``DocumentError`` for a fact, value or name that is not known."""
    path: Path = ("cases", index)
    given: dict[str, Value | None] = {}
    for name, raw in shape.given.items():
        spec = registry.get(name)
        if spec is None:
            hint = build.did_you_mean(name, registry)
            raise document.refusal((*path, "given", name), f"没有登记过“{name}”。{hint}")
        try:
            given[name] = read_value(spec, raw).value
        except FactValueError as error:
            raise document.refusal((*path, "given", name), error.sentence) from error
    _check_names(document, path, shape.expect, registry, versions)
    return WorkedCase(
        name=shape.name,
        as_of=shape.as_of,
        known_on=shape.known_on,
        given=given,
        expect=Expectation(
            _verdict(document, path, shape.expect),
            _amount(document, path, shape.expect, versions),
            None if shape.expect.failed is None else tuple(shape.expect.failed),
            None if shape.expect.missing is None else tuple(shape.expect.missing),
        ),
        source=shape.source,
    )


def _check_names(
    document: Document,
    path: Path,
    expect: ExpectShape,
    registry: FactRegistry,
    versions: tuple[PolicyVersion, ...],
) -> None:
    conditions = {each.name for version in versions for each in version.conditions}
    for name in expect.failed or ():
        if name not in conditions:
            hint = build.did_you_mean(name, conditions)
            raise document.refusal((*path, "expect", "failed"), f"没有条件“{name}”。{hint}")
    for name in expect.missing or ():
        if name not in registry:
            hint = build.did_you_mean(name, registry)
            raise document.refusal((*path, "expect", "missing"), f"没有“{name}”。{hint}")


def _verdict(document: Document, path: Path, expect: ExpectShape) -> Verdict | None:
    verdict = Verdict[expect.verdict.upper()] if expect.verdict else None
    if not expect.no_rule:
        return verdict
    if verdict not in (None, Verdict.NO_RULE):
        raise document.refusal((*path, "expect"), "no_rule 和 verdict 说的不一样。")
    return Verdict.NO_RULE


def _amount(
    document: Document, path: Path, expect: ExpectShape, versions: tuple[PolicyVersion, ...]
) -> int | None:
    if expect.amount is None:
        return None
    units = {version.amount.unit for version in versions if version.amount}
    held = Decimal(expect.amount).scaleb(RATE_SCALE if "rate" in units else 0)
    if held != held.to_integral_value():
        raise document.refusal((*path, "expect", "amount"), "金额按分写整数，比率最多六位小数。")
    return int(held)
