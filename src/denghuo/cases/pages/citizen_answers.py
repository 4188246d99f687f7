"""The rule's answer as the page of a service tells it: yes, not yet, no, and why."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from denghuo.cases.pages.citizen_words import reader_language
from denghuo.cases.queries.forms import Applicant
from denghuo.cases.queries.services import rests_on_dispute
from denghuo.policy.public import Answer, ConditionAnswer, FactUsed, Verdict

_STATES = {True: "pass", False: "fail", None: "unknown"}
_NAMES_SHOWN = 2
# Whole yuan are read as such; sums keep their cents.
_WHOLE = re.compile(r"\.00(?= (?:元|yuan))")


def answer_words(found: Answer, who: Applicant) -> dict[str, Any]:
    """Everything the page shows of an answer."""
    disputed = rests_on_dispute(found, who)
    near = _near(found) if found.verdict is Verdict.NOT and not disputed else []
    return {
        "banner": _banner(found, disputed=disputed, near=near),
        "entitled": found.verdict is Verdict.ENTITLED,
        "refused": found.verdict is Verdict.NOT and not disputed,
        "near": near,
        "standing": [_condition(each, who) for each in found.conditions if not each.result],
        "passed": [_condition(each, who) for each in found.conditions if each.result],
        "assumed": _assumed(found),
        "as_of": found.as_of,
    }


def plain_amount(shown: str) -> str:
    """An amount without two zeros nobody reads."""
    return _WHOLE.sub("", shown)


def _banner(found: Answer, *, disputed: bool, near: list[str]) -> dict[str, str]:
    if disputed:
        sentence = _("您说不对的那一条正在核实。核实完再定，现在不算不符合。")
        return {"kind": "unknown", "word": _("正在核实"), "sentence": sentence, "detail": ""}
    match found.verdict:
        case Verdict.ENTITLED:
            return {"kind": "yes", "word": "", "sentence": _granted(found), "detail": ""}
        case Verdict.UNKNOWN:
            detail = _("缺的由部门去查，或者在表里填。缺着也能申请。")
            return {"kind": "unknown", "word": "", "sentence": _missing(found), "detail": detail}
        case Verdict.NO_RULE:
            return {
                "kind": "unknown",
                "word": _("由人来定"),
                "sentence": _no_rule(found),
                "detail": "",
            }
    failed = [each.sentence for each in found.conditions if each.result is False]
    first = plain_amount(failed[0]) if failed else ""
    if near:
        return {"kind": "wait", "word": "", "sentence": near[0], "detail": first}
    more = plain_amount(failed[1]) if len(failed) > 1 else ""
    return {"kind": "no", "word": "", "sentence": first, "detail": more}


def _granted(found: Answer) -> str:
    if found.amount is None or found.version is None or found.version.amount is None:
        return _("您符合条件。")
    label = found.version.amount.label.in_language(reader_language())
    return _("您符合条件。{label} {amount}").format(
        label=label, amount=plain_amount(found.amount_shown)
    )


def _missing(found: Answer) -> str:
    language = reader_language()
    specs = found.definition.specs
    labels = [specs[name].labels.in_language(language) for name in found.missing]
    shown = _("、").join(labels[:_NAMES_SHOWN])
    if len(labels) > _NAMES_SHOWN:
        shown += ngettext("等 {count} 项", "等 {count} 项", len(labels)).format(count=len(labels))
    return _("还不知道：{facts}").format(facts=shown)


def _no_rule(found: Answer) -> str:
    if found.pending is not None and reader_language() == "zh":
        return found.pending.note
    return _("这一天没有现行规定，由工作人员判断。不会套用旧规定。")


def _near(found: Answer) -> list[str]:
    return [
        plain_amount(near.change) for near in found.near_misses if near.leads_to is Verdict.ENTITLED
    ]


def _condition(each: ConditionAnswer, who: Applicant) -> dict[str, Any]:
    return {
        "state": _STATES[each.result],
        "sentence": plain_amount(each.sentence),
        "facts": [
            _fact(fact, who) for fact in each.facts if each.result is None or fact.value is not None
        ],
    }


def _fact(fact: FactUsed, who: Applicant) -> dict[str, str]:
    language = reader_language()
    known = fact.value is not None
    dispute = ""
    if known and fact.name in who.recorded and fact.name not in who.disputed:
        dispute = f"/benefits/facts/{fact.name}/dispute/"
    return {
        "name": fact.spec.labels.in_language(language),
        "value": plain_amount(fact.shown(language)) if known else "",
        "source": _(fact.source) if fact.source else "",
        "on": _day(fact.observed_on) if known else "",
        "dispute_url": dispute,
    }


def _assumed(found: Answer) -> bool:
    version = found.version
    if version is None:
        return found.definition.status == "assumed"
    return version.status == "assumed" or any(
        param.status == "assumed" for param in version.params.values()
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
