"""A season's rows, steps and sums in the words of the desk."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from denghuo.benefits.logic.proposing import KIND_WORDS, OUT_WORDS
from denghuo.benefits.logic.season_states import STATE_WORDS, SeasonState, hand_names, turn_of
from denghuo.benefits.models import Season
from denghuo.benefits.queries.season_figures import CountSum, figures_of, kinds_of
from denghuo.kernel.money import Money
from denghuo.ledger.public import accounts_of
from denghuo.places.public import names_of
from denghuo.policy.public import Answer, FactUsed

_STEPS: tuple[tuple[str, frozenset[SeasonState]], ...] = (
    (gettext_noop("比对"), frozenset(
        {SeasonState.DRAFT, SeasonState.SWEEPING, SeasonState.NO_RULE})),
    (gettext_noop("抽查"), frozenset({SeasonState.PROPOSED, SeasonState.SAMPLING})),
    (gettext_noop("立案"), frozenset({SeasonState.OPENING})),
    (gettext_noop("签字"), frozenset({SeasonState.OPENED, SeasonState.SIGNING})),
    (gettext_noop("公示，确认账户"), frozenset(
        {SeasonState.SIGNED, SeasonState.ANNOUNCING, SeasonState.ANNOUNCED})),
    (gettext_noop("付款"), frozenset({SeasonState.PAYING, SeasonState.PAID_OUT})),
)  # fmt: skip
_GROUPS = {
    "micro": gettext_noop("微型"),
    "small": gettext_noop("小型"),
    "medium": gettext_noop("中型"),
    "large": gettext_noop("大型"),
}
_STATES = {True: "pass", False: "fail", None: "unknown"}


def state_words(row: Season) -> str:
    """Where it stands."""
    return _(STATE_WORDS[SeasonState(row.state)])


def state_mark(row: Season) -> str:
    """The tag's kind."""
    if row.state == SeasonState.CLOSED:
        return "yes"
    return "no" if row.state == SeasonState.STOPPED else "wait"


def turn_words(row: Season) -> str:
    """Whose turn it is, for whoever cannot take the next step."""
    state = SeasonState(row.state)
    hands = _("或").join(_(one) for one in hand_names(turn_of(state)))
    if not hands:
        return ""
    words = _("下一步：由{hands}办。").format(hands=hands)
    if state in {SeasonState.PROPOSED, SeasonState.SAMPLING}:
        return words + _("开始比对的人不能自己抽查。")
    if state is SeasonState.OPENED:
        return words + _("比对和抽查过的人不能签字。")
    return words


def step_items(row: Season) -> list[dict[str, str]]:
    """The steps as a time line: done, now, to come."""
    state = SeasonState(row.state)
    at = next((n for n, (_name, states) in enumerate(_STEPS) if state in states), len(_STEPS))
    if state is SeasonState.STOPPED:
        at = -1
    when = timezone.localtime(row.changed_at).strftime("%Y-%m-%d %H:%M")
    return [
        {
            "state": "now" if n == at else "done" if n < at else "next",
            "title": _(name),
            "when": when if n == at else "",
            "note": state_words(row) if n == at else "",
        }
        for n, (name, _states) in enumerate(_STEPS)
    ]


def figure_rows(row: Season) -> list[dict[str, str]]:
    """What was proposed, and what became of it; the parts add up to the whole."""
    found, of = figures_of(row), row.subject_kind
    rows = [
        {"name": _("符合规定"), "value": shown(found.proposed, of)},
        {"name": _("已付款"), "value": shown(found.paid, of)},
        {"name": _("还在办"), "value": shown(found.pending, of)},
        {"name": _("不要或没批"), "value": shown(found.declined, of)},
        {"name": _("不在这一批发"), "value": shown(found.taken_out, of)},
    ]
    if found.unpaid.count:
        rows.append({"name": _("办结了，没有付款"), "value": shown(found.unpaid, of)})
    if found.paid_fen != found.paid.fen:
        # A later decision gave more or less than the list said.
        rows.append({"name": _("银行实际付出"), "value": str(Money(found.paid_fen))})
    if found.repaid_fen:
        rows.append({"name": _("后来退回"), "value": str(Money(found.repaid_fen))})
    if not found.agrees:
        rows.append({"name": _("注意"), "value": _("各部分加起来和名单不一样，请找运维人员")})
    return rows


