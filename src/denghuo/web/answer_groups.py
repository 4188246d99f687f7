"""Where each answer stands on the overview, and the one sentence that says it.

Yours; one step away; decided by a few answers; waiting for an office; decided by a person; not
wanted; not this time. A policy refused only because nobody asked for it is no refusal, and a
refusal that rests on a disputed fact waits until that fact is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from denghuo.policy.public import Answer, ConditionAnswer, NearMiss, Verdict
from denghuo.web.asking import Asking, reader_language

Group = Literal["entitled", "near", "ask", "wait", "no_rule", "unwanted", "not"]
GROUPS: tuple[Group, ...] = get_args(Group)
_MISSING_SHOWN = 2
_MONEY = ("payment", "loan_limit")
# Whole yuan are read as such: "30,000 元", not "30,000.00 元". Sums keep their cents.
_WHOLE = re.compile(r"\.00(?= (?:元|yuan))")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One policy on the overview: the answer in a sentence, the number beside its condition."""

    policy: str
    name: str
    group: Group
    sentence: str
    amount: str
    amount_label: str
    assumed: bool
    href: str


def group_of(found: Answer, asked: Asking) -> Group:
    """Where an answer stands."""
    match found.verdict:
        case Verdict.ENTITLED:
            return "entitled"
        case Verdict.UNKNOWN:
            return "ask" if tellable(found, asked) else "wait"
        case Verdict.NO_RULE:
            return "no_rule"
        case _ if rests_on_dispute(found, asked):
            return "wait"
        case _ if _unwanted(found):
            return "unwanted"
        case _:
            return "near" if step_left(found) else "not"


def tellable(found: Answer, asked: Asking) -> list[str]:
    """The missing facts that the reader may still tell."""
    if not asked.may_tell:
        return []
    return [
        name
        for name in found.missing
        if name not in asked.skipped and asked.can_tell(found.definition.specs[name])
    ]


def rests_on_dispute(found: Answer, asked: Asking) -> bool:
    """Refused, but not any more once the disputed facts are left out."""
    disputed = asked.disputed & found.definition.specs.keys()
    if not disputed or found.verdict is not Verdict.NOT:
        return False
    return asked.answer(found.definition, without=frozenset(disputed)).verdict is not Verdict.NOT


def step_left(found: Answer) -> NearMiss | None:
    """The first change that alone would make it theirs."""
    return next((near for near in found.near_misses if near.leads_to is Verdict.ENTITLED), None)


def grouped(asked: Asking) -> dict[Group, list[AnswerLine]]:
    """Lines by group, every group present; what pays most first among what is theirs."""
    lines: dict[Group, list[AnswerLine]] = {group: [] for group in GROUPS}
    for found in sorted(asked.answers.values(), key=_payment, reverse=True):
        line = answer_line(found, asked)
        lines[line.group].append(line)
    return lines


def answer_line(found: Answer, asked: Asking) -> AnswerLine:
    """The overview's line for an answer."""
    language = reader_language()
    definition = found.definition
    group = group_of(found, asked)
    amount = found.version.amount if found.version else None
    return AnswerLine(
        policy=definition.id,
        name=definition.names.in_language(language),
        group=group,
        sentence=plain_amount(line_sentence(found, asked, group)),
        amount=plain_amount(found.amount_shown) if group == "entitled" else "",
        amount_label=amount.label.in_language(language) if amount else "",
        assumed=is_assumed(found),
        href=reverse("benefit", args=[definition.id]),
    )


def line_sentence(found: Answer, asked: Asking, group: Group) -> str:
    """Yes, not yet, no or not known, with the reason that decides it."""
    language = reader_language()
    match group:
        case "entitled":
            return telling_condition(found) or found.definition.summary.in_language(language)
        case "near":
            return step_sentence(found)
        case "wait" if found.verdict is Verdict.NOT:
            return disputed_sentence(found, asked)
        case "ask" | "wait":
            return open_sentence(found, tellable(found, asked) if group == "ask" else None)
        case "no_rule":
            return no_rule_sentence(found)
        case _:
            failed = [each.sentence for each in found.conditions if each.result is False]
            return failed[0] if failed else found.definition.summary.in_language(language)


