"""What can be wrong with a row, as a word for programs and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping

from denghuo.kernel.wording import gettext_noop as _

SENTENCES: Mapping[str, str] = {
    "no_title": _("没有写岗位名称。"),
    "no_employer": _("没有写单位名称。"),
    "bad_code": "{why}",
    "no_code": _("没有写统一社会信用代码，没法和别处同一家单位的岗位合起来。"),
    "formula": _("这一格是公式，不是值。请改成“选择性粘贴—数值”再存。"),
    "bad_day": _("“{said}”不是日期。请写成 2026-12-31 这样。"),
    "until_before_from": _("截止日期比开始日期早。请核对。"),
    "over": _("截止日期已经过了，不再公开。"),
    "bad_number": _("“{said}”不是整数。请只写数字。"),
    "too_many": _("招 {said} 个人，太多了。最多写 100,000。"),
    "bad_url": _("网址要以 https:// 开头，这一格没有收。"),
    "too_long": _("字太多了，最多 {most} 个字。"),
    "key_again": _("这个岗位编号在第 {line} 行已经写过，内容不一样。请核对，只留一行。"),
    "wage_not_understood": _("工资没有看懂：{why}"),
    "place_not_resolved": _("地点没有看懂：{why}"),
    "wording_forbidden": _("有法律不允许的用语：{words}。工作人员看过以后才公开。"),
    "fraud_hold": _("有几处像骗子的做法，工作人员看过以后才公开。"),
    "other_employer": _("这个岗位编号以前是另一家单位的。请换一个编号。"),
    "other_firm": _("这一行写的是别家单位的信用代码。这里只收您自己单位的岗位。"),
    "negotiable": _("工资写的是面议。写上大概的数，来投的人更多。"),
    "not_json": _("这一条不是完整的 JobPosting：{why}"),
}


def trouble_sentence(code: str, values: Mapping[str, str]) -> str:
    """The Chinese sentence; pages translate the template themselves."""
    return SENTENCES[code].format(**values)
