"""What people type. Each field reads with the kernel's or the room's own reader, so a form
refuses with the same sentence as every other door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.refusal import RefusalError
from denghuo.people.logic.api_key import KEY_SCOPES
from denghuo.people.logic.mandate import SCOPES
from denghuo.people.logic.names import read_name
from denghuo.people.logic.phone import Phone
from denghuo.people.models.family import RELATIONS

T = TypeVar("T")
TEXT_MAX = 200


def sentence_of(refusal: RefusalError) -> str:
    """The refusal in the reader's language."""
    return gettext(refusal.template).format(**refusal.values)


def refuse_form(form: forms.Form, refusal: RefusalError, *, otherwise: str | None = None) -> None:
    """Put a refusal where it belongs in a form: at its field, else ``otherwise`` or above all."""
    field = refusal.field if refusal.field in form.fields else otherwise
    form.add_error(field, ValidationError(sentence_of(refusal), code=refusal.code))


def _read(reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text)
    except RefusalError as refusal:
        raise ValidationError(sentence_of(refusal), code=refusal.code) from None


class PhoneField(forms.CharField):
    """A mobile number; gives a ``Phone``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("max_length", TEXT_MAX)
        kwargs.setdefault("error_messages", {"required": _("请填写手机号。")})
        super().__init__(
            widget=forms.TextInput(
                attrs={"inputmode": "tel", "autocomplete": "tel-national", "class": "short"}
            ),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return _read(lambda raw: Phone.read(raw, demo=settings.DEMO), text) if text else None

    def run_validators(self, value: Any) -> None:
        """The reader has checked; the length rules are for text."""

    def prepare_value(self, value: Any) -> Any:
        return value.text if isinstance(value, Phone) else value


class IdNumberField(forms.CharField):
    """A resident identity number; gives an ``IdNumber``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("身份证号"))
        kwargs.setdefault("max_length", TEXT_MAX)
        kwargs.setdefault("error_messages", {"required": _("请填写身份证号。")})
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return _read(IdNumber.read, text) if text else None

    def run_validators(self, value: Any) -> None:
        """The reader has checked; the length rules are for text."""

    def prepare_value(self, value: Any) -> Any:
        return value.text if isinstance(value, IdNumber) else value


class NameField(forms.CharField):
    """A person's name in its one form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("姓名"))
        kwargs.setdefault("error_messages", {"required": _("请填写姓名。")})
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "name"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return _read(read_name, text) if text else text


class CodeField(forms.CharField):
    """Six digits; more is forgiven here and judged by the rule."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("6 位验证码"))
        kwargs.setdefault("error_messages", {"required": _("请填写验证码。")})
        super().__init__(
            max_length=40,
            widget=forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "autocomplete": "one-time-code",
                    "class": "code",
                    "autofocus": True,
                }
            ),
            **kwargs,
        )


class PhoneForm(forms.Form):
    """Sign-in, first page."""

    phone = PhoneField(help_text=_("我们给这个号码发一条 6 位验证码。"))


class CodeForm(forms.Form):
    """The code, wherever one is asked for."""

    code = CodeField()


class WhoForm(forms.Form):
    """First sign-in: who are you."""

    name = NameField(help_text=_("和身份证上写的一样。"))
    id_number = IdNumberField(help_text=_("18 位，最后一位可能是 X。"))


