"""The payments desk: orders, one order, and what a treasurer does about it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.ledger.access import keepers, may_pay, pay_readers
from denghuo.ledger.actions.pay_orders import (
    cancel_order,
    give_up_order,
    log_payments_export,
    reissue,
)
from denghuo.ledger.forms.payments import ReasonForm, ReissueForm
from denghuo.ledger.logic.pay_states import STATE_NAMES, PayState
from denghuo.ledger.models import PayOrder
from denghuo.ledger.pages.words import about_path, about_words
from denghuo.ledger.queries.accounts import account_of
from denghuo.ledger.queries.bank_files import BankFileView, answers_of_order, bank_file
from denghuo.ledger.queries.payments import (
    PayOrderNotFoundError,
    PayOrderView,
    each_pay_order,
    funds_of_orders,
    list_pay_orders,
    orders_by_state,
    orders_matching,
    pay_order_seen,
)
from denghuo.platform.public import (
    ActorRequest,
    allowed,
    keep_sought,
    record_look_up,
    sought_is_gone,
    words_sought,
)

# What waits for somebody, in the order in which it should be looked at.
TO_DO = (PayState.RETURNED, PayState.UNKNOWN, PayState.ORDERED, PayState.IN_FILE)
_TAGS = {
    PayState.PAID: "yes",
    PayState.RETURNED: "no",
    PayState.UNKNOWN: "wait",
    PayState.SENT: "wait",
    PayState.IN_FILE: "wait",
}
# Written down for the payee to read; said in their language when they do.
LOOK_PURPOSE = "核对付款"
_PAGE_DIGITS_MAX = 7


def page_number(text: str) -> int:
    """The page asked for; the first where the address says nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _PAGE_DIGITS_MAX else 1


def tag_of(state: PayState) -> str:
    """Which mark stands beside the word of a state."""
    return _TAGS.get(state, "fact")


def fund_name(code: str) -> str:
    """A fund in the words of its account."""
    return account_of(code).name


