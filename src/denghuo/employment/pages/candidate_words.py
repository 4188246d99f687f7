"""What a firm reads of an application: its tone, what comes next, which parts were shared."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from denghuo.employment.logic.applications import State
from denghuo.employment.logic.sharing import PARTS
from denghuo.employment.pages.applying import hour_words
from denghuo.employment.queries.applications import ApplicationView

TONES = {
    State.SENT: "wait",
    State.SEEN: "wait",
    State.INTERVIEW: "fact",
    State.OFFERED: "fact",
    State.HIRED: "yes",
    State.REFUSED: "no",
    State.WITHDRAWN: "unknown",
    State.OBSOLETE: "unknown",
}


def next_words(one: ApplicationView) -> str:
    """What the firm does next, or what it waits for."""
    match one.state:
        case State.SENT:
            return _("打开看看。对方会知道您看过了。")
        case State.SEEN:
            return _("约面试、直接录用，或者说清为什么不录用。")
        case State.INTERVIEW:
            return _("{when}，在{place}面试。面试完了，录用或者说明原因。").format(
                when=hour_words(one.meet_at), place=one.meet_place
            )
        case State.OFFERED:
            return _("等对方在 {when} 前答复。").format(when=hour_words(one.offer_until))
        case State.HIRED if one.start_on:
            return _("说好 {day} 上班。").format(day=one.start_on.isoformat())
        case State.HIRED:
            return _("请联系对方，说好哪天上班。")
        case State.REFUSED if one.reason:
            return _(one.reason.label)
        case State.OBSOLETE:
            return _("对方在别处上岗了，信息看不到了。")
        case _:
            return _("对方撤回了，信息看不到了。")


def part_lines(parts: Iterable[str]) -> str:
    """Which parts were shared."""
    return _("、").join(_(PARTS[name]) for name in parts if name in PARTS)
