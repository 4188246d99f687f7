"""The payments desk: files to banks and their answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import keepers, may_pay, pay_readers
from denghuo.ledger.actions.bank_files import (
    download_bank_file,
    drop_bank_file,
    finish_bank_file,
    make_bank_file,
    make_query_file,
    release_bank_file,
)
from denghuo.ledger.actions.bank_returns import BYTES_MAX, receive_return_file
from denghuo.ledger.forms.payments import BankFileForm, ReturnFileForm
from denghuo.ledger.logic.bank_formats import bank_format
from denghuo.ledger.logic.pay_answers import IN_ERROR, OUTCOME_NAMES, Outcome
from denghuo.ledger.logic.pay_states import PayState
from denghuo.ledger.pages.payments import fund_name, page_number
from denghuo.ledger.queries.accounts import account_of
from denghuo.ledger.queries.bank_files import (
    bank_file_seen,
    list_answers,
    list_bank_files,
    list_return_files,
    return_file_seen,
    unanswered_by_file,
    unanswered_in,
)
from denghuo.ledger.queries.payments import waiting_by_fund
from denghuo.platform.public import ActorRequest, allowed

_FILE_TAGS = {"drawing": "wait", "made": "wait", "released": "yes", "dropped": "fact"}


@require_safe
@allowed(pay_readers)
def file_list(request: ActorRequest) -> HttpResponse:
    """Files to banks, newest first, and the newest answers."""
    page = page_number(request.GET.get("page", ""))
    files, pages = list_bank_files(request.actor, page=page)
    waiting = unanswered_by_file(one.id for one in files)
    return render(
        request,
        "ledger/payments/files.html",
        {
            "files": [
                (
                    one,
                    Money(one.sum_fen).yuan_text,
                    fund_name(one.fund),
                    _FILE_TAGS[one.state],
                    waiting.get(one.id, 0) if one.state == "released" else 0,
                )
                for one in files
            ],
            "page": min(page, pages),
            "pages": pages,
            "returns": list_return_files(request.actor, limit=10),
            "keeps": keepers(request.actor),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def file_new(request: ActorRequest) -> HttpResponse:
    """Make a file of what waits, or a question after what was not answered."""
    ask = request.GET.get("kind") == "query"
    state = PayState.UNKNOWN if ask else PayState.ORDERED
    waiting = waiting_by_fund(request.actor, state)
    funds = [
        (
            code,
            _("{fund}：{count} 笔，{sum} 元").format(
                fund=fund_name(code), count=one.count, sum=Money(one.sum_fen).yuan_text
            ),
        )
        for code, one in waiting.items()
    ]
    areas = {code: account_of(code).area for code in waiting}
    form = BankFileForm(request.POST if request.method == "POST" else None, funds=funds)
    if request.method == "POST" and form.is_valid():
        make = make_query_file if ask else make_bank_file
        try:
            made = make(
                actor=request.actor,
                fund=form.cleaned_data["fund"],
                form=form.cleaned_data["form"],
                now=timezone.now(),
            )
        except RefusalError as refusal:
            form.add_error(None, _(refusal.template).format(**refusal.values))
        else:
            return redirect("bank_file_page", made.id)
    return render(
        request,
        "ledger/payments/file_new.html",
        {
            "form": form,
            "funds": [(code, text, areas[code]) for code, text in funds],
            "ask": ask,
        },
        status=422 if form.errors else 200,
    )


@require_safe
@allowed(pay_readers)
def file_page(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """One file: its sums and digest, who made and released it, what the bank answered."""
    view = bank_file_seen(request.actor, file_id)
    keeps = may_pay(request.actor, view.area)
    own = view.made_by == request.actor.label
    return render(
        request,
        "ledger/payments/file.html",
        {
            "file": view,
            "tag": _FILE_TAGS[view.state],
            "amount": Money(view.sum_fen),
            "lines": [
                {"name": _("种类"), "value": _(view.kind_name)},
                {"name": _("基金"), "value": fund_name(view.fund)},
                {"name": _("地区"), "division": view.area},
                {"name": _("格式"), "value": _(bank_format(view.form).name)},
                {"name": _("笔数"), "value": view.rows},
                {"name": _("合计"), "value": Money(view.sum_fen)},
                {"name": _("生成"), "value": view.maker, "note": _moment(view.made_at)},
            ],
            "ended": _moment(view.ended_at) if view.ended_at else "",
            "returns": list_return_files(request.actor, file_id=view.id),
            "unanswered": unanswered_in(view.id).count() if view.kind == "pay" else 0,
            "may_release": keeps and view.state == "made" and not own,
            "must_wait": keeps and view.state == "made" and own,
            "may_drop": keeps and view.state in {"drawing", "made"},
            "may_finish": keeps and view.state == "drawing",
            "may_download": keeps and view.state == "released",
        },
    )


@require_POST
@allowed(keepers)
def file_release(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """The second officer releases the bytes whose digest they saw."""
    release_bank_file(
        actor=request.actor,
        file_id=file_id,
        sha256=request.POST.get("sha256", "")[:64],
        now=timezone.now(),
    )
    messages.success(request, _("已放行。请下载文件，通过银行的专用通道发送。"))
    return redirect("bank_file_page", file_id)


@require_POST
@allowed(keepers)
def file_drop(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """Put a file away that was not released."""
    drop_bank_file(actor=request.actor, file_id=file_id, now=timezone.now())
    messages.info(request, _("已作废。里面的付款回到待发，可以重新生成文件。"))
    return redirect("bank_file_page", file_id)


@require_POST
@allowed(keepers)
def file_finish(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """Go on where making a file was cut short."""
    finish_bank_file(actor=request.actor, file_id=file_id, now=timezone.now())
    return redirect("bank_file_page", file_id)


@require_safe
@allowed(keepers)
def file_download(request: ActorRequest, file_id: UUID) -> HttpResponseBase:
    """The bytes for the bank; the download is written down."""
    view, lines = download_bank_file(actor=request.actor, file_id=file_id, now=timezone.now())
    answer = StreamingHttpResponse(lines, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{view.download_name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers, file_bytes_max=BYTES_MAX)
def return_new(request: ActorRequest) -> HttpResponse:
    """Bring a bank's answer; it is checked whole, then read in the background."""
    form = (
        ReturnFileForm(request.POST, request.FILES)
        if request.method == "POST"
        else ReturnFileForm()
    )
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            received = receive_return_file(
                actor=request.actor,
                name=file.name or "",
                pieces=file.chunks(),
                now=timezone.now(),
            )
        except RefusalError as refusal:
            form.add_error("file", _(refusal.template).format(**refusal.values))
        else:
            return redirect("return_file_page", received.id)
    return render(
        request,
        "ledger/payments/return_new.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_safe
@allowed(pay_readers)
def return_page(request: ActorRequest, return_id: UUID) -> HttpResponse:
    """One answer: how far it is read, what became of its rows, what is in error."""
    view = return_file_seen(request.actor, return_id)
    # Nothing to put right: then the rows themselves are what one came for.
    asked = request.GET.get("outcome", "errors" if view.in_error else "")
    chosen = [Outcome(asked)] if asked in set(Outcome) else sorted(IN_ERROR)
    answers = list_answers(
        view.id,
        outcomes=chosen if asked else (),
        page=page_number(request.GET.get("page", "")),
    )
    return render(
        request,
        "ledger/payments/return.html",
        {
            "file": view,
            "filters": [
                {
                    "name": "outcome",
                    "label": _("结果"),
                    "chosen": asked,
                    "options": [
                        {"value": "errors", "text": _("要处理的（{n}）").format(n=view.in_error)},
                        *(
                            {"value": one.value, "text": f"{_(name)}（{view.counts[one]}）"}
                            for one, name in OUTCOME_NAMES.items()
                            if one in view.counts
                        ),
                    ],
                }
            ],
            "answers": answers,
            "rows": [
                (one, Money(one.amount_fen).yuan_text if one.amount_fen is not None else "")
                for one in answers.entries
            ],
            "total": Money(view.sum_fen),
        },
    )


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
