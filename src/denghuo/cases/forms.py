"""Forms of the citizen's pages. They draw fields and lead errors there; ``logic.answers`` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from denghuo.cases.logic.answers import BANK_PARTS, NO, RAW_MAX, YES
from denghuo.cases.logic.forms import Field
from denghuo.cases.queries.forms import Offered
from denghuo.kernel.refusal import RefusalError

WORDS_MAX = 500
# The keyboard a phone shows; what is read is in ``logic.answers``.
_KEYBOARDS = {"number": "numeric", "date": "numeric", "money": "decimal"}


class QuestionForm(forms.Form):
    """One question as inputs: a line, a list to choose from, or the parts of an account.

    ``typed`` is what stands in the inputs; ``refusal`` is shown beside the input it names.
    """

    def __init__(
        self,
        one: Field,
        typed: Mapping[str, str],
        *,
        language: str,
        offered: Offered,
        holder: str,
        refusal: RefusalError | None = None,
        sentence: str = "",
    ) -> None:
        super().__init__(data=dict(typed) if refusal else None, initial=dict(typed))
        self.fields = _fields(one, language, offered, holder)
        if refusal:
            self.full_clean()
            named = refusal.field if refusal.field in self.fields else next(iter(self.fields))
            self.add_error(named, sentence or refusal.sentence)


def _fields(one: Field, language: str, offered: Offered, holder: str) -> dict[str, forms.Field]:
    if one.kind == "bank_account":
        return _account_fields(holder)
    label = one.label.in_language(language)
    hint = one.help.in_language(language) if one.help else ""
    common: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    match one.kind:
        case "boolean":
            options = [(YES, _("是")), (NO, _("否"))]
            return {"answer": forms.CharField(widget=forms.RadioSelect(choices=options), **common)}
        case "choice":
            labels = [(each.code, each.label.in_language(language)) for each in one.choices]
            return {"answer": forms.CharField(widget=forms.RadioSelect(choices=labels), **common)}
        case "family_person":
            chosen = forms.RadioSelect(choices=list(offered.family))
            return {"answer": forms.CharField(widget=chosen, **common)}
        case "division":
            groups = [("", _("请选一个")), *(_group(*each) for each in offered.divisions)]
            return {"answer": forms.CharField(widget=forms.Select(choices=groups), **common)}
        case "text":
            widget: forms.Widget = (
                forms.Textarea(attrs={"rows": 4}) if one.length_max > 60 else forms.TextInput()
            )
        case _:
            widget = forms.TextInput(
                attrs={
                    "inputmode": _KEYBOARDS.get(one.kind, "text"),
                    "class": "short" if one.kind in _KEYBOARDS else "",
                    "autocomplete": "off",
                }
            )
    return {"answer": forms.CharField(max_length=RAW_MAX, widget=widget, strip=False, **common)}


def _group(league: str, banners: tuple[tuple[str, str], ...]) -> tuple[str, list[tuple[str, str]]]:
    return league, list(banners)


def _account_fields(holder: str) -> dict[str, forms.Field]:
    attrs = {"autocomplete": "off"}
    fields: dict[str, forms.Field] = {
        "bank": forms.CharField(
            label=_("开户银行"),
            help_text=_("例如：中国农业银行"),
            widget=forms.TextInput(attrs=attrs),
        ),
        "number": forms.CharField(
            label=_("卡号或账号"),
            help_text=_("照着卡面写，中间有空格也行"),
            widget=forms.TextInput(attrs={**attrs, "inputmode": "numeric"}),
        ),
        "holder": forms.CharField(
            label=_("户名"),
            help_text=_("要和 {name} 一样").format(name=holder),
            widget=forms.TextInput(attrs=attrs),
        ),
    }
    return {name: fields[name] for name in BANK_PARTS}


class FileForm(forms.Form):
    """One file: a photo taken now, or one that is there."""

    file = forms.FileField(
        label=gettext_lazy("选一个文件，或者拍一张照片"),
        help_text=gettext_lazy("收 jpg、png、pdf、docx、xlsx。照片最大 10 MB，文件最大 20 MB。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,.pdf,.docx,.xlsx"}),
        error_messages={
            "required": gettext_lazy("请先选一个文件，或者拍一张照片。"),
            "empty": gettext_lazy("文件是空的。请打开看看，再选一次。"),
        },
    )


class DeclareForm(forms.Form):
    """The declaration under the answers."""

    declared = forms.BooleanField(
        error_messages={"required": gettext_lazy("请看一遍，都对就在这里打勾。")}
    )

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declared"].label = words


class ReadBackForm(DeclareForm):
    """At the counter: read aloud, heard, agreed."""

    heard = forms.BooleanField(
        label=gettext_lazy("我已经一句一句念给本人听，本人都同意。"),
        error_messages={"required": gettext_lazy("请先念给本人听，再在这里打勾。")},
    )

    field_order = ["heard", "declared"]


class RepaymentForm(forms.Form):
    """One row of the bank's statement."""

    bank_reference = forms.CharField(
        label=gettext_lazy("银行流水号"),
        max_length=60,
        help_text=gettext_lazy("照银行流水填。同一个号只记一次。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    amount = forms.CharField(
        label=gettext_lazy("退回金额（元）"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    paid_on = forms.DateField(
        label=gettext_lazy("到账日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    surplus = forms.BooleanField(
        required=False,
        label=gettext_lazy("这一笔确实比要退的多"),
        help_text=gettext_lazy("照流水全部登记，多的部分另外还给对方。"),
    )


class GiveBackForm(forms.Form):
    """Where what came in too much goes: nothing filled in means where the money went before."""

    seen_fen = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    account_name = forms.CharField(
        required=False,
        label=gettext_lazy("户名"),
        max_length=120,
        help_text=gettext_lazy("要和收款人的姓名或单位名称一样"),
    )
    account_no = forms.CharField(
        required=False,
        label=gettext_lazy("账号"),
        max_length=60,
        help_text=gettext_lazy("请对着银行卡或开户许可证核对一遍"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank = forms.CharField(
        required=False,
        label=gettext_lazy("开户银行"),
        max_length=80,
        help_text=gettext_lazy("写到支行"),
    )


class WordsForm(forms.Form):
    """Some sentences: why one appeals, objects, takes back."""

    words = forms.CharField(
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("请写一句话。"),
            "max_length": gettext_lazy("最多写 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
        },
    )

    def __init__(
        self, *args: Any, label: str, hint: str = "", required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        field.label, field.help_text, field.required = label, hint, required


class RateForm(forms.Form):
    """Five levels and, if one likes, a word."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("这次办得怎么样？"),
        coerce=int,
        choices=[
            (5, gettext_lazy("非常满意")),
            (4, gettext_lazy("满意")),
            (3, gettext_lazy("基本满意")),
            (2, gettext_lazy("不满意")),
            (1, gettext_lazy("非常不满意")),
        ],
        widget=forms.RadioSelect(),
        error_messages={
            "required": gettext_lazy("请选一个。"),
            "invalid_choice": gettext_lazy("请选一个。"),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("想说两句吗？"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskedForm(forms.Form):
    """The answer to one thing the office asked for: words, a file, or both."""

    words = forms.CharField(
        label=gettext_lazy("您的说明"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    file = forms.FileField(
        label=gettext_lazy("传一个文件，或者拍一张照片"),
        help_text=gettext_lazy("收 jpg、png、pdf、docx、xlsx。照片最大 10 MB，文件最大 20 MB。"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,.pdf,.docx,.xlsx"}),
    )
