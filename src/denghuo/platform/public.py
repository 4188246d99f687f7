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
from denghuo.platform.models.base import Record
from denghuo.platform.ratelimit import TooManyRequestsError, forgive, spend

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "ActorRequest",
    "AuditOutsideTransactionError",
    "LookUp",
    "LookUpPage",
    "NotAllowedError",
    "Record",
    "Rule",
    "SealedTextField",
    "SignInNeededError",
    "TooManyRequestsError",
    "allowed",
    "anyone",
    "demand",
    "demo_only",
    "forgive",
    "look_ups_of",
    "lookup_digest",
    "record_audit",
    "record_look_up",
    "resident",
    "spend",
    "staff",
    "staff_with",
]