class WhichForm(forms.Form):
    """Several people share a phone: which one are you."""

    person = forms.ChoiceField(
        label=_("您是哪一位"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一位。")},
    )
    last_four = forms.CharField(
        label=_("您的身份证后四位"),
        max_length=4,
        min_length=4,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
        error_messages={"required": _("请填写身份证后四位。")},
    )


class StaffForm(forms.Form):
    """Staff sign-in, first factor."""

    login = forms.CharField(
        label=_("登录名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": _("请填写登录名。")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=TEXT_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填写密码。")},
    )


class SecondFactorForm(forms.Form):
    """Staff sign-in, second factor."""

    code = CodeField(
        label=_("动态码"),
        help_text=_("打开手机上的身份验证器，输 6 位数字。手机不在手边，可以输一条备用码。"),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("新密码"),
        max_length=TEXT_MAX,
        strip=False,
        help_text=_("至少 12 位。几个不相干的词连起来，又好记又安全。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一遍"),
        max_length=TEXT_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", ValidationError(_("两次输的不一样。"), code="differs"))
        return found


class _UntilForm(forms.Form):
    """Things to act in, and until when."""

    scopes = forms.MultipleChoiceField(
        label=_("可以替您办哪些事"),
        choices=[(key, _(words)) for key, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选至少一项可以代办的事。")},
    )
    until = forms.DateField(
        label=_("哪天到期"),
        help_text=_("从这天零点起，就不能再代办了。"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={
            "required": _("请选结束的日期。"),
            "invalid": _("日期请写成 2027-01-31 这样。"),
        },
    )


class MandateForm(_UntilForm):
    """Ask somebody to act for you."""

    name = NameField(label=_("请谁代办（姓名）"))
    phone = PhoneField(label=_("对方的手机号"))
    field_order = ["name", "phone", "scopes", "until"]


class AssistForm(_UntilForm):
    """At the counter: the terms of a mandate to the clerk, read aloud to the person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].label = _("本人同意您代办哪些事")


class PaperForm(forms.Form):
    """At the counter: the photo of the signed paper, with the terms that stand on it."""

    scopes = forms.MultipleChoiceField(
        choices=list(SCOPES.items()), widget=forms.MultipleHiddenInput
    )
    until = forms.DateField(widget=forms.HiddenInput)
    paper = forms.FileField(
        label=_("签好字的委托书照片"),
        help_text=_("JPG、PNG 或 PDF。"),
        error_messages={"required": _("请先拍下签好字的委托书。")},
    )


class FamilyForm(forms.Form):
    """Say that somebody is family."""

    relation = forms.ChoiceField(
        label=_("他（她）是您的"),
        choices=[(key, _(words)) for key, words in RELATIONS if key != "head"],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种关系。")},
    )
    name = NameField(label=_("家人的姓名"))
    phone = PhoneField(label=_("家人的手机号"))


CORRECTABLE = [
    ("name", _("姓名")),
    ("id_number", _("身份证号")),
    ("born_on", _("出生日期")),
    ("residence", _("居住地")),
    ("registered_region", _("户籍地")),
    ("phone", _("手机号")),
    ("firms", _("任职单位")),
    ("family", _("家人")),
]


class CorrectionForm(forms.Form):
    """ "不对？告诉我们"."""

    field = forms.ChoiceField(
        label=_("哪一项不对"),
        choices=CORRECTABLE,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = forms.CharField(
        label=_("应该是什么，您怎么知道"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写一句，哪里不对。")},
    )


class AnswerForm(forms.Form):
    """A clerk's answer to a correction."""

    result = forms.ChoiceField(
        label=_("核对结果"),
        choices=[("corrected", _("已更正")), ("kept", _("核对后不变"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选核对结果。")},
    )
    answer = forms.CharField(
        label=_("给对方的答复"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写一句答复，让对方知道核对的结果。")},
    )


class FindForm(forms.Form):
    """At the counter: whose card is this, and why do you look."""

    id_number = IdNumberField(help_text=_("照身份证输，看完不会留在这台电脑上。"))
    purpose = forms.ChoiceField(
        label=_("为什么查"),
        choices=[
            ("窗口代办", _("窗口代办")),
            ("核对身份", _("核对身份")),
            ("更正信息", _("更正信息")),
        ],
        widget=forms.RadioSelect,
        help_text=_("本人能看到谁在什么时候为什么查过。"),
        error_messages={"required": _("请选一个原因：为什么查。")},
    )


class RegisterForm(forms.Form):
    """At the counter: somebody the register does not have, with the card on the table."""

    id_number = IdNumberField(widget=forms.HiddenInput)
    name = NameField(label=_("证件上的姓名"))
    phone = PhoneField(required=False, help_text=_("没有手机可以不填。"))


class StaffKeyForm(forms.Form):
    """A key for a program of one's own."""

    label = forms.CharField(
        label=_("给哪个程序用"),
        help_text=_("起个您认得的名字，例如“财务软件”。"),
        max_length=60,
        error_messages={
            "required": _("请写明给哪个程序用。"),
            "max_length": _("名字最多写 60 个字。"),
        },
    )
    days = forms.TypedChoiceField(
        label=_("用多久"),
        help_text=_("到期自己失效，再发一把就行。"),
        choices=[
            (30, _("30 天")),
            (90, _("90 天")),
            (180, _("180 天")),
            (365, _("365 天")),
        ],
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选用多久。"), "invalid_choice": _("请选用多久。")},
    )


class KeyForm(StaffKeyForm):
    """A key for a program that acts for a person or firm."""

    scopes = forms.MultipleChoiceField(
        label=_("程序能办哪些事"),
        choices=[(key, _(words)) for key, words in KEY_SCOPES.items()],
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选至少一件程序能办的事。")},
    )
    field_order = ["label", "scopes", "days"]


def default_until(today: date, *, days: int) -> date:
    """What a date field offers first."""
    return date.fromordinal(today.toordinal() + days)
