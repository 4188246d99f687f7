"""Filling in: begin, answer, pass, drop. Handing in is ``actions.handing_in``.

An answer is merged into the row under its lock, field by field: two tabs on the same draft add
to it and neither undoes the other.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from denghuo.cases.logic.answers import Raw, read_answer
from denghuo.cases.logic.forms import Answer, Field, asked_fields
from denghuo.cases.models import Document, FormDraft
from denghuo.cases.queries.at_hand import subject_at_hand
from denghuo.cases.queries.drafts import DraftNotFoundError, DraftView, draft_view, form_for
from denghuo.cases.queries.forms import Applicant, applicant, asked_of, offered
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.public import PayOrderDraft, checked_draft
from denghuo.platform.public import Actor, record_audit, remove_files, send_message

KNOWN = "known"
"""The page of what offices hold already, once it was read."""
# Ours to choose: long enough to find a paper, short enough that the facts still hold.
IDLE_DAYS = 60
NOTICE_DAYS = 14
_BATCH = 500
_ACCOUNT_INPUTS = {"account_no": "number", "account_name": "holder"}


class FieldNotAskedError(RefusalError):
    """The question is not asked, or not any more."""

    code = "cases.field_not_asked"
    template = "这一题现在不用答了。可能是前面的答案改过，或者部门已经有了这一条。"
    status = 409


class HandedInError(RefusalError):
    """The draft has become a case."""

    code = "cases.handed_in"
    template = "这份表已经提交了，不能再改。要改的话，可以在办件里补充或者撤回。"
    status = 409


class WrongKindError(RefusalError):
    """A person's item for a firm, or the other way round."""

    code = "cases.wrong_kind"
    template = "这项服务是给{who}办的，您现在是替{subject}办。请先换一个身份。"
    status = 409


_KINDS = {"person": "个人", "firm": "单位"}


@transaction.atomic
def begin_draft(*, actor: Actor, item: str, now: datetime) -> DraftView:
    """The draft of this item for the subject at hand: the open one, or a new one.

    Raises ``WrongKindError``, ``NoFormError``, ``ScopeMissingError``, ``NobodyAtHandError``.
    """
    subject = subject_at_hand(actor, "apply", now=now)
    service = service_item(item)
    if service.who != subject.kind:
        raise WrongKindError(who=_KINDS[service.who], subject=_KINDS[subject.kind])
    form = form_for(service, day_of(now))
    row = FormDraft(
        item=item,
        subject_kind=subject.kind,
        subject_id=subject.id,
        channel="station" if actor.kind == "staff" else "web",
        form_version=form.version,
        answers="{}",
        begun_by=actor.label,
        touched_at=now,
        created_at=now,
    )
    # Two tabs pressing "begin" at once: the unique row lets one in.
    FormDraft.objects.bulk_create([row], ignore_conflicts=True)
    kept = FormDraft.objects.get(
        item=item, subject_kind=subject.kind, subject_id=subject.id, case__isnull=True
    )
    if kept.pk == row.pk:
        _audit("cases.begin_draft", row, actor=actor, now=now)
    return draft_view(kept, on=day_of(now))


@transaction.atomic
def save_answer(*, actor: Actor, draft_id: UUID, field: str, raw: Raw, now: datetime) -> DraftView:
    """Read what was typed for one field and keep it. Sent twice it changes nothing.

    Raises the refusals of ``logic.answers``, ``FieldNotAskedError``, ``HandedInError``,
    ``ScopeMissingError``, ``DraftNotFoundError``.
    """
    row = locked_draft(actor, draft_id, now=now)
    view = draft_view(row, on=day_of(now))
    who = applicant(view.subject, now=now)
    one = asked_field(view, who, field)
    subject_at_hand(actor, one.scope, now=now)
    value = read_answer(one, raw, asked_of(who, offered(view.form, view.subject, now=now), now=now))
    if one.kind == "bank_account" and isinstance(value, dict):
        demand_payable_to(view.subject, who.name, value)
    before = view.answers.get(field)
    answers = {name: each for name, each in view.answers.items() if name != field}
    if value is not None:
        answers[field] = value
    write_answers(row, view, answers, passed=(field,), now=now)
    if before != value:
        _audit("cases.answer_field", row, actor=actor, now=now, field=field)
    return draft_view(row, on=day_of(now))


@transaction.atomic
def pass_page(*, actor: Actor, draft_id: UUID, name: str, now: datetime) -> DraftView:
    """The reader has been here: the page of known facts, or an optional question left open."""
    row = locked_draft(actor, draft_id, now=now)
    view = draft_view(row, on=day_of(now))
    if name != KNOWN and (name not in view.form or view.form[name].required):
        raise FieldNotAskedError
    write_answers(row, view, view.answers, passed=(name,), now=now)
    return draft_view(row, on=day_of(now))


