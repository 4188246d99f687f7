"""Say that a database is a demo, once, while it is empty."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import SYSTEM
from denghuo.platform.audit import chain_head, record_audit
from denghuo.platform.models.mark import DeploymentMark


class DatabaseInUseError(RefusalError):
    """Something has been written here already; it may be real people's data."""

    code = "platform.database_in_use"
    template = "这个数据库已经有记录，不能改成演示库。请换一个空的数据文件夹。"
    status = 409


@transaction.atomic
def mark_as_demo(*, at: datetime) -> None:
    """Mark an empty database as a demo; marking a demo again changes nothing.

    Empty means that nothing was ever written: every write leaves an audit row. Raises
    ``DatabaseInUseError``.
    """
    if is_demo_database():
        return
    if chain_head().seq > 0:
        raise DatabaseInUseError
    DeploymentMark.objects.create(name=DeploymentMark.DEMO, marked_at=at)
    record_audit(actor=SYSTEM, action="platform.mark_as_demo", at=at)


def is_demo_database() -> bool:
    """Whether this database was made as a demo."""
    return DeploymentMark.objects.filter(name=DeploymentMark.DEMO).exists()
