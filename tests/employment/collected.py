"""Posts as sources bring them, and the reading of them without the region's whole table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from denghuo.employment.actions.collecting import Taken, take_rows
from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.logic.localities import place_table
from denghuo.employment.models import Advert, Post, Source
from denghuo.employment.queries.reading import ReadingDesk, reading_desk
from denghuo.kernel.clock import day_of
from tests.factories.people import uscc

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATER = NOW + timedelta(days=1)
PLACES = place_table(
    [
        ("150000", "内蒙古自治区"),
        ("150100", "呼和浩特市"),
        ("150102", "新城区"),
        ("150105", "赛罕区"),
        ("150200", "包头市"),
        ("150203", "昆都仑区"),
    ],
    [],
)
BODY = "负责奶牛的日常挤奶、消毒和记录，每天两次，提供住宿和三餐，缴纳五险，新人有师傅带。"


def source(name: str = "赛罕区就业服务中心", *, kind: str = "bureau", **more: object) -> Source:
    """A source that is live."""
    values: dict[str, object] = {"area": "150100000000", "created_at": NOW}
    return Source.objects.create(**{"name": name, "kind": kind, **values, **more})


def row(key: str = "A1", title: str = "挤奶工", *, firm: int = 71, **more: object) -> FeedRow:
    """A row that nothing is wrong with."""
    values: dict[str, object] = {
        "key": key,
        "employer_uscc": uscc(firm).text,
        "employer": f"草原乳业{firm}",
        "title": title,
        "body": BODY,
        "wage": "4500-6000元/月",
        "place": "呼和浩特市赛罕区",
    }
    return FeedRow(**{**values, **more})  # type: ignore[arg-type]


def desk(now: datetime = NOW) -> ReadingDesk:
    """The readers of a day."""
    return reading_desk(day_of(now))


def taken(from_source: Source, *rows: FeedRow, now: datetime = NOW) -> Taken:
    """Rows taken in."""
    return take_rows(source=from_source, rows=rows, desk=desk(now), delivery=None, now=now)


def post_of(key: str, from_source: Source | None = None) -> Post:
    """The post an advert is in."""
    rows = Advert.objects.filter(source_key=key)
    return (rows.filter(source=from_source) if from_source else rows).get().post
