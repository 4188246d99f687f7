"""The treasurer's desk for money asked back: what is to come, each row of the bank booked, and
what came in too much sent back."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.cases.access import book_keepers
from denghuo.cases.actions.giving_back import GivenAccount, account_known, give_back_surplus
from denghuo.cases.actions.repaying import read_claim, record_claim_repayment
from denghuo.cases.forms import GiveBackForm, RepaymentForm
from denghuo.cases.logic.claims import TURN_WORDS, NoSurplusError
from denghuo.cases.pages.desk_words import claim_amounts, state_words
from denghuo.cases.queries.claims import (
    CLAIMS_PER_PAGE,
    ClaimView,
    claims_for,
    overpaid_claims,
)
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
    today = day_of(timezone.now())
    found = claims_for(request.actor, page=page, on=today, over=over)
    shown = found[:CLAIMS_PER_PAGE]
    too_much = overpaid_claims(request.actor, on=today) if page == 1 and not over else []
    header = (_("编号"), _("谁"), _("要退"), _("已退"), _("还差"), _("办到哪一步"))
    context = {
        "over": over,
        "columns": [{"name": name, "number": at in (2, 3, 4)} for at, name in enumerate(header)],
        "rows": [
            {"href": reverse("cases_claim", args=[one.number]), "cells": _cells(one)}
            for one in shown
        ],
        "too_much_columns": [
            {"name": _("编号")},
            {"name": _("谁")},
            {"name": _("多收了"), "number": True},
        ],
        "too_much": [
            {
                "href": reverse("cases_claim", args=[one.number]),
                "cells": [one.number, one.name_masked, str(Money(one.money.over_fen))],
            }
            for one in too_much
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
                surplus=form.cleaned_data["surplus"],
                now=now,
            )
        except RefusalError as refused:
            _say(form, refused)
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
        "given_rows": [
            {"href": reverse("payment_page", args=[one.id]), "cells": [
                one.reference, str(Money(one.amount_fen)), one.account_masked, one.state_name
            ]}
            for one in found.given
        ],
        "given_columns": [
            {"name": _("付款单号")}, {"name": _("金额"), "number": True},
            {"name": _("付到哪里")}, {"name": _("付款办到哪一步")},
        ],
        "over": str(Money(found.money.over_fen)) if found.money.over_fen else "",
        "more": bool(form.errors) or bool(found.money.left_fen),
        "form": form,
    }  # fmt: skip
    return render(request, "cases/desk/claim.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(book_keepers)
def give_back(request: ActorRequest, number: str) -> HttpResponseBase:
    """What came in too much, ordered back to its payee; the sum stands there, nobody types it."""
    now = timezone.now()
    found = read_claim(actor=request.actor, number=number, now=now)
    over = found.money.over_fen
    posted = request.method == "POST"
    form = GiveBackForm(request.POST if posted else None, initial={"seen_fen": over})
    if posted and form.is_valid():
        given = [form.cleaned_data[name].strip() for name in ("account_name", "account_no", "bank")]
        try:
            give_back_surplus(
                actor=request.actor,
                case_id=found.id,
                seen_fen=form.cleaned_data["seen_fen"],
                account=GivenAccount(*given) if any(given) else None,
                now=now,
            )
        except NoSurplusError as refused:
            # Pressed twice, or a colleague was faster: the claim's page shows what was ordered.
            messages.info(request, _(refused.template))
            return redirect("cases_claim", found.number)
        except RefusalError as refused:
            # Whoever reads that the sum has changed presses next for the sum they see now.
            form = GiveBackForm({**request.POST.dict(), "seen_fen": over})
            form.is_valid()
            _say(form, refused)
        else:
            messages.success(request, _("下单了。等放进代发文件，由另一位同事放行。"))
            return redirect("cases_claim", found.number)
    context = {
        "claim": found,
        "over": str(Money(over)) if over else "",
        "known": account_known(found.id),
        "form": form,
    }
    return render(request, "cases/desk/give_back.html", context, status=422 if form.errors else 200)


def _say(form: Form, refused: RefusalError) -> None:
    field = {"on": "paid_on"}.get(refused.field or "", refused.field)
    form.add_error(
        field if field in form.fields else None, _(refused.template).format(**refused.values)
    )


def _rows(one: ClaimView) -> list[dict[str, str]]:
    rows = [
        (_("谁"), one.name_masked),
        (_("原来的办件"), one.origin),
        (_("办到哪一步"), state_words(one.state)),
    ]
    return [*({"name": name, "value": value} for name, value in rows), *claim_amounts(one.money)]
