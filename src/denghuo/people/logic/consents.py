"""The uses of data a person may agree to or not; everything else rests on law, not consent.

Only these are consents: each can be withdrawn without losing any service one is entitled to,
else it would not be a free choice (PIPL art. 16).
"""

from __future__ import annotations

from dataclasses import dataclass

from denghuo.kernel.wording import gettext_noop as _


@dataclass(frozen=True, slots=True)
class ConsentPurpose:
    """One use: what it is, and what changes when it is withdrawn."""

    title: str
    explanation: str
    after_withdrawal: str


PURPOSES: dict[str, ConsentPurpose] = {
    "benefit_search": ConsentPurpose(
        _("主动帮我找待遇"),
        _("用您已有的登记信息，定期看看有没有新的待遇适合您，有就告诉您。"),
        _("不再主动帮您找。您自己随时可以在“我的待遇”里查。"),
    ),
    "activity_tips": ConsentPurpose(
        _("给我发活动和健康提醒"),
        _("按您住的旗县，发招聘会、培训班和健康提醒。"),
        _("不再发提醒。您办的事情的通知照常发。"),
    ),
    "service_research": ConsentPurpose(
        _("用我的使用情况改进服务"),
        _("去掉姓名和号码以后，看大家在哪一步停下来，把页面改得更好用。"),
        _("以后的使用情况不再计入。"),
    ),
}
