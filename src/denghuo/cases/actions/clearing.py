"""What goes when its day has come: what people told, brought in and wrote; number, steps and
decisions stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.turns import finish, take, write_step
from denghuo.cases.actions.walking import walk
from denghuo.cases.models import (
    Appeal,
    Case,
    CaseFact,
    CaseNote,
    CorrectionItem,
    Document,
    Objection,
    PayAccount,
    Rating,
)
from denghuo.kernel.clock import day_of
from denghuo.platform.public import SYSTEM, remove_files


def clear_old_papers(*, now: datetime, limit: int = 500) -> int:
    """Remove what was told and brought in cases whose day has come; number and steps stay.

    Files that another case or draft of the subject holds stay with it.
    """
    due = Case.objects.filter(clear_on__lte=day_of(now), cleared_at__isnull=True)
    return walk("clear_papers", due, lambda one: _clear(one, now), limit=limit, now=now)


@transaction.atomic
def _clear(case_id: UUID, now: datetime) -> bool:
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    row = turn.row
    if row.cleared_at is not None or row.clear_on is None or row.clear_on > day_of(now):
        return False
    facts = CaseFact.objects.filter(case=row).delete()[0]
    row.answers, row.documents, row.cleared_at = None, [], now
    _clear_words(row)
    papers = Document.objects.filter(case=row, removed_at__isnull=True)
    files = list(papers.values_list("file_id", flat=True))
    papers.update(removed_at=now)
    remove_files(actor=SYSTEM, file_ids=files, now=now)
    write_step(turn, "clear")
    finish(turn, "clear_papers", facts=facts)
    return True


def _clear_words(row: Case) -> None:
    """Answers, complaints and accounts, whoever wrote them. What the office asked, decided and
    paid stays: the questions, the reasons, and the orders in the ledger, which are vouchers."""
    CorrectionItem.objects.filter(round__case=row).update(answer=None, documents=[])
    Appeal.objects.filter(case=row).update(words="")
    Objection.objects.filter(case=row).update(words="")
    Rating.objects.filter(case=row).update(words="")
    CaseNote.objects.filter(case=row).delete()
    PayAccount.objects.filter(case=row).delete()
