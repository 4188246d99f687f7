"""The books as data: accounts, a statement, the trial balance, the entries behind any figure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from denghuo.kernel.clock import day_of
from denghuo.kernel.json_shapes import Day, Told
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import readers
from denghuo.ledger.actions.exports import log_account_look
from denghuo.ledger.queries.accounts import AccountView
from denghuo.ledger.queries.entries import EntryView
from denghuo.ledger.queries.paging import accounts_page
from denghuo.ledger.queries.statements import statement
from denghuo.ledger.queries.tracing import trace, trace_entry
from denghuo.ledger.queries.trial import Grouping, trial_balance
from denghuo.platform.public import PAGE_LIMIT, ActorRequest, After, Limit, opened

ledger = Router()

KindName = Literal["asset", "liability", "income", "expense", "fund"]
Kind = Annotated[KindName | None, Query(description=_("哪一类账户"))]
Fund = Annotated[str, Query(max_length=40, description=_("哪个基金"))]
Area = Annotated[str, Query(max_length=12, description=_("哪个地区，写区划代码"))]
Since = Annotated[Day | None, Query(description=_("从哪一天；不写就是今年元旦"))]
Until = Annotated[Day | None, Query(description=_("到哪一天以前，当天不算；不写就是到今天"))]
Page = Annotated[int, Query(ge=1, le=1_000_000)]
AccountCode = Annotated[
    str, Field(max_length=80, json_schema_extra={"example": "fund:unemployment:150100"})
]


class StretchError(RefusalError):
    """A stretch of days ends after it begins."""

    code = "ledger.stretch"
    template = "until 要在 since 之后。"


class LedgerAccountOut(Told):
    """An account as of now. Sums are fen on its own side: a fund that holds money shows it above
    zero; ``available_fen`` is less what is set aside."""

    code: str
    name: str
    kind: KindName
    area: str
    fund: str
    institution: str
    balance_fen: int
    held_fen: int
    available_fen: int
    floor_fen: int | None
    opened_at: datetime
    closed_at: datetime | None


class AccountsOut(Told):
    """One page of accounts, by code."""

    accounts: list[LedgerAccountOut]
    next: str | None


class StatementLineOut(Told):
    """One posting; ``balance_fen`` is what stood after it."""

    entry: int
    booked_on: date
    kind: str
    about: str
    memo: str
    reverses: int | None
    debit_fen: int
    credit_fen: int
    balance_fen: int


class StatementOut(Told):
    """An account between two days, the oldest line first; the sums are of the whole stretch."""

    account: LedgerAccountOut
    since: date
    until: date
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int
    page: int
    pages: int
    total: int
    lines: list[StatementLineOut]


class TrialRowOut(Told):
    """Sums of one account, or of one kind of account in a group. Openings and closings are
    debits less credits: below zero is a credit."""

    group: str
    name: str
    kind: KindName
    accounts: int
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


class TrialOut(Told):
    """The trial balance. ``whole``: every account is in it, and then ``balances`` must be true.
    ``cut`` counts rows left out; the sums hold them all."""

    since: date
    until: date
    by: Grouping
    rows: list[TrialRowOut]
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int
    whole: bool
    balances: bool
    cut: int


class LineOut(Told):
    """One line of an entry: above zero a debit, below a credit."""

    account: str
    amount_fen: int


class EntryOut(Told):
    """One entry: its lines add up to nothing."""

    id: int
    key: str
    kind: str
    booked_on: date
    posted_at: datetime
    about: str
    memo: str
    lines: list[LineOut]
    reverses: int | None
    reversed_by: int | None


class EntriesOut(Told):
    """One page of entries, the oldest first."""

    page: int
    pages: int
    total: int
    entries: list[EntryOut]


class TraceOut(Told):
    """An entry, what it reverses or what reverses it, and all else about the same thing."""

    entry: EntryOut
    chain: list[EntryOut]
    siblings: list[EntryOut]


@ledger.get(
    "/accounts",
    auth=opened(readers),
    response=AccountsOut,
    summary=_("账户"),
    description=_("自己地区的，按编码排；余额是现在的。"),
)
def list_accounts(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    area: Area = "",
    fund: Fund = "",
    kind: Kind = None,
    q: Annotated[str, Query(max_length=40)] = "",
    after: After = "",
    limit: Limit = PAGE_LIMIT,
) -> AccountsOut:
    """One page of the accounts in sight."""
    found, following = accounts_page(
        request.actor, area=area, fund=fund, kind=kind or "", text=q, after=after, limit=limit
    )
    for one in found:
        log_account_look(actor=request.actor, account=one)
    return AccountsOut(accounts=[_account_out(one) for one in found], next=following)


@ledger.get(
    "/accounts/{account}/statement",
    auth=opened(readers),
    response=StatementOut,
    summary=_("一个账户的对账单"),
    description=_("期初、每笔借贷和余额、期末；每页 50 行，合计是整段的。"),
)
def show_statement(
    request: ActorRequest,
    account: AccountCode,
    since: Since = None,
    until: Until = None,
    page: Page = 1,
) -> StatementOut:
    """What happened on one account between two days."""
    first, last = _stretch(since, until)
    found = statement(request.actor, account, since=first, until=last, page=page)
    log_account_look(actor=request.actor, account=found.account)
    return StatementOut(
        account=_account_out(found.account),
        since=found.since,
        until=found.until,
        opening_fen=found.opening_fen,
        debit_fen=found.debit_fen,
        credit_fen=found.credit_fen,
        closing_fen=found.closing_fen,
        page=found.page,
        pages=found.pages,
        total=found.total,
        lines=[
            StatementLineOut(
                entry=one.entry_id,
                booked_on=one.booked_on,
                kind=one.kind,
                about=one.about,
                memo=one.memo,
                reverses=one.reverses,
                debit_fen=one.debit_fen,
                credit_fen=one.credit_fen,
                balance_fen=one.balance_fen,
            )
            for one in found.lines
        ],
    )


@ledger.get(
    "/trial-balance",
    auth=opened(readers),
    response=TrialOut,
    summary=_("试算平衡表"),
    description=_("每个账户、基金、地区或机构的期初、借、贷、期末；whole 为真时借贷必须相等。"),
)
def show_trial_balance(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    since: Since = None,
    until: Until = None,
    area: Area = "",
    fund: Fund = "",
    kind: Kind = None,
    by: Annotated[Grouping, Query(description=_("按什么合计"))] = "account",
) -> TrialOut:
    """Sums of the accounts in sight over a stretch of days."""
    first, last = _stretch(since, until)
    found = trial_balance(
        request.actor, since=first, until=last, area=area, fund=fund, kind=kind or "", by=by
    )
    return TrialOut(
        since=found.since,
        until=found.until,
        by=by,
        rows=[
            TrialRowOut(
                group=one.group,
                name=one.name,
                kind=one.kind,
                accounts=one.accounts,
                opening_fen=one.opening_fen,
                debit_fen=one.debit_fen,
                credit_fen=one.credit_fen,
                closing_fen=one.closing_fen,
            )
            for one in found.rows
        ],
        opening_fen=found.opening_fen,
        debit_fen=found.debit_fen,
        credit_fen=found.credit_fen,
        closing_fen=found.closing_fen,
        whole=found.whole,
        balances=found.balances,
        cut=found.cut,
    )


@ledger.get(
    "/entries",
    auth=opened(readers),
    response=EntriesOut,
    summary=_("一个数后面的分录"),
    description=_("用对账单、试算表上的同样几个词，就找到它由哪些分录来；每页 50 笔。"),
)
def list_entries(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    account: Annotated[str, Query(max_length=80)] = "",
    area: Area = "",
    fund: Fund = "",
    kind: Kind = None,
    institution: Annotated[str, Query(max_length=80, description=_("哪个机构"))] = "",
    about: Annotated[str, Query(max_length=120, description=_("关于哪件事"))] = "",
    since: Annotated[Day | None, Query(description=_("从哪一天；不写就从头"))] = None,
    until: Annotated[Day | None, Query(description=_("到哪一天以前；不写就到最后"))] = None,
    page: Page = 1,
) -> EntriesOut:
    """The entries behind a figure."""
    found = trace(
        request.actor,
        account=account,
        area=area,
        fund=fund,
        kind=kind or "",
        institution=institution,
        about=about,
        since=since,
        until=until,
        page=page,
    )
    return EntriesOut(
        page=found.page,
        pages=found.pages,
        total=found.total,
        entries=[_entry_out(one) for one in found.entries],
    )


@ledger.get(
    "/entries/{entry_id}",
    auth=opened(readers),
    response=TraceOut,
    summary=_("一笔分录的来龙去脉"),
    description=_("它冲了谁、被谁冲了，同一件事还有哪些分录。"),
)
def show_entry(request: ActorRequest, entry_id: int) -> TraceOut:
    """From an entry to what it is about."""
    found = trace_entry(request.actor, entry_id)
    return TraceOut(
        entry=_entry_out(found.entry),
        chain=[_entry_out(one) for one in found.chain],
        siblings=[_entry_out(one) for one in found.siblings],
    )


def _stretch(since: date | None, until: date | None) -> tuple[date, date]:
    """The days ``[since, until)``: this year so far where nothing is said."""
    today = day_of(timezone.now())
    last = until or max(today, since or today) + timedelta(days=1)
    first = since or date(min(today, last).year, 1, 1)
    if first >= last:
        raise StretchError(field="until")
    return first, last


def _account_out(view: AccountView) -> LedgerAccountOut:
    return LedgerAccountOut(
        code=view.code,
        name=view.name,
        kind=view.kind,
        area=view.area,
        fund=view.fund,
        institution=view.institution,
        balance_fen=view.balance_fen,
        held_fen=view.held_fen,
        available_fen=view.available_fen,
        floor_fen=view.floor_fen,
        opened_at=view.opened_at,
        closed_at=view.closed_at,
    )


def _entry_out(view: EntryView) -> EntryOut:
    return EntryOut(
        id=view.id,
        key=view.key,
        kind=view.kind,
        booked_on=view.booked_on,
        posted_at=view.posted_at,
        about=view.about,
        memo=view.memo,
        lines=[LineOut(account=one.account, amount_fen=one.amount_fen) for one in view.lines],
        reverses=view.reverses,
        reversed_by=view.reversed_by,
    )
