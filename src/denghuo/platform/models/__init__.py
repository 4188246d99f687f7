"""Tables of the platform, one file per topic; imported here so that Django finds them."""

from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.base import Record

__all__ = ["AuditEntry", "Record"]
