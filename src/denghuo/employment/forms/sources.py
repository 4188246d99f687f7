"""Sources of posts and what they bring, as inputs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from denghuo.employment.access import OFFICER, REVIEWER
from denghuo.employment.forms.wishes import AnswerForm
from denghuo.employment.models import Source
from denghuo.employment.queries.areas import areas_within
from denghuo.kernel.table_text import HEADING_ROWS_MAX
from denghuo.kernel.uscc import NotUsccError, Uscc
from denghuo.people.public import find_firm_by_uscc, staff_within
from denghuo.platform.public import Actor

_NAME_MAX, _WHY_MAX, _DAYS_MAX = 80, 200, 365
_NUMBER = {"autocomplete": "off", "inputmode": "numeric", "class": "short"}
_KINDS = (Source.Kind.BUREAU, Source.Kind.BOARD, Source.Kind.PROJECT)


class SourceChangeForm(AnswerForm):
    """What may change of a source: its name, how long its posts stand, who looks after it."""

    name = forms.CharField(
        label=_("来源叫什么"),
        help_text=_("居民在岗位下面看到的就是这个名字。"),
        max_length=_NAME_MAX,
        error_messages={"required": _("请写上名称。")},
    )
    days_valid = forms.IntegerField(
        label=_("没写截止日期的，收进来几天后过期"),
        min_value=1,
        max_value=_DAYS_MAX,
        initial=30,
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={
            "required": _("请写上几天。"),
            "invalid": _("请写一个整数，1 到 365。"),
            "min_value": _("请写一个整数，1 到 365。"),
            "max_value": _("请写一个整数，1 到 365。"),
        },
    )
    keeper = forms.ChoiceField(
        label=_("由谁经管"),
        help_text=_("用接口报送的，只认这位工作人员的密钥。只传文件的，可以不选。"),
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = staff_within(actor.area, (OFFICER, REVIEWER)) if actor.area else ()
        field: Any = self.fields["keeper"]
        field.choices = [
            ("", gettext("不用接口")),
            *((str(one.id), f"{one.name} · {one.office or one.login}") for one in staff),
        ]


class SourceForm(SourceChangeForm):
    """A new source; what it is and where it stands never change afterwards."""

    kind = forms.ChoiceField(
        label=_("是什么来源"),
        choices=[(one.value, one.label) for one in _KINDS],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个。")},
    )
    area = forms.ChoiceField(label=_("哪个地区的"))
    firm_code = forms.CharField(
        label=_("招聘网站背后的公司"),
        help_text=_("写统一社会信用代码。"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "kind", "area", "firm_code", "days_valid", "keeper"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        area: Any = self.fields["area"]
        area.choices = areas_within(actor)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.value, gettext(one.label)) for one in _KINDS]

    def clean_firm_code(self) -> str:
        """The code of a registered firm, or nothing."""
        text = str(self.cleaned_data["firm_code"]).strip()
        if not text:
            return ""
        try:
            code = Uscc.read(text)
        except NotUsccError as wrong:
            raise forms.ValidationError(wrong.sentence) from wrong
        if find_firm_by_uscc(code) is None:
            raise forms.ValidationError(gettext("没有登记过这个代码的单位。"))
        return code.text


class PauseForm(AnswerForm):
    """Why nothing is taken from a source."""

    why = forms.CharField(
        label=_("为什么暂停"),
        max_length=_WHY_MAX,
        error_messages={"required": _("请写明原因，同事要看。")},
    )


class BringForm(AnswerForm):
    """A list of posts of a source."""

    file = forms.FileField(
        label=_("选一份名单"),
        help_text=_(".xlsx、.csv、.parquet，或者按 schema.org JobPosting 写的 .json。"),
        error_messages={"required": _("请选一份名单。"), "empty": _("这份文件是空的。")},
    )
    whole = forms.BooleanField(label=_("这是全部岗位：名单里没有的，就撤下来"), required=False)


class WholeForm(AnswerForm):
    """Whether the file is the source's whole list, asked again beside its columns."""

    whole = forms.BooleanField(label=_("这是全部岗位：名单里没有的，就撤下来"), required=False)


class HeadingRowForm(AnswerForm):
    """On which sheet and row the headings stand."""

    sheet = forms.ChoiceField(label=_("哪一张工作表"), required=False)
    heading_row = forms.IntegerField(
        label=_("列名在第几行"),
        min_value=1,
        max_value=HEADING_ROWS_MAX,
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={
            "required": _("请写第几行。"),
            "invalid": _("请写第几行。"),
            "min_value": _("请写第几行。"),
            "max_value": _("列名要在前 15 行里。"),
        },
    )

    def __init__(self, *args: Any, sheets: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sheet"]
        field.choices = [(one, one) for one in sheets]
        if not sheets:
            del self.fields["sheet"]
