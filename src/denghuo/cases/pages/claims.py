"""The treasurer's desk for money asked back: what is to come, and each row of the bank booked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.cases.access import book_keepers
from denghuo.cases.actions.repaying import read_claim, record_claim_repayment
from denghuo.cases.forms import RepaymentForm
from denghuo.cases.logic.claims import OVER, TURN_WORDS
from denghuo.cases.pages.desk_words import claim_amounts, state_words
from denghuo.cases.queries.claims import CLAIMS_PER_PAGE, ClaimView, claims_for
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, allowed

_PAGE_DIGITS_MAX = 6


@never_cache
@require_safe
@allowed(book_keepers)
def claim_list(request: ActorRequest) -> HttpResponseBase:
    """Claims of one's own area, the oldest first."""
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < _PAGE_DIGITS_MAX else 1
    page, over = max(1, number), request.GET.get("over") == "1"
    found = claims_for(request.actor, page=page, on=day_of(timezone.now()), over=over)
    shown = found[:CLAIMS_PER_PAGE]
    header = (_("编号"), _("谁"), _("要退"), _("已退"), _("还差"), _("办到哪一步"))
    context = {
        "over": over,
        "columns": [{"name": name, "number": at in (2, 3, 4)} for at, name in enumerate(header)],
        "rows": [
            {"href": reverse("cases_claim", args=[one.number]), "cells": _cells(one)}
            for one in shown
        ],
        "next": page + 1 if len(found) > CLAIMS_PER_PAGE else None,
    }
    return render(request, "cases/desk/claims.html", context)


def _cells(one: ClaimView) -> list[str]:
    money = one.money
    sums = (money.asked_fen, money.repaid_fen, money.left_fen)
    return [
        one.number,
        one.name_masked,
        *(str(Money(fen)) for fen in sums),
        state_words(one.state),
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(book_keepers)
def claim(request: ActorRequest, number: str) -> HttpResponseBase:
    """One claim: what came back, and the form for the next row of the statement."""
    now = timezone.now()
    found = read_claim(actor=request.actor, number=number, now=now)
    form = RepaymentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            record_claim_repayment(
                actor=request.actor,
                case_id=found.id,
                amount_fen=Money.from_yuan_text(form.cleaned_data["amount"]).fen,
                bank_reference=form.cleaned_data["bank_reference"],
                paid_on=form.cleaned_data["paid_on"],
                now=now,
            )
        except RefusalError as refused:
            field = {"on": "paid_on"}.get(refused.field or "", refused.field)
            form.add_error(
                field if field in form.fields else None,
                _(refused.template).format(**refused.values),
            )
        else:
            messages.success(request, _("登记好了，钱记回了基金。"))
            return redirect("cases_claim", found.number)
    context = {
        "claim": found,
        "rows": _rows(found),
        "turn": _(TURN_WORDS[found.turn]),
        "back_rows": [
            {"href": reverse("ledger_entry", args=[one.entry_id]), "cells": [
                one.reference, one.on.isoformat(), str(Money(one.amount_fen)), str(one.entry_id)
            ]}
            for one in found.rows
        ],
        "columns": [
            {"name": _("银行流水号")}, {"name": _("到账日期")},
            {"name": _("金额"), "number": True}, {"name": _("分录号")},
        ],
        "form": form if found.money.left_fen and found.state not in OVER else None,
    }  # fmt: skip
    return render(request, "cases/desk/claim.html", context, status=422 if form.errors else 200)


def _rows(one: ClaimView) -> list[dict[str, str]]:
    rows = [
        (_("谁"), one.name_masked),
        (_("原来的办件"), one.origin),
        (_("办到哪一步"), state_words(one.state)),
    ]
    return [*({"name": name, "value": value} for name, value in rows), *claim_amounts(one.money)]
