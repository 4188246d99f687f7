"""Tags the templates of every room use: ``{% load web %}``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from denghuo.platform.public import ANONYMOUS, SUBJECT_FIELD, subject_mark
from denghuo.web.logic import charts
from denghuo.web.logic.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "check" %}``: one of our line icons; always set words beside it."""
    paths = format_html_join("", '<path d="{}"/>', ((d,) for d in ICONS[name]))
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', paths
    )


@register.simple_tag(takes_context=True)
def subject_field(context: template.Context) -> SafeString:
    """``{% subject_field %}`` inside a form that acts for the subject at hand.

    Sent after another tab chose somebody else, such a form is refused.
    """
    actor = getattr(context["request"], "actor", ANONYMOUS)
    return format_html(
        '<input type="hidden" name="{}" value="{}">', SUBJECT_FIELD, subject_mark(actor)
    )


@register.filter
def field_kind(field: BoundField) -> str:
    """How a field is laid out: ``radios``, ``check`` or a plain line (empty)."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect):  # CheckboxSelectMultiple is one of its kind
        return "radios"
    return "check" if isinstance(widget, CheckboxInput) else ""


@register.filter
def target_id(field: BoundField) -> str:
    """Where an error's link leads: the input, or the group when it has several."""
    return field.id_for_label or str(field.auto_id)


@register.filter
def beside(cells: Sequence[object], columns: Iterable[object]) -> list[tuple[object, object]]:
    """Pair a row's cells with their columns: ``{% for column, cell in cells|beside:columns %}``."""
    return list(zip_longest(columns, cells, fillvalue=""))


@register.inclusion_tag("web/components/bar_chart.html")
def bar_chart(
    title: str, unit: str, pairs: Sequence[tuple[str, float]], target: float = 0
) -> dict[str, object]:
    """``{% bar_chart title unit pairs target %}``: bars with their table beneath."""
    return {"chart": charts.bar_chart(title, unit, pairs, target)}


@register.inclusion_tag("web/components/line_chart.html")
def line_chart(title: str, unit: str, pairs: Sequence[tuple[str, float]]) -> dict[str, object]:
    """``{% line_chart title unit pairs %}``: one line with its table beneath."""
    return {"chart": charts.line_chart(title, unit, pairs)}
