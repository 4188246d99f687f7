"""What members of staff may be, in the words of their offices."""

from __future__ import annotations

from collections.abc import Iterable

from denghuo.kernel.refusal import RefusalError

ROLES: dict[str, str] = {
    "station": "服务站工作人员",
    "officer": "经办人员",
    "reviewer": "复核人员",
    "policy_officer": "政策管理人员",
    "policy_publisher": "政策发布人员",
    "operator": "系统运维人员",
    "supervisor": "科室负责人",
    "treasurer": "基金财务人员",
    "bank": "银行工作人员",
    "leader": "单位负责人",
    "admin": "账号管理人员",
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