@transaction.atomic
def drop_draft(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Delete the draft and what was brought for it alone. What is gone already is gone."""
    row = locked_draft(actor, draft_id, now=now)
    _delete([row], actor=actor, now=now)
    _audit("cases.drop_draft", row, actor=actor, now=now)


def warn_of_old_drafts(*, now: datetime) -> int:
    """Tell owners of drafts untouched for two months that they will be deleted; how many."""
    rows = FormDraft.objects.filter(
        case__isnull=True, warned_at__isnull=True, touched_at__lt=now - timedelta(days=IDLE_DAYS)
    ).order_by("touched_at")[:_BATCH]
    for row in rows:
        _warn(row.pk, now=now)
    return len(rows)


@transaction.atomic
def delete_old_drafts(*, actor: Actor, now: datetime) -> int:
    """Delete drafts whose owners were told two weeks ago and did not come back; how many."""
    rows = list(
        FormDraft.objects.select_for_update()
        .filter(case__isnull=True, warned_at__lt=now - timedelta(days=NOTICE_DAYS))
        .order_by("touched_at")[:_BATCH]
    )
    if rows:
        _delete(rows, actor=actor, now=now)
        record_audit(
            actor=actor, action="cases.delete_old_drafts", detail={"count": len(rows)}, at=now
        )
    return len(rows)


def demand_payable_to(subject: SubjectRef, name: str, account: dict[str, str]) -> None:
    """Refuse now what the bank would give back later, at the input that is wrong.

    Raises the ledger's refusals of accounts, with the names of our own inputs.
    """
    try:
        checked_draft(
            PayOrderDraft(
                key="asked",
                about="cases.FormDraft",
                payee=subject,
                payee_name=name,
                account_name=account["holder"],
                account_no=account["number"],
                bank=account["bank"],
                amount_fen=1,
                fund="",
                purpose="核对账户",
            )
        )
    except RefusalError as refused:
        refused.field = _ACCOUNT_INPUTS.get(refused.field or "", "bank")
        raise


def locked_draft(actor: Actor, draft_id: UUID, *, now: datetime) -> FormDraft:
    """The row under its lock, of the subject at hand and not handed in.

    Raises ``DraftNotFoundError``, ``HandedInError``.
    """
    row = owned_draft(actor, draft_id, now=now)
    if row.case_id is not None:
        raise HandedInError
    return row


def owned_draft(actor: Actor, draft_id: UUID, *, now: datetime) -> FormDraft:
    """The row under its lock, handed in or not. Raises ``DraftNotFoundError``."""
    subject = subject_at_hand(actor, "apply", now=now)
    row = (
        FormDraft.objects.select_for_update()
        .filter(pk=draft_id, subject_kind=subject.kind, subject_id=subject.id)
        .first()
    )
    if row is None:
        raise DraftNotFoundError
    return row


def asked_field(view: DraftView, who: Applicant, name: str) -> Field:
    """The field, while the person is asked it. Raises ``FieldNotAskedError``."""
    asked = {one.name: one for one in asked_fields(view.form, view.answers, who.facts)}
    if name not in asked:
        raise FieldNotAskedError
    return asked[name]


def write_answers(
    row: FormDraft,
    view: DraftView,
    answers: dict[str, Answer],
    *,
    now: datetime,
    passed: tuple[str, ...] = (),
) -> None:
    """Keep the answers under the form they are now for."""
    row.answers = json.dumps(answers, ensure_ascii=False)
    row.form_version = view.form.version
    row.passed = list(dict.fromkeys([*row.passed, *passed]))
    row.touched_at, row.warned_at = now, None
    row.save(update_fields=["answers", "form_version", "passed", "touched_at", "warned_at"])


@transaction.atomic
def _warn(draft_id: UUID, *, now: datetime) -> None:
    row = FormDraft.objects.select_for_update().filter(pk=draft_id, case__isnull=True).first()
    if row is None or row.warned_at is not None:
        return
    row.warned_at = now
    row.save(update_fields=["warned_at"])
    item = service_item(row.item)
    deleted_on = day_of(now + timedelta(days=NOTICE_DAYS))
    send_message(
        to=SubjectRef("firm" if row.subject_kind == "firm" else "person", row.subject_id),
        kind="cases.draft_old",
        title="您有一份没填完的表快要过期了",
        body=f"“{item.names.zh}”您填了一半。到 {deleted_on} 还没有接着填，就会删掉。"
        "打开看一眼，就会再留两个月。",
        key=f"cases.draft_old:{row.pk}:{row.touched_at.isoformat()}",
        link=f"/services/{row.item}/",
        now=now,
    )


def _delete(rows: list[FormDraft], *, actor: Actor, now: datetime) -> None:
    """The rows go; documents that no case holds are marked removed, and so are their files where
    no other document holds them."""
    identifiers = [row.pk for row in rows]
    documents = Document.objects.filter(draft__in=identifiers, case__isnull=True)
    files = list(documents.filter(removed_at=None).values_list("file_id", flat=True))
    documents.update(removed_at=now, draft=None)
    FormDraft.objects.filter(pk__in=identifiers).delete()
    remove_files(actor=actor, file_ids=files, now=now)


def _audit(action: str, row: FormDraft, *, actor: Actor, now: datetime, **detail: str) -> None:
    subject = SubjectRef("firm" if row.subject_kind == "firm" else "person", row.subject_id)
    record_audit(
        actor=actor,
        action=action,
        subject=subject,
        entity=f"cases.form_draft:{row.pk}",
        detail={"item": row.item, **detail},
        at=now,
    )
