"""The desk's words for a due date and for a colour: a sign is never a colour alone."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from denghuo.cases.logic.clock import Colour
from denghuo.cases.queries.cases import CaseView
from denghuo.platform.public import Deadline, WorkCalendar, days_left_text

TAGS: dict[Colour, str] = {"red": "no", "amber": "wait", "green": "yes", "waiting": "fact"}


def due_words(case: CaseView, *, on: date, calendar: WorkCalendar) -> str:
    """``还有 3 个工作日（2026-11-26）``; what waits for the applicant says until when."""
    if not case.in_work:
        return _("已经办完")
    if case.due_on is None:
        day = case.answer_by.isoformat() if case.answer_by else ""
        return _("期限暂停，等申请人到 {day}").format(day=day) if day else _("没有期限在走")
    deadline = Deadline(case.due_on, case.due_provisional)
    left = days_left_text(deadline, on=on, calendar=calendar)
    return f"{left}（{case.due_on.isoformat()}）"
