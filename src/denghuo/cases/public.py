"""The door of the cases room: what other floors may import.

Every action takes ``actor``, ``now`` and, where somebody looked at a page first, the ``version``
they saw. Whoever may not see a case is answered 404.
"""

from __future__ import annotations

from denghuo.cases.access import (
    CHIEF_ROLES,
    WORK_ROLES,
    CaseNotFoundError,
    SupervisorNeededError,
    case_staff,
)
from denghuo.cases.actions.accepting import (
    AnswerUnknownError,
    Lacking,
    NothingAskedError,
    SecondRoundError,
    Supplied,
    accept,
    answer_correction,
    ask_for_correction,
    withdraw,
)
from denghuo.cases.actions.appealing import MoneyOnItsWayError, appeal, decide_appeal
from denghuo.cases.actions.batch import (
    BATCH_MAX,
    BatchTooLargeError,
    Chosen,
    RowResult,
    UnknownDeedError,
    act_on_many,
)
from denghuo.cases.actions.bulk.accounts import (
    AccountsKept,
    SaidAccount,
    confirm_accounts_in_bulk,
)
from denghuo.cases.actions.bulk.approving import Signed, approve_in_bulk
from denghuo.cases.actions.bulk.following import follow_settled, tell_paid
from denghuo.cases.actions.bulk.noticing import publish_in_bulk
from denghuo.cases.actions.bulk.opening import CHUNK as BULK_MAX
from denghuo.cases.actions.bulk.opening import (
    BulkRowError,
    BulkTooLargeError,
    NewCase,
    Opened,
    open_cases_in_bulk,
)
from denghuo.cases.actions.bulk.paying import make_payable_in_bulk
from denghuo.cases.actions.bulk.steps import Moved
from denghuo.cases.actions.bulk.telling import tell_decided
from denghuo.cases.actions.claims import ClaimAppealedError
from denghuo.cases.actions.clocks import extend_limit, pause_clock, resume_clock
from denghuo.cases.actions.closing import (
    AppealOpenError,
    MoneyOpenError,
    NothingPaidError,
    RecoverAmountError,
    close_case,
    confirm_audit,
    open_audit,
    recover,
)
from denghuo.cases.actions.declining import MoneyOrderedError, NothingGrantedError, decline_grant
from denghuo.cases.actions.desk import (
    OwnerOutsideError,
    RecusedAlreadyError,
    SameOfficeError,
    add_note,
    assign,
    assign_items,
    declare_relation,
    end_relation,
    release,
    see_reminder,
    set_urgent,
    take_over,
    transfer,
)
from denghuo.cases.actions.following import follow_orders, pay_again
from denghuo.cases.actions.looking import CaseFile, export_queue, read_case
from denghuo.cases.actions.noticing import (
    MixedNoticeError,
    NoNoticeError,
    NoticeOverError,
    ObjectionAnsweredError,
    ObjectionTwiceError,
    OwnObjectionError,
    answer_objection,
    object_to_notice,
    publish_notice,
)
from denghuo.cases.actions.opening import (
    AlreadyOpenError,
    NotAppliedForError,
    ToldFact,
    WrongSubjectError,
    open_case,
)
from denghuo.cases.actions.paying import (
    NothingToPayError,
    NoticeNeededError,
    NoticeOpenError,
    NotReturnedError,
    ObjectionOpenError,
    ObjectionUpheldError,
    confirm_account,
    make_payable,
)
from denghuo.cases.actions.pending import ChangePendingError, NothingPendingError, return_change
from denghuo.cases.actions.rating import (
    NoRatingError,
    NotClosedError,
    NotLevelError,
    RatedError,
    answer_rating,
    rate,
)
from denghuo.cases.actions.repaying import record_claim_repayment
from denghuo.cases.actions.reviewing import (
    FactsChangedError,
    Judged,
    decide,
    propose,
    send_back,
    start_review,
    verify,
)
from denghuo.cases.actions.supplementing import NothingToAddError, grant_more, propose_more
from denghuo.cases.actions.turns import CaseChangedError, NoteNeededError
from denghuo.cases.logic.appeals import AppealTooLateError, NothingToAppealError, SecondAppealError
from denghuo.cases.logic.clock import Colour
from denghuo.cases.logic.forms_period import period_of
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.numbers import CaseNumber, NotCaseNumberError
from denghuo.cases.logic.pay_problems import PROBLEM_WORDS, problem_words
from denghuo.cases.logic.reasons import (
    AgainstRuleError,
    AmountByRuleError,
    AmountNeededError,
    DisputedFactError,
    Reason,
    ReasonNeededError,
    StillUnknownError,
)
from denghuo.cases.logic.signing import (
    RelatedHandError,
    ResultDiffersError,
    SameHandError,
    ThirdSignNeededError,
)
from denghuo.cases.logic.snapshots import Evidence, FrozenFact, WrittenEvidence, canonical
from denghuo.cases.logic.states import (
    STATE_WORDS,
    HandNotAllowedError,
    Move,
    MoveNotPossibleError,
    State,
)
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.queries.case_story import waiting_for
from denghuo.cases.queries.cases import CaseView, case_by_number, case_of, cases_of
from denghuo.cases.queries.claims import season_repaid
from denghuo.cases.queries.counted import (
    appeals_decided,
    cases_at_first_go,
    cases_decided,
    cases_opened,
    entitled_reached,
    payments_made,
)
from denghuo.cases.queries.errands import CaseErrands, errands_of, touched_cases
from denghuo.cases.queries.items import ItemNotFoundError, items, listed_items, service_item
from denghuo.cases.queries.queue import (
    QueueFilter,
    QueuePage,
    QueueRow,
    ReminderView,
    counts_for,
    queue_for,
    reminders_for,
)
from denghuo.cases.queries.seasons import (
    SeasonCase,
    StateTotal,
    account_tails,
    grounds_of,
    notice_until,
    notices_of,
    places_held,
    season_rows,
    season_totals,
    unreached,
    unreached_count,
)

