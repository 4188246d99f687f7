"""What the desk sees of a case beside its story: the rule's answer today, papers, who is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from denghuo.cases.models import CaseFact
from denghuo.cases.queries.cases import CaseView, scoped
from denghuo.cases.queries.evidence import gather
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.platform.public import Actor

_VERDICT_WORDS = {
    "entitled": "符合",
    "not": "不符合",
    "unknown": "还缺信息",
    "no_rule": "没有现行规定，由人来定",
}


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition of the rule with the facts it was judged by, as a page shows them."""

    state: str
    sentence: str
    basis: str
    facts: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class RuleToday:
    """What the rule says of the case as of the day that was asked about."""

    verdict: str
    verdict_text: str
    amount_fen: int | None
    amount_shown: str
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]
    conditions: tuple[ConditionLine, ...]
    disputed: frozenset[str]
    rule_version: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Load:
    """How much lies with one member of staff (nobody: an empty name) for one item."""

    owner: UUID | None
    owner_name: str
    item: str
    item_name: str
    total: int
    red: int
    amber: int
    waiting: int


def rule_today(case: CaseView) -> RuleToday:
    """The facts now known and the rule's answer; the caller has written down the look."""
    found = gather(case.subject, case.item, CaseFact.objects.filter(case=case.id),
                   as_of=case.asked_on)  # fmt: skip
    evidence = found.evidence
    disputed = frozenset(fact.name for fact in evidence.facts if fact.disputed)
    answer: Mapping[str, Any] = evidence.answer
    return RuleToday(
        verdict=evidence.verdict,
        verdict_text=_VERDICT_WORDS[evidence.verdict],
        amount_fen=evidence.amount_fen,
        amount_shown=found.amount_shown,
        arithmetic=tuple(answer.get("arithmetic", ())),
        missing=found.missing,
        conditions=tuple(_line(one, disputed) for one in answer.get("conditions", ())),
        disputed=disputed,
        rule_version=evidence.rule_version,
        as_of=evidence.as_of,
    )


def _line(one: Mapping[str, Any], disputed: frozenset[str]) -> ConditionLine:
    states = {True: "pass", False: "fail", None: "unknown"}
    return ConditionLine(
        state=states[one["result"]],
        sentence=one["sentence"],
        basis=one["basis"],
        facts=tuple(
            {
                "name": fact["label"] + ("（有异议）" if fact["name"] in disputed else ""),
                "value": fact["shown"] if fact["value"] is not None else "",
                "source": fact["source"],
                "on": fact["observed_on"] or "",
            }
            for fact in one["facts"]
        ),
    )


def loads(actor: Actor, *, now: datetime) -> tuple[Load, ...]:
    """Who has how many cases in work, the latest first: for whoever gives work out."""
    today = day_of(now)
    rows = (
        scoped(actor)
        .filter(in_work=True)
        .values("owner_id", "owner_name", "item")
        .annotate(
            total=Count("pk"),
            red=Count("pk", filter=Q(due_on__lt=today)),
            amber=Count("pk", filter=Q(due_on__gte=today, amber_on__lte=today)),
            waiting=Count("pk", filter=Q(due_on__isnull=True)),
        )
        .order_by("-red", "-amber", "-total", "owner_name", "item")
    )
    return tuple(
        Load(
            owner=row["owner_id"],
            owner_name=row["owner_name"],
            item=row["item"],
            item_name=service_item(row["item"]).names.zh,
            total=row["total"],
            red=row["red"],
            amber=row["amber"],
            waiting=row["waiting"],
        )
        for row in rows
    )


def holders(actor: Actor) -> tuple[tuple[UUID, str], ...]:
    """Whom a case of the actor's area lies with now: whom it can be given to without looking up."""
    rows = scoped(actor).filter(owner__isnull=False).values_list("owner_id", "owner_name")
    return tuple(sorted(set(rows), key=lambda one: one[1]))
