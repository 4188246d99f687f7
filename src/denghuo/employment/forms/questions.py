"""The answers staff give to what is asked about posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from denghuo.employment.forms.wishes import AnswerForm

_TITLE_MAX, _BODY_MAX, _WHY_MAX, _WAGE_MAX = 120, 20_000, 200, 120


class ChooseForm(AnswerForm):
    """One of what was offered: an occupation or a place, by its code."""

    code = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": _("请选一个，或者换个词再找。")}
    )

    def __init__(
        self, *args: Any, label: str, offered: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["code"]
        field.label, field.choices = label, list(offered)


class WageForm(AnswerForm):
    """What the post pays, in words the reader understands."""

    wage = forms.CharField(
        label=_("应该怎么写"),
        help_text=_("写成“5000-8000元/月”这样；本来就是面议的，写“面议”。"),
        max_length=_WAGE_MAX,
        error_messages={"required": _("请写上工资。")},
    )


class WordsForm(AnswerForm):
    """The post in lawful words."""

    title = forms.CharField(
        label=_("岗位名称"), max_length=_TITLE_MAX, error_messages={"required": _("请写上名称。")}
    )
    body = forms.CharField(
        label=_("正文"),
        max_length=_BODY_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class WhyForm(AnswerForm):
    """Why words stay, a post is released, or refused."""

    why = forms.CharField(
        label=_("为什么"),
        help_text=_("写给对方看的，一两句话。"),
        max_length=_WHY_MAX,
        error_messages={"required": _("请写明原因，对方要看。")},
    )
