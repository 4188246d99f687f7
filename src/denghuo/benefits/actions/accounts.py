"""Accounts: what an office told of where subjects pay from, and the subject's yes to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.benefits.access import answers_for_area
from denghuo.benefits.logic.season_refusals import NoKnownAccountError
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.models import KnownAccount
from denghuo.benefits.queries.arrivals import known_account
from denghuo.benefits.queries.tables import subjects_of
from denghuo.cases.public import CaseView, case_by_number, confirm_account
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.public import PayOrderDraft, checked_draft
from denghuo.people.public import firms_of, subject_name
from denghuo.platform.public import Actor, NotAllowedError, record_audit

ACCOUNTS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class ToldAccount:
    """One line of the office's file. ``entity`` is the subject's key in fact tables."""

    entity: str
    account_name: str
    account_no: str
    bank: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """How many accounts are known now; lines not taken, with the place and the sentence."""

    kept: int
    refused: tuple[tuple[int, str], ...]


def learn_accounts(
    *,
    actor: Actor,
    area: Region,
    subject: SubjectKind,
    accounts: Sequence[ToldAccount],
    source: str,
    told_on: date,
    now: datetime,
) -> Learnt:
    """Keep up to 5,000 accounts, the newest word on each subject. The name must be the
    registered one; a firm's personal card is refused. Sealed; shown by their last digits.

    Raises ``NotAllowedError``; a line that cannot be taken is told and nothing else.
    """
    if not answers_for_area(actor, area):
        raise NotAllowedError
    kept, refused = _sound(
        area, subject, accounts[:ACCOUNTS_MAX], source=source[:80], told_on=told_on, now=now
    )
    with transaction.atomic():
        KnownAccount.objects.bulk_create(
            kept.values(),
            batch_size=500,
            update_conflicts=True,
            unique_fields=["subject_id", "subject_kind"],
            update_fields=["account_name", "account_no", "tail", "bank", "source", "told_on"],
        )
        record_audit(
            actor=actor,
            action="benefits.learn_accounts",
            entity="benefits.KnownAccount",
            detail={"kept": len(kept), "refused": len(refused), "source": source[:80]},
            at=now,
        )
    return Learnt(len(kept), tuple(refused))


def _sound(
    area: Region,
    subject: SubjectKind,
    accounts: Sequence[ToldAccount],
    *,
    source: str,
    told_on: date,
    now: datetime,
) -> tuple[dict[UUID, KnownAccount], list[tuple[int, str]]]:
    """Rows that money could go to, the last word on each subject; and why others are none."""
    known = subjects_of(subject, [one.entity for one in accounts])
    firms = firms_of([one.ref.id for one in known.values() if one.ref.kind == "firm"])
    kept: dict[UUID, KnownAccount] = {}
    refused: list[tuple[int, str]] = []
    for place, one in enumerate(accounts):
        who = known.get(one.entity)
        if who is None or who.region is None or not area.contains(who.region):
            refused.append((place, "名册里没有，或者不在这个地区"))
            continue
        firm = firms.get(who.ref.id)
        try:
            draft = _draft(who.ref, firm.name if firm else subject_name(who.ref), one)
        except RefusalError as refusal:
            refused.append((place, refusal.sentence))
            continue
        kept[who.ref.id] = KnownAccount(
            subject_kind=subject,
            subject_id=who.ref.id,
            account_name=draft.account_name,
            account_no=draft.account_no,
            tail=draft.account_no[-4:],
            bank=draft.bank,
            source=source,
            told_on=told_on,
            created_at=now,
        )
    return kept, refused


def _draft(payee: SubjectRef, name: str, told: ToldAccount) -> PayOrderDraft:
    """The account as an order would name it; nothing is ordered by it."""
    return checked_draft(
        PayOrderDraft(
            key="account",
            about="benefits.KnownAccount",
            payee=payee,
            payee_name=name,
            account_name=told.account_name,
            account_no=told.account_no,
            bank=told.bank,
            amount_fen=1,
            fund="fund:none:150000",
            purpose="账户核对",
        )
    )


def confirm_known_account(*, actor: Actor, number: str, version: int, now: datetime) -> CaseView:
    """The subject says yes to the account an office told us: one tap, no number typed.

    Raises ``NoKnownAccountError`` and what ``confirm_account`` raises (no mandate for money, the
    case has changed).
    """
    case = case_by_number(actor, number)
    known = known_account(case.subject)
    if known is None:
        raise NoKnownAccountError
    return confirm_account(
        actor=actor,
        case_id=case.id,
        version=version,
        account_name=known.account_name,
        account_no=known.account_no,
        bank=known.bank,
        now=now,
    )
