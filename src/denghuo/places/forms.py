"""Forms of the keepers' desk. A facility's cells are read by the rules of the list import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from denghuo.places.actions.facilities import FacilityEdit
from denghuo.places.logic.facility_rows import HEADINGS, FacilityRow, read_row
from denghuo.places.logic.hours import write_hours
from denghuo.places.queries.facilities import FacilityView

# The fields a keeper changes, in the order of the form.
_EDITED = ("name", "services", "hours", "address", "phone", "owner", "review_on")
# The rest of a row, so that it can be read whole; the form does not change them.
_FIXED = {"external_key": "-", "kind": "station", "division": "-", "source": "-"}


class FacilityForm(forms.Form):
    """What a keeper may change about one facility."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    services = forms.CharField(
        label=gettext_lazy("办什么"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一项，或用顿号隔开。"),
    )
    hours = forms.CharField(
        label=gettext_lazy("开放时间"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "例如：周一至周五 08:30-12:00 14:30-17:30; 周六 休息; 节假日 休息; 2026-10-01 休息"
        ),
    )
    address = forms.CharField(label=gettext_lazy("地址"), required=False, max_length=200)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("只写单位座机或热线，不写个人手机。"),
    )
    owner = forms.CharField(label=gettext_lazy("负责单位"), max_length=120)
    review_on = forms.DateField(
        label=gettext_lazy("下次复核日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("过了这一天没有复核，页面会提醒大家数据可能旧了。"),
    )
    _row: FacilityRow | None = None

    @classmethod
    def of(cls, view: FacilityView) -> FacilityForm:
        """The form filled with the facility as it is."""
        return cls(
            initial={
                "name": view.name,
                "services": "\n".join(view.services),
                "hours": write_hours(view.hours),
                "address": view.address,
                "phone": view.phone,
                "owner": view.owner,
                "review_on": view.review_on,
            }
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        cells = {**_FIXED, **{name: cleaned[name] for name in _EDITED}}
        columns = {name: column for column, name in enumerate(cells)}
        read = read_row(1, [*cells.values()], columns)
        if isinstance(read, FacilityRow):
            self._row = read
            return cleaned
        by_heading = {known[0]: name for name, known in HEADINGS.items()}
        for problem in read:
            self.add_error(
                by_heading[problem.heading],
                ValidationError(_(problem.template).format(**problem.values)),
            )
        return cleaned

    def edit(self) -> FacilityEdit:
        """What the keeper wants; only after ``is_valid``."""
        if self._row is None:
            raise ValueError("the form was not valid")
        return FacilityEdit(**{name: getattr(self._row, name) for name in _EDITED})


class ImportForm(forms.Form):
    """A list and the name of the register it belongs to."""

    register = forms.CharField(
        label=gettext_lazy("名录名称"),
        max_length=80,
        help_text=gettext_lazy("例如“赤峰市就业驿站名录”。同一名录里编号不能重复。"),
    )
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        max_length=200,
        help_text=gettext_lazy(".xlsx 或 .csv，最大 5 MB、20000 行。第一行是表头。"),
    )