def kind_rows(row: Season) -> list[dict[str, str]]:
    """Who stands on the list beside the entitled, and why some of those are out."""
    rows = []
    for (kind, out), one in sorted(kinds_of(row).items()):
        if kind != "entitled":
            rows.append({"name": _(KIND_WORDS[kind]), "value": counted(one, row.subject_kind)})
        elif out:
            rows.append({"name": _(OUT_WORDS[out]), "value": shown(one, row.subject_kind)})
    return rows


def sweep_rows(row: Season) -> list[dict[str, str]]:
    """What the sweep read."""
    counts = row.counts
    if not counts.get("swept"):
        return []
    rows = [
        {"name": _("比对了"), "value": f"{counts['rows']:,}"},
        {"name": _("读不懂的行"), "value": f"{counts['bad_rows']:,}"},
    ]
    verdicts = {"entitled": _("符合"), "not": _("不符合"), "unknown": _("还缺信息"),
                "no_rule": _("没有现行规定")}  # fmt: skip
    for name, words in verdicts.items():
        rows.append({"name": words, "value": f"{counts['verdicts'].get(name, 0):,}"})
    return rows


def league_pairs(row: Season, names: dict[str, str]) -> list[tuple[str, float]]:
    """Sums by league in yuan, for the bars."""
    found = row.counts.get("leagues", {})
    return [(names.get(f"{home}00000000", home), fen / 100) for home, (_n, fen) in found.items()]


def group_pairs(row: Season) -> list[tuple[str, float]]:
    """Sums by size class in yuan."""
    found = row.counts.get("groups", {})
    order = [*_GROUPS, *(group for group in sorted(found) if group not in _GROUPS)]
    return [
        (_(_GROUPS.get(group, "其他")), found[group][1] / 100) for group in order if group in found
    ]


def fund_rows(row: Season) -> list[dict[str, str]]:
    """What is set aside, or what is missing: funds by their names and the leagues they serve."""
    known = accounts_of(list(row.holds))
    places = names_of([one.area for one in known.values()])
    return [
        {
            "name": f"{places.get(known[fund].area, '')} {known[fund].name}".strip()
            if fund in known
            else fund,
            "value": str(Money(int(one["fen"]))),
            "note": str(one.get("short", "")) or (_("已冻结") if one.get("hold") else ""),
        }
        for fund, one in sorted(row.holds.items())
        if int(one["fen"])
    ]


def shown(one: CountSum, of: str) -> str:
    """``12 户，1.00 元``; persons are counted as 人."""
    words = _("{count} 人，{sum}") if of == "person" else _("{count} 户，{sum}")
    return words.format(count=f"{one.count:,}", sum=Money(one.fen))


def counted(one: CountSum, of: str) -> str:
    """``12 户``; persons are counted as 人."""
    words = _("{count} 人") if of == "person" else _("{count} 户")
    return words.format(count=f"{one.count:,}")


def condition_rows(found: Answer) -> list[dict[str, Any]]:
    """An answer's conditions for the component, with what each rests on."""
    return [
        {
            "state": _STATES[each.result],
            "sentence": each.sentence,
            "facts": [_fact(one) for one in each.facts if one.value is not None],
        }
        for each in found.conditions
    ]


def sum_facts(found: Answer) -> list[dict[str, str]]:
    """What the sum rests on beside the conditions: a wrong size class is seen only here."""
    told = {one.spec.name for each in found.conditions for one in each.facts}
    return [
        _fact(one)
        for name, one in found.facts.items()
        if name not in told and one.value is not None
    ]


def _fact(one: FactUsed) -> dict[str, str]:
    return {
        "name": one.spec.labels.zh,
        "value": one.shown(),
        "source": _(one.source) if one.source else "",
        "on": one.observed_on.isoformat() if one.observed_on else "",
        "dispute_url": "",
    }
