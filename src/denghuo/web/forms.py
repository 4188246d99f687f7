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
        field.help_text = " ".join(text for text in (hint, _how(kind)) if text)
        if error:
            self.full_clean()
            self.add_error("answer", error)


def _attributes(kind: str) -> dict[str, str]:
    # A day is typed too: eight digits on the number keys are quicker than a calendar wound back
    # by years, and every browser and keyboard can do it.
    whole = kind in ("int", "date", "year")
    mode = "numeric" if whole else "decimal" if kind in ("money", "decimal") else "text"
    return {"inputmode": mode, "autocomplete": "off", "class": "short"}


def _how(kind: str) -> str:
    match kind:
        case "money":
            return str(_("只写数字，例如 1234.50"))
        case "date":
            return str(_("写 8 位数字就行，例如 20250301"))
        case "year":
            return str(_("写 4 位数字就行，例如 2025"))
        case "decimal":
            return str(_("可以写 5.5% 这样"))
        case _:
            return ""