def _found(request: ActorRequest) -> QuerySet[PayOrder]:
    """The orders the address asks for; words that say nothing are passed over."""
    asked = request.GET
    state = asked.get("state", "")
    try:
        file_id = UUID(asked["file"]) if "file" in asked else None
    except ValueError:
        file_id = None
    return orders_matching(
        request.actor,
        state=state if state in set(PayState) else "",
        fund=asked.get("fund", "")[:80],
        about=asked.get("about", "")[:120],
        text=words_sought(request, now=timezone.now()),
        file_id=file_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(pay_readers)
def payment_list(request: ActorRequest) -> HttpResponseBase:
    """Every order in sight, by state and fund; what waits for somebody is counted above.

    The words of a search may be a payee's name: they are posted.
    """
    now = timezone.now()
    if request.method == "POST":
        return keep_sought(request, now=now)
    asked = request.GET
    found = list_pay_orders(_found(request), page=page_number(asked.get("page", "")))
    sums = orders_by_state(request.actor)
    funds = [account_of(code) for code in funds_of_orders(request.actor)]
    words = {
        name: asked[name] for name in ("sought", "state", "fund", "about", "file") if name in asked
    }
    return render(
        request,
        "ledger/payments/list.html",
        {
            "found": found,
            "sum": Money(found.sum_fen).yuan_text,
            "rows": [
                (one, Money(one.amount_fen).yuan_text, tag_of(one.state)) for one in found.entries
            ],
            "to_do": [
                (state.value, STATE_NAMES[state], sums[state].count, Money(sums[state].sum_fen))
                for state in TO_DO
                if state in sums
            ],
            "q": words_sought(request, now=now),
            "sought_is_gone": sought_is_gone(request, now=now),
            "private": True,
            "export": f"export.csv?{urlencode(words)}",
            "filters": [
                {
                    "name": "state",
                    "label": _("状态"),
                    "chosen": asked.get("state", ""),
                    "options": [{"value": s.value, "text": _(n)} for s, n in STATE_NAMES.items()],
                },
                {
                    "name": "fund",
                    "label": _("基金"),
                    "chosen": asked.get("fund", ""),
                    "options": [
                        {"value": one.code, "text": one.name, "division": one.area} for one in funds
                    ],
                },
            ],
            "keeps": keepers(request.actor),
        },
    )


@require_safe
@allowed(pay_readers)
def payment_export(request: ActorRequest) -> HttpResponseBase:
    """The list as a table; who took how many rows is written down before the first one goes."""
    rows = _found(request)
    log_payments_export(actor=request.actor, rows=rows.count(), now=timezone.now())
    header = [
        *(_("付款单号"), _("状态"), _("收款人"), _("账户"), _("开户银行"), _("金额（元）")),
        *(_("基金"), _("用途"), _("事由"), _("退回原因"), _("到账或退回日"), _("开单时间")),
    ]
    body = (_export_row(one) for one in each_pay_order(rows))
    table: Iterator[Sequence[object]] = itertools.chain([header], body)
    answer = StreamingHttpResponse(
        _marked(table_lines(table)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="payments.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"  # Excel reads Chinese only with it
    yield from lines


def _export_row(one: PayOrderView) -> list[object]:
    return [
        *(one.reference, one.state_name, one.payee_name, one.account_masked, one.bank),
        Money(one.amount_fen).yuan_text.replace(",", ""),
        *(one.fund, one.purpose, one.about, one.reason_name),
        one.settled_on.isoformat() if one.settled_on else "",
        timezone.localtime(one.ordered_at).strftime("%Y-%m-%d %H:%M"),
    ]


@require_safe
@allowed(pay_readers)
def payment_page(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """One order: where it stands, what the bank said, what can be done."""
    view = pay_order_seen(request.actor, order_id)
    record_look_up(actor=request.actor, subject=view.payee, what=("payment",), purpose=LOOK_PURPOSE)
    file = bank_file(view.file_id) if view.file_id else None
    return render(
        request,
        "ledger/payments/order.html",
        {
            "order": view,
            "file": file,
            "tag": tag_of(view.state),
            "amount": Money(view.amount_fen),
            "lines": [
                {"name": _("收款人"), "value": view.payee_name},
                {"name": _("户名"), "value": view.account_name},
                {"name": _("账号"), "value": view.account_masked},
                {"name": _("开户银行"), "value": view.bank},
                {"name": _("用途"), "value": view.purpose},
                {"name": _("基金"), "value": fund_name(view.fund)},
                {"name": _("地区"), "division": view.area},
                {
                    "name": _("事由"),
                    "value": about_words(view.about),
                    "href": about_path(view.about),
                },
                {"name": _("分录号"), "value": view.entry_id},
            ],
            "said": answers_of_order(view.id),
            "awaited": _awaited(view, file),
            "keeps": may_pay(request.actor, view.area),
        },
    )


def _awaited(order: PayOrderView, file: BankFileView | None) -> dict[str, object]:
    """What comes next, by itself or by a treasurer's hand; nothing once the bank has spoken."""
    if order.state == PayState.ORDERED:
        return {"what": _("等基金财务人员放进代发文件")}
    if order.state == PayState.IN_FILE:
        return {"what": _("等另一位同事核对后放行")}
    if order.state == PayState.SENT:
        return {"what": _("等银行答复"), "by": file.answer_by if file else None}
    if order.state == PayState.UNKNOWN:
        return {"what": _("用查询文件问银行")}
    return {}


def _act(
    request: ActorRequest,
    order_id: UUID,
    form_class: type[Form],
    words: dict[str, str],
    act: Callable[..., PayOrderView],
) -> HttpResponse:
    """One form, one action that takes the form's fields; a refusal stands beside its field."""
    view = pay_order_seen(request.actor, order_id)
    if not may_pay(request.actor, view.area):
        raise PayOrderNotFoundError
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        try:
            ended = act(
                actor=request.actor, order_id=view.id, now=timezone.now(), **form.cleaned_data
            )
        except RefusalError as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, _(refusal.template).format(**refusal.values))
        else:
            messages.success(request, words["done"])
            return redirect("payment_page", ended.id)
    return render(
        request,
        "ledger/payments/act.html",
        {"order": view, "form": form, "amount": Money(view.amount_fen), **words},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def payment_cancel(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """Take back an order no file holds yet."""
    words = {
        "title": _("撤销付款"),
        "hint": _("钱马上回到基金。撤销以后不能恢复，要付请重新开单。"),
        "button": _("撤销这笔付款"),
        "done": _("已撤销，钱回到了基金。"),
    }

    return _act(request, order_id, ReasonForm, words, cancel_order)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def payment_give_up(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """Decide that a returned payment is not tried again."""
    words = {
        "title": _("不再付这一笔"),
        "hint": _("退回的钱已经在基金里。请写明为什么不再付，收款人会问到。"),
        "button": _("停止支付"),
        "done": _("已停止支付。"),
    }

    return _act(request, order_id, ReasonForm, words, give_up_order)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def payment_reissue(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """Order a returned payment anew, to a corrected account."""
    words = {
        "title": _("重开一笔"),
        "hint": _("请先和收款人核对账户。重开的是一笔新付款，还要进文件、由另一位同事放行。"),
        "button": _("重开"),
        "done": _("已重开一笔新的付款。"),
    }

    return _act(request, order_id, ReissueForm, words, reissue)
