"""Names of divisions for pages of rooms that know codes only: ``{% load divisions %}``."""

from __future__ import annotations

from django import template

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
