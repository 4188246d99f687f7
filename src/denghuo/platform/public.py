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
from denghuo.platform.models.base import Record

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "ActorRequest",
    "NotAllowedError",
    "Record",
    "Rule",
    "SignInNeededError",
    "allowed",
    "anyone",
    "demand",
    "demo_only",
    "resident",
    "staff",
    "staff_with",
]
