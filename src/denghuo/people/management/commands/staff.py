"""``denghuo staff``: open, change and close staff accounts; help somebody who lost their phone."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.people.actions.staff import (
    change_password,
    change_staff,
    create_staff,
    reset_second_factor,
)
from denghuo.people.logic.roles import ROLES
from denghuo.people.queries.staff import StaffView, all_staff, find_staff
from denghuo.platform.public import SYSTEM


class Command(BaseCommand):
    """Accounts of staff, from the server's own command line."""

    help = (
        "工作账号：open 开户；list 列出；change 改岗位和区划；close 停用；reset 重新绑定和换密码。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="列出所有账号")
        opening = verbs.add_parser("open", help="开户，打印一次临时密码")
        opening.add_argument("login", help="登录名")
        opening.add_argument("--name", required=True, help="姓名")
        opening.add_argument("--office", required=True, help="单位")
        changing = verbs.add_parser("change", help="改岗位和区划，下一次点击就生效")
        changing.add_argument("login")
        for one in (opening, changing):
            one.add_argument(
                "--role", action="append", required=True, choices=sorted(ROLES), help="岗位，可多个"
            )
            one.add_argument("--area", required=True, help="负责的区划代码，如 150102")
        closing = verbs.add_parser("close", help="停用，下一次点击就生效")
        closing.add_argument("login")
        resetting = verbs.add_parser("reset", help="手机丢了：重新绑定，打印一次新的临时密码")
        resetting.add_argument("login")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except RefusalError as refusal:
            raise CommandError(refusal.sentence) from None

    def _list(self, _options: dict[str, Any]) -> None:
        for one in all_staff():
            state = "在用" if one.active else "停用"
            bound = "已绑定" if one.second_factor else "未绑定"
            roles = "、".join(one.role_words)
            self.stdout.write(
                f"{one.login}\t{one.name}\t{one.office}\t{roles}\t{one.area.prefix}\t{state}\t{bound}"
            )

    def _open(self, options: dict[str, Any]) -> None:
        password = _temporary_password()
        create_staff(
            login=options["login"],
            name=options["name"],
            office=options["office"],
            roles=options["role"],
            area=Region.read(options["area"]),
            password=password,
            actor=SYSTEM,
            now=timezone.now(),
        )
        self._say_password(password)

    def _change(self, options: dict[str, Any]) -> None:
        change_staff(
            staff_id=_known(options["login"]).id,
            roles=options["role"],
            area=Region.read(options["area"]),
            active=True,
            actor=SYSTEM,
            now=timezone.now(),
        )
        self.stdout.write("改好了。")

    def _close(self, options: dict[str, Any]) -> None:
        one = _known(options["login"])
        change_staff(
            staff_id=one.id,
            roles=one.roles,
            area=one.area,
            active=False,
            actor=SYSTEM,
            now=timezone.now(),
        )
        self.stdout.write("停用了。")

    def _reset(self, options: dict[str, Any]) -> None:
        one, now, password = _known(options["login"]), timezone.now(), _temporary_password()
        reset_second_factor(staff_id=one.id, actor=SYSTEM, now=now)
        change_password(staff_id=one.id, password=password, actor=SYSTEM, now=now)
        self._say_password(password)

    def _say_password(self, password: str) -> None:
        self.stdout.write(f"临时密码（只显示这一次，请当面交给本人）：{password}")
        self.stdout.write("本人第一次登录时绑定手机上的动态码，并换成自己的密码。")


def _known(login: str) -> StaffView:
    one = find_staff(login)
    if one is None:
        raise CommandError(f"没有登录名是“{login}”的账号。")
    return one


def _temporary_password() -> str:
    return secrets.token_urlsafe(12)
