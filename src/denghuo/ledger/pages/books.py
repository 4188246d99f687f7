"""The books: accounts, statements, the trial balance, and the entries behind any figure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from denghuo.kernel.money import Money
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.ledger.access import readers
from denghuo.ledger.actions.exports import log_account_look, log_books_export
from denghuo.ledger.logic.accounts import KINDS
from denghuo.ledger.pages import words
from denghuo.ledger.queries.accounts import (
    AccountView,
    account_seen,
    fund_names,
    funds_in_sight,
    list_accounts,
)
from denghuo.ledger.queries.holds import live_holds
from denghuo.ledger.queries.reversals import open_requests
from denghuo.ledger.queries.statements import StatementLine, statement, statement_lines
from denghuo.ledger.queries.tracing import trace
from denghuo.ledger.queries.trial import GROUPINGS, Grouping, TrialBalance, TrialRow, trial_balance
from denghuo.platform.public import ActorRequest, allowed

_GROUP_NAMES: dict[str, str] = {
    "account": gettext_noop("账户"),
    "fund": gettext_noop("基金"),
    "area": gettext_noop("地区"),
    "institution": gettext_noop("机构"),
}


def _area(text: str) -> str:
    """A division code that makes sense, or nothing."""
    try:
        return Region.read(text).code if text else ""
    except NotRegionCodeError:
        return ""


def _options(request: ActorRequest, *, by: str = "") -> list[dict[str, object]]:
    """The choices above a list; those of the trial balance have a grouping too."""
    asked = request.GET
    funds = funds_in_sight(request.actor)
    found: list[dict[str, object]] = [
        {
            "name": "kind",
            "label": _("类别"),
            "chosen": asked.get("kind", ""),
            "options": [{"value": kind, "text": _(name)} for kind, name in KINDS.items()],
        },
        {
            "name": "fund",
            "label": _("基金"),
            "chosen": asked.get("fund", ""),
            "options": [{"value": code, "text": name} for code, name in funds.items()],
        },
    ]
    if by:
        found.append(
            {
                "name": "by",
                "label": _("按什么汇总"),
                "chosen": by,
                "options": [{"value": one, "text": _(_GROUP_NAMES[one])} for one in GROUPINGS],
            }
        )
    return found


@require_safe
@allowed(readers)
def account_list(request: ActorRequest) -> HttpResponse:
    """The accounts of one's own area with what stands on them, and what waits for a second
    person."""
    asked = request.GET
    found = list_accounts(
        request.actor,
        area=_area(asked.get("area", "")),
        fund=asked.get("fund", "")[:40],
        kind=asked.get("kind", "")[:10],
        text=asked.get("q", "")[:40],
        page=words.page_number(asked.get("page", "")),
    )
    return render(
        request,
        "ledger/books/accounts.html",
        {
            "found": found,
            "rows": [(one, _(KINDS[one.kind]), *_standing(one)) for one in found.entries],
            "q": asked.get("q", "")[:40],
            "filters": _options(request),
            "waiting": open_requests(request.actor),
        },
    )


def _standing(one: AccountView) -> tuple[str, str, str]:
    return (
        Money(one.balance_fen).yuan_text,
        words.yuan(one.held_fen),
        Money(one.available_fen).yuan_text,
    )


@require_safe
@allowed(readers)
def account_page(request: ActorRequest, code: str) -> HttpResponse:
    """One account's statement over a stretch of days."""
    stretch = words.stretch_of(request.GET, today=words.today())
    page = words.page_number(request.GET.get("page", ""))
    log_account_look(actor=request.actor, account=account_seen(request.actor, code))
    found = statement(request.actor, code, since=stretch.since, until=stretch.until, page=page)
    account = found.account
    return render(
        request,
        "ledger/books/account.html",
        {
            "found": found,
            "account": account,
            "facts": _facts(account),
            "stretch": stretch,
            "opening": Money(found.opening_fen).yuan_text,
            "closing": Money(found.closing_fen).yuan_text,
            "debit": Money(found.debit_fen).yuan_text,
            "credit": Money(found.credit_fen).yuan_text,
            "rows": [
                (
                    line,
                    words.kind_words(line.kind),
                    words.yuan(line.debit_fen),
                    words.yuan(line.credit_fen),
                    Money(line.balance_fen).yuan_text,
                )
                for line in found.lines
            ],
            "holds": [(one, Money(one.amount_fen).yuan_text) for one in live_holds(code)],
            "export": words.address("ledger_statement_export", code, **stretch.query),
            "entries": words.address("ledger_entries", account=code, **stretch.query),
            "today": words.today(),
        },
    )


