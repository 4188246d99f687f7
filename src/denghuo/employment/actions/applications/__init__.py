"""Applying for a post, and what each side does after: every verb one transaction."""

from denghuo.employment.actions.applications.applicant_side import accept, decline, withdraw
from denghuo.employment.actions.applications.applying import apply
from denghuo.employment.actions.applications.asking import (
    ask_to_apply,
    note_opened,
    take_list_home,
)
from denghuo.employment.actions.applications.filling import (
    SETTLE,
    lapse_offers,
    settle_applications,
)
from denghuo.employment.actions.applications.firm_side import (
    BulkResult,
    invite,
    look_at,
    offer,
    refuse,
    refuse_many,
)
from denghuo.employment.actions.applications.hiding import hide_resume, hide_wish

__all__ = [
    "SETTLE",
    "BulkResult",
    "accept",
    "apply",
    "ask_to_apply",
    "decline",
    "hide_resume",
    "hide_wish",
    "invite",
    "lapse_offers",
    "look_at",
    "note_opened",
    "offer",
    "refuse",
    "refuse_many",
    "settle_applications",
    "take_list_home",
    "withdraw",
]
