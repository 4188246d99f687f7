"""Tags the templates of every room use: ``{% load web %}``."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from denghuo.web.logic.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "check" %}``: one of our line icons; always set words beside it."""
    paths = format_html_join("", '<path d="{}"/>', ((d,) for d in ICONS[name]))
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', paths
    )
