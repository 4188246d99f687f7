"""The five questions of a wish and the pages of a résumé as inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from denghuo.employment.logic.resumes import ABOUT_MAX, WHAT_MAX, WHERE_MAX
from denghuo.employment.logic.terms import HOURS, SCHOOLING
from denghuo.employment.logic.wishes import (
    REACHES_KM,
    SKILLS_WORDS_MAX,
    WORK_CONSENTS,
)
from denghuo.kernel.refusal import RefusalError

_LINE = {"autocomplete": "off"}
_NUMBER = {"autocomplete": "off", "inputmode": "numeric", "class": "short"}
# More than any answer may have, so that a pasted page is refused by us in our words.
_RAW_MAX = 2_000


class AnswerForm(forms.Form):
    """A form to which a refusal of the room can be led back, beside the input it names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, refusal: RefusalError) -> None:
        """Show the sentence in the reader's language where it belongs."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, gettext(refusal.template).format(**refusal.values))


def _line(label: Any, help_text: Any = "", most: int = _RAW_MAX, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=most,
        widget=forms.TextInput(attrs={**_LINE, **more}),
    )


class WhatForm(AnswerForm):
    """Which work, in the person's own words."""

    first = _line(_("最想干的"), _("几个字就行，比如：保洁、放羊、会计、开车"))
    second = _line(_("还想干的"))
    third = _line(_("还有"))


class WhereForm(AnswerForm):
    """Home, how far, and which places beside. ``found`` are places of the words, to choose from."""

    home_words = _line(_("您住在哪"), _("写旗县区和苏木乡镇街道，比如：土默特左旗 察素齐镇"))
    reach = forms.ChoiceField(
        label=_("愿意走多远上班"),
        help_text=_("按直线算，路上会远一些"),
        required=False,
        widget=forms.RadioSelect,
    )
    districts = _line(
        _("还愿意去哪些地方"), _("写旗县区或者盟市，几个之间空一格，比如：昆都仑区 锡林浩特市")
    )

    def __init__(self, *args: Any, found: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        km = gettext("{km} 公里以内")
        choices = [(each, km.format(km=each)) for each in REACHES_KM[:-1]]
        choices.append((REACHES_KM[-1], gettext("再远也行（{km} 公里）").format(km=REACHES_KM[-1])))
        self.fields["reach"].choices = choices  # type: ignore[attr-defined]
        if found:
            self.fields["home"] = forms.ChoiceField(
                label=gettext("是哪一个？"),
                choices=list(found),
                required=False,
                widget=forms.RadioSelect,
            )
            self.order_fields(["home_words", "home", "reach", "districts"])


class PayForm(AnswerForm):
    """The least that would do."""

    pay = forms.CharField(
        label=_("一个月最少要多少钱？"),
        help_text=_(
            "写一个数，比如 3000。低于它的不给您看；没写工资的照样看得到。空着就是多少都行。"
        ),
        required=False,
        max_length=_RAW_MAX,
        widget=forms.TextInput(attrs=_NUMBER),
    )


class WhenForm(AnswerForm):
    """Hours and the first day."""

    hours = forms.MultipleChoiceField(
        label=_("能上什么样的班"),
        help_text=_("能上的都选上"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    start_on = forms.DateField(
        label=_("哪天能开始"),
        help_text=_("随时都行就空着"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"],
        error_messages={"invalid": _("日期没看明白。请写成 2026-12-01 这样。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            (code, gettext(words)) for code, words in HOURS.items()
        ]


class HeldForm(AnswerForm):
    """What one holds and can do."""

    schooling = forms.ChoiceField(label=_("上学上到哪"), required=False, widget=forms.RadioSelect)
    years = forms.CharField(
        label=_("想干的活儿，干过几年"),
        help_text=_("没干过就写 0"),
        required=False,
        max_length=_RAW_MAX,
        widget=forms.TextInput(attrs=_NUMBER),
    )
    words = forms.CharField(
        label=_("会什么、有什么证"),
        help_text=_("用您自己的话说，比如：会蒙语，有 C1 驾照，做过饭，会开铲车"),
        required=False,
        max_length=SKILLS_WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    certificates = forms.MultipleChoiceField(
        label=_("这些证有没有"),
        help_text=_("有的岗位法律规定要先有证。有就选上，没有就不选。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, certificates: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schooling"].choices = [  # type: ignore[attr-defined]
            (grade, gettext(words)) for grade, words in SCHOOLING.items()
        ]
        self.fields["certificates"].choices = list(certificates)  # type: ignore[attr-defined]


class WhichForm(AnswerForm):
    """Which occupation the words mean."""

    code = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, words: str, offered: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("您说的“{words}”，是哪一种？").format(words=words)
        self.fields["code"].choices = list(offered)  # type: ignore[attr-defined]


class AgreeForm(AnswerForm):
    """What one agrees to, each by itself; nothing is ticked beforehand."""

    agreed = forms.MultipleChoiceField(
        choices=[(one, one) for one in WORK_CONSENTS], required=False
    )


class EntryForm(AnswerForm):
    """One line of a résumé."""

    where = _line(_("在哪儿"), _("单位、学校、工地，怎么叫都行"), WHERE_MAX)
    what = forms.CharField(
        label=_("干什么、学什么"),
        required=False,
        max_length=WHAT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    since = forms.IntegerField(
        label=_("从哪一年"), required=False, widget=forms.TextInput(attrs=_NUMBER)
    )
    until = forms.IntegerField(
        label=_("到哪一年"),
        help_text=_("现在还在就空着"),
        required=False,
        widget=forms.TextInput(attrs=_NUMBER),
    )


class AboutForm(AnswerForm):
    """A few words about oneself."""

    about = forms.CharField(
        label=_("想说的话"),
        help_text=_("比如：能吃苦，会修水管，家里有车"),
        required=False,
        max_length=ABOUT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
