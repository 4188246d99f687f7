"""Forms of the measures desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from denghuo.measures.actions.snapshots import NOTE_MAX


class StatisticFileForm(forms.Form):
    """A file of published values."""

    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        max_length=200,
        help_text=gettext_lazy(".xlsx 或 .csv，最大 2 MB。第一行是表头。"),
    )


class FreezeForm(forms.Form):
    """Which finished period to freeze, and a word about it."""

    period = forms.ChoiceField(label=gettext_lazy("哪一段"))
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=NOTE_MAX,
        help_text=gettext_lazy("例如“一季度新闻发布会用”。"),
    )

    def __init__(self, *args: object, periods: list[tuple[str, str]], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # Django's own
        field = self.fields["period"]
        if isinstance(field, forms.ChoiceField):
            field.choices = periods
