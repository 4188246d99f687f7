"""What members of staff may be, in the words of their offices."""

from __future__ import annotations

from collections.abc import Iterable

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

ROLES: dict[str, str] = {
    "station": _("服务站工作人员"),
    "officer": _("经办人员"),
    "reviewer": _("复核人员"),
    "policy_officer": _("政策管理人员"),
    "policy_publisher": _("政策发布人员"),
    "operator": _("系统运维人员"),
    "supervisor": _("科室负责人"),
    "treasurer": _("基金财务人员"),
    "bank": _("银行工作人员"),
    "leader": _("单位负责人"),
    "admin": _("账号管理人员"),
}


class UnknownRoleError(RefusalError):
    """A role that no rule knows would open nothing and hide a typing mistake."""

    code = "people.unknown_role"
    template = "没有“{role}”这个岗位。"


def read_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """Known roles, sorted, without doubles. Raises ``UnknownRoleError``."""
    wanted = set(roles)
    for role in sorted(wanted):
        if role not in ROLES:
            raise UnknownRoleError(role=role)
    return tuple(sorted(wanted))
