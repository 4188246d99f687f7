"""The page of one answer as its template reads it: banner, amount, conditions with their facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from denghuo.policy.public import OWN_WORDS, Answer, ConditionAnswer, FactUsed, Verdict
from denghuo.web.answer_groups import (
    Group,
    disputed_sentence,
    group_of,
    is_assumed,
    missing_sentence,
    no_rule_sentence,
    numbers_of,
    open_sentence,
    plain_amount,
    rests_on_dispute,
    step_sentence,
    tellable,
    telling_condition,
)
from denghuo.web.asking import Asking, reader_language

_MARKS: dict[Group, str] = {
    "entitled": "yes", "near": "wait", "ask": "unknown", "wait": "unknown", "no_rule": "unknown",
    "unwanted": "unknown", "not": "no",
}  # fmt: skip
_STATES = {True: "pass", False: "fail", None: "unknown"}


def answer_context(found: Answer, asked: Asking) -> dict[str, Any]:
    """Everything the page of one answer shows."""
    language = reader_language()
    definition, version = found.definition, found.version
    group = group_of(found, asked)
    amount = version.amount if version else None
    # What stands in the way is read first; what is met can wait.
    standing = [each for each in found.conditions if not each.result]
    passed = [each for each in found.conditions if each.result]
    shown: set[str] = set()
    return {
        "policy": definition.id,
        "name": definition.names.in_language(language),
        "title": definition.names.in_language(language),
        "on": asked.today.isoformat(),
        "summary": definition.summary.in_language(language),
        "group": group,
        "refused": group in ("near", "not"),
        "banner": _banner(found, asked, group),
        "amount": plain_amount(found.amount_shown),
        "amount_label": amount.label.in_language(language) if amount else "",
        "arithmetic": _arithmetic(found),
        "standing": [
            *(_condition(each, found, asked, shown) for each in standing),
            *_open_day(found, asked),
        ],
        "passed": [_condition(each, found, asked, shown) for each in passed],
        "near": [plain_amount(near.change) for near in found.near_misses]
        if group in ("near", "not")
        else [],
        "can_ask": bool(tellable(found, asked)),
        "wish": _wish(found, asked) if group == "unwanted" else "",
        "own_words": any(
            fact.value is not None and fact.source in OWN_WORDS
            for each in found.conditions
            for fact in each.facts
        ),
        "steps": {
            "can": definition.steps.can.in_language(language),
            "bring": definition.steps.bring.in_language(language),
            "where": definition.steps.where.in_language(language),
            "how_long": definition.steps.how_long.in_language(language),
        },
        "documents": [each.in_language(language) for each in definition.documents],
        "delivery": _delivery_words(definition.delivery),
        "object_to": definition.object_to.in_language(language),
        "authority": definition.authority,
        "assumed": is_assumed(found),
        "version": version,
        "source": str(version.source) if version else str(definition.source),
        "note": version.note if version else "",
        "as_of": found.as_of,
        "library_href": reverse("policy_page", args=[definition.id]),
    }


def _banner(found: Answer, asked: Asking, group: Group) -> dict[str, str]:
    """The verdict in a word, a sentence and its reason."""
    word = {
        "no_rule": _("由人来定"),
        "wait": _("正在核实") if rests_on_dispute(found, asked) else "",
        "unwanted": _("您现在不需要"),
    }.get(group, "")
    kind = _MARKS[group]
    sentence, detail = _banner_words(found, asked, group)
    return {
        "kind": kind,
        "word": word,
        "sentence": plain_amount(sentence),
        "detail": plain_amount(detail),
    }


def _banner_words(found: Answer, asked: Asking, group: Group) -> tuple[str, str]:
    language = reader_language()
    failed = [each.sentence for each in found.conditions if each.result is False]
    summary = found.definition.summary.in_language(language)
    match group:
        case "entitled" if found.amount_unknown:
            return _("您符合条件。多少钱还没算出来。"), missing_sentence(found)
        case "entitled":
            return telling_condition(found) or summary, ""
        case "near":
            return step_sentence(found), failed[0]
        case "ask":
            asked_for = open_sentence(found, tellable(found, asked))
            return asked_for, _("您答一下，就能接着判断。")
        case "wait" if rests_on_dispute(found, asked):
            return disputed_sentence(found, asked), ""
        case "wait" if any(asked.can_tell(found.definition.specs[name]) for name in found.missing):
            return open_sentence(found), _("有的您跳过了。想起来了，随时在下面填。")
        case "wait":
            return open_sentence(found), _("这些由部门提供。数据到了，这里就有结果，您不用再来问。")
        case "no_rule":
            return no_rule_sentence(found), ""
        case _:
            first, rest = failed[:1], failed[1:]
            return (first[0] if first else summary), (rest[0] if rest else "")


def _wish(found: Answer, asked: Asking) -> str:
    """The wish whose absence alone refuses, so that one press can change it."""
    names = [
        fact.name
        for each in found.conditions
        if each.result is False
        for fact in each.facts
        if asked.can_tell(fact.spec)
    ]
    return names[0] if names and asked.may_tell else ""


def _delivery_words(delivery: str) -> str:
    return {
        "auto": _("不用申请。核对好了，直接给您。"),
        "confirm": _("不用填表。您确认一下信息和收款账户就行。"),
        "apply": _("要您申请。下面写着怎么办。"),
    }[delivery]


def _open_day(found: Answer, asked: Asking) -> list[dict[str, Any]]:
    """What chooses the rule and is not known, as a line of its own: no condition speaks of it."""
    if found.version is not None or found.verdict is not Verdict.UNKNOWN:
        return []
    anchor = found.definition.anchor_fact
    names: tuple[str, ...]
    if anchor is not None and found.facts[anchor].value is None:
        names, words = (anchor,), _("按哪一版规定算，要看{facts}。")
    else:
        names, words = found.missing, _("要先知道{facts}，才能接着判断。")
    facts = [_fact(found.facts[name], found, asked) for name in names]
    labels = _("、").join(fact["name"] for fact in facts)
    return [
        {
            "state": _STATES[None],
            "sentence": words.format(facts=labels),
            "basis": "",
            "comparisons": [],
            "facts": facts,
        }
    ]


def _condition(
    each: ConditionAnswer, found: Answer, asked: Asking, shown: set[str]
) -> dict[str, Any]:
    """A condition with the facts not ``shown`` above it, which is then filled up.

    What was not needed for a decided condition is not missed.
    """
    facts = [
        fact
        for fact in each.facts
        if fact.name not in shown and (each.result is None or fact.value is not None)
    ]
    shown |= {fact.name for fact in facts}
    return {
        "state": _STATES[each.result],
        "sentence": plain_amount(each.sentence),
        # Clauses are quoted as they are written, in Chinese.
        "basis": each.basis if reader_language() == "zh" else "",
        "comparisons": numbers_of(each),
        "facts": [_fact(fact, found, asked) for fact in facts],
    }


def _fact(fact: FactUsed, found: Answer, asked: Asking) -> dict[str, Any]:
    language = reader_language()
    known = fact.value is not None
    return {
        "name": fact.spec.labels.in_language(language),
        "value": plain_amount(fact.shown(language)) if known else "",
        "why": fact.why.in_language(language) if fact.why and not known else "",
        "source": _(fact.source) if fact.source else "",
        "on": day_text(fact.observed_on) if known else "",
        "known": known,
        "disputed": fact.name in asked.disputed,
        **_ways(fact, found, asked),
    }


def _ways(fact: FactUsed, found: Answer, asked: Asking) -> dict[str, str]:
    """What the reader can do about a fact: change their own word, dispute an office's, tell it."""
    if fact.name in asked.disputed:
        return {}
    if asked.may_tell and asked.can_tell(fact.spec):
        # A wish and a plain fact are asked in the same place, for this policy alone.
        question = reverse("benefit_questions")
        address = f"{question}?policy={found.definition.id}&fact={fact.name}"
        return {"change_url": address} if fact.value is not None else {"tell_url": address}
    if fact.value is not None and asked.may_tell:
        if fact.name in asked.recorded:
            return {"dispute_url": reverse("benefit_dispute", args=[fact.name])}
        if asked.subject is not None and asked.subject.kind == "person":
            return {"dispute_url": reverse("people_correction")}
    return {}


def _arithmetic(found: Answer) -> list[dict[str, str]]:
    """The sum, where there is one: a single figure that says the amount again is none."""
    lines = found.arithmetic
    worked_out = len(lines) > 1 or any(" = " in line or " × " in line for line in lines)
    return [_sum_line(line) for line in lines] if worked_out else []


def day_text(day: date | None) -> str:
    """2026-11-23, or nothing."""
    return day.isoformat() if day else ""


def _sum_line(line: str) -> dict[str, str]:
    """The engine's line "a × b = c" set in two columns."""
    left, equals, right = line.rpartition(" = ")
    return {"left": left, "right": right} if equals else {"left": line, "right": ""}
