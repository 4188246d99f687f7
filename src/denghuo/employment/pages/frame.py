"""What the pages of this room share: the frame of whoever reads, a refusal in their language."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest

RESIDENT_FRAME, DESK_FRAME = "web/shell.html", "web/desk.html"


def page(
    request: ActorRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponseBase:
    """The page; a clerk who helps keeps the desk around them."""
    staff = request.actor.kind == "staff"
    return render(
        request,
        template,
        {"frame": DESK_FRAME if staff else RESIDENT_FRAME, "staff": staff, **context},
        status=status,
    )


def sentence_of(refusal: RefusalError) -> str:
    """The refusal in the reader's language."""
    return gettext(refusal.template).format(**refusal.values)


def pay_text(low_fen: int | None, high_fen: int | None, words: str) -> str:
    """Pay a month, or the post's own words where nothing was understood."""
    if low_fen is None and high_fen is None:
        return words or gettext("工资没写")
    ends = [
        Money(one).yuan_text.removesuffix(".00") for one in (low_fen, high_fen) if one is not None
    ]
    return gettext("每月 {sum} 元").format(sum="–".join(dict.fromkeys(ends)))
