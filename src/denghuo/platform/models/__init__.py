"""Tables of the platform, one file per topic; imported here so that Django finds them."""

from denghuo.platform.models.api_answer import ApiAnswer
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.calendar import CalendarDay, CalendarYear
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.jobs import Job, JobState, WorkerHeartbeat
from denghuo.platform.models.mark import DeploymentMark
from denghuo.platform.models.merged import MergedSubject
from denghuo.platform.models.messages import Delivery, Message, ReceiptCursor
from denghuo.platform.models.rate import RateWindow
from denghuo.platform.models.record import Record

__all__ = [
    "ApiAnswer",
    "AuditEntry",
    "CalendarDay",
    "CalendarYear",
    "Delivery",
    "DeploymentMark",
    "Job",
    "JobState",
    "MergedSubject",
    "Message",
    "RateWindow",
    "ReceiptCursor",
    "Record",
    "StoredFile",
    "WorkerHeartbeat",
]
