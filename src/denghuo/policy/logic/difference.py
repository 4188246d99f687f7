"""What changed between two texts of a policy, said by rule and not by line.

A line diff drowns a changed ceiling among moved commas; a second person who is to publish a
text needs to see which dated figure, condition or sentence is not what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from denghuo.kernel.words import Words
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.definition import (
    Amount,
    Condition,
    Param,
    PolicyDefinition,
    PolicyVersion,
)
from denghuo.policy.logic.printer import print_expression

Weight = Literal["rule", "words", "cases"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. ``before`` or ``after`` is empty where there was or is none.

    ``weight``: ``rule`` can change somebody's answer, ``words`` only what they read,
    ``cases`` the worked cases.
    """

    place: str
    before: str
    after: str
    weight: Weight


def differences(before: PolicyDefinition, after: PolicyDefinition) -> tuple[Change, ...]:
    """Every difference, rules first, each in the order of the later text."""
    found = [*_head(before, after), *_versions(before, after), *_cases(before, after)]
    order = {"rule": 0, "words": 1, "cases": 2}
    return tuple(sorted(found, key=lambda change: order[change.weight]))


def _head(before: PolicyDefinition, after: PolicyDefinition) -> Iterator[Change]:
    rule: list[tuple[str, Callable[[PolicyDefinition], str]]] = [
        ("对象", lambda each: each.audience),
        ("按哪一天选版本", lambda each: each.anchor),
        ("没有这一条就没有那一天", lambda each: each.anchor_needs or ""),
        ("给付方式", lambda each: each.delivery),
        ("多久一次", lambda each: each.once_per or ""),
        ("不能同时享受", lambda each: "、".join(each.excludes)),
    ]
    words: list[tuple[str, Callable[[PolicyDefinition], str]]] = [
        ("名称", lambda each: _all(each.names)),
        ("一句话", lambda each: _all(each.summary)),
        ("主管部门", lambda each: each.authority),
        ("依据", lambda each: str(each.source)),
        ("要带什么", lambda each: "；".join(_all(one) for one in each.documents)),
        ("我能办吗", lambda each: _all(each.steps.can)),
        ("怎么带", lambda each: _all(each.steps.bring)),
        ("去哪办", lambda each: _all(each.steps.where)),
        ("多久", lambda each: _all(each.steps.how_long)),
        ("不服找谁", lambda each: _all(each.object_to)),
    ]
    for place, read in rule:
        yield from _one(place, read(before), read(after), "rule")
    for place, read in words:
        yield from _one(place, read(before), read(after), "words")


def _versions(before: PolicyDefinition, after: PolicyDefinition) -> Iterator[Change]:
    old = {version.key: version for version in before.versions}
    new = {version.key: version for version in after.versions}
    for key in _keys(old, new):
        place = f"{key} 起的版本"
        if key not in old or key not in new:
            was, now = (_period(each) if each else "" for each in (old.get(key), new.get(key)))
            yield Change(place, was, now, "rule")
            continue
        yield from _version(place, old[key], new[key])


def _version(place: str, old: PolicyVersion, new: PolicyVersion) -> Iterator[Change]:
    yield from _one(f"{place} · 期限", _period(old), _period(new), "rule")
    yield from _one(f"{place} · 核实情况", old.status, new.status, "words")
    yield from _one(f"{place} · 依据", str(old.source), str(new.source), "words")
    yield from _one(f"{place} · 说明", old.note, new.note, "words")
    for name in _keys(old.params, new.params):
        was, now = old.params.get(name), new.params.get(name)
        yield from _one(f"{place} · 参数 {name}", _figure(was), _figure(now), "rule")
        yield from _one(f"{place} · 参数 {name} 的出处", _origin(was), _origin(now), "words")
    conditions = ({each.name: each for each in side.conditions} for side in (old, new))
    olds, news = conditions
    for name in _keys(olds, news):
        was_condition, now_condition = olds.get(name), news.get(name)
        where = f"{place} · 条件 {name}"
        yield from _one(where, _rule(was_condition), _rule(now_condition), "rule")
        if was_condition and now_condition:
            yield from _one(f"{where} 的说法", _said(was_condition), _said(now_condition), "words")
    if [*olds] != [*news] and set(olds) == set(news):
        yield Change(f"{place} · 条件的顺序", "、".join(olds), "、".join(news), "words")
    yield from _one(f"{place} · 金额", _sum(old.amount), _sum(new.amount), "rule")


def _cases(before: PolicyDefinition, after: PolicyDefinition) -> Iterator[Change]:
    old = {case.name: repr(case) for case in before.cases}
    new = {case.name: repr(case) for case in after.cases}
    for name in _keys(old, new):
        if name not in old or name not in new:
            was, now = ("有" if name in side else "" for side in (old, new))
            yield Change(f"算例 {name}", was, now, "cases")
        elif old[name] != new[name]:
            yield Change(f"算例 {name}", "原来的数", "改过的数", "cases")


def _one(place: str, before: str, after: str, weight: Weight) -> Iterator[Change]:
    if before != after:
        yield Change(place, before, after, weight)


def _keys(old: Mapping[str, T], new: Mapping[str, T]) -> list[str]:
    return [*new, *(key for key in old if key not in new)]


def _all(words: Words) -> str:
    return " / ".join(text for text in (words.zh, words.en, words.mn) if text)


def _period(version: PolicyVersion) -> str:
    start = version.start.isoformat() if version.start else "最早"
    until = f"{version.until.isoformat()} 前" if version.until else "今后"
    return f"{start} 至 {until}"


def _figure(param: Param | None) -> str:
    return "" if param is None else figure_text(param.held)


def _origin(param: Param | None) -> str:
    return "" if param is None else f"{param.source}（{param.status}）{param.note}"


def _rule(condition: Condition | None) -> str:
    """Printed from the parsed form, so that spaces and capitals are no change; with the lets
    it uses already put in, so that a changed ``let`` shows where it matters."""
    return "" if condition is None else print_expression(condition.expr)


def _said(condition: Condition) -> str:
    says = condition.says
    return "；".join(_all(each) for each in (says.passed, says.failed, says.unknown))


def _sum(amount: Amount | None) -> str:
    return "" if amount is None else f"{print_expression(amount.expr)}（{amount.unit}）"
