"""After a decision: until when it may be appealed, and what a changed one means in money.

Sixty days from the day after the person knew of it: administrative reconsideration law (as
revised 2023, in force 2024-01-01) art. 20; the office answers within sixty days (art. 62), and
whoever asked may not come out worse (art. 63). These days are civil days, not working days.
The articles are cited from memory: status "assumed" until somebody has checked the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from denghuo.kernel.refusal import RefusalError

APPEAL_DAYS = 60
ANSWER_DAYS = 60
Next = Literal["pay", "close", "recover"]


class AppealTooLateError(RefusalError):
    """The days are over."""

    code = "cases.appeal_too_late"
    template = "提出复查的期限是 {until}，已经过了。仍不服的，可以打 12348 问法律援助。"
    status = 409


class SecondAppealError(RefusalError):
    """One appeal; then the court."""

    code = "cases.second_appeal"
    template = "这件事已经提过一次复查。对复查结果不服的，可以在收到结果 15 天内向法院起诉。"
    status = 409


class NothingToAppealError(RefusalError):
    """Before a decision there is nothing to appeal against."""

    code = "cases.nothing_to_appeal"
    template = "这件事还没有决定，不能提复查。觉得哪里不对，可以先留言或打电话。"
    status = 409


class WorseOnAppealError(RefusalError):
    """Whoever asked for a second look may not lose by it."""

    code = "cases.worse_on_appeal"
    template = "申请人要求复查的，复查结果不能比原决定更差。需要追回的，请走付款后核查。"
    status = 409


def last_day(decided_on: date) -> date:
    """The last day in time: the sixtieth after the day the person was told."""
    return decided_on + timedelta(days=APPEAL_DAYS)


def answer_due(raised_on: date) -> date:
    """When the office must have answered."""
    return raised_on + timedelta(days=ANSWER_DAYS)


def demand_in_time(until: date | None, *, on: date) -> None:
    """Raises ``AppealTooLateError``."""
    if until is not None and on > until:
        raise AppealTooLateError(until=until.isoformat())


def demand_not_worse(old_fen: int, new_fen: int) -> None:
    """Raises ``WorseOnAppealError``."""
    if new_fen < old_fen:
        raise WorseOnAppealError


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is left to do in money: ``pay_fen`` to be ordered, ``recover_fen`` asked back."""

    next: Next
    pay_fen: int = 0
    recover_fen: int = 0


def settle(amount_fen: int, *, ordered_fen: int, asked_back_fen: int = 0) -> Settlement:
    """The decision in force against what is paid or on its way.

    ``asked_back_fen`` was claimed by a case of its own already, and is not claimed twice; nor is
    it paid again while nobody knows whether it came back.
    """
    if amount_fen > ordered_fen:
        return Settlement("pay", pay_fen=amount_fen - ordered_fen)
    if amount_fen + asked_back_fen < ordered_fen:
        return Settlement("recover", recover_fen=ordered_fen - asked_back_fen - amount_fen)
    return Settlement("close")


def claims_to_drop(claims_fen: Sequence[int], *, asked_fen: int, owed_fen: int) -> int:
    """How many of the open claims, the newest first, end so that no more is asked than is owed.

    Together they may fall below it: the rest is then asked for anew, by one claim.
    """
    count = 0
    for fen in claims_fen:
        if asked_fen <= owed_fen:
            break
        asked_fen -= fen
        count += 1
    return count
