"""The door of the cases room: what other floors may import.

Every action takes ``actor``, ``now`` and, where somebody looked at a page first, the ``version``
they saw. Whoever may not see a case is answered 404.
"""

from __future__ import annotations

from denghuo.cases.actions.accepting import (
    Lacking,
    Supplied,
    accept,
    answer_correction,
    ask_for_correction,
    withdraw,
)
from denghuo.cases.actions.appealing import appeal, decide_appeal
from denghuo.cases.actions.bulk.accounts import (
    AccountsKept,
    SaidAccount,
    confirm_accounts_in_bulk,
)
from denghuo.cases.actions.bulk.approving import Signed, approve_in_bulk
from denghuo.cases.actions.bulk.following import follow_settled, tell_paid
from denghuo.cases.actions.bulk.noticing import publish_in_bulk
from denghuo.cases.actions.bulk.opening import CHUNK as BULK_MAX
from denghuo.cases.actions.bulk.opening import NewCase, Opened, open_cases_in_bulk
from denghuo.cases.actions.bulk.paying import make_payable_in_bulk
from denghuo.cases.actions.bulk.steps import Moved
from denghuo.cases.actions.bulk.telling import tell_decided
from denghuo.cases.actions.closing import close_case, confirm_audit, open_audit, recover
from denghuo.cases.actions.desk import transfer
from denghuo.cases.actions.following import follow_orders, pay_again
from denghuo.cases.actions.looking import CaseFile, read_case
from denghuo.cases.actions.noticing import answer_objection, object_to_notice, publish_notice
from denghuo.cases.actions.opening import ToldFact, open_case
from denghuo.cases.actions.paying import NoticeOpenError, confirm_account, make_payable
from denghuo.cases.actions.rating import rate
from denghuo.cases.actions.reviewing import (
    FactsChangedError,
    Judged,
    decide,
    propose,
    start_review,
    verify,
)
from denghuo.cases.actions.supplementing import grant_more, propose_more
from denghuo.cases.logic.clock import Colour
from denghuo.cases.logic.forms_period import period_of
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.pay_problems import problem_words
from denghuo.cases.logic.signing import SameHandError
from denghuo.cases.logic.snapshots import Evidence, FrozenFact, WrittenEvidence, canonical
from denghuo.cases.logic.states import HandNotAllowedError, Move, MoveNotPossibleError, State
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
from denghuo.cases.queries.items import items, listed_items, service_item
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
    "BULK_MAX",
    "AccountsKept",
    "CaseErrands",
    "CaseFile",
    "CaseView",
    "Colour",
    "Evidence",
    "FactsChangedError",
    "FrozenFact",
    "HandNotAllowedError",
    "Judged",
    "Lacking",
    "Move",
    "MoveNotPossibleError",
    "Moved",
    "NewCase",
    "NoticeOpenError",
    "Opened",
    "SaidAccount",
    "SameHandError",
    "SeasonCase",
    "ServiceItem",
    "Signed",
    "State",
    "StateTotal",
    "Supplied",
    "ToldFact",
    "WrittenEvidence",
    "accept",
    "account_tails",
    "answer_correction",
    "answer_objection",
    "appeal",
    "appeals_decided",
    "approve_in_bulk",
    "ask_for_correction",
    "canonical",
    "case_by_number",
    "case_of",
    "cases_at_first_go",
    "cases_decided",
    "cases_of",
    "cases_opened",
    "close_case",
    "confirm_account",
    "confirm_accounts_in_bulk",
    "confirm_audit",
    "decide",
    "decide_appeal",
    "entitled_reached",
    "errands_of",
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
    "pay_again",
    "payments_made",
    "period_of",
    "places_held",
    "problem_words",
    "propose",
    "propose_more",
    "publish_in_bulk",
    "publish_notice",
    "rate",
    "read_case",
    "recover",
    "season_repaid",
    "season_rows",
    "season_totals",
    "service_item",
    "start_review",
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
