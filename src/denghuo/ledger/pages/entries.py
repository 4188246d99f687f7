"""One entry: its lines, what it is about, what reverses it, who did what; and reversal by two."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import keepers, readers
from denghuo.ledger.actions.reversals import (
    ask_reversal,
    confirm_reversal,
    decline_reversal,
    withdraw_reversal,
)
from denghuo.ledger.forms.books import AnswerForm, ReversalForm
from denghuo.ledger.pages import words
from denghuo.ledger.queries.accounts import account_of
from denghuo.ledger.queries.entries import EntryView, entry_seen
from denghuo.ledger.queries.reversals import (
    ReversalRequestView,
    requests_about,
    reversal_request,
)
from denghuo.ledger.queries.tracing import trace_entry
from denghuo.platform.public import ActorRequest, allowed, audit_of


@require_safe
@allowed(readers)
def entry_page(request: ActorRequest, entry_id: int) -> HttpResponse:
    """The voucher."""
    found = trace_entry(request.actor, entry_id)
    entry, asked = found.entry, requests_about(entry_id)
    waiting = next((one for one in asked if one.state == "asked"), None)
    actor = request.actor
    return render(
        request,
        "ledger/books/entry.html",
        {
            "entry": entry,
            "lines": _lines(entry),
            "total": Money(entry.total_fen).yuan_text,
            "facts": _facts(entry),
            "about": words.about_words(entry.about),
            "about_path": words.about_path(entry.about),
            "chain": words.entry_rows(one for one in found.chain if one.id != entry.id),
            "siblings": words.entry_rows(found.siblings),
            "asked": asked,
            "waiting": waiting,
            "mine": waiting is not None and waiting.asked_by == actor.label,
            "said": [
                (line, words.action_words(line.action), words.actor_words(line.actor))
                for line in audit_of(f"ledger.Entry:{entry_id}")
            ],
            "keeps": keepers(actor),
            "may_ask": keepers(actor)
            and waiting is None
            and entry.reverses is None
            and entry.reversed_by is None,
            "today": words.today(),
        },
    )


def _lines(entry: EntryView) -> list[tuple[str, str, str, str]]:
    return [
        (
            account_of(line.account).name,
            line.account,
            words.yuan(max(line.amount_fen, 0)),
            words.yuan(max(-line.amount_fen, 0)),
        )
        for line in entry.lines
    ]


def _facts(entry: EntryView) -> list[dict[str, str]]:
    return [
        {"name": _("记账日期"), "value": entry.booked_on.isoformat()},
        {"name": _("类别"), "value": words.kind_words(entry.kind)},
        {"name": _("摘要"), "value": entry.memo or "—"},
        {
            "name": _("写入时间"),
            "value": timezone.localtime(entry.posted_at).strftime("%Y-%m-%d %H:%M"),
        },
        {"name": _("经手"), "value": words.actor_words(entry.made_by)},
        {"name": _("编号"), "value": entry.key},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def reversal_ask(request: ActorRequest, entry_id: int) -> HttpResponse:
    """Say why an entry should be reversed."""
    entry = entry_seen(request.actor, entry_id)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_reversal(
                actor=request.actor,
                entry_id=entry_id,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RefusalError as refusal:
            form.add_error("reason", _(refusal.template).format(**refusal.values))
        else:
            messages.success(request, _("已经提交。另一位基金财务人员复核以后才冲正。"))
            return redirect("ledger_entry", entry_id)
    return _act(request, entry, form, _("申请冲正"), _("提交申请"))


@require_POST
@allowed(keepers)
def reversal_confirm(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """The second person agrees: the mirror is posted."""
    mirror = confirm_reversal(actor=request.actor, request_id=request_id, now=timezone.now())
    messages.success(request, _("已冲正。这是冲正分录。"))
    return redirect("ledger_entry", mirror.id)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keepers)
def reversal_decline(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """The second person does not agree, and says why."""
    asked: ReversalRequestView = reversal_request(request.actor, request_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_reversal(
                actor=request.actor,
                request_id=request_id,
                answer=form.cleaned_data["answer"],
                now=timezone.now(),
            )
        except RefusalError as refusal:
            form.add_error("answer", _(refusal.template).format(**refusal.values))
        else:
            messages.info(request, _("已经答复，分录没有变。"))
            return redirect("ledger_entry", asked.entry_id)
    entry = entry_seen(request.actor, asked.entry_id)
    return _act(request, entry, form, _("不同意冲正"), _("答复"), asked=asked)


@require_POST
@allowed(keepers)
def reversal_withdraw(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Whoever asked takes it back."""
    asked = withdraw_reversal(actor=request.actor, request_id=request_id, now=timezone.now())
    messages.info(request, _("已经撤回，分录没有变。"))
    return redirect("ledger_entry", asked.entry_id)


def _act(
    request: ActorRequest,
    entry: EntryView,
    form: ReversalForm | AnswerForm,
    title: str,
    button: str,
    *,
    asked: ReversalRequestView | None = None,
) -> HttpResponse:
    return render(
        request,
        "ledger/books/act.html",
        {
            "entry": entry,
            "lines": _lines(entry),
            "facts": _facts(entry),
            "form": form,
            "title": title,
            "button": button,
            "asked": asked,
        },
        status=422 if form.errors else 200,
    )
