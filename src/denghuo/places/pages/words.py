"""Distances, hours and states in words a person reads, in the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from denghuo.kernel.clock import day_of
from denghuo.places.logic.facility_rows import RowProblem
from denghuo.places.logic.hours import ALL_DAY, CHINA, DAY_MINUTES, Hours, Spans, day_runs
from denghuo.places.public import DivisionView, FacilityView, NearFacility

_DAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)
_LEVELS = {
    "province": gettext_noop("自治区"),
    "league": gettext_noop("盟市"),
    "banner": gettext_noop("旗县区"),
    "township": gettext_noop("苏木乡镇街道"),
    "village": gettext_noop("嘎查村社区"),
}
_CHANGES = {
    "renamed": gettext_noop("改名"),
    "recoded": gettext_noop("换代码"),
    "transferred": gettext_noop("划归别的盟市"),
    "reconstituted": gettext_noop("改设"),
    "succeeded": gettext_noop("撤销后由其接替"),
    "established": gettext_noop("设立"),
    "ended": gettext_noop("撤销"),
}
_POINTS = {
    "seat": gettext_noop("驻地"),
    "town": gettext_noop("镇区"),
    "area": gettext_noop("辖区内一点"),
    "above": gettext_noop("上级辖区内一点"),
}
_PLACED = {
    "given": gettext_noop("登记的坐标"),
    "township": gettext_noop("所在苏木乡镇的位置"),
    "banner": gettext_noop("所在旗县区的位置"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its value, as the key-value list shows it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenState:
    """Open or not, in a word with its mark, and when it opens next."""

    kind: str
    text: str
    next_at: str = ""


def level_word(level: str) -> str:
    return _(_LEVELS[level])


def change_word(kind: str) -> str:
    return _(_CHANGES[kind])


def point_word(kind: str | None) -> str:
    return _(_POINTS[kind]) if kind else _("不知道")


def placed_word(placed_by: str) -> str:
    return _(_PLACED[placed_by])


def metres_words(metres: float) -> str:
    """350 → 约 350 米; 12 340 → 约 12 公里. Rounded, for it is an estimate."""
    if metres < 1_000:
        return _("约 %(number)d 米") % {"number": max(50, round(metres / 50) * 50)}
    if metres < 10_000:
        return _("约 %(number)s 公里") % {"number": f"{metres / 1000:.1f}"}
    return _("约 %(number)s 公里") % {"number": f"{metres / 1000:.0f}"}


def distance_words(near: NearFacility) -> str:
    """The distance with what it is; when the points are too vague, it says so instead."""
    if near.uncertain_m >= near.distance_m and near.uncertain_m > 1_000:
        return _("直线距离，估算：%(far)s以内") % {
            "far": metres_words(near.distance_m + near.uncertain_m)
        }
    if near.uncertain_m > max(500, near.distance_m / 10):
        return _("直线距离，估算：%(far)s（误差%(error)s）") % {
            "far": metres_words(near.distance_m),
            "error": metres_words(near.uncertain_m),
        }
    return _("直线距离，估算：%(far)s") % {"far": metres_words(near.distance_m)}


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % DAY_MINUTES, 60)
    text = f"{hour:02d}:{rest:02d}"
    if minute == DAY_MINUTES:
        return "24:00"
    return _("次日 %(time)s") % {"time": text} if minute > DAY_MINUTES else text


def spans_words(spans: Spans) -> str:
    if spans == ALL_DAY:
        return _("全天")
    return "，".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans) or _("休息")


def hours_lines(hours: Hours) -> list[Line]:
    """Opening hours day run by day run; empty when they are not known."""
    if not hours.known:
        return []
    lines: list[Line] = []
    for first, last in day_runs(hours.week):
        if (first, last) == (0, 6):
            name = _("每天")
        elif first == last:
            name = _(_DAYS[first])
        else:
            name = _("%(first)s至%(last)s") % {"first": _(_DAYS[first]), "last": _(_DAYS[last])}
        lines.append(Line(name, spans_words(hours.week[first])))
    if hours.holidays is not None:
        lines.append(Line(_("节假日"), spans_words(hours.holidays)))
    lines += [
        Line(date_words(day), spans_words(spans)) for day, spans in sorted(hours.dates.items())
    ]
    return lines


def date_words(day: date) -> str:
    """2026-11-23 周一."""
    return f"{day.isoformat()} {_(_DAYS[day.weekday()])}"


def near_day_words(day: date, today: date) -> str:
    """今天, 明天, or the date: what a person asks is "do I go today"."""
    if day == today:
        return _("今天")
    if day == today + timedelta(days=1):
        return _("明天")
    return date_words(day)


def where_words(facility: FacilityView) -> str:
    """The division and the address; registers differ in whether the address repeats it."""
    division = facility.division.full_name
    address = facility.address.strip()
    known = address.replace(" ", "").startswith(division.replace(" ", ""))
    return address if known else f"{division} {address}".strip()


def open_state(
    open_now: bool | None, next_at: datetime | None = None, *, now: datetime
) -> OpenState:
    if open_now is None:
        return OpenState("unknown", _("开放时间不清楚，请先打电话"))
    if open_now:
        return OpenState("yes", _("现在开着"))
    if next_at is None:
        return OpenState("wait", _("现在关着"))
    local = next_at.astimezone(CHINA)
    return OpenState(
        "wait",
        _("现在关着"),
        _("%(day)s %(time)s 开门")
        % {
            "day": near_day_words(day_of(next_at), day_of(now)),
            "time": local.strftime("%H:%M"),
        },
    )


def facility_lines(facility: FacilityView) -> list[Line]:
    """What is known of a facility beside its hours."""
    return [
        Line(_("在哪里"), where_words(facility)),
        Line(_("办什么"), "、".join(facility.services) or _("没有登记，请先打电话问")),
        Line(
            _("位置"),
            f"{facility.point.lat:.5f}, {facility.point.lon:.5f}",
            _("%(how)s，误差%(metres)s，WGS-84 坐标")
            % {
                "how": placed_word(facility.placed_by),
                "metres": metres_words(facility.accuracy_m),
            },
        ),
        Line(_("谁负责"), facility.owner),
        Line(
            _("数据来源"),
            facility.source,
            _("下次复核 %(day)s") % {"day": date_words(facility.review_on)},
        ),
    ]


def division_lines(view: DivisionView) -> list[Line]:
    """What is known of a division."""
    lines = [
        Line(_("区划代码"), view.code),
        Line(_("级别"), level_word(view.level)),
        Line(
            _("使用时间"),
            _("%(year)d 年起") % {"year": view.valid_from.year}
            if view.valid_from
            else _("有记录以来"),
            "" if view.in_force else _("已停用"),
        ),
    ]
    if view.area_km2:
        lines.append(Line(_("面积"), _("约 %(area)s 平方公里") % {"area": f"{view.area_km2:,.0f}"}))
    if view.point and view.point_accuracy_m is not None:
        lines.append(
            Line(
                _("代表点"),
                f"{view.point.lat:.4f}, {view.point.lon:.4f}",
                _("%(what)s，误差%(metres)s")
                % {
                    "what": point_word(view.point_kind),
                    "metres": metres_words(view.point_accuracy_m),
                },
            )
        )
    lines.append(Line(_("数据来源"), view.source))
    return lines


def problem_words(problem: RowProblem) -> str:
    """The sentence of a refused cell in the page's language."""
    return _(problem.template).format(**problem.values)
