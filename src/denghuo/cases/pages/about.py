"""Where a voucher's "what for" leads: the case's file, or what its payment rests on.

Whoever keeps the books checks a payment against its decision. They see the sums, the signatures
and the state; what the person told and handed in is not theirs to read.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.cases.access import case_readers
from denghuo.cases.actions.looking import VoucherGrounds, read_voucher_grounds
from denghuo.cases.logic.claims import is_claim
from denghuo.cases.logic.pay_problems import problem_words
from denghuo.cases.pages.desk_words import state_words
from denghuo.cases.queries.cases import may_open_file
from denghuo.kernel.money import Money
from denghuo.platform.public import ActorRequest, allowed


@never_cache
@require_safe
@allowed(case_readers)
def about_case(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """The file for those who work on it; its sums for the treasurer of the area."""
    number = may_open_file(request.actor, case_id)
    if number:
        return redirect("cases_desk_file", number)
    found = read_voucher_grounds(actor=request.actor, case_id=case_id, now=timezone.now())
    context = {"case": found.case, "rows": _rows(found), "decisions": _decisions(found),
               "payments": _payments(found), "claim": is_claim(found.case.item.code)}  # fmt: skip
    return render(request, "cases/desk/voucher.html", context)


def _rows(found: VoucherGrounds) -> list[dict[str, str]]:
    case = found.case
    sums = (
        (_("批准"), case.amount_fen),
        (_("已下单"), case.ordered_fen),
        (_("已到账"), case.paid_fen),
        (_("要退回"), case.recover_fen),
    )
    rows = [
        (_("事项"), case.item.names.zh),
        (_("依据"), case.item.legal_basis.text),
        (_("收款人"), found.name_masked),
        (_("办到哪一步"), state_words(case.state)),
        *((name, str(Money(fen))) for name, fen in sums if fen),
    ]
    if case.pay_problem:
        rows.append((_("付款卡在哪里"), _(problem_words(case.pay_problem))))
    if found.account is not None:
        rows.append((_("收款账户"), f"{found.account.bank} …{found.account.tail}"))
    return [{"name": name, "value": value} for name, value in rows]


def _decisions(found: VoucherGrounds) -> list[dict[str, Any]]:
    return [
        {
            "what": one.kind_text,
            "result": one.result_text,
            "amount": str(Money(one.amount_fen)),
            "at": one.signed_at,
            "by": "、".join(names),
            "in_force": one.in_force,
        }
        for one, names in zip(found.decisions, found.signers, strict=True)
    ]


def _payments(found: VoucherGrounds) -> list[dict[str, Any]]:
    return [
        {"amount": str(Money(one.amount_fen)), "state": _(one.state_text), "at": one.changed_at}
        for one in found.payments
    ]
