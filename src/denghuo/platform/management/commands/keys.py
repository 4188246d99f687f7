"""``denghuo keys``: make keys, seal everything anew under the current one."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from denghuo.platform.crypto import SealBrokenError, key_problems, new_key, sealing_keys
from denghuo.platform.keys import record_rotation, reseal, sealed_columns


class Command(BaseCommand):
    """New keys, rotation, and how far it is."""

    requires_system_checks: list[str] = []  # the first keys are made before there are any
    help = (
        "密钥：first 生成第一套；new 生成一把；"
        "status 看还有多少旧密钥封存的内容；rotate 全部换成现用密钥。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("first", help="打印一套新密钥，可直接放进环境文件（不保存）")
        actions.add_parser("new", help="打印一把新密钥（不保存）")
        actions.add_parser("status", help="每一栏还有多少不是现用密钥封存的")
        actions.add_parser("rotate", help="分批重新封存；中断了再运行一次就接着做")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "new":
            self.stdout.write(new_key())
            return
        if options["action"] == "first":
            for name in ("DENGHUO_IDENTITY_KEY", "DENGHUO_LOOKUP_KEY"):
                self.stdout.write(f"{name}={new_key()}")
            self.stdout.write(f"DENGHUO_SECRET_KEY={secrets.token_urlsafe(64)}")
            return
        problems = key_problems()
        if problems:
            raise CommandError("\n".join(problems))
        if options["action"] == "status":
            self._status()
        else:
            self._rotate()

    def _status(self) -> None:
        current, *older = sealing_keys()
        self.stdout.write(f"现用密钥 {current.key_id.hex()}，旧密钥 {len(older)} 把")
        for column in sealed_columns():
            self.stdout.write(f"{column.name}: 还剩 {column.left()}")

    def _rotate(self) -> None:
        counts: dict[str, int] = {}
        for column in sealed_columns():
            total = column.left()
            try:
                for done in reseal(column):
                    counts[column.name] = done
                    self.stdout.write(f"{column.name}: {done}/{total}")
            except SealBrokenError as broken:
                raise CommandError(
                    f"停在 {column.name}：有一个值打不开（{broken}）。没有改动它。"
                    "请把封存它的旧密钥也写进 DENGHUO_IDENTITY_KEY 再运行。"
                ) from None
        if counts:
            record_rotation(counts=counts)
        self.stdout.write(
            f"完成：重新封存 {sum(counts.values())} 个值。备份都换过以后，旧密钥可以从环境里去掉。"
        )
