"""Who works on what and keeps away from whom, for those who give work out; reminders seen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.cases.access import case_staff, chiefs
from denghuo.cases.actions.desk import assign_items, end_relation, see_reminder
from denghuo.cases.queries.items import items
from denghuo.cases.queries.relations import colleagues
from denghuo.platform.public import ActorRequest, allowed


@never_cache
@require_safe
@allowed(chiefs)
def show(request: ActorRequest) -> HttpResponse:
    """The colleagues of the area, with their items and recusals."""
    return render(
        request,
        "cases/desk/staff.html",
        {
            "rows": colleagues(request.actor),
            "items": [(code, one.names.zh) for code, one in items().items()],
            "own": request.actor.staff_id,
        },
    )


@require_POST
@allowed(chiefs)
def give_items(request: ActorRequest, staff_id: UUID) -> HttpResponse:
    """Say which items somebody works on; none ticked means all."""
    chosen = request.POST.getlist("items")
    assign_items(actor=request.actor, staff_id=staff_id, codes=chosen, now=timezone.now())
    messages.success(request, _("业务分好了。"))
    return redirect("cases_desk_staff")


@require_POST
@allowed(chiefs)
def end(request: ActorRequest, recusal_id: UUID) -> HttpResponse:
    """End somebody else's recusal."""
    end_relation(actor=request.actor, recusal_id=recusal_id, now=timezone.now())
    messages.success(request, _("回避已解除。"))
    return redirect("cases_desk_staff")


@require_POST
@allowed(case_staff)
def seen(request: ActorRequest, reminder_id: UUID) -> HttpResponse:
    """Taken note of: the reminder leaves the list."""
    see_reminder(actor=request.actor, reminder_id=reminder_id, now=timezone.now())
    return redirect("cases_desk")
