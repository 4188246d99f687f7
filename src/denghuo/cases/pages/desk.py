"""The desk's list of cases: by due date, with a deed for many, an export, and who has how much."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.cases.access import case_staff, chiefs
from denghuo.cases.actions.batch import BATCH_MAX, Chosen, act_on_many
from denghuo.cases.actions.looking import export_queue
from denghuo.cases.logic.states import State
from denghuo.cases.pages.desk_words import TAGS, due_words, state_words
from denghuo.cases.queries.cases import number_or_none
from denghuo.cases.queries.desk_file import loads
from denghuo.cases.queries.items import items
from denghuo.cases.queries.queue import (
    QueueFilter,
    counts_for,
    queue_for,
    reminders_for,
    state_choices,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import (
    ActorRequest,
    allowed,
    keep_sought,
    sought_is_gone,
    words_sought,
    work_calendar,
)

# The tabs: what somebody comes to the desk for.
_TABS: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    ("mine", gettext_lazy("我在办的"), {"owner": "me"}),
    ("free", gettext_lazy("还没人办的"), {"owner": "nobody"}),
    ("check", gettext_lazy("等复核的"), {"states": frozenset({State.PROPOSED})}),
    ("waiting", gettext_lazy("等申请人的"), {"states": frozenset({State.INCOMPLETE})}),
    ("late", gettext_lazy("超期的"), {"colour": "red"}),
    ("appeals", gettext_lazy("复查的"), {"states": frozenset({State.APPEALED})}),
    ("money", gettext_lazy("等付款的"), {"states": frozenset({State.PAYABLE})}),
    ("all", gettext_lazy("全部在办"), {}),
)
DEED_WORDS = {
    "accept": gettext_lazy("受理"),
    "start_review": gettext_lazy("开始审核"),
    "verify": gettext_lazy("核实完毕"),
    "propose_approved": gettext_lazy("提出意见：批准"),
    "approve": gettext_lazy("复核同意，批准"),
    "refuse": gettext_lazy("复核同意，不批准"),
    "make_payable": gettext_lazy("进入付款"),
    "close": gettext_lazy("办结"),
    "take_over": gettext_lazy("接收转来的"),
    "assign": gettext_lazy("由我来办"),
    "release": gettext_lazy("放回待办"),
}
_COLOURS: tuple[tuple[str, Any], ...] = (
    ("red", gettext_lazy("超期")),
    ("amber", gettext_lazy("快到期")),
    ("green", gettext_lazy("按期")),
    ("waiting", gettext_lazy("等申请人")),
)


def _filters(request: ActorRequest, now: datetime) -> tuple[QueueFilter, str]:
    asked = request.GET
    tab = next((one for one in _TABS if one[0] == asked.get("tab")), None)
    # A whole case number may stand in an address, as it does in a file's own; a name may not.
    text = words_sought(request, now=now) or number_or_none(asked.get("q", "")) or ""
    # Whoever looks for a number wants it wherever it lies.
    name, wanted = (tab[0], dict(tab[2])) if tab else ("all" if text else "mine", {})
    if tab is None and not text:
        wanted = {"owner": "me"}
    state = asked.get("state", "")
    if state in set(State):
        wanted["states"] = frozenset({State(state)})
    if asked.get("item", "") in items():
        wanted["item"] = asked["item"]
    if asked.get("colour", "") in dict(_COLOURS):
        wanted["colour"] = asked["colour"]
    try:
        if asked.get("area"):
            wanted["area"] = Region.read(asked["area"])
    except NotRegionCodeError:
        pass  # an address somebody typed wrongly filters nothing
    return QueueFilter(**wanted, text=text, ended=bool(text)), name


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(case_staff)
def queue(request: ActorRequest) -> HttpResponseBase:
    """The list: soonest due first; what waits for applicants last. A search is posted."""
    now = timezone.now()
    if request.method == "POST":
        return keep_sought(request, now=now)
    filters, tab = _filters(request, now)
    found = queue_for(request.actor, filters, after=request.GET.get("after", "")[:80], now=now)
    counts = counts_for(request.actor, now=now)
    words = {key: value for key, value in request.GET.items() if key != "after"}
    calendar = work_calendar()
    return render(
        request,
        "cases/desk/queue.html",
        {
            "rows": [
                {
                    "case": one.case,
                    "name": one.name,
                    "state": state_words(one.case.state),
                    "due": due_words(one.case, on=day_of(now), calendar=calendar),
                    "tag": TAGS[one.colour],
                }
                for one in found.rows
            ],
            "after": f"?{urlencode({**words, 'after': found.after})}" if found.after else "",
            "tabs": [
                {"text": str(label), "href": f"?tab={name}", "current": name == tab}
                for name, label, _wanted in _TABS
            ],
            "tab": tab,
            "counts": [
                (str(word), counts[colour], f"?tab=all&colour={colour}")
                for colour, word in _COLOURS
            ],
            "q": filters.text,
            "sought_is_gone": sought_is_gone(request, now=now),
            "filters": _selects(request),
            "export": f"export.csv?{urlencode(words)}",
            "deeds": list(DEED_WORDS.items()),
            "batch_max": BATCH_MAX,
            "reminders": reminders_for(request.actor, limit=8),
            "chief": chiefs(request.actor),
        },
    )


def _selects(request: ActorRequest) -> list[dict[str, Any]]:
    asked = request.GET
    return [
        {
            "name": "item",
            "label": _("业务"),
            "chosen": asked.get("item", ""),
            "options": [{"value": code, "text": one.names.zh} for code, one in items().items()],
        },
        {
            "name": "state",
            "label": _("状态"),
            "chosen": asked.get("state", ""),
            "options": [
                {"value": value, "text": state_words(State(value))}
                for value, _word in state_choices()
            ],
        },
        {
            "name": "colour",
            "label": _("期限"),
            "chosen": asked.get("colour", ""),
            "options": [{"value": value, "text": str(word)} for value, word in _COLOURS],
        },
    ]


@require_safe
@allowed(case_staff)
def export(request: ActorRequest) -> HttpResponseBase:
    """The list as a table; how many rows left the house is written down before the first."""
    now = timezone.now()
    filters, _tab = _filters(request, now)
    rows = export_queue(actor=request.actor, filters=filters, now=now)
    header = (
        *(_("编号"), _("业务"), _("申请人"), _("状态"), _("到期日"), _("期限状况")),
        *(_("谁在办"), _("提交"), _("批准金额（元）"), _("已付（元）")),
    )
    words = dict(_COLOURS)
    body: Iterator[Sequence[object]] = (
        (
            one.case.number,
            one.case.item.names.zh,
            one.name,
            state_words(one.case.state),
            one.case.due_on.isoformat() if one.case.due_on else "",
            str(words[one.colour]),
            one.case.owner_name,
            timezone.localtime(one.case.submitted_at).strftime("%Y-%m-%d"),
            Money(one.case.amount_fen).yuan_text.replace(",", ""),
            Money(one.case.paid_fen).yuan_text.replace(",", ""),
        )
        for one in rows
    )
    answer = StreamingHttpResponse(
        itertools.chain(["\ufeff"], table_lines(itertools.chain([header], body))),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="cases.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@allowed(case_staff)
def many(request: ActorRequest) -> HttpResponse:
    """One deed for the cases ticked; what became of each stands in a row of its own."""
    chosen = [one for text in request.POST.getlist("chosen") if (one := _chosen(text))]
    deed = request.POST.get("deed", "")
    results = act_on_many(actor=request.actor, deed=deed, chosen=chosen, now=timezone.now())
    numbers = dict(
        pair.split("|", 1) for pair in request.POST.getlist("number") if pair.count("|") == 1
    )
    return render(
        request,
        "cases/desk/results.html",
        {
            "deed": DEED_WORDS.get(deed, ""),
            "done": sum(one.done for one in results),
            "left": sum(not one.done for one in results),
            "rows": [
                (
                    numbers.get(str(one.case_id), ""),
                    state_words(one.case.state) if one.case else "",
                    one,
                )
                for one in results
            ],
        },
    )


def _chosen(text: str) -> Chosen | None:
    """``<id>:<version>`` as the list gave it; anything else is not ours."""
    name, _colon, version = text.partition(":")
    try:
        return Chosen(UUID(name), int(version))
    except ValueError:
        return None


@never_cache
@require_safe
@allowed(chiefs)
def load(request: ActorRequest) -> HttpResponse:
    """Who has how many cases and how many are late, by item."""
    rows = loads(request.actor, now=timezone.now())
    return render(
        request,
        "cases/desk/load.html",
        {
            "rows": rows,
            "total": sum(one.total for one in rows),
            "late": sum(one.red for one in rows),
        },
    )
