"""Forms of the payments desk."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from denghuo.ledger.logic.bank_formats import FORMATS


class ReasonForm(forms.Form):
    """Why a payment is stopped."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class ReissueForm(forms.Form):
    """The account to which a returned payment goes instead."""

    account_name = forms.CharField(
        label=_("户名"), max_length=120, help_text=_("要和收款人的姓名或单位名称一样")
    )
    account_no = forms.CharField(
        label=_("账号"),
        max_length=60,
        help_text=_("请对着银行卡或开户许可证核对一遍"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank = forms.CharField(label=_("开户银行"), max_length=80, help_text=_("写到支行"))


class BankFileForm(forms.Form):
    """Which fund pays, and in which bank's writing."""

    fund = forms.ChoiceField(label=_("基金"))
    form = forms.ChoiceField(
        label=_("银行文件格式"), choices=[(one.code, _(one.name)) for one in FORMATS.values()]
    )

    def __init__(self, *args: Any, funds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["fund"]).choices = funds


class ReturnFileForm(forms.Form):
    """A bank's answer."""

    file = forms.FileField(
        label=_("回盘文件"),
        help_text=_("银行发来的 .txt 或 .csv，原样上传，不要打开另存"),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv"}),
    )
