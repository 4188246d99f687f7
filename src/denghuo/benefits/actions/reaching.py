"""Asking again, in service hours, those whose money has nowhere to go."""

from __future__ import annotations

from datetime import datetime, time

from denghuo.benefits.logic.season_states import SeasonState
from denghuo.benefits.models import Season
from denghuo.benefits.queries.season_figures import season_key
from denghuo.cases.public import season_rows, service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.platform.public import ServiceHours, is_open, send_message, work_calendar

# Calendar days after the notice began, and no oftener: a third asking is a station's visit.
ASK_AFTER_DAYS = (3, 10)
_CHUNK = 500
_HOURS = ServiceHours(((time(9, 0), time(12, 0)), (time(14, 30), time(17, 30))))
_ASKED = (SeasonState.ANNOUNCED, SeasonState.PAYING, SeasonState.PAID_OUT)


def remind_of_accounts(*, now: datetime) -> int:
    """Tell each whose case is granted and who has not said where the money goes; each stage once,
    whoever runs this how often. Nothing outside service hours. Returns how many were asked."""
    if not is_open(now, work_calendar(), _HOURS):
        return 0
    told = 0
    for season in Season.objects.filter(state__in=_ASKED, notice_from__isnull=False):
        assert season.notice_from is not None  # noqa: S101  by the filter
        days = (day_of(now) - season.notice_from).days
        stage = sum(days >= after for after in ASK_AFTER_DAYS)
        if stage:
            told += _ask(season, stage, now)
    return told


def _ask(season: Season, stage: int, now: datetime) -> int:
    item, after, told = service_item(season.item), -1, 0
    while rows := season_rows(season_key(season.pk), after_row=after, limit=_CHUNK):
        for one in rows:
            send_message(
                to=one.subject,
                kind="benefits.account",
                title="有一笔钱等您确认账户",
                body=f"{item.names}（编号 {one.number}）：{Money(one.amount_fen)} 已批准，"
                "不用申请。请确认打到哪个账户；不会操作，可以到就近的服务站，有人帮您办。",
                key=f"benefits.account:{one.id}:{stage}",
                link="/benefits/arrivals/",
                now=now,
            )
            told += 1
        after = rows[-1].row
    return told
