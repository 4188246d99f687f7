"""How the desk says verdicts and amounts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from denghuo.kernel.money import Money
from denghuo.policy.logic.display import Display
from denghuo.policy.queries.library import library

VERDICTS = ("entitled", "not", "unknown", "no_rule")


def verdict_words() -> dict[str, str]:
    """The four verdicts on screen."""
    return {
        "entitled": _("符合"),
        "not": _("不符合"),
        "unknown": _("还不能判断"),
        "no_rule": _("没有现行规定"),
    }


def amount_words(policy_id: str, amount: int) -> str:
    """An amount in its policy's unit: yuan for fen, per cent for rates."""
    definition = library().get(policy_id)
    units = (
        {each.amount.unit for each in definition.versions if each.amount} if definition else set()
    )
    if "rate" in units:
        return Display("percent", 6).show(amount)
    return str(Money(amount)) if "fen" in units else f"{amount:,}"
