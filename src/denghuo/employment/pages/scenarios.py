"""The officer's desk: places given out on paper, three ways side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.employment.access import post_staff
from denghuo.employment.actions.scenarios import ask_scenario, log_scenario_exported
from denghuo.employment.forms.wishes import AnswerForm
from denghuo.employment.models import Post
from denghuo.employment.queries.areas import areas_within
from denghuo.employment.queries.scenarios import groups, scenario_of, scenarios_for
from denghuo.kernel.clock import SHANGHAI
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.spreadsheet import table_lines
from denghuo.places.public import names_of
from denghuo.platform.public import Actor, ActorRequest, NotAllowedError, allowed

_LISTED = 50
_POINTS = 1_000
WAYS = {
    "stable": gettext_lazy("谁也不吃亏"),
    "best_total": gettext_lazy("总分最高"),
    "largest": gettext_lazy("安排的人最多"),
}
PRICES = {
    "stable": gettext_lazy("没有一对人和岗位会说“我们本来更愿意要对方”，但安排的人可能少。"),
    "best_total": gettext_lazy("合起来最合适，但有人会问：为什么不是我？"),
    "largest": gettext_lazy("能安排的都安排上，但有人去的不是自己最想去的。"),
}


class AskForm(AnswerForm):
    """Which places, and a key by which a second press is known."""

    area = forms.ChoiceField(label=gettext_lazy("哪个地区"))
    group = forms.ChoiceField(label=gettext_lazy("哪类职业"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.choices = [(one, name) for one, name in areas_within(actor)]
        group: Any = self.fields["group"]
        group.choices = [("", _("全部")), *groups()]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(post_staff)
def scenarios(request: ActorRequest) -> HttpResponseBase:
    """What was asked before, and a new question."""
    form = AskForm(request.POST or None, actor=request.actor, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            found = ask_scenario(
                actor=request.actor,
                asked_key=form.cleaned_data["key"],
                area=Region(form.cleaned_data["area"]),
                group=form.cleaned_data["group"],
                now=timezone.now(),
            )
        except NotAllowedError:
            raise
        except RefusalError as refusal:
            form.refuse(refusal)
        else:
            return redirect("employment_scenario", scenario_id=found)
    rows = list(scenarios_for(request.actor)[:_LISTED])
    names, by_group = names_of([one.area for one in rows]), dict(groups())
    context = {
        "form": form,
        "columns": [{"name": one} for one in (_("什么时候"), _("地区"), _("职业"), _("状态"))],
        "rows": [
            {
                "href": reverse("employment_scenario", args=[one.pk]),
                "cells": [
                    f"{one.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
                    names.get(one.area, one.area),
                    by_group.get(one.group, _("全部")),
                    _(one.get_state_display()),
                ],
            }
            for one in rows
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "employment/desk/scenarios.html", context, status=status)


@never_cache
@require_safe
@allowed(post_staff)
def scenario(request: ActorRequest, scenario_id: UUID) -> HttpResponseBase:
    """Three ways side by side, each with its price."""
    row = scenario_of(request.actor, scenario_id)
    context = {
        "row": row,
        "area": names_of([row.area]).get(row.area, row.area),
        "group": dict(groups()).get(row.group, _("全部")),
        "columns": [
            {"name": _("办法")},
            *(
                {"name": one, "number": True}
                for one in (
                    _("安排上"), _("空着的岗位"), _("第一志愿"), _("会问为什么的"), _("平均合适度"),
                )
            ),
        ],
        "rows": [{"cells": _cells(one)} for one in row.ways],
        "ways": [
            {"way": one["way"], "name": WAYS[one["way"]], "price": PRICES[one["way"]]}
            for one in row.ways
        ],
    }  # fmt: skip
    return render(request, "employment/desk/scenario.html", context)


def _cells(one: dict[str, Any]) -> list[str]:
    told = one["figures"]
    mean = told["total_score"] * 100 // (told["placed"] * _POINTS) if told["placed"] else 0
    return [
        str(WAYS[one["way"]]),
        f"{told['placed']:,} / {told['seekers']:,}",
        f"{told['offers_without']:,}",
        f"{told['first_choice']:,}",
        f"{told['blocking']:,}",
        f"{mean} %",
    ]


@never_cache
@require_safe
@allowed(post_staff)
def scenario_csv(request: ActorRequest, scenario_id: UUID, way: str) -> HttpResponseBase:
    """One way as a table: posts and numbers in the lot, nobody's name."""
    row = scenario_of(request.actor, scenario_id)
    placed: list[list[int]] = next((one["placed"] for one in row.ways if one["way"] == way), [])
    log_scenario_exported(actor=request.actor, scenario_id=row.pk, now=timezone.now())
    titles = _titles([one[0] for one in placed])
    heading = ("岗位编号", "岗位", "单位", "求职人序号", "是第几志愿", "合适度（满分1000）")
    cells = [
        (str(post), *titles.get(post, ("", "")), str(who), str(place), str(score))
        for post, who, place, score in placed
    ]
    content = "".join(table_lines([heading, *cells]))
    answer = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="scenario-{way}.csv"'
    return answer


def _titles(ids: list[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), 500):
        part = Post.objects.filter(pk__in=ids[start : start + 500])
        for pk, title, employer in part.values_list("pk", "title", "employer_name"):
            found[pk] = (title, employer)
    return found
