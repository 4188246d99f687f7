"""The door of the platform: what the rooms above may import."""

from __future__ import annotations

from denghuo.platform.access import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    ActorKind,
    ActorRequest,
    NotAllowedError,
    Rule,
    SignInNeededError,
    allowed,
    anyone,
    demand,
    demo_only,
    resident,
    staff,
    staff_with,
)
from denghuo.platform.append_only import AppendOnlyTable
from denghuo.platform.audit import (
    AuditOutsideTransactionError,
    LookUp,
    LookUpPage,
    look_ups_of,
    record_audit,
    record_look_up,
)
from denghuo.platform.crypto import lookup_digest
from denghuo.platform.fields import SealedTextField
from denghuo.platform.jobs.desk import JobView, job_view
from denghuo.platform.jobs.queue import enqueue, publish
from denghuo.platform.jobs.registry import JobFailedError, job, on_event, scheduled
from denghuo.platform.jobs.running import LeaseLostError, RunningJob
from denghuo.platform.models.base import Record
from denghuo.platform.ratelimit import TooManyRequestsError, forgive, spend

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "ActorRequest",
    "AppendOnlyTable",
    "AuditOutsideTransactionError",
    "JobFailedError",
    "JobView",
    "LeaseLostError",
    "LookUp",
    "LookUpPage",
    "NotAllowedError",
    "Record",
    "Rule",
    "RunningJob",
    "SealedTextField",
    "SignInNeededError",
    "TooManyRequestsError",
    "allowed",
    "anyone",
    "demand",
    "demo_only",
    "enqueue",
    "forgive",
    "job",
    "job_view",
    "look_ups_of",
    "lookup_digest",
    "on_event",
    "publish",
    "record_audit",
    "record_look_up",
    "resident",
    "scheduled",
    "spend",
    "staff",
    "staff_with",
]
