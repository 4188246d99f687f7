"""Explained answers as the templates read them: groups, banners, conditions with their facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from denghuo.policy.public import Answer, ConditionAnswer, FactUsed, Verdict
from denghuo.web.asking import Asking, reader_language

Group = str
GROUPS: tuple[Group, ...] = ("entitled", "near", "open", "no_rule", "not")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One policy on the overview: the answer in one sentence, the number beside its condition."""

    policy: str
    name: str
    group: Group
    sentence: str
    amount: str
    amount_label: str
    assumed: bool
    href: str


def group_of(found: Answer) -> Group:
    """Where an answer stands: a refusal one step away is not the same as a refusal."""
    match found.verdict:
        case Verdict.ENTITLED:
            return "entitled"
        case Verdict.UNKNOWN:
            return "open"
        case Verdict.NO_RULE:
            return "no_rule"
        case _:
            return "near" if found.near_misses else "not"


def answer_line(found: Answer) -> AnswerLine:
    """The overview's line for an answer."""
    language = reader_language()
    definition = found.definition
    amount = found.version.amount if found.version else None
    return AnswerLine(
        policy=definition.id,
        name=definition.names.in_language(language),
        group=group_of(found),
        sentence=one_sentence(found),
        amount=found.amount_shown,
        amount_label=amount.label.in_language(language) if amount else "",
        assumed=is_assumed(found),
        href=reverse("benefit", args=[definition.id]),
    )


def grouped(answers: Iterable[Answer]) -> dict[Group, list[AnswerLine]]:
    """Lines by group, every group present."""
    lines: dict[Group, list[AnswerLine]] = {group: [] for group in GROUPS}
    for found in answers:
        line = answer_line(found)
        lines[line.group].append(line)
    return lines


def one_sentence(found: Answer) -> str:
    """Yes, not yet, no or not known, with the reason that decides it."""
    language = reader_language()
    match group_of(found):
        case "entitled":
            return found.definition.summary.in_language(language)
        case "near":
            return found.near_misses[0].change
        case "open":
            return missing_sentence(found)
        case "no_rule":
            return _("这一天没有现行规定，由工作人员判断。不会套用旧规定。")
        case _:
            failed = [each.sentence for each in found.conditions if each.result is False]
            return failed[0] if failed else found.definition.summary.in_language(language)


def missing_sentence(found: Answer) -> str:
    """Which facts are not known yet."""
    language = reader_language()
    labels = [found.definition.specs[name].labels.in_language(language) for name in found.missing]
    shown = _("、").join(labels[:3])
    if len(labels) <= 3:
        return _("还不知道：{facts}").format(facts=shown)
    more = ngettext("等 {count} 项", "等 {count} 项", len(labels)).format(count=len(labels))
    return _("还不知道：{facts}").format(facts=f"{shown}{more}")


def is_assumed(found: Answer) -> bool:
    """Whether the version that answers, or any of its figures, is not verified."""
    version = found.version
    if version is None:
        return found.definition.status == "assumed"
    return version.status == "assumed" or any(
        param.status == "assumed" for param in version.params.values()
    )


_BANNERS = {"entitled": "yes", "near": "wait", "open": "unknown", "no_rule": "unknown", "not": "no"}


def answer_context(found: Answer, asked: Asking) -> dict[str, Any]:
    """Everything the page of one answer shows."""
    language = reader_language()
    definition, version = found.definition, found.version
    group = group_of(found)
    amount = version.amount if version else None
    return {
        "policy": definition.id,
        "name": definition.names.in_language(language),
        "summary": definition.summary.in_language(language),
        "group": group,
        "banner": {
            "kind": _BANNERS[group],
            "word": _("由人来定") if group == "no_rule" else "",
            "sentence": _banner_sentence(found),
            "detail": _banner_detail(found),
        },
        "amount": found.amount_shown,
        "amount_label": amount.label.in_language(language) if amount else "",
        "amount_unknown": found.amount_unknown,
        "arithmetic": [_sum_line(line) for line in found.arithmetic],
        "conditions": [_condition(each, found, asked) for each in found.conditions],
        "near": [near.change for near in found.near_misses],
        "missing": [definition.specs[name].labels.in_language(language) for name in found.missing],
        "can_ask": bool(found.missing),
        "steps": {
            "can": definition.steps.can.in_language(language),
            "bring": definition.steps.bring.in_language(language),
            "where": definition.steps.where.in_language(language),
            "how_long": definition.steps.how_long.in_language(language),
        },
        "documents": [each.in_language(language) for each in definition.documents],
        "delivery": _delivery_words(definition.delivery),
        "object_to": definition.object_to.in_language(language),
        "assumed": is_assumed(found),
        "version": version,
        "source": str(version.source) if version else str(definition.source),
        "note": version.note if version else "",
        "as_of": found.as_of,
        "library_href": reverse("policy_page", args=[definition.id]),
    }


def _banner_sentence(found: Answer) -> str:
    language = reader_language()
    name = found.definition.names.in_language(language)
    match group_of(found):
        case "entitled" if found.amount_shown:
            return _("{name}：{amount}").format(name=name, amount=found.amount_shown)
        case "entitled":
            return _("{name}：您符合").format(name=name)
        case _:
            return one_sentence(found)


def _banner_detail(found: Answer) -> str:
    match group_of(found):
        case "entitled" if found.amount_unknown:
            return _("您符合条件。多少钱还要看：{facts}").format(
                facts=missing_sentence(found).partition("：")[2]
            )
        case "entitled":
            passed = [each.sentence for each in found.conditions if each.result]
            return passed[0] if passed else ""
        case "near":
            failed = [each.sentence for each in found.conditions if each.result is False]
            return failed[0] if failed else ""
        case "open":
            return _("回答几个问题，或者等部门的数据到了，就能知道。")
        case _:
            return ""


def _delivery_words(delivery: str) -> str:
    return {
        "auto": _("不用申请。系统核对好了，直接给您。"),
        "confirm": _("不用填表。您确认一下账户和信息就行。"),
        "apply": _("需要您申请。下面写着怎么办。"),
    }[delivery]


def _condition(each: ConditionAnswer, found: Answer, asked: Asking) -> dict[str, Any]:
    state = {True: "pass", False: "fail", None: "unknown"}[each.result]
    return {
        "state": state,
        "sentence": each.sentence,
        "basis": each.basis,
        "comparisons": [comparison.text for comparison in each.comparisons],
        "facts": [_fact(fact, asked) for fact in each.facts],
        "policy": found.definition.id,
    }


def _fact(fact: FactUsed, asked: Asking) -> dict[str, Any]:
    language = reader_language()
    known = fact.value is not None
    return {
        "name": fact.spec.labels.in_language(language),
        "value": fact.shown(language) if known else (fact.why.sentence if fact.why else ""),
        "source": _(fact.source) if known and fact.source else "",
        "on": day_text(fact.observed_on) if known else "",
        "disputed": fact.name in asked.disputed,
        "dispute_url": reverse("benefit_dispute", args=[fact.name])
        if known and asked.subject is not None and fact.name not in asked.disputed
        else "",
    }


def day_text(day: date | None) -> str:
    """2026-11-23, or nothing."""
    return day.isoformat() if day else ""


def _sum_line(line: str) -> dict[str, str]:
    """The engine's line "a × b = c" set in two columns."""
    left, equals, right = line.rpartition(" = ")
    return {"left": left, "right": right} if equals else {"left": line, "right": ""}
