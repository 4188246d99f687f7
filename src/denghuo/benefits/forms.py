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


class SeasonForm(forms.Form):
    """A season: which benefit, which year, where, as of which day."""

    use_required_attribute = False
    item = forms.ChoiceField(label=_("发哪一项"), error_messages={"required": _("请选一项。")})
    period = forms.CharField(
        label=_("哪一年"),
        max_length=4,
        help_text=_("缴费的那一年，例如 2024。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请写年份，例如 2024。")},
    )
    area = forms.ChoiceField(label=_("哪个地区"))
    as_of = _day_field(label=_("按哪一天算"), help_text=_("不填就是今天。"))
    pool_reserve_months = forms.IntegerField(
        label=_("失业保险基金还够付几个月"),
        help_text=_("规则里用到的才填。对名单上每一户都一样。"),
        min_value=0,
        max_value=600,
        required=False,
        error_messages={"invalid": _("请写整数，例如 24。")},
    )

    def __init__(
        self, *args: Any, items: list[tuple[str, str]], areas: list[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        cast("forms.ChoiceField", self.fields["item"]).choices = items
        cast("forms.ChoiceField", self.fields["area"]).choices = areas


class StopForm(forms.Form):
    """Why a season is stopped."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("为什么停"),
        max_length=300,
        error_messages={"required": _("请写明为什么停，最多 300 个字。")},
    )


class SampleForm(forms.Form):
    """What was found of one row of a sample."""

    use_required_attribute = False
    reason = forms.CharField(label=_("哪里不对（对的不用写）"), max_length=300, required=False)


class AccountsForm(forms.Form):
    """An office's list of accounts, of firms or of persons."""

    use_required_attribute = False
    subject = forms.ChoiceField(
        label=_("谁的账户"),
        choices=[("firm", _("单位")), ("person", _("个人"))],
        initial="firm",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("账户文件"),
        help_text=_("CSV，四列：统一社会信用代码或身份证号、户名、账号、开户行。最多 5,000 行。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的。")},
    )
    source = forms.CharField(
        label=_("哪个部门给的"), max_length=80, error_messages={"required": _("请写明来源。")}
    )
