"""Forms of the pages that mix rooms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DisputeForm(forms.Form):
    """What the person says is wrong, and what they say is right."""

    claimed_value = forms.CharField(
        label=_("您认为应该是"),
        help_text=_("例如：28 人，或 2025年3月1日"),
        max_length=60,
        required=False,
    )
    note = forms.CharField(
        label=_("为什么"),
        help_text=_("简单写一句，比如在哪儿能查到对的"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写一句为什么不对。")},
    )


class AnswerForm(forms.Form):
    """One typed answer: a number, an amount in yuan, a day, a code.

    It only draws the field; the fact registry reads what is typed and words the refusal.
    """

    answer = forms.CharField(max_length=200, required=False)

    def __init__(self, kind: str, hint: str, current: str, error: str) -> None:
        super().__init__({"answer": current} if error else None, initial={"answer": current})
        field = self.fields["answer"]
        field.widget = forms.TextInput(attrs=_attributes(kind))
        field.help_text = hint or _hint(kind)
        if error:
            self.full_clean()
            self.add_error("answer", error)


def _attributes(kind: str) -> dict[str, str]:
    if kind == "date":
        return {"type": "date", "autocomplete": "off", "class": "short"}
    mode = {"int": "numeric", "money": "decimal", "decimal": "decimal"}.get(kind, "text")
    return {"inputmode": mode, "autocomplete": "off", "class": "short"}


def _hint(kind: str) -> str:
    if kind == "money":
        return str(_("只写数字，例如 1234.50"))
    return str(_("可以写 5.5% 这样")) if kind == "decimal" else ""
