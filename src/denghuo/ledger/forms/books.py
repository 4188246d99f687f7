"""Forms of the books."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReversalForm(forms.Form):
    """Why an entry should be reversed."""

    reason = forms.CharField(
        label=_("为什么要冲正"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写清错在哪里。要由另一位基金财务人员复核，复核以后才冲正。"),
    )


class AnswerForm(forms.Form):
    """Why a reversal is not agreed to."""

    answer = forms.CharField(label=_("不同意的原因"), max_length=200)
