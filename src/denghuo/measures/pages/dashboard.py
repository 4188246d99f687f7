"""The leader's page: few large numbers, then the plan line by line."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.measures.access import importers, readers
from denghuo.measures.pages.scope import read_scope, scope_choices
from denghuo.measures.pages.words import tile_words
from denghuo.measures.queries.figures import tile
from denghuo.measures.queries.library import measures
from denghuo.platform.public import ActorRequest, allowed

LARGE_MAX = 4


@never_cache
@require_safe
@allowed(readers)
def dashboard(request: ActorRequest) -> HttpResponse:
    """All measures of one year and area, those with a figure first."""
    scope = read_scope(request)
    running = scope.on.month if scope.on.year == scope.year else None
    tiles = [
        tile(each, year=scope.year, area=scope.area, on=scope.on, turned=scope.turned)
        for each in measures().values()
    ]
    shown = {each.definition.id: tile_words(each, scope, running) for each in tiles}
    plan = [shown[each.definition.id] for each in tiles if each.definition.group == "plan"]
    counted = [one for one in plan if not one["missing"]]
    service = [shown[each.definition.id] for each in tiles if each.definition.group == "service"]
    context = {
        **scope_choices(request, scope),
        "large": [*counted, *(one for one in service if not one["missing"])][:LARGE_MAX],
        "counted": counted,
        "missing": [one for one in plan if one["missing"]],
        "service": service,
        "empty": not any(each.figure.counted.rows for each in tiles),
        "query": scope.query(),
        "turn": [
            {"href": scope.turned_to(turned), "text": text, "current": scope.turned == turned}
            for turned, text in ((False, _("按计划的单位")), (True, _("人和人次、户和户次对换")))
        ],
        "may_import": importers(request.actor),
    }
    return render(request, "measures/dashboard.html", context)
