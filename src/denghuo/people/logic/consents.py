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
    "job_matching": ConsentPurpose(
        _("按我写的意愿帮我找工作"),
        _(
            "用您写的活儿、地方、工资、时间和证件给岗位排先后，每一个都说为什么。性别、民族、年龄不看。"
        ),
        _("不再给您排先后。招工的岗位照样能从新到旧看。"),
    ),
    "found_by_firms": ConsentPurpose(
        _("让招工的单位找得到我"),
        _("单位能看到您想干什么、会什么，看不到姓名和电话。它来邀请，答不答应您说了算。"),
        _("单位马上看不到您的意愿。您已经投出去的不受影响。"),
    ),
    "job_digest": ConsentPurpose(
        _("有新的合适岗位就告诉我"),
        _("一天最多一条消息，夜里不发。没有新的就不发。"),
        _("不再发。您自己随时可以来看。"),
    ),
}
