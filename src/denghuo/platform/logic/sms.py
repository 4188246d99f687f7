"""Short messages: the texts a carrier has registered, who may get them, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from denghuo.kernel.clock import day_of
from denghuo.platform.logic.workdays import CHINA_TIME

SIGNATURE = "【灯火】"
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_DEMO = re.compile(r"12\d{9}", re.ASCII)


CodePurpose = Literal["sign_in", "give_mandate", "assisted_mandate", "change_phone"]
CODE_TEMPLATES: Mapping[CodePurpose, str] = {
    "sign_in": "code",
    "give_mandate": "code_mandate",
    "assisted_mandate": "code_counter",
    "change_phone": "code_phone",
}
# Carriers take short values only; the whole text stays within two messages.
OFFICE_LENGTH_MAX = 30
NEWS_TEMPLATE = "news"


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    """One registered text. ``urgent`` ones go out at night too: somebody waits for them now.

    ``secret`` values are wiped from our own tables as soon as the carrier has answered.
    """

    name: str
    text: str
    urgent: bool = False
    secret: bool = False

    def fill(self, values: Mapping[str, str]) -> str:
        """The words as the phone shows them. Raises ``KeyError`` for a missing value."""
        return SIGNATURE + self.text.format_map(values)


# Carriers send registered texts only. None but the codes' holds anything about a person: a
# short message lies open on a locked screen and in the carrier's logs. A code says what it is
# for: whoever tricks somebody into reading one out would otherwise have the next one explained
# by the sender. One code only is read out, at the counter, and it names the office.
TEMPLATES = {
    template.name: template
    for template in (
        SmsTemplate(
            CODE_TEMPLATES["sign_in"],
            "登录验证码 {code}，{minutes} 分钟内有效。只在灯火的登录页填，谁来要都不要给。",
            urgent=True,
            secret=True,
        ),
        SmsTemplate(
            CODE_TEMPLATES["give_mandate"],
            "委托验证码 {code}，{minutes} 分钟内有效。填了就是请别人代您办事。谁来要都不要给。",
            urgent=True,
            secret=True,
        ),
        SmsTemplate(
            CODE_TEMPLATES["assisted_mandate"],
            "{office}要为您代办，验证码 {code}，{minutes} 分钟内有效。"
            "同意，请念给窗口工作人员；您不在窗口，就不要给人。",
            urgent=True,
            secret=True,
        ),
        SmsTemplate(
            CODE_TEMPLATES["change_phone"],
            "换手机号的验证码 {code}，{minutes} 分钟内有效。只在灯火的页面上填，谁来要都不要给。",
            urgent=True,
            secret=True,
        ),
        SmsTemplate("notice", "{title}。请登录灯火，在“消息”里看全文。"),
        # Not even which matter: several may have moved that day, and the name of a benefit can
        # say that somebody is ill or out of work.
        SmsTemplate(NEWS_TEMPLATE, "您办的事有新进展。请登录灯火，在“消息”里看。"),
    )
}


def is_mobile(number: str) -> bool:
    """Eleven digits of a range that is in use."""
    return _MOBILE.fullmatch(number) is not None


def is_demo_number(number: str) -> bool:
    """The unallocated 12x range, where the people of the demo region have their phones."""
    return _DEMO.fullmatch(number) is not None


def earliest_sending(at: datetime) -> datetime:
    """``at``, or eight in the morning after the quiet hours it falls in (China time)."""
    local = at.astimezone(CHINA_TIME)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    morning = datetime.combine(day_of(at), QUIET_UNTIL, CHINA_TIME)
    if local.time() >= QUIET_FROM:
        morning += timedelta(days=1)
    return morning.astimezone(at.tzinfo)