def _facts(account: AccountView) -> list[dict[str, str]]:
    balance, held, available = _standing(account)
    rows = [
        {"name": _("账户编码"), "value": account.code},
        {"name": _("类别"), "value": _(KINDS[account.kind])},
        {"name": _("地区"), "division": account.area},
        {"name": _("基金"), "value": fund_names([account.fund])[account.fund]},
        {"name": _("机构"), "value": account.institution},
        {"name": _("现在的余额"), "value": f"{balance} 元"},
        {"name": _("冻结"), "value": f"{held} 元" if held else ""},
        {"name": _("可用"), "value": f"{available} 元" if held else ""},
        {
            "name": _("最低余额"),
            "value": ""
            if account.floor_fen is None
            else f"{Money(account.floor_fen).yuan_text} 元",
        },
        {
            "name": _("销户"),
            "value": timezone.localtime(account.closed_at).strftime("%Y-%m-%d")
            if account.closed_at
            else "",
        },
    ]
    return [row for row in rows if row.get("value") or row.get("division")]


@require_safe
@allowed(readers)
def statement_export(request: ActorRequest, code: str) -> HttpResponseBase:
    """The whole statement as a table."""
    stretch = words.stretch_of(request.GET, today=words.today())
    found = statement(request.actor, code, since=stretch.since, until=stretch.until)
    log_account_look(actor=request.actor, account=found.account)
    log_books_export(
        actor=request.actor,
        what="statement",
        entity=f"ledger.Account:{code}",
        rows=found.total,
        now=timezone.now(),
    )
    lines = statement_lines(request.actor, code, since=stretch.since, until=stretch.until)
    return words.csv_answer("statement.csv", _statement_rows(lines, found.opening_fen))


def _statement_rows(lines: Iterator[StatementLine], opening_fen: int) -> Iterator[list[object]]:
    yield [
        *(_("日期"), _("分录号"), _("类别"), _("摘要"), _("事由")),
        *(_("借方（元）"), _("贷方（元）"), _("余额（元）")),
    ]
    yield ["", "", _("期初"), "", "", "", "", words.plain_yuan(opening_fen)]
    for line in lines:
        yield [
            *(line.booked_on.isoformat(), line.entry_id, words.kind_words(line.kind)),
            *(line.memo, line.about),
            words.plain_yuan(line.debit_fen) if line.debit_fen else "",
            words.plain_yuan(line.credit_fen) if line.credit_fen else "",
            words.plain_yuan(line.balance_fen),
        ]


def _trial_of(request: ActorRequest) -> tuple[TrialBalance, words.Stretch, Grouping]:
    asked = request.GET
    stretch = words.stretch_of(asked, today=words.today())
    chosen = asked.get("by", "")
    by: Grouping = chosen if chosen in GROUPINGS else "account"
    found = trial_balance(
        request.actor,
        since=stretch.since,
        until=stretch.until,
        area=_area(asked.get("area", "")),
        fund=asked.get("fund", "")[:40],
        kind=asked.get("kind", "")[:10],
        by=by,
    )
    return found, stretch, by


def _group_words(row: TrialRow, by: Grouping, funds: dict[str, str]) -> str:
    if by == "account":
        return row.name
    if by == "fund" and row.group:
        return funds.get(row.group, row.group)
    # An area's name is looked up by the page: the books know its code.
    return row.group if by == "area" else row.group or _("未分")


