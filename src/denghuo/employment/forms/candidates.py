"""What a firm says to an applicant: an interview, an offer, a refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from denghuo.employment.actions.applications.firm_side import OFFER_DAYS_DEFAULT, OFFER_DAYS_MAX
from denghuo.employment.forms.posts import day_field
from denghuo.employment.forms.wishes import AnswerForm
from denghuo.employment.logic.application_reasons import FIRM_REASONS, NOTE_MAX
from denghuo.kernel.clock import SHANGHAI


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("想对求职人说的话"),
        help_text=_("对方会看到"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DeedForm(AnswerForm):
    """``version`` is the application's as the page showed it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class MeetForm(DeedForm):
    """When and where."""

    at = day_field(_("哪天面试"), required=True)
    hour = forms.TimeField(
        label=_("几点"),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        input_formats=["%H:%M", "%H：%M", "%H:%M:%S"],
        error_messages={
            "required": _("请写几点。"),
            "invalid": _("时间没看明白。请写成 14:30 这样。"),
        },
    )
    place = forms.CharField(
        label=_("在哪儿"),
        help_text=_("写到门牌，别让人找不着"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写清楚在哪里面试。")},
    )
    note = _note()

    @property
    def when(self) -> datetime:
        """The instant."""
        said = self.cleaned_data
        return datetime.combine(said["at"], said["hour"], tzinfo=SHANGHAI)


class OfferForm(DeedForm):
    """From when, and how long the offer stands."""

    start_on = day_field(_("哪天上班"), _("还没定就空着"))
    days = forms.IntegerField(
        label=_("等几天答复"),
        help_text=_("过了这些天没答复，位子就空出来"),
        min_value=1,
        max_value=OFFER_DAYS_MAX,
        initial=OFFER_DAYS_DEFAULT,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={
            "required": _("请写等几天。"),
            "invalid": _("请只写数字。"),
            "min_value": _("请写 1 或更大的数。"),
            "max_value": _("最多等 30 天。"),
        },
    )
    note = _note()


class ReasonForm(AnswerForm):
    """Why not, from the list."""

    reason = forms.ChoiceField(
        label=_("为什么不录用"),
        help_text=_("求职人会看到，用的是平常话"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选一个不录用的原因。求职人会看到。"),
            "invalid_choice": _("请选一个不录用的原因。求职人会看到。"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (one.code, gettext(one.label)) for one in FIRM_REASONS
        ]


class RefuseForm(ReasonForm, DeedForm):
    """Why not, with a word of one's own."""

    note = _note()
