"""Lists of the payments desk and of the books for programs: by marks, not by page numbers."""

from __future__ import annotations

from denghuo.ledger.access import payments_in_sight
from denghuo.ledger.logic.pay_answers import Outcome
from denghuo.ledger.models import BankAnswer, BankFile, ReturnFile
from denghuo.ledger.queries.accounts import AccountView, accounts_matching, views_of
from denghuo.ledger.queries.bank_files import (
    AnswerView,
    BankFileView,
    ReturnFileView,
    answer_view,
    file_view,
    return_view,
)
from denghuo.platform.public import (
    Actor,
    NotMarkError,
    newest_first,
    read_mark,
    read_number_mark,
    write_mark,
)


def bank_files_page(
    actor: Actor, *, state: str, after: str, limit: int
) -> tuple[list[BankFileView], str | None]:
    """One page of the files to banks in sight, the newest first. Raises ``NotMarkError``."""
    rows = BankFile.objects.filter(payments_in_sight(actor))
    if state:
        rows = rows.filter(state=state)
    found, following = newest_first(rows, after=after, limit=limit)
    return [file_view(row) for row in found], following


def return_files_page(
    actor: Actor, *, after: str, limit: int
) -> tuple[list[ReturnFileView], str | None]:
    """One page of the answers of banks in sight, the newest first. Raises ``NotMarkError``."""
    rows = ReturnFile.objects.filter(payments_in_sight(actor)).select_related("answers")
    found, following = newest_first(rows, after=after, limit=limit)
    return [return_view(row) for row in found], following


def return_is_known(actor: Actor, sha256: str) -> bool:
    """Whether these bytes were handed in before."""
    return ReturnFile.objects.filter(payments_in_sight(actor), sha256=sha256).exists()


def answers_page(
    view: ReturnFileView, *, outcome: Outcome | None, after: str, limit: int
) -> tuple[list[AnswerView], str | None]:
    """One page of the rows of an answer, by line. Raises ``NotMarkError``."""
    rows = BankAnswer.objects.filter(return_file=view.id, line_no__gt=read_number_mark(after))
    if outcome is not None:
        rows = rows.filter(outcome=outcome)
    found = list(rows.order_by("line_no")[: limit + 1])
    following = write_mark(found[limit - 1].line_no) if len(found) > limit else None
    return [answer_view(row) for row in found[:limit]], following


def accounts_page(
    actor: Actor, *, area: str, fund: str, kind: str, text: str, after: str, limit: int
) -> tuple[list[AccountView], str | None]:
    """One page of the accounts in sight, by code. Raises ``NotMarkError``,
    ``NotRegionCodeError``."""
    last = read_mark(after) if after else ""
    if not isinstance(last, str) or "\x00" in last:
        raise NotMarkError(field="after")
    rows = accounts_matching(actor, area=area, fund=fund, kind=kind, text=text)
    found = list(rows.filter(code__gt=last)[: limit + 1])
    following = write_mark(found[limit - 1].code) if len(found) > limit else None
    return views_of(found[:limit]), following
