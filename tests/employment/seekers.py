"""People who look for work, and the few places they live in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from denghuo.employment.actions.wishes import (
    answer_held,
    answer_pay,
    answer_what,
    answer_when,
    answer_where,
    publish_wish,
)
from denghuo.employment.logic.wishes import WORK_CONSENTS, WorkConsent
from denghuo.employment.queries.wishes import WishView
from denghuo.kernel.region import Region
from denghuo.places.models import Division
from denghuo.platform.public import Actor
from tests.employment.market import NOW

HOHHOT, XINCHENG, SAIHAN, TUZUO = "150100000000", "150102000000", "150105000000", "150121000000"
BAOTOU, KUNDULUN, CHASUQI = "150200000000", "150203000000", "150121100000"
PLACES: Sequence[tuple[str, str, str | None, float, float]] = (
    ("150000000000", "内蒙古自治区", None, 111.7, 40.8),
    (HOHHOT, "呼和浩特市", "150000000000", 111.70, 40.82),
    (XINCHENG, "新城区", HOHHOT, 111.67, 40.86),
    (SAIHAN, "赛罕区", HOHHOT, 111.70, 40.79),
    (TUZUO, "土默特左旗", HOHHOT, 111.15, 40.73),
    (CHASUQI, "察素齐镇", TUZUO, 111.14, 40.72),
    (BAOTOU, "包头市", "150000000000", 109.84, 40.66),
    (KUNDULUN, "昆都仑区", BAOTOU, 109.84, 40.64),
)
CLEANER, HERDER, DAIRY = "4-09-08-01", "5-03-02-01", "5-03-02-00"


def lay_places() -> None:
    """The places above, each with its point."""
    made: dict[str, Division] = {}
    for code, name, above, lon, lat in PLACES:
        made[code] = Division.objects.create(
            code=code, name=name, level=Region(code).level, parent=made.get(above or ""),
            sort_key=code, pinyin=code, initials=code, lon=lon, lat=lat, source="测试",
        )  # fmt: skip


def wishes(
    actor: Actor,
    *words: str,
    home: str = XINCHENG,
    reach_km: int = 20,
    districts: Sequence[str] = (),
    pay: str = "3000",
    hours: Sequence[str] = ("day", "shifts"),
    start_on: date | None = None,
    certificates: Sequence[str] = (),
    skills: str = "",
    schooling: int = 1,
    years: str = "3",
    consents: Sequence[WorkConsent] = WORK_CONSENTS,
    now: datetime = NOW,
) -> WishView:
    """A whole wish, live, with every agreement unless said otherwise."""
    answer_what(actor=actor, words=words or ("保洁",), now=now)
    answer_where(actor=actor, home=home, reach_km=reach_km, districts=districts, now=now)
    answer_pay(actor=actor, pay=pay, now=now)
    answer_when(actor=actor, hours=hours, start_on=start_on, now=now)
    answer_held(
        actor=actor, certificates=certificates, words=skills, schooling=schooling, years=years,
        now=now,
    )  # fmt: skip
    return publish_wish(actor=actor, consents=consents, now=now)
