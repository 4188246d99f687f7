"""A case as a time line: done, now, next with a date; late is said openly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.translation import gettext as _

from denghuo.cases.logic import pay_problems
from denghuo.cases.logic.states import BEFORE_DECISION, State
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.queries.case_story import Story
from denghuo.cases.queries.cases import CaseView
from denghuo.platform.public import Deadline, WorkCalendar, days_left_text, work_calendar

_GRANTED = frozenset({State.APPROVED, State.PUBLIC_NOTICE, State.PAYABLE})
_BEFORE_ACCEPTED = frozenset({State.SUBMITTED, State.INCOMPLETE})


def time_line(story: Story, *, on: date) -> list[dict[str, Any]]:
    """Items for the component: state, title, when, note."""
    return [*_done(story), *_now(story, on=on), *_next(story)]


def day_words(day: date | None) -> str:
    """2026-12-01 星期二."""
    return date_words(day, "Y-m-d l") if day else ""


def due_words(case: CaseView, *, on: date, calendar: WorkCalendar | None = None) -> str:
    """The last day with what is left of it; a day over a year not yet published says so.

    A list gives the ``calendar``, so that it is read once for all its lines.
    """
    if case.due_on is None:
        return ""
    left = days_left_text(
        Deadline(case.due_on, case.due_provisional), on=on, calendar=calendar or work_calendar()
    )
    return f"{day_words(case.due_on)}，{left}"


def problem_words(case: CaseView) -> str:
    """What stands in the way of the payment."""
    words = pay_problems.problem_words(case.pay_problem)
    return _(words) if words else ""


def _done(story: Story) -> Iterator[dict[str, Any]]:
    for step in story.steps:
        by = "" if step.by_name in ("", "灯火") else step.by_name
        note = "。".join(each for each in (step.note.rstrip("。"), by) if each)
        yield {
            "state": "done",
            "title": _(STEP_WORDS.get(step.kind, step.kind)),
            "when": _moment(step.at),
            "note": note,
        }


def _now(story: Story, *, on: date) -> Iterator[dict[str, Any]]:
    case = story.case
    if case.state is State.INCOMPLETE and story.open_round is not None:
        asked = story.open_round
        late = on > asked.answer_by
        yield {
            "state": "overdue" if late else "now",
            "title": _("等您补材料"),
            "when": _("请在 {day} 前补齐").format(day=day_words(asked.answer_by)),
            "note": _("等您的这段时间，不算在办理期限里。"),
        }
        return
    if not case.in_work:
        return
    late = case.overdue(on)
    item: dict[str, Any] = {
        "state": "overdue" if late else "now",
        "title": _(case.state_text),
        "when": "",
        "note": "",
    }
    if case.state is State.PUBLIC_NOTICE and story.notice_last:
        item["when"] = _("公示到 {day}").format(day=day_words(story.notice_last))
        item["note"] = (
            _("没有异议就付款。")
            if not story.objections_open
            else _("有人提出异议，正在核对。核对完再付款。")
        )
    elif case.state is State.PAYABLE:
        item["note"] = problem_words(case) or _("钱已经在路上，到账了会告诉您。")
    elif case.due_on is not None:
        item["when"] = due_words(case, on=on)
        if late:
            item["note"] = _("我们超期了，对不起。您可以打 {phone} 催办。").format(
                phone=case.item.ask_office
            )
    yield item


def _next(story: Story) -> Iterator[dict[str, Any]]:
    """What comes after, without promising a result."""
    case, item = story.case, story.case.item
    if case.state in _BEFORE_ACCEPTED:
        yield _to_come(
            _("受理"),
            _("受理后 {days} 个工作日内给结果").format(days=item.sla.days),
        )
    if case.state in BEFORE_DECISION:
        due = case.due_on if case.due_kind == "decide" else None
        yield _to_come(_("给出决定"), _until(due, provisional=case.due_provisional))
    if case.state in BEFORE_DECISION | {State.APPROVED} and item.notice.days:
        yield _to_come(_("批准的，公示 {days} 个工作日").format(days=item.notice.days), "")
    if case.state is State.PAYABLE:
        yield _to_come(_("钱到账"), "")
    elif case.state in BEFORE_DECISION | _GRANTED and item.pays:
        yield _to_come(_("批准的，付款到您确认的账户"), "")


def _to_come(title: str, when: str) -> dict[str, Any]:
    return {"state": "next", "title": title, "when": when, "note": ""}


def _until(day: date | None, *, provisional: bool) -> str:
    if day is None:
        return ""
    text = _("最迟 {day}").format(day=day_words(day))
    return _("{text}（暂定）").format(text=text) if provisional else text


def _moment(at: datetime) -> str:
    return str(date_words(timezone.localtime(at), "Y-m-d l H:i"))
