"""The six-digit code sent to a phone: how it is made, when it opens the door.

The code is *derived* from the identifier of its row and a key that is not in the database,
so neither the row nor a job's payload nor a backup ever holds it (decision 0020).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from denghuo.kernel.refusal import RefusalError

DIGITS = 6
VALID_FOR = timedelta(minutes=5)
TRIES_MAX = 5
WAIT_AFTER_TRIES = timedelta(minutes=15)
RESEND_AFTER = timedelta(seconds=60)
# A button pressed twice sends its form twice, and only the second answer is shown.
PRESSED_TWICE_WITHIN = timedelta(seconds=10)

Purpose = Literal["sign_in", "give_mandate", "assisted_mandate", "change_phone"]
Verdict = Literal["right", "wrong", "expired", "used", "replaced", "locked"]


class WrongCodeError(RefusalError):
    """The digits differ; ``left`` tries remain."""

    code = "people.code_wrong"
    template = "验证码不对，还可以再试 {left} 次。请对照短信再输一遍。"


class CodeExpiredError(RefusalError):
    """The code is older than five minutes."""

    code = "people.code_expired"
    template = "这条验证码已经过了 5 分钟，不能再用了。您填的内容都还在，请重新获取一条。"


class CodeUsedError(RefusalError):
    """The code was used before, perhaps in another tab."""

    code = "people.code_used"
    template = (
        "这条验证码已经用过了。如果您刚在另一个页面登录，打开首页就可以；没有的话，请重新获取。"
    )
    status = 409


class CodeReplacedError(RefusalError):
    """A newer code was sent to the same phone."""

    code = "people.code_replaced"
    template = "后来又发过一条新的验证码，请用最新收到的那一条。"
    status = 409


class TooManyTriesError(RefusalError):
    """Five wrong tries: wait."""

    code = "people.code_locked"
    template = "验证码输错了 {tries} 次。为了您的安全，请等 {minutes} 分钟再重新获取。"
    status = 429


class SentJustNowError(RefusalError):
    """A code was sent less than a minute ago."""

    code = "people.code_sent_just_now"
    template = "验证码刚刚发出，请等 {seconds} 秒再试。短信有时会晚到一会儿。"
    status = 429


class CodeMissingError(RefusalError):
    """No code was asked for from this browser."""

    code = "people.code_missing"
    template = "还没有获取验证码，或者页面开得太久了。请从手机号那一步重新开始。"


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """What is kept of a sent code; never the digits."""

    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None
    replaced_at: datetime | None = None
    last_try_at: datetime | None = None


def derive_code(key: bytes, code_id: UUID) -> str:
    """Six digits from a key and the identifier of the row.

    Eight bytes modulo a million: the bias is below 10⁻¹³.
    """
    digest = hmac.new(key, code_id.bytes, hashlib.sha256).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**DIGITS).zfill(DIGITS)


def read_code(raw: str) -> str:
    """What a person typed or pasted: full-width digits and blanks are forgiven."""
    text = unicodedata.normalize("NFKC", raw)
    return "".join(char for char in text if not char.isspace())[:32]


def judge(record: CodeRecord, *, typed: str, expected: str, now: datetime) -> Verdict:
    """What a try is worth. The comparison takes the same time for every wrong code."""
    if record.tries >= TRIES_MAX:
        return "locked"
    if record.used_at is not None:
        return "used"
    if record.replaced_at is not None:
        return "replaced"
    if now >= record.expires_at:
        return "expired"
    right = hmac.compare_digest(typed.encode(), expected.encode())
    return "right" if right else "wrong"


def pressed_twice(record: CodeRecord, *, typed: str, expected: str, now: datetime) -> bool:
    """Whether a used code comes again as the second press of one button: right, and at once.

    Only the browser that asked for a code knows which one is its own, so this opens to nobody
    else what the first press did not.
    """
    if record.used_at is None or not timedelta(0) <= now - record.used_at < PRESSED_TWICE_WITHIN:
        return False
    return hmac.compare_digest(typed.encode(), expected.encode())


def wait_before_next(last: CodeRecord | None, *, sent_at: datetime | None, now: datetime) -> None:
    """Refuse a new code while the wait after five wrong tries, or after the last one, runs.

    Raises ``TooManyTriesError`` or ``SentJustNowError``.
    """
    if last is None or sent_at is None:
        return
    if last.tries >= TRIES_MAX and last.last_try_at is not None:
        left = last.last_try_at + WAIT_AFTER_TRIES - now
        if left > timedelta(0):
            raise TooManyTriesError(tries=TRIES_MAX, minutes=_minutes_up(left))
    left = sent_at + RESEND_AFTER - now
    if left > timedelta(0) and last.used_at is None:
        raise SentJustNowError(seconds=-(-left // timedelta(seconds=1)))


def refuse(verdict: Verdict, record: CodeRecord, *, now: datetime) -> None:
    """Raise the refusal that belongs to a verdict; ``right`` passes."""
    if verdict == "wrong":
        left = TRIES_MAX - record.tries
        if left > 0:
            raise WrongCodeError(field="code", left=left)
        raise TooManyTriesError(
            field="code", tries=TRIES_MAX, minutes=_minutes_up(WAIT_AFTER_TRIES)
        )
    if verdict == "locked":
        since = record.last_try_at or now
        left_wait = max(since + WAIT_AFTER_TRIES - now, timedelta(minutes=1))
        raise TooManyTriesError(field="code", tries=TRIES_MAX, minutes=_minutes_up(left_wait))
    if verdict == "expired":
        raise CodeExpiredError(field="code")
    if verdict == "used":
        raise CodeUsedError(field="code")
    if verdict == "replaced":
        raise CodeReplacedError(field="code")


def _minutes_up(span: timedelta) -> int:
    return -(-span // timedelta(minutes=1))
