"""Why an application was not taken: the field's reasons, each said to the applicant in plain words.

There is no "other": people tick it instead of what they mean, and nobody learns anything. No
reason names what the law protects (sex, age, ethnicity, religion, marriage, origin, disability,
illness); what a firm adds in its own words is read by the rules of wording before it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

NOTE_MAX = 200


class ReasonNeededError(RefusalError):
    """Nobody is refused without a reason."""

    code = "employment.reason_needed"
    template = "请选一个不录用的原因。求职人会看到。"


class NoteForbiddenError(RefusalError):
    """What the firm added says what no law lets it say."""

    code = "employment.note_forbidden"
    template = "“{words}”不能作为理由（{law}）。请改掉再发。"


class TimePastError(RefusalError):
    """An appointment lies ahead, and not for ever."""

    code = "employment.time_past"
    template = "时间要晚于现在、在 {days} 天以内。"


@dataclass(frozen=True, slots=True)
class Reason:
    """``label`` is what the firm ticks, ``said`` what the applicant reads, ``advice`` what helps.

    ``by_system`` marks those the house gives by itself.
    """

    code: str
    label: str
    said: str
    advice: str
    by_system: bool = False


_ALL = (
    Reason(
        "post_filled",
        _("岗位已招满"),
        _("这个岗位已经招满了。不是您的问题。"),
        _("下面有差不多的岗位。"),
        by_system=True,
    ),
    Reason(
        "post_closed",
        _("岗位取消或停招"),
        _("单位不再招这个岗位了。不是您的问题。"),
        _("下面有差不多的岗位。"),
        by_system=True,
    ),
    Reason(
        "duplicate",
        _("重复投递"),
        _("您在这家单位已经有一份一样的投递，以那一份为准。"),
        _("不用再投，等那一份的消息就行。"),
    ),
    Reason(
        "certificate_missing",
        _("缺少岗位必需的证书"),
        _("这个岗位必须有证书，您还没有。"),
        _("可以问问服务站，有没有能考这个证的培训班。"),
    ),
    Reason(
        "skills_missing",
        _("技能和岗位不符"),
        _("单位觉得您会的和这个岗位要的不太一样。"),
        _("在求职意向里多写几样您会的，能找到更合适的。"),
    ),
    Reason(
        "experience_short",
        _("工作经验不够"),
        _("单位想找做过的年头更长的人。"),
        _("找写着“不要经验”的岗位，机会更大。"),
    ),
    Reason(
        "schooling_short",
        _("学历没达到岗位写明的要求"),
        _("岗位写明了学历，您填的没到。"),
        _("如果您的学历写漏了，改一改再投别家。"),
    ),
    Reason(
        "schedule_mismatch",
        _("上班时间对不上"),
        _("您能上班的时间，和这个岗位对不上。"),
        _("把您能上班的时间写清楚，我们按这个给您找。"),
    ),
    Reason(
        "start_mismatch",
        _("到岗时间对不上"),
        _("单位急着用人，等不到您能来的那天。"),
        _("能来的日子近了再投，或者找不急的岗位。"),
    ),
    Reason(
        "too_far",
        _("路太远或没有住处"),
        _("单位觉得您每天来回太远，又没有住的地方。"),
        _("可以找近一点的，或者写着“包住”的。"),
    ),
    Reason(
        "wage_mismatch",
        _("工资没有谈拢"),
        _("您要的工资，和单位给的没谈到一起。"),
        _("看看同样的活别家给多少。"),
    ),
    Reason(
        "no_contact",
        _("联系不上"),
        _("单位打您留的电话，没有联系上。"),
        _("看看留的电话对不对；想要这份工，可以再投一次。"),
    ),
    Reason(
        "no_show",
        _("约了面试没来"),
        _("单位约了您面试，您没到。"),
        _("有事去不了，提前说一声；想要这份工，可以再投一次。"),
    ),
    Reason(
        "interview_not_passed",
        _("面试或试做没通过"),
        _("面试（或试做）以后，单位没有选您。"),
        _("可以问问单位差在哪；差不多的岗位下面还有。"),
    ),
    Reason(
        "another_chosen",
        _("选了别的应聘人"),
        _("这次单位选了另一位。"),
        _("下面有差不多的岗位。"),
    ),
    Reason(
        "papers_differ",
        _("填的和实际不一致"),
        _("单位说您填的和实际对不上。"),
        _("看看哪里写错了。觉得单位弄错了，可以直接问它，或者找服务站帮您问。"),
    ),
    Reason(
        "wrong_post",
        _("投错了岗位"),
        _("单位看您像是投错了岗位。"),
        _("回去看看岗位写的是不是您想做的。"),
    ),
)
REASONS = {one.code: one for one in _ALL}
# What a firm may tick; the system's own say what has happened to the post.
FIRM_REASONS = tuple(one for one in REASONS.values() if not one.by_system)


def read_reason(code: str, *, by_system: bool = False) -> Reason:
    """The reason of this code. Raises ``ReasonNeededError``."""
    found = REASONS.get(code)
    if found is None or (found.by_system and not by_system):
        raise ReasonNeededError(field="reason")
    return found


def demand_ahead(at: datetime | None, *, now: datetime, days_max: int) -> datetime:
    """An instant that lies ahead, within so many days. Raises ``TimePastError``."""
    if at is None or not 0 < (at - now).total_seconds() <= days_max * 86_400:
        raise TimePastError(field="at", days=days_max)
    return at
