"""Forms of the benefits room."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

_EARLIEST, _LATEST = "1950-01-01", "2150-12-31"


def _day_field(**more: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": _EARLIEST, "max": _LATEST}
        ),
        error_messages={"invalid": _("请写日期，例如 2026-10-31。")},
        required=False,
        **more,
    )


class FactFileForm(forms.Form):
    """A file, who sent it, on what basis, about whom."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("文件"),
        help_text=_("CSV、.xlsx 或 Parquet。表头可以是他们自己的叫法，下一步再对。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.parquet"}),
        error_messages={
            "required": _("请选一个文件。"),
            "empty": _("这个文件是空的。"),
        },
    )
    subject = forms.ChoiceField(
        label=_("说的是谁"),
        choices=[("firm", _("单位（统一社会信用代码）")), ("person", _("个人（身份证号）"))],
        widget=forms.RadioSelect,
        initial="firm",
    )
    office = forms.ChoiceField(
        label=_("哪个部门给的"), error_messages={"required": _("请选来源部门。")}
    )
    legal_basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("凭哪条法律、哪份文件可以用这些数据。以后查起来，就看这一句。"),
        error_messages={"required": _("请写明依据。没有依据的数据不能用。")},
    )
    area = forms.ChoiceField(label=_("哪个地区的"), help_text=_("登记在这个地区以外的，不会收。"))
    observed_on = _day_field(
        label=_("数据是哪一天的"), help_text=_("表里有一列写着日期的，可以不填。")
    )

    def __init__(
        self,
        *args: Any,
        offices: tuple[str, ...],
        areas: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        office = cast("forms.ChoiceField", self.fields["office"])
        office.choices = [("", _("（请选）")), *((name, name) for name in offices)]
        cast("forms.ChoiceField", self.fields["area"]).choices = areas


class HeadingsForm(forms.Form):
    """Where the headings stand, when the guess was wrong."""

    sheet = forms.ChoiceField(label=_("工作表"), required=False)
    heading_row = forms.IntegerField(
        label=_("表头在第几行"),
        min_value=1,
        max_value=15,
        error_messages={
            "invalid": _("请写 1 到 15 之间的数。"),
            "min_value": _("请写 1 到 15 之间的数。"),
            "max_value": _("请写 1 到 15 之间的数。"),
        },
    )

    def __init__(self, *args: Any, sheets: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["sheet"]).choices = [(name, name) for name in sheets]
        if not sheets:
            del self.fields["sheet"]


class MappingForm(forms.Form):
    """What goes with the columns: the day, and the name under which the mapping is kept."""

    observed_on = _day_field(
        label=_("数据是哪一天的"), help_text=_("有一列对成“数据日期”的，不用填。")
    )
    save_as = forms.CharField(
        label=_("这套对照叫什么"),
        max_length=80,
        required=False,
        help_text=_("下次表头一样，就照这套对好。"),
    )


class TakeBackForm(forms.Form):
    """Why an import is undone."""

    reason = forms.CharField(
        label=_("为什么撤回"),
        max_length=200,
        error_messages={"required": _("请写一句为什么撤回。")},
    )
