"""``denghuo api-key``: make, list and revoke the keys by which programs sign in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.api_keys import make_staff_key, make_subject_key, revoke_api_key
from denghuo.people.logic.mandate import SCOPES
from denghuo.people.queries.api_keys import KeyState, api_keys
from denghuo.people.queries.staff import find_staff
from denghuo.platform.public import SYSTEM

_STATES: dict[KeyState, str] = {"in_force": "在用", "expired": "已过期", "revoked": "已停用"}
_DAYS = 90


class Command(BaseCommand):
    """Keys of programs, from the server's own command line."""

    help = "程序用的密钥：make 发一把；list 列出；revoke 停用。"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        making = verbs.add_parser("make", help="发一把密钥，只打印这一次")
        making.add_argument("label", help="给哪个程序用，例如“社保局夜间对账”")
        owner = making.add_mutually_exclusive_group(required=True)
        owner.add_argument("--staff", help="工作账号的登录名：按这个人的岗位和区划")
        owner.add_argument("--subject", help="person:<编号> 或 firm:<编号>：只办这一家的事")
        making.add_argument(
            "--scope", action="append", choices=sorted(SCOPES), help="能办什么，可多个；默认 read"
        )
        making.add_argument("--days", type=int, default=_DAYS, help=f"多少天后过期，默认 {_DAYS}")
        verbs.add_parser("list", help="列出所有密钥")
        revoking = verbs.add_parser("revoke", help="停用，下一次请求就生效")
        revoking.add_argument("key_id", type=UUID, help="list 里的编号")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except RefusalError as refusal:
            raise CommandError(refusal.sentence) from None

    def _make(self, options: dict[str, Any]) -> None:
        label, days, now = options["label"], options["days"], timezone.now()
        if options["subject"]:
            made = make_subject_key(
                subject=SubjectRef.read(options["subject"]),
                scopes=options["scope"] or ["read"],
                label=label,
                days=days,
                actor=SYSTEM,
                now=now,
            )
        else:
            if options["scope"]:
                raise CommandError("工作账号的密钥按本人的岗位办事，不用写 --scope。")
            owner = find_staff(options["staff"])
            if owner is None:
                raise CommandError(f"没有登录名是“{options['staff']}”的账号。")
            made = make_staff_key(staff_id=owner.id, label=label, days=days, actor=SYSTEM, now=now)
        self.stdout.write(f"编号：{made.id}")
        self.stdout.write(f"密钥（只显示这一次，请当面交给用它的人）：{made.key}")

    def _list(self, _options: dict[str, Any]) -> None:
        for one in api_keys(now=timezone.now()):
            used = one.last_used_on.isoformat() if one.last_used_on else "从未用过"
            until = timezone.localdate(one.expires_at).isoformat()
            whose = f"{one.owner} {one.owner_name}".strip()
            scopes = ",".join(one.scopes) or "按岗位"
            self.stdout.write(
                f"{one.id}\t{one.start}…\t{one.label}\t{whose}\t{scopes}\t"
                f"{_STATES[one.state]}\t{until}\t{used}"
            )

    def _revoke(self, options: dict[str, Any]) -> None:
        revoke_api_key(key_id=options["key_id"], actor=SYSTEM, now=timezone.now())
        self.stdout.write("停用了。")
