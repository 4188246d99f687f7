"""``denghuo bank-stand-in``: a made-up bank that answers a payment file, for the demo and tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.bank_formats import format_of
from denghuo.ledger.logic.bank_stand_in import FAULTS, FaultRates, answer_payments

_PIECE_BYTES = 256 * 1024
_HEAD_BYTES = 16
_NAMES = {
    "wrong_name": "户名不符",
    "closed_account": "账户已销户",
    "frozen_account": "账户被冻结",
    "no_such_account": "账号不存在",
    "bank_refused": "银行拒收",
    "processing": "处理中",
    "missing": "没有答复",
    "repeated": "重复一行",
    "amount_differs": "金额不同",
    "unknown_order": "单号不认识",
    "unknown_code": "结果代码不认识",
}


class Command(BaseCommand):
    """Answers like a bank, says in the file that it is none."""

    help = "演示用的模拟银行：读一份代发或查询文件，写出回盘文件。真实的库不收它写的文件。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="从付款工作台下载的代发文件或查询文件")
        parser.add_argument("--out", type=Path, required=True, help="回盘文件写到哪里")
        parser.add_argument("--seed", type=int, default=1, help="同一个数，同样的答复；默认 1")
        parser.add_argument("--day", type=date.fromisoformat, help="答复日期，默认今天")
        for fault in FAULTS:
            parser.add_argument(
                f"--{fault.replace('_', '-')}",
                type=float,
                default=0.0,
                metavar="RATIO",
                help=f"{_NAMES[fault]}的比例，0 到 1，默认 0",
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        source, out = options["file"], options["out"]
        try:
            rates = FaultRates({fault: round(options[fault] * 1_000_000) for fault in FAULTS})
        except ValueError:
            raise CommandError("比例要在 0 到 1 之间，加起来不超过 1。") from None
        if out.exists():
            raise CommandError(f"{out} 已经有了，没有覆盖。")
        try:
            with source.open("rb") as file:
                form = format_of(file.read(_HEAD_BYTES))
            lines = answer_payments(
                form,
                lambda: _pieces(source),
                rates=rates,
                seed=options["seed"],
                day=options["day"] or timezone.localdate(),
            )
            count = _write(out, lines)
        except RefusalError as refusal:
            raise CommandError(refusal.sentence) from None
        except OSError as trouble:
            raise CommandError(f"打不开文件：{trouble.filename}") from None
        self.stdout.write(f"{form.name}，答复 {count} 行，写到 {out}。演示数据，不是银行的答复。")


def _pieces(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _write(out: Path, lines: Iterator[bytes]) -> int:
    """Whole or not at all; gives the number of rows between header and trailer."""
    part = out.with_name(out.name + ".part")
    count = 0
    try:
        with part.open("wb") as file:
            for line in lines:
                file.write(line)
                count += 1
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count - 2
