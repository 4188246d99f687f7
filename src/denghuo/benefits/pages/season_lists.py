"""Lists of a season: the entitled who were not reached, the whole list as a table, accounts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.benefits.access import fact_officers, reach_staff, season_staff
from denghuo.benefits.actions.accounts import ACCOUNTS_MAX, ToldAccount, learn_accounts
from denghuo.benefits.actions.season_comparing import (
    ask_to_compare,
    open_difference,
    propose_difference,
)
from denghuo.benefits.actions.season_looks import log_season_export
from denghuo.benefits.forms import AccountsForm
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.models import Proposal, Season, SeasonDifference
from denghuo.benefits.queries.season_figures import season_key
from denghuo.benefits.queries.seasons import season_for_reach, season_of
from denghuo.benefits.queries.tables import entity_key
from denghuo.benefits.queries.unreached import Why, why_unreached
from denghuo.cases.public import SeasonCase, problem_words, unreached
from denghuo.kernel.clock import day_of
from denghuo.kernel.csv_rows import csv_rows
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.people.public import firms_of, subject_name
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed

_PER_PAGE = 100
_VERDICTS = {"entitled": "金额变了", "not": "不再符合"}
_BYTES_MAX = 2 * 1024 * 1024
_COLUMNS = 4
_COLUMNS_MAX = 20


@never_cache
@require_safe
@allowed(reach_staff)
def season_unreached(request: ActorRequest, season_id: UUID) -> HttpResponseBase:
    """Who is entitled and has no money yet, and why: whom to call or to visit."""
    row = season_for_reach(request.actor, season_id)
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 12 else -1
    found = unreached(request.actor, key=season_key(row.pk), after_row=start, limit=_PER_PAGE + 1)
    shown = found[:_PER_PAGE]
    log_season_export(
        actor=request.actor, season_id=row.pk, what="unreached", rows=len(shown),
        now=timezone.now(),
    )  # fmt: skip
    header = (_("编号"), _("名称"), _("地址所在"), _("金额"), _("为什么没到"))
    context = {
        "season": row,
        "columns": [{"name": name, "number": at == 3} for at, name in enumerate(header)],
        "rows": [{"cells": cells} for cells in _cells(shown)],
        "more": shown[-1].row if len(found) > _PER_PAGE else None,
    }
    return render(request, "benefits/seasons/unreached.html", context)


def _cells(rows: list[SeasonCase]) -> list[list[str]]:
    firms = firms_of([one.subject.id for one in rows if one.subject.kind == "firm"])
    places = names_of({one.home.code for one in rows if one.home})
    why = why_unreached(rows, firms, now=timezone.now())
    return [
        [
            one.number,
            firms[one.subject.id].name if one.subject.id in firms else subject_name(one.subject),
            places.get(one.home.code, "") if one.home else "",
            str(Money(one.amount_fen)),
            _why_words(one, why[one.id]),
        ]
        for one in rows
    ]


def _why_words(one: SeasonCase, why: Why) -> str:
    """What is in the way, in words; trouble with the payment in its own."""
    if why == "payment":
        return _(problem_words(one.problem))
    words = {
        "closed_firm": _("单位已经注销，要找清算的人"),
        "no_contact": _("没有电话，要上门找"),
        "no_account": _("还没有确认收款账户"),
    }
    return words[why]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(season_staff)
def season_differences(request: ActorRequest, season_id: UUID) -> HttpResponseBase:
    """What newer facts say of those who were paid; one press asks for the comparison, another
    opens the audit of one case or proposes that the rest be paid."""
    row = season_of(request.actor, season_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            chosen = request.POST.get("difference", "")
            if chosen and request.POST.get("what") == "more":
                propose_difference(actor=request.actor, difference_id=UUID(chosen), now=now)
                messages.success(request, _("提出补发了。请另一位同事在办件里签字，签了就付差额。"))
            elif chosen:
                open_difference(actor=request.actor, difference_id=UUID(chosen), now=now)
                messages.success(request, _("开始核查了，已告诉对方。多发的由办件决定退不退。"))
            else:
                ask_to_compare(actor=request.actor, season_id=season_id, now=now)
                messages.success(request, _("正在和最新的数据比，过一会儿再来看。"))
        except (RefusalError, ValueError) as refused:
            messages.warning(
                request,
                refused.sentence if isinstance(refused, RefusalError) else _("没有这一条。"),
            )
        return redirect("benefits_season_differences", season_id)
    found = list(
        SeasonDifference.objects.filter(season=row)
        .select_related("proposal")
        .order_by("-created_at", "proposal__row")[:_PER_PAGE]
    )
    log_season_export(
        actor=request.actor, season_id=row.pk, what="differences", rows=len(found), now=now
    )
    context = {
        "season": row,
        "differences": [
            {
                "id": one.pk,
                "entity": one.proposal.entity,
                "why": _(_VERDICTS.get(one.verdict, "")),
                "granted": str(Money(one.granted_fen)),
                "now": str(Money(one.now_fen or 0)),
                "over": (one.now_fen or 0) < one.granted_fen,
                "tone": "no" if (one.now_fen or 0) < one.granted_fen else "wait",
                "audited": one.audited_at is not None,
                "may_add": bool(one.facts),
            }
            for one in found
        ],
    }
    return render(request, "benefits/seasons/differences.html", context)


@require_safe
@allowed(season_staff)
def season_export(request: ActorRequest, season_id: UUID) -> HttpResponseBase:
    """The whole list as a table; who took it is written down. Persons by their key alone."""
    row = season_of(request.actor, season_id)
    rows = Proposal.objects.filter(season=row)
    log_season_export(
        actor=request.actor, season_id=row.pk, what="list", rows=rows.count(), now=timezone.now()
    )
    answer = StreamingHttpResponse(_table(row), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="season.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _table(row: Season) -> Iterator[bytes]:
    header = [_("行"), _("代码"), _("地区"), _("规模"), _("结果"), _("金额（元）"), _("不发的原因")]

    def lines() -> Iterator[list[object]]:
        yield list(header)
        for one in Proposal.objects.filter(season=row).order_by("row").iterator(chunk_size=2_000):
            yield [
                one.row + 1, one.entity, one.home, one.group, one.get_kind_display(),
                Money(one.amount_fen).yuan_text, one.get_out_display(),
            ]  # fmt: skip

    yield "\ufeff".encode()
    for line in table_lines(lines()):
        yield line.encode()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(fact_officers, file_bytes_max=_BYTES_MAX)
def known_accounts(request: ActorRequest) -> HttpResponseBase:
    """Bring in accounts an office told, to be offered to their owners."""
    form = AccountsForm(request.POST or None, request.FILES or None)
    refused: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        subject: SubjectKind = "person" if form.cleaned_data["subject"] == "person" else "firm"
        told, why = _read(form.cleaned_data["file"].read(_BYTES_MAX + 1), subject)
        if told is None:
            form.add_error("file", why)
        elif request.actor.area is None:
            raise NotAllowedError
        else:
            now = timezone.now()
            learnt = learn_accounts(
                actor=request.actor, area=request.actor.area, subject=subject, accounts=told,
                source=form.cleaned_data["source"], told_on=day_of(now), now=now,
            )  # fmt: skip
            refused = list(learnt.refused)
            messages.success(request, _("记下了 {n} 个账户。").format(n=learnt.kept))
            if not refused:
                return redirect("benefits_seasons")
    context = {
        "form": form,
        "columns": [{"name": _("行"), "number": True}, {"name": _("为什么没收")}],
        "rows": [{"cells": [place + 2, why]} for place, why in refused[:200]],
    }
    status = 422 if form.errors else 200
    return render(request, "benefits/seasons/accounts.html", context, status=status)


def _read(content: bytes, subject: SubjectKind) -> tuple[list[ToldAccount] | None, str]:
    """The lines after the heading; or none, and why the file cannot be read."""
    unreadable = _("读不懂这个文件：要 UTF-8 或 GB 18030 的 CSV，四列。")
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\x00" in text or len(content) > _BYTES_MAX:
        return None, unreadable
    try:
        rows = list(csv_rows(io.StringIO(text, newline=""), columns_max=_COLUMNS_MAX))[1:]
    except RefusalError as refused:
        return None, _(refused.template).format(**refused.values)
    except csv.Error:
        return None, unreadable
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) > ACCOUNTS_MAX:
        return None, _("最多 {most} 行，请分成几份。").format(most=ACCOUNTS_MAX)
    if any(len(row) < _COLUMNS for row in rows):
        return None, unreadable
    return [_told(subject, row) for row in rows], ""


def _told(subject: SubjectKind, row: list[str]) -> ToldAccount:
    try:
        key = entity_key(subject, row[0].strip())
    except RefusalError:
        key = ""  # named among the lines not taken
    return ToldAccount(key, row[1].strip(), row[2].strip(), row[3].strip())
