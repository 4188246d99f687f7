"""Tables of the cases room, one file per topic; imported here so that Django finds them."""

from denghuo.cases.models.appeals import Appeal
from denghuo.cases.models.cases import Case, CaseFact
from denghuo.cases.models.clocks import ClockPause, Reminder
from denghuo.cases.models.corrections import CorrectionItem, CorrectionRound
from denghuo.cases.models.counters import JobMark, NumberCounter
from denghuo.cases.models.decisions import Decision, PendingDecision, Snapshot
from denghuo.cases.models.documents import Document
from denghuo.cases.models.forms import FormDraft
from denghuo.cases.models.notices import Objection, PublicNotice
from denghuo.cases.models.payments import CasePayment, PayAccount
from denghuo.cases.models.ratings import Rating
from denghuo.cases.models.recusals import ItemDuty, Recusal
from denghuo.cases.models.steps import CaseNote, Step

__all__ = [
    "Appeal",
    "Case",
    "CaseFact",
    "CaseNote",
    "CasePayment",
    "ClockPause",
    "CorrectionItem",
    "CorrectionRound",
    "Decision",
    "Document",
    "FormDraft",
    "ItemDuty",
    "JobMark",
    "NumberCounter",
    "Objection",
    "PayAccount",
    "PendingDecision",
    "PublicNotice",
    "Rating",
    "Recusal",
    "Reminder",
    "Snapshot",
    "Step",
]
