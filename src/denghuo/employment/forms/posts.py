"""A firm's post as inputs, and a file of posts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from denghuo.employment.actions.posts import LAST_DAY_MAX
from denghuo.employment.forms.wishes import AnswerForm
from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.logic.feeds.rows import OPENINGS_MAX, SHORT_MAX, TITLE_MAX
from denghuo.employment.logic.terms import HOURS, SCHOOLING

BODY_MAX = 5_000
WAGE_MAX = 120
_PARTS = re.compile(r"[,，、;；/\n]+")
_LINE = {"autocomplete": "off"}
_NUMBER = {"autocomplete": "off", "inputmode": "numeric", "class": "short"}
_DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
_BAD_DAY = {"invalid": _("日期没看明白。请写成 2026-12-01 这样。")}
_BAD_NUMBER = {"invalid": _("请只写数字。"), "min_value": _("请写 1 或更大的数。")}


def day_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        input_formats=_DAYS,
        error_messages={**_BAD_DAY, "required": _("请选一个日期。")},
    )


class PostForm(AnswerForm):
    """What a post says. The firm's name and code are the register's and not asked for."""

    title = forms.CharField(
        label=_("招什么人"),
        help_text=_("写这份活儿平常的叫法，比如：挤奶工、收银员、货车司机"),
        max_length=TITLE_MAX,
        widget=forms.TextInput(attrs=_LINE),
        error_messages={"required": _("请写招什么人。")},
    )
    wage = forms.CharField(
        label=_("给多少钱"),
        help_text=_("写清是按月、按天还是按小时，比如：4500-6000元/月，200元/天"),
        max_length=WAGE_MAX,
        widget=forms.TextInput(attrs=_LINE),
        error_messages={"required": _("请写给多少钱。")},
    )
    place = forms.CharField(
        label=_("在哪儿上班"),
        help_text=_("写上盟市、旗县区，再写街道门牌，比如：呼和浩特市新城区 海东路 6 号"),
        max_length=SHORT_MAX,
        widget=forms.TextInput(attrs=_LINE),
        error_messages={"required": _("请写在哪儿上班。")},
    )
    openings = forms.IntegerField(
        label=_("招几个人"),
        min_value=1,
        max_value=OPENINGS_MAX,
        initial=1,
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={**_BAD_NUMBER, "required": _("请写招几个人。"),
                        "max_value": _("人数太多了，请核对。")},
    )  # fmt: skip
    hours = forms.MultipleChoiceField(
        label=_("什么时候上班"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.CharField(
        label=_("干什么，给什么"),
        help_text=_("干什么活、管不管吃住、缴不缴社保。写得越清楚，来的人越合适。"),
        required=False,
        max_length=BODY_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    certificates = forms.CharField(
        label=_("必须有的证"),
        help_text=_("几个之间用顿号隔开，比如：叉车证、健康证。没有就空着。"),
        required=False,
        max_length=SHORT_MAX,
        widget=forms.TextInput(attrs=_LINE),
    )
    schooling = forms.TypedChoiceField(
        label=_("学历至少"), required=False, coerce=int, empty_value=None
    )
    years = forms.IntegerField(
        label=_("至少干过几年"),
        help_text=_("不要经验就空着"),
        min_value=0,
        max_value=40,
        required=False,
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={**_BAD_NUMBER, "max_value": _("最多写 40 年。")},
    )
    last_on = day_field(_("招到哪天"), _("到那天晚上为止。空着就是两个月。"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            (code, gettext(words)) for code, words in HOURS.items()
        ]
        self.fields["schooling"].choices = [  # type: ignore[attr-defined]
            (0, gettext("不限")),
            *((grade, gettext(words)) for grade, words in SCHOOLING.items() if grade),
        ]

    def clean_last_on(self) -> date | None:
        day: date | None = self.cleaned_data["last_on"]
        if day is not None and not 0 <= (day - self._today).days <= LAST_DAY_MAX:
            raise forms.ValidationError(
                gettext("招到哪天，要从今天起、在 {days} 天以内。").format(days=LAST_DAY_MAX)
            )
        return day

    @property
    def row(self) -> FeedRow:
        """The post the answers make."""
        said = self.cleaned_data
        return FeedRow(
            key="",
            employer_uscc="",
            employer="",
            title=said["title"],
            body=said["body"].replace("\r\n", "\n"),
            wage=said["wage"],
            place=said["place"],
            openings=said["openings"],
            schooling=said["schooling"] or 0,
            years=said["years"] or 0,
            certificates=tuple(
                dict.fromkeys(
                    one.strip() for one in _PARTS.split(said["certificates"]) if one.strip()
                )
            ),
            open_until=said["last_on"],
            hours=tuple(said["hours"]),
        )


def answers_of(row: FeedRow, *, today: date) -> Mapping[str, Any]:
    """A post as the form's answers; a last day that has passed is asked for anew."""
    until = row.open_until if row.open_until and row.open_until >= today else None
    return {
        "title": row.title,
        "wage": row.wage,
        "place": row.place,
        "openings": row.openings,
        "hours": list(row.hours),
        "body": row.body,
        "certificates": "、".join(row.certificates),
        "schooling": row.schooling,
        "years": row.years or None,
        "last_on": until,
    }


class ProlongForm(AnswerForm):
    """A new last day."""

    last_on = day_field(_("招到哪天"), _("到那天晚上为止"), required=True)


class EndForm(AnswerForm):
    """Why nobody is looked for any more."""

    how = forms.ChoiceField(
        label=_("为什么不招了"),
        choices=[("filled", _("招满了")), ("closed", _("不招了"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个。"), "invalid_choice": _("请选一个。")},
    )
    why = forms.CharField(
        label=_("想记一笔的话"),
        help_text=_("只有您单位和工作人员看得到"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_LINE),
    )


class PostFileForm(AnswerForm):
    """A table of posts."""

    file = forms.FileField(
        label=_("选一份表格"),
        help_text=_(
            ".xlsx 或 .csv，最多 5,000 行。头一行写列名：岗位名称、工资、工作地点、招几个人……"
        ),
        error_messages={"required": _("请选一份表格。"), "empty": _("这份文件是空的。")},
    )


class FileHeadingsForm(AnswerForm):
    """Which heading is which column."""

    def __init__(
        self,
        *args: Any,
        headings: Sequence[str],
        columns: Mapping[str, str],
        chosen: Mapping[str, str],
        needed: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", gettext("表里没有")), *((one, one) for one in headings)]
        for name, words in columns.items():
            self.fields[name] = forms.ChoiceField(
                label=gettext(words),
                choices=offered,
                required=name in needed,
                initial=chosen.get(name, ""),
                error_messages={"required": gettext("请选一列，没有它就不成岗位。")},
            )
