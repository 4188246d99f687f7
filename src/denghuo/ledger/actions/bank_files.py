"""Files to banks: one officer makes them, another releases them, the bank is asked what is missing.

A file is three short steps, so that no lock is held while thousands of sealed numbers are
opened: orders are claimed, the bytes are drawn and their digest kept, a second officer releases
exactly these bytes. Killed between the steps, it goes on where it stood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import AccountNotFoundError, may_pay
from denghuo.ledger.actions.pay_orders import FundUnknownError
from denghuo.ledger.logic.bank_formats import (
    ANSWER_DAYS,
    ROWS_MAX,
    bank_format,
    first_bank_day,
)
from denghuo.ledger.logic.pay_drafts import file_number_of
from denghuo.ledger.logic.pay_states import PayEvent, PayState, next_state
from denghuo.ledger.models import BankFile, BankQueryRow, PayOrder
from denghuo.ledger.queries.accounts import account_of
from denghuo.ledger.queries.bank_files import (
    BankFileNotFoundError,
    BankFileView,
    bank_file,
    bank_file_seen,
    draw_bank_file,
)
from denghuo.platform.public import (
    SYSTEM,
    Actor,
    add_working_days,
    next_working_day,
    record_audit,
    take_audit_turn,
    work_calendar,
)

PICKED_MAX = 500
# What waits beyond it goes into the next file: moving a file's orders is one statement, and
# nobody else writes meanwhile.
ROWS_PER_FILE = 100_000
_CHUNK = 2_000


class NothingToSendError(RefusalError):
    """No order waits."""

    code = "ledger.nothing_to_send"
    template = "这个基金现在没有要发的付款。可能已经有人生成了文件。"
    status = 409


class FileMakerError(RefusalError):
    """Who makes a file does not release it."""

    code = "ledger.file_maker"
    template = "这份文件是您生成的，要由另一位财务人员核对后放行。"
    status = 403


class FileStepError(RefusalError):
    """The file does not stand where this step begins."""

    code = "ledger.file_step"
    template = "这份文件现在是“{state}”，这一步办不了。没有改动。"
    status = 409


class FileChangedError(RefusalError):
    """Not the bytes that were looked at."""

    code = "ledger.file_changed"
    template = "文件的校验码和核对时的不一样，没有放行。请刷新页面再核对一遍。"
    status = 409


def make_bank_file(
    *,
    actor: Actor,
    fund: str,
    form: str,
    orders: Sequence[UUID] = (),
    limit: int = ROWS_PER_FILE,
    now: datetime,
) -> BankFileView:
    """Claim what waits to be paid from a fund (or up to 500 picked ``orders``) and draw the file.

    Race: two clerks at once. Each order goes into one file; whoever comes second gets the rest,
    or ``NothingToSendError``. Raises ``UnknownBankFormatError``, ``FundUnknownError`` also for
    a fund of another area.
    """
    if len(orders) > PICKED_MAX:
        raise ValueError(f"pick at most {PICKED_MAX}")
    bank_format(form)
    file_id = _claim(actor, fund, form, orders=orders, limit=limit, now=now)
    return finish_bank_file(actor=actor, file_id=file_id, now=now)


def finish_bank_file(*, actor: Actor, file_id: UUID, now: datetime) -> BankFileView:
    """Draw a claimed file and keep its digest; also what was killed after claiming.

    Drawn already, it stays as it is.
    """
    view = bank_file(file_id)
    if not may_pay(actor, view.area):
        raise BankFileNotFoundError
    if view.state != "drawing":
        return view
    digest = _digest_of(draw_bank_file(view))
    with transaction.atomic():
        take_audit_turn()
        waiting = BankFile.objects.filter(pk=file_id, state="drawing")
        if waiting.update(state="made", sha256=digest):
            _audit(actor, "make_bank_file", view, now, sha256=digest)
    return bank_file(file_id)


@transaction.atomic
def release_bank_file(*, actor: Actor, file_id: UUID, sha256: str, now: datetime) -> BankFileView:
    """Release exactly the bytes the second officer looked at; from now on it may be sent.

    ``sha256`` is what was on their screen. Pressed twice, it is released once. Raises
    ``FileMakerError``, ``FileStepError``, ``FileChangedError``, ``BankFileNotFoundError``.
    """
    row = _locked(actor, file_id)
    if row.made_by == actor.label or actor.kind != "staff":
        raise FileMakerError
    if row.kind == "pay" and row.state == "released" and row.sha256 == sha256:
        return bank_file(file_id)
    if row.state != "made":
        raise FileStepError(state=bank_file(file_id).state_name)
    if row.sha256 != sha256:
        raise FileChangedError
    calendar = work_calendar()
    settle_on = next_working_day(
        first_bank_day(now.astimezone(SHANGHAI), bank_format(row.form).cut_off), calendar
    )
    moved = PayOrder.objects.filter(file=row, state=PayState.IN_FILE).update(
        state=next_state(PayState.IN_FILE, PayEvent.RELEASE), changed_at=now
    )
    if moved != row.rows:
        raise FileChangedError
    row.state = "released"
    row.settle_on = settle_on
    row.answer_by = add_working_days(settle_on, ANSWER_DAYS, calendar).day
    _end(row, actor, now)
    _audit(actor, "release_bank_file", bank_file(file_id), now, sha256=row.sha256)
    return bank_file(file_id)


@transaction.atomic
def drop_bank_file(*, actor: Actor, file_id: UUID, now: datetime) -> BankFileView:
    """Put a file away before it is released; its orders wait again. Anybody who pays may.

    Raises ``FileStepError`` once it is released, ``BankFileNotFoundError``.
    """
    row = _locked(actor, file_id)
    if row.state == "dropped":
        return bank_file(file_id)
    if row.state not in {"drawing", "made"}:
        raise FileStepError(state=bank_file(file_id).state_name)
    PayOrder.objects.filter(file=row, state=PayState.IN_FILE).update(
        state=next_state(PayState.IN_FILE, PayEvent.TAKE_OUT), file=None, changed_at=now
    )
    row.state = "dropped"
    _end(row, actor, now)
    _audit(actor, "drop_bank_file", bank_file(file_id), now)
    return bank_file(file_id)


def make_query_file(*, actor: Actor, fund: str, form: str, now: datetime) -> BankFileView:
    """A question to the bank after every payment of a fund it has not answered in time.

    No money moves by it, so nobody else need release it. Raises ``NothingToSendError``.
    """
    bank_format(form)
    with transaction.atomic():
        take_audit_turn()
        file = _new_file(actor, fund, form, "query", now)
        unknown = PayOrder.objects.filter(fund=fund, state=PayState.UNKNOWN, file__form=form)
        asked = list(unknown.order_by("reference").values_list("pk", flat=True)[:ROWS_MAX])
        if not asked:
            raise NothingToSendError
        BankQueryRow.objects.bulk_create(
            [BankQueryRow(file=file, order_id=order) for order in asked], batch_size=_CHUNK
        )
        sums = unknown.filter(pk__in=BankQueryRow.objects.filter(file=file).values("order"))
        _write_sums(file, sums)
        digest = _digest_of(draw_bank_file(bank_file(file.pk)))
        file.state, file.sha256 = "released", digest
        file.save(update_fields=["state", "sha256"])
        view = bank_file(file.pk)
        _audit(actor, "make_query_file", view, now, sha256=digest)
    return view


def download_bank_file(
    *, actor: Actor, file_id: UUID, now: datetime
) -> tuple[BankFileView, Iterator[bytes]]:
    """The bytes of a released file, for the bank; who took how many rows is written down first.

    Raises ``FileStepError`` before release, ``FileChangedError`` when the orders no longer give
    the released bytes, ``BankFileNotFoundError``.
    """
    view = bank_file_seen(actor, file_id)
    if not may_pay(actor, view.area):
        raise BankFileNotFoundError
    if view.state != "released":
        raise FileStepError(state=view.state_name)
    # Held whole (forty megabytes at most): drawn once more, it could be other bytes.
    lines = list(draw_bank_file(view))
    if _digest_of(lines) != view.sha256:
        raise FileChangedError
    with transaction.atomic():
        _audit(actor, "download_bank_file", view, now)
    return view, iter(lines)


def mark_unanswered(*, now: datetime) -> int:
    """Orders whose answer did not come in time are unknown from now on; nothing is booked.

    They are shown on the desk and asked after; only the bank's word ends them. Gives how many.
    """
    late = BankFile.objects.filter(kind="pay", state="released", answer_by__lt=day_of(now))
    marked = 0
    for file_id in late.values_list("pk", flat=True):
        if not PayOrder.objects.filter(file_id=file_id, state=PayState.SENT).exists():
            continue
        with transaction.atomic():
            take_audit_turn()
            lost = PayOrder.objects.filter(file_id=file_id, state=PayState.SENT).update(
                state=next_state(PayState.SENT, PayEvent.LOSE_SIGHT), changed_at=now
            )
            if lost:
                _audit(SYSTEM, "mark_unanswered", bank_file(file_id), now, unknown=lost)
        marked += lost
    return marked


@transaction.atomic
def _claim(
    actor: Actor, fund: str, form: str, *, orders: Sequence[UUID], limit: int, now: datetime
) -> UUID:
    take_audit_turn()
    file = _new_file(actor, fund, form, "pay", now)
    waiting = PayOrder.objects.filter(fund=fund, state=PayState.ORDERED)
    if orders:
        waiting = waiting.filter(pk__in=list(orders))
    if waiting.count() > limit:
        first = waiting.order_by("created_at", "reference").values("pk")[:limit]
        waiting = waiting.filter(pk__in=first)
    # Race: the one statement looks at the state and changes it, so no order is claimed twice.
    claimed = waiting.update(
        file=file, state=next_state(PayState.ORDERED, PayEvent.PUT_IN_FILE), changed_at=now
    )
    if not claimed:
        raise NothingToSendError
    _write_sums(file, PayOrder.objects.filter(file=file))
    return file.pk


def _new_file(actor: Actor, fund: str, form: str, kind: str, now: datetime) -> BankFile:
    try:
        account = account_of(fund)
    except AccountNotFoundError:
        raise FundUnknownError(fund=fund[:80]) from None
    if account.kind != "fund" or not may_pay(actor, account.area):
        raise FundUnknownError(fund=fund[:80])
    file_id = uuid4()
    return BankFile.objects.create(
        id=file_id,
        number=file_number_of(str(file_id)),
        kind=kind,
        form=form,
        fund=fund,
        area=account.area,
        day=day_of(now),
        state="drawing",
        made_by=actor.label,
        made_name=actor.name[:60],
        created_at=now,
    )


def _write_sums(file: BankFile, orders: QuerySet[PayOrder]) -> None:
    sums = orders.aggregate(rows=Count("id"), fen=Sum("amount_fen"))
    file.rows, file.sum_fen = sums["rows"], sums["fen"]
    file.save(update_fields=["rows", "sum_fen"])


def _locked(actor: Actor, file_id: UUID) -> BankFile:
    take_audit_turn()
    row = BankFile.objects.select_for_update().filter(pk=file_id).first()
    if row is None or not may_pay(actor, row.area):
        raise BankFileNotFoundError
    return row


def _end(row: BankFile, actor: Actor, now: datetime) -> None:
    row.ended_by, row.ended_name, row.ended_at = actor.label, actor.name[:60], now
    changed = ("state", "settle_on", "answer_by", "ended_by", "ended_name", "ended_at")
    row.save(update_fields=changed)


def _digest_of(lines: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


def _audit(actor: Actor, verb: str, view: BankFileView, now: datetime, **told: str | int) -> None:
    record_audit(
        actor=actor,
        action=f"ledger.{verb}",
        entity=f"ledger.BankFile:{view.id}",
        detail={"rows": view.rows, "yuan": Money(view.sum_fen).yuan_text, **told},
        at=now,
    )