__all__ = [
    "BATCH_MAX",
    "BULK_MAX",
    "CHIEF_ROLES",
    "PROBLEM_WORDS",
    "STATE_WORDS",
    "STEP_WORDS",
    "WORK_ROLES",
    "AccountsKept",
    "AgainstRuleError",
    "AlreadyOpenError",
    "AmountByRuleError",
    "AmountNeededError",
    "AnswerUnknownError",
    "AppealOpenError",
    "AppealTooLateError",
    "BatchTooLargeError",
    "BulkRowError",
    "BulkTooLargeError",
    "CaseChangedError",
    "CaseErrands",
    "CaseFile",
    "CaseNotFoundError",
    "CaseNumber",
    "CaseView",
    "ChangePendingError",
    "Chosen",
    "ClaimAppealedError",
    "Colour",
    "DisputedFactError",
    "Evidence",
    "FactsChangedError",
    "FrozenFact",
    "HandNotAllowedError",
    "ItemNotFoundError",
    "Judged",
    "Lacking",
    "MixedNoticeError",
    "MoneyOnItsWayError",
    "MoneyOpenError",
    "MoneyOrderedError",
    "Move",
    "MoveNotPossibleError",
    "Moved",
    "NewCase",
    "NoNoticeError",
    "NoRatingError",
    "NotAppliedForError",
    "NotCaseNumberError",
    "NotClosedError",
    "NotLevelError",
    "NotReturnedError",
    "NoteNeededError",
    "NothingAskedError",
    "NothingGrantedError",
    "NothingPaidError",
    "NothingPendingError",
    "NothingToAddError",
    "NothingToAppealError",
    "NothingToPayError",
    "NoticeNeededError",
    "NoticeOpenError",
    "NoticeOverError",
    "ObjectionAnsweredError",
    "ObjectionOpenError",
    "ObjectionTwiceError",
    "ObjectionUpheldError",
    "Opened",
    "OwnObjectionError",
    "OwnerOutsideError",
    "QueueFilter",
    "QueuePage",
    "QueueRow",
    "RatedError",
    "Reason",
    "ReasonNeededError",
    "RecoverAmountError",
    "RecusedAlreadyError",
    "RelatedHandError",
    "ReminderView",
    "ResultDiffersError",
    "RowResult",
    "SaidAccount",
    "SameHandError",
    "SameOfficeError",
    "SeasonCase",
    "SecondAppealError",
    "SecondRoundError",
    "ServiceItem",
    "Signed",
    "State",
    "StateTotal",
    "StillUnknownError",
    "SupervisorNeededError",
    "Supplied",
    "ThirdSignNeededError",
    "ToldFact",
    "UnknownDeedError",
    "WrittenEvidence",
    "WrongSubjectError",
    "accept",
    "account_tails",
    "act_on_many",
    "add_note",
    "answer_correction",
    "answer_objection",
    "answer_rating",
    "appeal",
    "appeals_decided",
    "approve_in_bulk",
    "ask_for_correction",
    "assign",
    "assign_items",
    "canonical",
    "case_by_number",
    "case_of",
    "case_staff",
    "cases_at_first_go",
    "cases_decided",
    "cases_of",
    "cases_opened",
    "close_case",
    "confirm_account",
    "confirm_accounts_in_bulk",
    "confirm_audit",
    "counts_for",
    "decide",
    "decide_appeal",
    "declare_relation",
    "decline_grant",
    "end_relation",
    "entitled_reached",
    "errands_of",
    "export_queue",
    "extend_limit",
    "follow_orders",
    "follow_settled",
    "grant_more",
    "grounds_of",
    "items",
    "listed_items",
    "make_payable",
    "make_payable_in_bulk",
    "notice_until",
    "notices_of",
    "object_to_notice",
    "open_audit",
    "open_case",
    "open_cases_in_bulk",
    "pause_clock",
    "pay_again",
    "payments_made",
    "period_of",
    "places_held",
    "problem_words",
    "propose",
    "propose_more",
    "publish_in_bulk",
    "publish_notice",
    "queue_for",
    "rate",
    "read_case",
    "record_claim_repayment",
    "recover",
    "release",
    "reminders_for",
    "resume_clock",
    "return_change",
    "season_repaid",
    "season_rows",
    "season_totals",
    "see_reminder",
    "send_back",
    "service_item",
    "set_urgent",
    "start_review",
    "take_over",
    "tell_decided",
    "tell_paid",
    "touched_cases",
    "transfer",
    "unreached",
    "unreached_count",
    "verify",
    "waiting_for",
    "withdraw",
]
