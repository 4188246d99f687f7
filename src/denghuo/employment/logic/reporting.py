"""What can be wrong with a post, in the words of whoever reports it."""

from __future__ import annotations

from collections.abc import Mapping

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

REASONS: Mapping[str, str] = {
    "asks_money": _("要先交钱：押金、培训费、服装费"),
    "not_real": _("打电话过去，没有这个岗位"),
    "not_as_said": _("说的和写的不一样：工资、活儿、地方"),
    "asks_secrets": _("要身份证照片、银行卡、验证码"),
    "unlawful": _("歧视人，或者让人干违法的事"),
    "other": _("别的不对劲的地方"),
}


class ReasonMissingError(RefusalError):
    """A report without a reason tells nobody what to look at."""

    code = "employment.reason_missing"
    template = "请选一个原因，我们好知道查什么。"
    field = "reason"
