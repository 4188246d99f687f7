"""Answers of banks as they come in: checked whole, kept sealed, or not taken at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import may_pay
from denghuo.ledger.logic.bank_formats import (
    STAND_IN_REMARK,
    BankFormat,
    format_of,
)
from denghuo.ledger.logic.bank_lines import BankFileError, FileHead, ReadLine, open_file
from denghuo.ledger.models import (
    BankFile,
    ReturnFile,
    ReturnFilePart,
)
from denghuo.ledger.queries.bank_files import (
    ReturnFileView,
    return_file,
)
from denghuo.platform.public import (
    Actor,
    enqueue,
    is_demo_database,
    record_audit,
    take_audit_turn,
)

READ_RETURN = "ledger.read_return_file"
BYTES_MAX = 100 * 1024 * 1024
CONFLICTS_MAX = 1_000
_PART_BYTES = 256 * 1024
_HEAD_BYTES = 16


class ReturnFileTooLargeError(RefusalError):
    """More bytes than any answer has."""

    code = "ledger.return_too_large"
    template = "文件太大，最多 100 MB。请银行分成几份。"
    status = 413


class StandInFileError(RefusalError):
    """The demo's made-up bank answers no real payments."""

    code = "ledger.stand_in_file"
    template = "这是演示用的模拟回盘文件，不是银行的答复，没有读。"


class AnswerToNothingError(RefusalError):
    """No file of ours, or one that never left the house."""

    code = "ledger.answer_to_nothing"
    template = "这份文件答复的批次 {batch} 不是我们发出的文件，一笔也没有记账。请向银行核实。"


class AnswerDayError(RefusalError):
    """An answer of tomorrow, or from before the file was sent."""

    code = "ledger.answer_day"
    template = "这份文件写的日期是 {day}，早于发出的那天或晚于今天。没有读，请向银行要一份新的。"


def receive_return_file(
    *, actor: Actor, name: str, pieces: Iterable[bytes], now: datetime
) -> ReturnFileView:
    """Check a bank's answer whole, keep it sealed, and ask for it to be read.

    The same bytes brought again are the same file, and nothing happens. Raises
    ``BankFileError`` with the line, ``UnknownBankFormatError``, ``ReturnFileTooLargeError``,
    ``AnswerToNothingError`` also for a file of another area, ``AnswerDayError``,
    ``StandInFileError``; then nothing is kept.
    """
    content = _receive(pieces)
    sha256 = hashlib.sha256(content).hexdigest()
    form = format_of(content[:_HEAD_BYTES])
    head, lines = open_file(form, ("return",), _parts(content))
    file = _answered(actor, head, form)
    known = ReturnFile.objects.filter(sha256=sha256).values_list("pk", flat=True).first()
    if known is not None:
        return return_file(known)
    _demand_believable(head, file, now)
    conflicting = _conflicting(lines)
    return _keep(
        ReturnFile(
            id=uuid4(),
            answers=file,
            sha256=sha256,
            name=name[-120:],
            form=form.code,
            area=file.area,
            day=head.day,
            rows=head.rows,
            sum_fen=head.sum_fen,
            conflicting=conflicting,
            received_by=actor.label,
            received_name=actor.name[:60],
            created_at=now,
        ),
        content,
        actor=actor,
        now=now,
    )


def _receive(pieces: Iterable[bytes]) -> bytes:
    """All bytes, refused at the limit whatever length was announced."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > BYTES_MAX:
            raise ReturnFileTooLargeError(field="file")
    return bytes(content)


def _parts(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _PART_BYTES):
        yield content[start : start + _PART_BYTES]


def _answered(actor: Actor, head: FileHead, form: BankFormat) -> BankFile:
    file = BankFile.objects.filter(number=head.batch, form=form.code, state="released").first()
    if file is None or not may_pay(actor, file.area):
        raise AnswerToNothingError(batch=head.batch[:16])
    return file


def _demand_believable(head: FileHead, file: BankFile, now: datetime) -> None:
    if head.note == STAND_IN_REMARK and not is_demo_database():
        raise StandInFileError(field="file")
    sent = file.ended_at or file.created_at
    if not day_of(sent) <= head.day <= day_of(now):
        raise AnswerDayError(day=head.day.isoformat(), field="file")


def _conflicting(lines: Iterator[ReadLine]) -> list[str]:
    """References of which the file says different things; reads it to its checked end."""
    said: dict[str, tuple[object, object]] = {}
    different: set[str] = set()
    for line in lines:
        if line.trouble:
            continue
        reference = str(line.cells["reference"])
        word = (line.cells["amount_fen"], line.cells["code"])
        if said.setdefault(reference, word) != word:
            different.add(reference)
            if len(different) > CONFLICTS_MAX:
                raise BankFileError(line=line.number + 1, why="同一笔有不同结果的太多")
    return sorted(different)


@transaction.atomic
def _keep(row: ReturnFile, content: bytes, *, actor: Actor, now: datetime) -> ReturnFileView:
    take_audit_turn()
    # Race: the same file in two tabs. The turn lets one in first; the second finds it.
    known = ReturnFile.objects.filter(sha256=row.sha256).values_list("pk", flat=True).first()
    if known is not None:
        return return_file(known)
    row.save(force_insert=True)
    ReturnFilePart.objects.bulk_create(
        [
            ReturnFilePart(return_file=row, n=n, content=part.decode("latin-1"))
            for n, part in enumerate(_parts(content))
        ],
        batch_size=8,
    )
    record_audit(
        actor=actor,
        action="ledger.receive_return_file",
        entity=f"ledger.ReturnFile:{row.pk}",
        detail={"rows": row.rows, "sha256": row.sha256, "answers": str(row.answers_id)},
        at=now,
    )
    enqueue(READ_RETURN, {"return_file": str(row.pk)}, key=f"{READ_RETURN}:{row.pk}")
    return return_file(row.pk)
