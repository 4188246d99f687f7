"""What a sweep's answer about one subject makes of it in a season."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from denghuo.kernel.wording import gettext_noop

Kind = Literal["entitled", "no_amount", "unknown", "near", "no_rule", ""]
Out = Literal["", "wrong", "disputed", "taken", "unregistered", "outside", "no_amount", "changed"]

KIND_WORDS: Mapping[str, str] = {
    "entitled": gettext_noop("符合"),
    "unknown": gettext_noop("只差一项信息"),
    "near": gettext_noop("只差一个条件"),
    "no_rule": gettext_noop("没有现行规定"),
}
OUT_WORDS: Mapping[str, str] = {
    "wrong": gettext_noop("抽查发现不对"),
    "disputed": gettext_noop("信息有异议，由人来定"),
    "taken": gettext_noop("已经办过或正在办"),
    "unregistered": gettext_noop("没有登记，找不到单位"),
    "outside": gettext_noop("不在这一批的地区"),
    "no_amount": gettext_noop("缺信息，算不出金额"),
    "changed": gettext_noop("事实和比对时不一样"),
}


def kind_of(verdict: str, *, fail_mask: int, unknown_mask: int) -> Kind:
    """Who is kept on the list: the entitled, who lacks one fact or one condition, and everybody
    no rule speaks of. All others are only counted."""
    if verdict == "entitled":
        return "entitled"
    if verdict == "no_rule":
        return "no_rule"
    if verdict == "unknown" and not fail_mask and unknown_mask.bit_count() == 1:
        return "unknown"
    if verdict == "not" and fail_mask.bit_count() == 1 and not unknown_mask:
        return "near"
    return ""
