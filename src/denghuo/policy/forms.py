"""Forms of the policy desk."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from denghuo.policy.logic.document_text import SIZE_MAX

_EARLIEST, _LATEST = "1950-01-01", "2150-12-31"


class _OneOfTwoChoice(forms.ChoiceField):
    """Not marked "may be left empty": one of the two is needed, and the form sees to it."""

    def validate(self, value: Any) -> None:
        """Only what was chosen is checked."""
        if value:
            super().validate(value)


class _OneOfTwoFile(forms.FileField):
    """The other of the two."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Only what was sent is checked."""
        return super().clean(data, initial) if data else None


class SweepForm(forms.Form):
    """What to ask, of which file, for which day.

    ``token`` is the number the run will have: one form is one run.
    """

    use_required_attribute = False
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    source = _OneOfTwoChoice(label=_("数据文件"), help_text=_("各部门送来的、已经放好的文件"))
    upload = _OneOfTwoFile(
        label=_("或者自己传一个"),
        help_text=_(
            "Parquet 或 CSV。要有一列 entity 写是谁；其余列名用事实的名字，金额以分为单位。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".parquet,.csv"}),
    )
    policies = forms.MultipleChoiceField(
        label=_("问哪些政策"), widget=forms.CheckboxSelectMultiple, required=True
    )
    as_of = forms.DateField(
        label=_("按哪一天"),
        help_text=_("用这一天适用的规定；按缴费年度、合同日期选规定的政策，看那一天，不看这里"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": _EARLIEST, "max": _LATEST}
        ),
        error_messages={"invalid": _("请写日期，例如 2026-11-23。")},
    )

    def __init__(
        self,
        *args: Any,
        sources: list[tuple[str, str]],
        policies: list[tuple[str, list[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["source"]).choices = [("", _("（不选）")), *sources]
        cast("forms.MultipleChoiceField", self.fields["policies"]).choices = policies

    def clean(self) -> dict[str, object]:
        """One source, not none and not two."""
        cleaned: dict[str, object] = super().clean() or {}
        if not cleaned.get("source") and not cleaned.get("upload"):
            self.add_error("source", _("请选一个文件，或者自己传一个。"))
        if cleaned.get("source") and cleaned.get("upload"):
            self.add_error("upload", _("选了文件又传了一个，请只留一样。"))
        return cleaned


class TextForm(forms.Form):
    """A policy text and why it is changed."""

    text = forms.CharField(
        label=_("规则文本"),
        max_length=SIZE_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "rule-text"}),
    )
    note = forms.CharField(
        label=_("改了什么、为什么"),
        max_length=500,
        error_messages={"required": _("请写一句改了什么、为什么。")},
    )


class ReasonForm(forms.Form):
    """Taking something back says why."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明原因。")},
    )