@require_safe
@allowed(readers)
def trial(request: ActorRequest) -> HttpResponse:
    """The trial balance; every row opens to its entries."""
    found, stretch, by = _trial_of(request)
    asked = {name: request.GET[name] for name in ("area", "fund", "kind") if name in request.GET}
    funds = funds_in_sight(request.actor)
    rows = []
    for row in found.rows:
        # Rows without a group (no fund, the whole region) cannot be asked for by it.
        own = {**asked, "kind": row.kind, by: row.group}
        opens = words.address("ledger_entries", **own, **stretch.query) if row.group else ""
        rows.append(
            (
                _group_words(row, by, funds),
                opens,
                row,
                _(KINDS[row.kind]),
                words.sided(row.opening_fen),
                words.yuan(row.debit_fen),
                words.yuan(row.credit_fen),
                words.sided(row.closing_fen),
            )
        )
    return render(
        request,
        "ledger/books/trial.html",
        {
            "found": found,
            "rows": rows,
            "group": _(_GROUP_NAMES[by]),
            "by": by,
            "stretch": stretch,
            "area": request.GET.get("area", "")[:12],
            "filters": _options(request, by=by),
            "opening": words.sided(found.opening_fen),
            "closing": words.sided(found.closing_fen),
            "debit": Money(found.debit_fen).yuan_text,
            "credit": Money(found.credit_fen).yuan_text,
            "export": words.address("ledger_trial_export", by=by, **asked, **stretch.query),
            "today": words.today(),
        },
    )


@require_safe
@allowed(readers)
def trial_export(request: ActorRequest) -> HttpResponseBase:
    """The trial balance as a table."""
    found, _stretch, by = _trial_of(request)
    log_books_export(
        actor=request.actor,
        what="trial_balance",
        entity="ledger.Account",
        rows=len(found.rows),
        now=timezone.now(),
    )
    header: list[object] = [
        *(_(_GROUP_NAMES[by]), _("编码"), _("类别"), _("期初，借为正（元）")),
        *(_("本期借方（元）"), _("本期贷方（元）"), _("期末，借为正（元）")),
    ]
    funds = funds_in_sight(request.actor)
    body = (
        [
            *(_group_words(row, by, funds), row.group, _(KINDS[row.kind])),
            *map(
                words.plain_yuan, (row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen)
            ),
        ]
        for row in found.rows
    )
    return words.csv_answer("trial-balance.csv", itertools.chain([header], body))


@require_safe
@allowed(readers)
def entry_list(request: ActorRequest) -> HttpResponse:
    """The entries behind a figure."""
    asked = request.GET
    dated = "from" in asked or "to" in asked
    stretch = words.stretch_of(asked, today=words.today())
    given = {
        name: asked.get(name, "")[:120]
        for name in ("account", "fund", "kind", "institution", "about")
    }
    area = _area(asked.get("area", ""))
    found = trace(
        request.actor,
        **given,
        area=area,
        since=stretch.since if dated else None,
        until=stretch.until if dated else None,
        page=words.page_number(asked.get("page", "")),
    )
    kind = given["kind"]
    return render(
        request,
        "ledger/books/entries.html",
        {
            "found": found,
            "rows": words.entry_rows(found.entries),
            "filters": _options(request),
            "stretch": stretch if dated else None,
            # What a figure's own address asked for stays asked while days are chosen.
            "kept": {
                **{name: given[name] for name in ("account", "institution", "about")},
                "area": area,
            },
            "asked": [
                (name, value)
                for name, value in (
                    (_("账户"), given["account"]),
                    (_("地区"), words.area_words(area) if area else ""),
                    (_("基金"), fund_names([given["fund"]])[given["fund"]]),
                    (_("类别"), _(KINDS[kind]) if kind in KINDS else kind),
                    (_("机构"), given["institution"]),
                    (_("事由"), words.about_words(given["about"])),
                    (_("日期"), f"{stretch.since} – {stretch.last}" if dated else ""),
                )
                if value
            ],
        },
    )
