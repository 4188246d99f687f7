"""Names of divisions for pages of rooms that know codes only: ``{% load divisions %}``."""

from __future__ import annotations

from typing import cast

from django import template
from django.utils.translation import gettext

from denghuo.kernel.refusal import RefusalError
from denghuo.places.public import division

register = template.Library()


@register.filter
def division_name(code: str) -> str:
    """``{{ code|division_name }}``: 呼和浩特市 新城区; a code nobody has now stays a code."""
    if not code:
        return ""
    try:
        return division(code).full_name
    except RefusalError:
        return code


@register.simple_tag(takes_context=True)
def division_once(context: template.Context, code: str) -> str:
    """``{% division_once code %}``: the same for lists, asked once for each code of a page; no
    code is the whole region."""
    if not code:
        return gettext("全区")
    kept = cast("dict[str, dict[str, str]]", context.render_context)
    known = kept.setdefault("divisions", {})
    if code not in known:
        known[code] = division_name(code)
    return known[code]