def telling_condition(found: Answer) -> str:
    """The met condition that says most: it counts, best what the amount is made of."""
    passed = [each for each in found.conditions if each.result]
    counted = [each for each in passed if numbers_of(each)]
    of_amount = [each for each in counted if _shares(each, found.amount_facts)]
    best = (of_amount or counted[-1:] or passed)[:1]
    return best[0].sentence if best else ""


def step_sentence(found: Answer) -> str:
    """What is still lacking, and what it would bring."""
    near = step_left(found)
    if near is None:
        return ""
    if near.amount is None or found.version is None or found.version.amount is None:
        return near.change
    label = found.version.amount.label.in_language(reader_language())
    amount = plain_amount(found.show_amount(near.amount))
    return _("{change}。到时{label} {amount}").format(
        change=near.change, label=label, amount=amount
    )


def missing_sentence(found: Answer, names: list[str] | None = None) -> str:
    """Which facts are not known yet: ``names`` of them, or all."""
    language = reader_language()
    specs = found.definition.specs
    labels = [specs[name].labels.in_language(language) for name in (names or found.missing)]
    shown = _("、").join(labels[:_MISSING_SHOWN])
    if len(labels) <= _MISSING_SHOWN:
        return _("还缺：{facts}").format(facts=shown)
    more = ngettext("等 {count} 项", "等 {count} 项", len(labels)).format(count=len(labels))
    return _("还缺：{facts}").format(facts=f"{shown}{more}")


def open_sentence(found: Answer, names: list[str] | None = None) -> str:
    """Why there is no answer yet. Where every rule there is refuses already, and only the day that
    chooses one is open, what they refuse is said: nobody should hope in vain."""
    refused = [each.sentence for each in found.conditions if each.result is False]
    if found.version is not None or not refused:
        return missing_sentence(found, names)
    return _("{condition}现有的几版规定都这样要求。{missing}，所以先不定。").format(
        condition=refused[0], missing=missing_sentence(found, names or list(found.missing[:1]))
    )


def disputed_sentence(found: Answer, asked: Asking) -> str:
    """Nothing is refused while what it rests on is being checked."""
    language = reader_language()
    specs = found.definition.specs
    labels = [specs[name].labels.in_language(language) for name in specs if name in asked.disputed]
    return _("您说“{facts}”不对，正在核实。核实完再定，现在不算不符合。").format(
        facts=_("、").join(labels)
    )


def no_rule_sentence(found: Answer) -> str:
    """No rule in force on the day that counts, and what is awaited where the text says so."""
    if found.pending is not None and reader_language() == "zh":
        return found.pending.note
    return _("这一天没有现行规定，由工作人员判断。不会套用旧规定。")


def is_assumed(found: Answer) -> bool:
    """Whether the version that answers, or any of its figures, is not verified."""
    version = found.version
    if version is None:
        return found.definition.status == "assumed"
    return version.status == "assumed" or any(
        param.status == "assumed" for param in version.params.values()
    )


def plain_amount(shown: str) -> str:
    """An amount, or a sentence with amounts, without two zeros nobody reads."""
    return _WHOLE.sub("", shown)


def numbers_of(each: ConditionAnswer) -> list[str]:
    """How numbers and days were compared; a bare yes or no explains nothing."""
    return [
        comparison.in_language(reader_language())
        for comparison in each.comparisons
        if not isinstance(comparison.actual, bool | str)
        and isinstance(comparison.actual, int | date)
    ]


def _unwanted(found: Answer) -> bool:
    failed = [each for each in found.conditions if each.result is False]
    return bool(failed) and all(
        fact.spec.wish is not None for each in failed for fact in each.facts
    )


def _shares(each: ConditionAnswer, names: tuple[str, ...]) -> bool:
    return any(fact.name in names for fact in each.facts)


def _payment(found: Answer) -> tuple[bool, int]:
    """Money first, the most first; loans and rights after it."""
    amount = found.version.amount if found.version else None
    if amount is None or found.amount is None or amount.kind not in _MONEY:
        return False, 0
    return amount.kind == "payment", found.amount
