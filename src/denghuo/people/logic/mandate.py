"""Mandates: who may act for whom, in what, until when. The state machine.

A mandate is *offered* by the one whose affairs they are, *accepted* by the one who will act,
and ends by its date, by withdrawal, or by never being accepted. Withdrawal works at once.
A legal mandate (a guardian, a firm's legal representative) and one given to a member of
staff at the counter need no separate acceptance.

    offered ──accept──▶ accepted ──(day reached)──▶ in force ──(day passed)──▶ expired
       │ decline            │ withdraw                  │ withdraw
       ▼                    ▼                           ▼
    declined            withdrawn                   withdrawn
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from denghuo.kernel.clock import day_of
from denghuo.kernel.period import Period, add_months
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

How = Literal["phone_code", "paper", "legal"]
Scope = Literal["read", "apply", "documents", "money"]
State = Literal["offered", "not_yet", "in_force", "expired", "withdrawn", "declined"]

SCOPES: dict[Scope, str] = {
    "read": _("看我能享受什么、办到哪一步"),
    "apply": _("替我填表和提交"),
    "documents": _("替我交材料"),
    "money": _("替我确认收款账户"),
}
HOW: dict[How, str] = {
    "phone_code": _("手机验证码"),
    "paper": _("签字的纸质委托书"),
    "legal": _("法律规定"),
}
# A promise made for ever is one nobody remembers having made. These lengths are our choice,
# not law: civil-code agency (art. 165) only asks that the period be named.
MONTHS_MAX = 12
STAFF_DAYS_MAX = 30


class NoMandateError(RefusalError):
    """Nobody acts for another without a mandate in force."""

    code = "people.no_mandate"
    template = "您现在不能替对方办这件事：没有生效的委托。请对方先在“家人和委托”里给您委托。"
    status = 403


class MandateEndedError(RefusalError):
    """A mandate that has ended cannot be changed."""

    code = "people.mandate_ended"
    template = "这份委托已经结束，不用再操作。"
    status = 409


class MandateNotOfferedError(RefusalError):
    """Only an open offer can be accepted or declined."""

    code = "people.mandate_not_offered"
    template = "这份委托已经答复过了。"
    status = 409


class MandateScopeError(RefusalError):
    """A mandate names what it is for."""

    code = "people.mandate_scope"
    template = "请选至少一项可以代办的事。"


class MandateTooLongError(RefusalError):
    """Longer than the longest mandate of its kind."""

    code = "people.mandate_too_long"
    template = "委托最长到 {latest}，请选早一点的日期。"


class MandateInPastError(RefusalError):
    """A mandate that would end before it begins to matter."""

    code = "people.mandate_in_past"
    template = "结束日期要晚于今天。"


class MandateToSelfError(RefusalError):
    """Nobody needs a mandate for their own affairs."""

    code = "people.mandate_to_self"
    template = "自己的事不用委托自己。请填另一个人。"


@dataclass(frozen=True, slots=True)
class Mandate:
    """The terms and the answers given so far. Days are civil days in Shanghai."""

    how: How
    scopes: frozenset[Scope]
    period: Period
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    withdrawn_at: datetime | None = None


def state_of(mandate: Mandate, *, now: datetime) -> State:
    """The one state the mandate is in at an instant."""
    today = day_of(now)
    if mandate.withdrawn_at is not None and mandate.withdrawn_at <= now:
        return "withdrawn"
    if mandate.declined_at is not None and mandate.declined_at <= now:
        return "declined"
    if mandate.period.until is not None and today >= mandate.period.until:
        return "expired"
    if mandate.accepted_at is None or mandate.accepted_at > now:
        return "offered"
    return "in_force" if today >= mandate.period.start else "not_yet"


def allows(mandate: Mandate, scope: Scope, *, now: datetime) -> bool:
    """True if the mandate is in force and covers the scope."""
    return state_of(mandate, now=now) == "in_force" and scope in mandate.scopes


def accept(mandate: Mandate, *, now: datetime) -> Mandate:
    """The receiver takes the mandate. Raises ``MandateNotOfferedError``."""
    _demand_offered(mandate, now)
    return replace(mandate, accepted_at=now)


def decline(mandate: Mandate, *, now: datetime) -> Mandate:
    """The receiver does not want it. Raises ``MandateNotOfferedError``."""
    _demand_offered(mandate, now)
    return replace(mandate, declined_at=now)


def withdraw(mandate: Mandate, *, now: datetime) -> Mandate:
    """The giver takes it back, or the receiver lays it down: at once, from any live state.

    Raises ``MandateEndedError`` when it has ended already.
    """
    if state_of(mandate, now=now) not in ("offered", "not_yet", "in_force"):
        raise MandateEndedError
    return replace(mandate, withdrawn_at=now)


def read_scopes(scopes: Iterable[str]) -> frozenset[Scope]:
    """Known scopes, at least one. Raises ``MandateScopeError``."""
    known = frozenset(scope for scope in get_args(Scope) if scope in set(scopes))
    if not known or len(known) != len(set(scopes)):
        raise MandateScopeError(field="scopes")
    return known


def latest_until(start: date, *, to_staff: bool) -> date:
    """The last ``until`` a person may give: twelve months, thirty days for staff."""
    if to_staff:
        return date.fromordinal(start.toordinal() + STAFF_DAYS_MAX)
    return add_months(start, MONTHS_MAX)


def read_period(start: date, until: date, *, today: date, to_staff: bool) -> Period:
    """A period a person may give. Raises ``MandateInPastError``, ``MandateTooLongError``."""
    if until <= max(start, today):
        raise MandateInPastError(field="until")
    latest = latest_until(start, to_staff=to_staff)
    if until > latest:
        raise MandateTooLongError(field="until", latest=latest.isoformat())
    return Period(start, until)


def _demand_offered(mandate: Mandate, now: datetime) -> None:
    if state_of(mandate, now=now) != "offered":
        raise MandateNotOfferedError
