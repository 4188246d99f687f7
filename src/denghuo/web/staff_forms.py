"""Forms of the desk's pages that mix rooms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CheckedForm(forms.Form):
    """What came of checking a disputed fact at its source.

    The fact registry reads the value; this form only asks for it where the fact was wrong.
    """

    result = forms.ChoiceField(
        label=_("核对结果"),
        choices=[("corrected", _("原来的不对，更正")), ("upheld", _("核实无误，不变"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选核对结果。")},
    )
    value = forms.CharField(label=_("正确的是"), max_length=60, required=False)
    source = forms.CharField(
        label=_("哪里查到的"), max_length=80, required=False, help_text=_("来源部门或名单的名字")
    )
    observed_on = forms.DateField(
        label=_("来源是哪一天的"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("请写日期，例如 2026-11-23。")},
    )
    answer = forms.CharField(
        label=_("给对方的答复"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写一句答复，让对方知道核对的结果。")},
    )

    def clean(self) -> dict[str, object]:
        """A correction has a value, its source and its day."""
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("result") == "corrected":
            for name, sentence in _CORRECTION_NEEDS.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned


_CORRECTION_NEEDS = {
    "value": _("更正要写正确的数。"),
    "source": _("请写在哪里查到的。"),
    "observed_on": _("请写来源是哪一天的。"),
}


class LookBackForm(forms.Form):
    """Whom to look back on, from which day, and why."""

    number = forms.CharField(
        label=_("身份证号或统一社会信用代码"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("照证件输。号码不会留在地址里。"),
        error_messages={"required": _("请写号码。")},
    )
    known_before = forms.DateField(
        label=_("当时是哪一天"),
        help_text=_("按这一天结束时知道的规定和资料"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("请写日期，例如 2026-11-23。"),
            "invalid": _("请写日期，例如 2026-11-23。"),
        },
    )
    as_of = forms.DateField(
        label=_("按哪一天的情况"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("请写日期，例如 2026-11-23。"),
            "invalid": _("请写日期，例如 2026-11-23。"),
        },
    )
    purpose = forms.CharField(
        label=_("为什么查"),
        max_length=100,
        help_text=_("本人能看到谁在什么时候为什么查过。"),
        error_messages={"required": _("请写为什么查。")},
    )
